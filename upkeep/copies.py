"""Copies of the database, each in the way its kind does best, and the way back.

sqlite      SQLite's own online backup, checked and compressed: writers go on meanwhile
pg_dump     PostgreSQL's own archive
portable    upkeep.dumping, where pg_dump is missing or too old; either database reads it
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import zstandard

import database
from upkeep import dumping
from upkeep.errors import UpkeepError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import URL

    from settings import Settings

DUMP_SECONDS = 4 * 3600
PAGES = 1_000
"""Pages copied at once: writers wait for no longer than that."""


class Kind(StrEnum):
    """The kinds of copies, by the names that the manifest keeps."""

    SQLITE = "sqlite"
    PG_DUMP = "pg_dump"
    PORTABLE = "portable"

    @property
    def file(self) -> str:
        """The name of the file in its folder."""
        return {"sqlite": "database.sqlite3.zst", "pg_dump": "database.pgdump"}.get(
            self.value, "database.jsonl.zst"
        )


def copy(settings: Settings, folder: Path, *, portable: bool = False) -> tuple[Kind, str]:
    """Copy the database into the folder; the kind, and a remark for the operator if there is one."""
    url = database.address(settings)
    if portable:
        dumping.dump(settings, folder / Kind.PORTABLE.file)
        return Kind.PORTABLE, ""
    if url.get_backend_name() == "sqlite":
        _copy_sqlite(Path(url.database or ""), folder)
        return Kind.SQLITE, ""
    failed = _pg_dump(url, folder / Kind.PG_DUMP.file)
    if not failed:
        return Kind.PG_DUMP, ""
    dumping.dump(settings, folder / Kind.PORTABLE.file)
    return Kind.PORTABLE, f"{failed}，已改用通用备份格式"


def put_back(settings: Settings, folder: Path, kind: Kind) -> None:
    """Replace the database by a copy, brought to the newest tables. Raises UpkeepError."""
    url = database.address(settings)
    file = folder / kind.file
    if kind is Kind.PORTABLE:
        dumping.load(settings, file)
        return
    if kind.value != {"sqlite": "sqlite", "postgresql": "pg_dump"}[url.get_backend_name()]:
        message = (
            "备份来自另一种数据库；请用 xuncha db backup --portable 作的备份在两种数据库之间转移"
        )
        raise UpkeepError(message)
    if kind is Kind.SQLITE:
        _put_sqlite_back(file, Path(url.database or ""))
    else:
        _pg_restore(url, file)
    database.upgrade(settings)


def _copy_sqlite(source: Path, folder: Path) -> None:
    plain = folder / "database.sqlite3"
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as original,
        closing(sqlite3.connect(plain)) as made,
    ):
        original.backup(made, pages=PAGES)
        made.execute("PRAGMA journal_mode = DELETE")
        _be_whole(made, source)
    with plain.open("rb") as raw, (folder / Kind.SQLITE.file).open("wb") as packed:
        zstandard.ZstdCompressor(level=3).copy_stream(raw, packed)
    plain.unlink()


def _put_sqlite_back(file: Path, target: Path) -> None:
    """The old file is kept beside the new one: a restore may be a mistake, too."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f"{target.name}.restoring")
    try:
        with file.open("rb") as packed, aside.open("wb") as raw:
            zstandard.ZstdDecompressor().copy_stream(packed, raw)
    except zstandard.ZstdError as error:
        message = f"备份文件 {file} 已损坏"
        raise UpkeepError(message) from error
    with closing(sqlite3.connect(aside)) as made:
        _be_whole(made, file)
    if target.exists():
        with closing(sqlite3.connect(target)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        target.replace(target.with_name(f"{target.name}.before-restore"))
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
    aside.replace(target)


def _be_whole(connection: sqlite3.Connection, named: Path) -> None:
    told = connection.execute("PRAGMA quick_check").fetchone()
    if told is None or told[0] != "ok":
        message = f"{named} 的内容不完整：{str(told and told[0])[:120]}"
        raise UpkeepError(message)


def _pg_dump(url: URL, file: Path) -> str:
    """Why it could not be made with pg_dump; empty when it was."""
    program = shutil.which("pg_dump")
    if program is None:
        return "本机没有 pg_dump（Debian 的 postgresql-client 包）"
    arguments = ["--format=custom", "--no-owner", "--no-privileges", f"--file={file}"]
    arguments += ["--exclude-schema=xuncha_jobs_*"]
    told = _run([program, *arguments, f"--dbname={_plain(url)}"], url)
    if told.returncode == 0:
        return ""
    file.unlink(missing_ok=True)
    return f"pg_dump 未能完成（{_last_line(told.stderr)}）"


def _pg_restore(url: URL, file: Path) -> None:
    program = shutil.which("pg_restore")
    if program is None:
        message = "本机没有 pg_restore，请安装 Debian 的 postgresql-client 包"
        raise UpkeepError(message)
    arguments = ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error"]
    told = _run([program, *arguments, f"--dbname={_plain(url)}", str(file)], url)
    if told.returncode:
        message = f"pg_restore 未能完成（{_last_line(told.stderr)}），数据库未改动"
        raise UpkeepError(message)


def _run(command: Sequence[str], url: URL) -> subprocess.CompletedProcess[str]:
    """A program of PostgreSQL; the password goes by the environment, which others cannot read."""
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    return subprocess.run(  # noqa: S603 -- a program of PostgreSQL, arguments we made
        command,
        env={**os.environ, **secret},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=DUMP_SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def _plain(url: URL) -> str:
    """The address as libpq knows it, without the password."""
    bare = url.set(drivername="postgresql", password=None)
    # SQLAlchemy keeps a null password out; options of ours are for the driver alone.
    return bare.difference_update_query(["options"]).render_as_string(hide_password=False)


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1][:200] if lines else "没有说明"
