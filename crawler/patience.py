"""How long, and in which steps, a crawl waits for a database server that went away.

waits        the seconds between attempts
patiently    do something that may be done anew, and wait while the server is away
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

import structlog

from database import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
