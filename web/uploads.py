"""Registry files between their preview and their import: kept under a random name, for a while."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from web.desk import DeskError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.desk import Desk

MOST_FILES = 8
SECONDS = 3600
_NAME = re.compile(r"[0-9a-f]{32}")
_SUFFIXES = frozenset({".csv", ".xlsx", ".txt"})


def keep(desk: Desk, files: Sequence[tuple[str, bytes]]) -> str:
    """Keep some files; the ticket by which they are found again. Old ones are thrown away."""
    if not 0 < len(files) <= MOST_FILES:
        raise DeskError(422, f"请选择 1 到 {MOST_FILES} 个文件")
    _forget_old(desk)
    ticket = secrets.token_hex(16)
    folder = _folder(desk) / ticket
    folder.mkdir(parents=True, mode=0o700)
    for number, (name, body) in enumerate(files, 1):
        suffix = Path(name).suffix.lower()
        # Only the kind is taken from the name: what is on the disk is called by us.
        kept = f"{number}{suffix if suffix in _SUFFIXES else '.csv'}"
        (folder / kept).write_bytes(body)
    return ticket


def found(desk: Desk, ticket: str) -> list[Path]:
    """The files of a ticket, in their order. Raises DeskError when they are gone."""
    if not _NAME.fullmatch(ticket):
        raise DeskError(422, "上传编号无效")
    paths = sorted((_folder(desk) / ticket).glob("*"))
    if not paths:
        raise DeskError(409, "上传的文件已过期，请重新选择")
    return paths


def forget(desk: Desk, ticket: str) -> None:
    """Throw the files of a ticket away."""
    if _NAME.fullmatch(ticket):
        shutil.rmtree(_folder(desk) / ticket, ignore_errors=True)


def _folder(desk: Desk) -> Path:
    return desk.settings.home / "uploads"


def _forget_old(desk: Desk) -> None:
    folder = _folder(desk)
    if not folder.is_dir():
        return
    # The age of files on the disk, not a time that anything is judged by.
    old = time.time() - SECONDS
    for one in folder.iterdir():
        if _NAME.fullmatch(one.name) and one.stat().st_mtime < old:
            shutil.rmtree(one, ignore_errors=True)
