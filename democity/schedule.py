"""When the items of a column or an account appear: pure arithmetic, no list is ever stored.

Item `k` is published around `anchor + k * gap`; a stopped schedule has no item after `k == 0`,
which falls exactly on the anchor. Days are proleptic ordinals (`date.toordinal`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from democity.seed import draw

EPOCH = date(2012, 1, 1).toordinal()
_OPENING, _HOURS = 8 * 60 + 30, 9 * 60
_EVENING = 18


@dataclass(frozen=True, slots=True)
class Schedule:
    """`gap` is in days; `even`: no item strays from it; `depth` says how many items are kept on the site."""

    key: int
    anchor: int
    gap: int
    depth: int
    stopped: bool = False
    even: bool = False

    def day(self, k: int) -> int:
        """The ordinal of the day on which item `k` appears."""
        if self.even or (self.stopped and k == 0):
            return self.anchor + k * self.gap
        spread = self.gap * 3 // 5
        return self.anchor + k * self.gap + (draw(self.key, k) % spread if spread else 0)

    def minute(self, k: int) -> int:
        """The minute of that day, in office hours."""
        return _OPENING + draw(self.key, k, 7) % _HOURS

    def newest(self, limit: int) -> int | None:
        """The newest item that had appeared by the end of day `limit`, or None."""
        k = (limit - self.anchor) // self.gap + 1
        if self.stopped:
            k = min(k, 0)
        while self.day(k) > limit:
            k -= 1
        return k if k > self.oldest() else None

    def oldest(self) -> int:
        """The number below which nothing ever was: stops links into a past without end."""
        return -self.depth if self.stopped else -1

    def shown(self, limit: int) -> range:
        """The items kept on the site on that day, newest first."""
        newest = self.newest(limit)
        if newest is None:
            return range(0)
        return range(newest, max(newest - self.depth, self.oldest()), -1)


def running(key: int, gap: int, depth: int) -> Schedule:
    """Items every `gap` days since long ago and for ever."""
    return Schedule(key, EPOCH + draw(key) % gap, gap, depth)


def ending(key: int, last: date, gap: int, depth: int, *, even: bool = False) -> Schedule:
    """Items every `gap` days (exactly where `even`), the last one exactly on `last`."""
    return Schedule(key, last.toordinal(), gap, depth, stopped=True, even=even)


def last_full_day(clock: datetime) -> int:
    """The ordinal of the newest day whose items are out: today's appear in the evening."""
    today = clock.date().toordinal()
    return today if clock.hour >= _EVENING else today - 1


@lru_cache(maxsize=8192)
def iso(day: int) -> str:
    """`2021-01-12` for an ordinal."""
    return date.fromordinal(day).isoformat()
