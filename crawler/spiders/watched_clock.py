"""A moment that may be compared by the hour, and notes for which moments that goes the same way.

    watched_clock     the moment to read under, and the moments for which it makes no difference

Accounts are dated to the minute: a post of ten minutes ahead is none yet. So beside the days of
`watched_moment`, whose words on days hold here, too, each comparison with another moment narrows the
moments on which it would have gone the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Any, Final, Self, TypeAlias, cast

from crawler.spiders.watched_moment import Days, _day, _WatchedMoment

_AnyDay: TypeAlias = date
_BEIJING: Final = timezone(timedelta(hours=8))
_DAY: Final = timedelta(days=1)
_TICK: Final = datetime.resolution


@dataclass(slots=True)
class Span(Days):
    """The moments on which a reading stays what it is: from `since`, before `until`, on its days.

    None is no bound.
    """

    since: datetime | None = None
    until: datetime | None = None

    def narrow(self, since: datetime | None, until: datetime | None) -> None:
        """From now on only the moments that lie between these, too."""
        if since is not None:
            self.since = since if self.since is None else max(self.since, since)
        if until is not None:
            self.until = until if self.until is None else min(self.until, until)

    def closed(self) -> tuple[datetime | None, datetime | None] | None:
        """Both bounds with the days worked in; None where no other moment gives the same."""
        if self.first >= self.end:
            return None
        if self.first != date.min:
            self.narrow(_midnight(self.first), None)
        if self.end != date.max:
            self.narrow(None, _midnight(self.end))
        return self.since, self.until


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=_BEIJING)


def watched_clock(moment: datetime) -> tuple[datetime, Span]:
    """A moment equal to this one, and the moments that are noted while it is used."""
    span = Span()
    return _clock(moment, timedelta(), span), span


def settled(moment: datetime) -> datetime:
    """A moment that a reading gives, as a plain one; a watched one binds its reading."""
    return moment._bound() if isinstance(moment, _WatchedClock) else moment  # noqa: SLF001 -- of this module


class _WatchedClock(_WatchedMoment):
    """The moment, or one that lies `shift` from it."""

    __slots__ = ("_shift",)

    _shift: timedelta
    _days: Span

    def _after(self, other: datetime) -> bool:
        """Whether this moment is `other` or later; noted as a bound of the moment watched."""
        plain = settled(other)
        later = self._plain >= plain
        try:
            edge = plain - self._shift
        except OverflowError:
            self._days.bind_to_moment()
            return later
        self._days.narrow(edge if later else None, None if later else edge)
        return later

    def _past(self, other: datetime) -> bool:
        """Whether this moment is later than `other`."""
        plain = settled(other)
        try:
            return self._after(plain + _TICK)
        except OverflowError:
            return self._bound() > plain

    def __ge__(self, other: Any) -> bool:
        return self._after(other)

    def __lt__(self, other: Any) -> bool:
        return not self._after(other)

    def __gt__(self, other: Any) -> bool:
        return self._past(other)

    def __le__(self, other: Any) -> bool:
        return not self._past(other)

    def __add__(self, other: timedelta) -> Self:
        return cast("Self", _clock(self._plain + other, self._shift + other, self._days))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, timedelta):
            return self + -other
        return self._bound() - settled(other)

    def astimezone(self, tz: tzinfo | None = None) -> Self:
        """The same moment in another zone, watched still."""
        return cast("Self", _clock(self._plain.astimezone(tz), self._shift, self._days))

    def date(self) -> _AnyDay:
        """The day, watched where it is that of Beijing, whole days from the moment."""
        if self._shift % _DAY or self._plain.utcoffset() != _BEIJING.utcoffset(None):
            self._days.bind_to_moment()
        return _day(self._plain.date(), self._shift, self._days)

    @property
    def year(self) -> int:
        """The year; the reading holds while the day lies in it."""
        return self.date().year

    @property
    def month(self) -> int:
        """The month of the day; the reading holds on that day alone."""
        return self.date().month

    @property
    def day(self) -> int:
        """The day of the month; the reading holds on that day alone."""
        return self.date().day


def _clock(plain: datetime, shift: timedelta, span: Span) -> _WatchedClock:
    made = _WatchedClock.__new__(
        _WatchedClock, plain.year, plain.month, plain.day, plain.hour, plain.minute,
        plain.second, plain.microsecond, plain.tzinfo, fold=plain.fold,
    )  # fmt: skip
    made._plain, made._days, made._shift = plain, span, shift  # noqa: SLF001 -- made here
    return made
