"""A moment that notes what a reading made of it, so that the reading can be used on another day.

    watched       the moment to read under, and the days for which it makes no difference

Most pages read the same whatever the day is: all their dates are printed in full and lie in the
past. Others do not: 昨天 moves along, a date without year takes another one in January, a day that is
still to come counts once it has. Which of them a page is cannot be told from its text without
reading it; so it is read under a moment that behaves like any other and keeps a list: each
comparison with a day narrows the days on which it would have gone the same way. What cannot be
narrowed (figures of the day itself, differences, hours) binds the reading to its day, or to its
moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Callable

_AnyDay: TypeAlias = date
_BEIJING: Final = timezone(timedelta(hours=8))
_DAY: Final = timedelta(days=1)


@dataclass(slots=True)
class Days:
    """The Beijing days on which a reading stays what it is: from `first`, before `end`."""

    first: date = date.min
    end: date = date.max

    def hold(self, moment: datetime) -> bool:
        """Whether a reading made under that moment would be the same."""
        return self.first <= moment.astimezone(_BEIJING).date() < self.end

    def bind(self, first: date, end: date) -> None:
        """From now on only the days that lie in this span, too."""
        self.first, self.end = max(self.first, first), min(self.end, end)

    def bind_to_moment(self) -> None:
        """No other moment gives the same."""
        self.first, self.end = date.max, date.min


def watched(moment: datetime) -> tuple[datetime, Days]:
    """A moment equal to this one, and the days that are noted while it is used."""
    days = Days()
    return _moment(moment, days), days


class _WatchedDay(date):
    """The Beijing day of the moment, or one that lies `shift` days from it."""

    __slots__ = ("_days", "_plain", "_shift")

    _plain: date
    _shift: timedelta
    _days: Days

    def _after(self, other: date) -> bool:
        """Whether this day lies on `other` or after; noted as a bound of the moment's own day."""
        edge = other - self._shift
        if self._plain >= other:
            self._days.bind(edge, date.max)
            return True
        self._days.bind(date.min, edge)
        return False

    def __ge__(self, other: date) -> bool:
        return self._after(_plain_day(other))

    def __lt__(self, other: date) -> bool:
        return not self._after(_plain_day(other))

    def __gt__(self, other: date) -> bool:
        return self._after(_plain_day(other) + _DAY)

    def __le__(self, other: date) -> bool:
        return not self._after(_plain_day(other) + _DAY)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, date) or isinstance(other, datetime):
            return False
        return self._after(_plain_day(other)) and not self._after(_plain_day(other) + _DAY)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self._bound())

    def __add__(self, other: timedelta) -> Self:
        return cast("Self", _day(self._plain + other, self._shift + _whole(other), self._days))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, timedelta):
            return self + -_whole(other)
        return self._bound() - _plain_day(other)

    def __rsub__(self, other: date) -> timedelta:
        return other - self._bound()

    @property
    def year(self) -> int:
        """The year; the reading holds while the day lies in it."""
        year = self._plain.year
        self._after(date(year, 1, 1))
        if year < date.max.year:
            self._after(date(year + 1, 1, 1))
        return year

    def _bound(self) -> date:
        """The plain day; the reading holds on that day alone."""
        own = self._plain - self._shift
        self._days.bind(own, own + _DAY)
        return self._plain


class _WatchedMoment(datetime):
    """Equal to the moment it stands for. Only its day may be asked for without binding it."""

    __slots__ = ("_days", "_plain")

    _plain: datetime
    _days: Days

    def astimezone(self, tz: tzinfo | None = None) -> Self:
        """The same moment in another zone, watched still."""
        return cast("Self", _moment(self._plain.astimezone(tz), self._days))

    def date(self) -> _AnyDay:
        """The day, watched where it is that of Beijing."""
        day = self._plain.date()
        if self._plain.utcoffset() not in {None, _BEIJING.utcoffset(None)}:
            self._days.bind_to_moment()
        return _day(day, timedelta(), self._days)

    def _bound(self) -> datetime:
        """The plain moment; no other gives the same."""
        self._days.bind_to_moment()
        return self._plain


def _moment(plain: datetime, days: Days) -> _WatchedMoment:
    made = _WatchedMoment.__new__(
        _WatchedMoment, plain.year, plain.month, plain.day, plain.hour, plain.minute,
        plain.second, plain.microsecond, plain.tzinfo, fold=plain.fold,
    )  # fmt: skip
    made._plain, made._days = plain, days  # noqa: SLF001 -- made here
    return made


def _day(plain: date, shift: timedelta, days: Days) -> _WatchedDay:
    made = _WatchedDay.__new__(_WatchedDay, plain.year, plain.month, plain.day)
    made._plain, made._shift, made._days = plain, shift, days  # noqa: SLF001 -- made here
    return made


def _plain_day(day: date) -> date:
    """The other side of a comparison; where that is a watched day, too, it is bound."""
    return day._bound() if isinstance(day, _WatchedDay) else day  # noqa: SLF001 -- of this module


def _whole(span: timedelta) -> timedelta:
    """A span as it counts between days."""
    return timedelta(days=span.days)


def _binding(name: str) -> Callable[..., Any]:
    """A method of the plain type that binds what it is asked of."""

    def bound(self: Any, *given: Any, **named: Any) -> Any:
        return getattr(self._bound(), name)(*given, **named)

    bound.__name__ = name
    return bound


def _figure(name: str) -> property:
    return property(lambda self: getattr(self._bound(), name))


def _bind_the_rest() -> None:
    """Whatever else a day or a moment can be asked for gives the figures of that day away."""
    for kind, plain in ((_WatchedDay, date), (_WatchedMoment, datetime)):
        for name in dir(plain):
            if name in vars(kind) or name in _HARMLESS or not hasattr(plain, name):
                continue
            asked = getattr(plain, name)
            setattr(kind, name, _binding(name) if callable(asked) else _figure(name))


_HARMLESS: Final = frozenset(
    {name for name in dir(object) if name not in {"__str__", "__repr__", "__format__"}}
    - {"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__"}
    - {"__reduce__", "__reduce_ex__"}
    | {"min", "max", "resolution", "today", "now", "utcnow", "fromtimestamp", "utcfromtimestamp"}
    | {"fromordinal", "fromisoformat", "fromisocalendar", "strptime", "combine", "tzinfo"}
)
_bind_the_rest()
