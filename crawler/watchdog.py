"""Is a crawl process still at work: a sign of life from its event loop, and the memory it takes.

beat         in the process: write the sign every few seconds, from the very loop that crawls
Watch        in its parent: what is wrong with the process, if anything

A process that hangs in a parser, or was stopped, gives no sign, however busy it is. The sign is a
number that changes, not a time: the clock may jump.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from settings import Settings

BEAT_SECONDS = 2.0
MEBIBYTE = 1024 * 1024


def life_file(targets: Path) -> Path:
    """Where a shard gives its sign of life: beside its list of targets."""
    return targets.with_suffix(".alive")


async def beat(file: Path) -> None:
    """Give a sign of life until cancelled; a disk that is full stops the signs, not the work."""
    for number in itertools.count():
        _write(file, number)
        await asyncio.sleep(BEAT_SECONDS)


def _write(file: Path, number: int) -> None:
    with suppress(OSError):
        file.write_text(str(number), encoding="ascii")


class Watch:
    """What a parent knows of one process."""

    def __init__(self, pid: int, file: Path) -> None:
        self._pid = pid
        self._file = file
        self._seen = ""
        self._changed = time.monotonic()

    def trouble(self, settings: Settings) -> str:
        """Why the process must be ended; empty while it is as it should be."""
        sign = self._sign()
        if sign != self._seen:
            self._seen, self._changed = sign, time.monotonic()
        elif time.monotonic() - self._changed > settings.hang_seconds:
            return "hung"
        return "memory" if resident(self._pid) > settings.process_memory * MEBIBYTE else ""

    def _sign(self) -> str:
        try:
            return self._file.read_text(encoding="ascii", errors="replace")[:20]
        except OSError:
            return ""


def resident(pid: int) -> int:
    """Bytes of memory that a process takes; 0 where the system does not tell."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
