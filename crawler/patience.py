"""How long, and in which steps, a crawl waits for a database server that went away."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from settings import Settings


def waits(settings: Settings) -> Iterator[float]:
    """Seconds between attempts, each twice the one before, `database_patience` in all."""
    left, wait = float(settings.database_patience), 1.0
    while left > 0:
        yield min(wait, left)
        left, wait = left - wait, wait * 2
