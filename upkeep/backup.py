"""Backups: a folder for each, `database…` and `manifest.json`, and one shared folder of captures.

backup       copy the database, then the captures that the folder does not have yet
restore      put one back, after everything in it was found whole
listed       the backups of a folder, newest first

Captures are named by their content: a copy that is there is the right one, so all backups share
them and each night adds only what is new. They are copied after the database: every body that a
row of the copy names was stored before the row, and retention removes none meanwhile.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

import database
from crawler import lease
from models import Capture, Finding, Run, Target
from upkeep import bodies, copies, turns
from upkeep.copies import Kind
from upkeep.errors import UpkeepError

if TYPE_CHECKING:
    from datetime import datetime

    from settings import Settings

MANIFEST = "manifest.json"
CAPTURES = "captures"
READING = {"xuncha_read_only": True, "postgresql_readonly": True}


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup: its folder, when it was made, what it holds. Sizes in bytes."""

    folder: Path
    made_at: str
    kind: Kind
    revision: str
    size: int
    counts: dict[str, int]
    captures: int = -1
    remark: str = ""

    def sentence(self) -> str:
        """What an operator reads."""
        bodies_told = f"，新增快照 {self.captures} 份" if self.captures >= 0 else "（不含快照）"
        remark = f"；{self.remark}" if self.remark else ""
        return (
            f"备份 {self.folder}：数据库 {self.size / 1024**2:.1f} MiB"
            f"（对象 {self.counts['targets']}，批次 {self.counts['runs']}，"
            f"问题 {self.counts['findings']}）{bodies_told}{remark}"
        )

    def to_json(self) -> dict[str, Any]:
        """One line of `db backup --json`."""
        return {
            "folder": str(self.folder),
            "made_at": self.made_at,
            "kind": self.kind.value,
            "size": self.size,
            "captures": self.captures if self.captures >= 0 else None,
            **self.counts,
            "remark": self.remark,
        }


def place(settings: Settings) -> Path:
    """The folder of backups."""
    return Path(settings.backups) if settings.backups else settings.home / "backups"


def backup(
    settings: Settings,
    now: datetime,
    *,
    to: Path | None = None,
    portable: bool = False,
    captures: bool | None = None,
) -> Backup:
    """Make a backup; `captures` None: where the setting names a folder for backups.

    A backup that breaks off leaves no folder that looks like one. Raises UpkeepError.
    """
    above = to or place(settings)
    folder = above / now.strftime("%Y%m%dT%H%M%S")
    unfinished = above / f".{folder.name}.unfinished"
    try:
        if folder.exists():
            message = f"备份 {folder} 已存在"
            raise UpkeepError(message)
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        wanted = bool(settings.backups or to) if captures is None else captures
        with turns.copying(settings):
            made = _copied(settings, unfinished, folder, now, portable=portable)
            new = bodies.copy_new(settings, above / CAPTURES) if wanted else -1
        _write_manifest(unfinished, made)
        unfinished.rename(folder)
    except OSError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        message = f"备份目录 {above} 无法写入：{error.strerror or type(error).__name__}"
        raise UpkeepError(message) from error
    _forget_old(above, settings.backups_kept)
    return Backup(**{**_fields(made), "captures": new})


def restore(settings: Settings, folder: Path, *, replace: bool = False) -> Backup:
    """Put a backup back: database, then captures that are missing. Raises UpkeepError."""
    found = read(folder)
    file = folder / found.kind.file
    if _digest(file) != _manifest(folder).get("sha256"):
        message = f"备份 {folder} 已损坏：{file.name} 与清单不符"
        raise UpkeepError(message)
    _be_replaceable(settings, replace=replace)
    stored = folder.parent / CAPTURES
    with turns.copying(settings):
        copies.put_back(settings, folder, found.kind)
        new = bodies.put_back(settings, stored) if stored.is_dir() else -1
    return Backup(**{**_fields(found), "captures": new})


def listed(above: Path) -> list[Backup]:
    """The whole backups of a folder, newest first."""
    found = []
    for folder in sorted(above.glob("[0-9]*T[0-9]*"), reverse=True):
        with suppress(UpkeepError):
            found.append(read(folder))
    return found


def read(folder: Path) -> Backup:
    """The backup in a folder; raises UpkeepError when there is none."""
    told = _manifest(folder)
    try:
        return Backup(
            folder=folder,
            made_at=str(told["made_at"]),
            kind=Kind(told["kind"]),
            revision=str(told["revision"]),
            size=int(told["size"]),
            counts={str(name): int(number) for name, number in told["counts"].items()},
        )
    except (KeyError, ValueError, AttributeError) as error:
        message = f"{folder} 不是 xuncha 的备份"
        raise UpkeepError(message) from error


def _copied(
    settings: Settings, unfinished: Path, folder: Path, now: datetime, *, portable: bool
) -> Backup:
    kind, remark = copies.copy(settings, unfinished, portable=portable)
    return Backup(
        folder=folder,
        made_at=now.isoformat(timespec="seconds"),
        kind=kind,
        revision=database.revision(settings) or "",
        size=(unfinished / kind.file).stat().st_size,
        counts=_counts(settings),
        remark=remark,
    )


def _counts(settings: Settings) -> dict[str, int]:
    tables = {"targets": Target, "runs": Run, "findings": Finding, "captured": Capture}
    sessions = database.session_factory(settings, read_only=True)
    try:
        with sessions() as session:
            session.connection(execution_options=READING)
            return {
                name: session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in tables.items()
            }
    finally:
        sessions.kw["bind"].dispose()


def _write_manifest(folder: Path, made: Backup) -> None:
    told = {
        "made_at": made.made_at,
        "kind": made.kind.value,
        "revision": made.revision,
        "size": made.size,
        "sha256": _digest(folder / made.kind.file),
        "counts": made.counts,
    }
    text = json.dumps(told, ensure_ascii=False, indent=2)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"{folder} 不是 xuncha 的备份：没有可读的 {MANIFEST}"
        raise UpkeepError(message) from error
    if not isinstance(told, dict):
        message = f"{folder} 不是 xuncha 的备份"
        raise UpkeepError(message)
    return told


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as raw:
            return hashlib.file_digest(raw, "sha256").hexdigest()
    except OSError as error:
        message = f"备份文件 {file} 无法读取：{error.strerror}"
        raise UpkeepError(message) from error


def _be_replaceable(settings: Settings, *, replace: bool) -> None:
    if not database.exists(settings):
        return
    sessions = database.session_factory(settings, read_only=True)
    try:
        with sessions() as session:
            runs = session.scalars(select(Run).where(Run.state.in_(lease.UNFINISHED))).all()
            if any(lease.is_held(run) for run in runs):
                message = "巡查正在进行，不能恢复备份"
                raise UpkeepError(message)
            count = session.scalar(select(func.count()).select_from(Target)) or 0
    finally:
        sessions.kw["bind"].dispose()
    if count and not replace:
        message = f"数据库里已有 {count} 个对象，恢复会覆盖它们；确认要覆盖请加 --replace"
        raise UpkeepError(message)


def _forget_old(above: Path, kept: int) -> None:
    """The oldest copies of the database go; shared captures stay."""
    for old in listed(above)[kept:]:
        shutil.rmtree(old.folder, ignore_errors=True)


def _fields(made: Backup) -> dict[str, Any]:
    return {name: getattr(made, name) for name in Backup.__slots__}
