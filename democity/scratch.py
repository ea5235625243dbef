"""The folder of a demonstration: emptied before it, and nobody else's folder ever."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "xuncha-demo"
MARK = ".xuncha-demo"
"""Stands in every folder that a demonstration has made; only such a folder is emptied."""


class ScratchError(Exception):
    """The folder cannot be used; the message is one Chinese sentence."""


@contextmanager
def scratch(home: Path | None) -> Iterator[Path]:
    """An empty folder, locked while it is used: `home`, or one in the temporary folder.

    A folder that holds something else than an earlier demonstration is refused: it may be
    somebody's real data. Of two demonstrations at once without a stated folder, the second gets
    a folder of its own.
    """
    folder = home or _default()
    held = _lock(folder)
    if held is None and home is None:
        folder = Path(tempfile.mkdtemp(prefix=f"{NAME}-"))
        held = _lock(folder)
    if held is None:
        raise ScratchError(f"另一个演示正在使用 {folder}，请等它结束，或用 --home 指定别的文件夹")
    with held.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _empty(folder)
        yield folder


def _default() -> Path:
    """The usual place, unless it belongs to somebody else on this machine."""
    usual = Path(tempfile.gettempdir()) / NAME
    if not usual.exists() or (usual.is_dir() and (usual / MARK).is_file()):
        return usual
    return Path(tempfile.mkdtemp(prefix=f"{NAME}-"))


def _lock(folder: Path) -> Path | None:
    """The folder's mark, made if need be; None when a demonstration that runs has locked it."""
    mark = folder / MARK
    if folder.exists() and not folder.is_dir():
        raise ScratchError(f"{folder} 不是文件夹")
    if folder.is_dir() and any(folder.iterdir()) and not mark.exists():
        raise ScratchError(f"{folder} 里有别的数据，演示不会清空它；请用 --home 指定一个空文件夹")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        mark.touch()
        with mark.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
    except OSError as error:
        raise ScratchError(f"演示文件夹 {folder} 无法建立：{error.strerror}") from error
    return mark


def _empty(folder: Path) -> None:
    for one in folder.iterdir():
        if one.name == MARK:
            continue
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one, ignore_errors=True)
        else:
            one.unlink(missing_ok=True)
