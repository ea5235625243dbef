"""A row as found on the page, before years and ownership are settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from crawler.extract.dates import Stamp


class FoundRow(NamedTuple):
    """One entry of a list. `group` tells the lists of a page apart; `place` orders rows on it.

    `start` and `end` bound its element; `stamp` is the printed date, `url_day` the day in the address.
    """

    title: str
    url: str
    place: int
    group: int
    stamp: Stamp | None = None
    url_day: date | None = None
    pinned: bool = False
    start: int = 0
    end: int = 0
