"""How long, and in which steps, a crawl waits for a database server that went away.

waits        the seconds between attempts
patiently    do something that may be done anew, and wait while the server is away
is_broken    whether what many wait for broke off, so that it must be begun anew
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

import structlog

from database import DatabaseError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator
    from typing import Any

    from settings import Settings

Done = TypeVar("Done")
log = structlog.get_logger()


def waits(settings: Settings) -> Iterator[float]:
    """Seconds between attempts, each twice the one before, `database_patience` in all."""
    left, wait = float(settings.database_patience), 1.0
    while left > 0:
        yield min(wait, left)
        left, wait = left - wait, wait * 2


def patiently(settings: Settings, work: Callable[[], Done]) -> Done:
    """What `work` gives, which is all or nothing: it is begun anew when the server went away.

    Blocks. Raises DatabaseError once the server was away for `database_patience` seconds.
    """
    for wait in waits(settings):
        try:
            return work()
        except DatabaseError as error:
            if not error.away:
                raise
            log.warning("database_away", seconds=wait)
        time.sleep(wait)
    return work()


def is_broken(asked: asyncio.Future[Any]) -> bool:
    """Whether a shared question ended without an answer; whoever asks next must not get its error."""
    return asked.done() and (asked.cancelled() or asked.exception() is not None)
