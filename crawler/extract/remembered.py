"""Readings of texts that stand on page after page of a site: its footer and its scripts.

What is remembered are pure functions of one bounded text, a bounded number of them: a few megabytes
at most, whatever the pages hold.
"""

from __future__ import annotations

from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST: Final = 8_000  # characters: longer texts are read anew each time
_MOST: Final = 1_024

Read = TypeVar("Read")


def remembered(reader: Callable[[str], Read]) -> Callable[[str], Read]:
    """The same reader; what it finds in a text is kept for the next page with the same text.

    What it gives must not be changed by anyone: it is given again.
    """
    kept = lru_cache(maxsize=_MOST)(reader)

    @wraps(reader)
    def read(text: str) -> Read:
        return kept(text) if len(text) <= _LONGEST else reader(text)

    return read
