"""How long, and in which steps, a crawl waits for a database server that went away.

waits        the seconds between attempts
is_broken    whether what many wait for broke off, so that it must be begun anew
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator
    from typing import Any

    from settings import Settings


def waits(settings: Settings) -> Iterator[float]:
    """Seconds between attempts, each twice the one before, `database_patience` in all."""
    left, wait = float(settings.database_patience), 1.0
    while left > 0:
        yield min(wait, left)
        left, wait = left - wait, wait * 2


def is_broken(asked: asyncio.Future[Any]) -> bool:
    """Whether a shared question ended without an answer; whoever asks next must not get its error."""
    return asked.done() and (asked.cancelled() or asked.exception() is not None)
