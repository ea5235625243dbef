"""Copying bodies in bulk and removing them exclude each other, among the processes of one home.

copying      while a backup is made or put back: the rows it copied name bodies that must stay
removing     while retention removes some; UpkeepError when copies are being made
"""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from typing import TYPE_CHECKING

from upkeep.errors import UpkeepError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from settings import Settings

FILE = "bodies.lock"


@contextmanager
def copying(settings: Settings) -> Iterator[None]:
    """Bodies stay meanwhile. Waits for a batch that is just being removed: moments."""
    with _locked(settings, fcntl.LOCK_SH):
        yield


@contextmanager
def removing(settings: Settings) -> Iterator[None]:
    """Nobody copies meanwhile. Raises UpkeepError when somebody does: removing can wait."""
    try:
        with _locked(settings, fcntl.LOCK_EX | fcntl.LOCK_NB):
            yield
    except BlockingIOError as error:
        message = "正在备份或恢复，快照清理留待其后进行"
        raise UpkeepError(message) from error


@contextmanager
def _locked(settings: Settings, how: int) -> Iterator[None]:
    settings.home.mkdir(parents=True, exist_ok=True)
    # The lock goes with the file, and with the process if that is killed.
    with (settings.home / FILE).open("w", encoding="ascii") as file:
        fcntl.flock(file, how)
        yield
