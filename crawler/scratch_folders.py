"""Folders for what processes need while they run, gone when they are: even after a kill -9.

scratch_folder    a folder of this process; those that processes now gone left are removed first
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = re.compile(r"xuncha-(\d{1,10})-[a-z0-9_]{8}")


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder in the temporary folder that names this process; empty, and removed in the end.

    A browser that was killed may still write into it for a moment: what cannot be removed now is
    removed by the next night.
    """
    above = Path(tempfile.gettempdir())
    _remove_abandoned(above)
    folder = Path(tempfile.mkdtemp(prefix=f"xuncha-{os.getpid()}-", dir=above))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned(above: Path) -> None:
    """Remove the folders of processes that are gone; other people's stay, quietly."""
    with suppress(OSError):
        for folder in above.glob("xuncha-*"):
            found = _NAME.fullmatch(folder.name)
            if found and not folder.is_symlink() and not _is_running(int(found[1])):
                shutil.rmtree(folder, ignore_errors=True)


def _is_running(number: int) -> bool:
    try:
        os.kill(number, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
