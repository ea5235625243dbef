"""How messages are counted: received, refused, closed, on time, late. Pure, as of their list.

A message is judged as of the day of the list that told it: what has happened since is not known,
so an open message is overdue only when its deadline had passed on that day.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from checks.deadlines import months_later
from checks.working_days import working_days
from report.messages.words import CLOSED_STATES, KINDS, REFUSED_STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

MONTHS = 1
"""监管工作年度考核指标: 超过（含）一个月办结."""
MOST_LATE = 500
"""So many late messages are named; counts are always of all."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message with the unit whose site it is about."""

    number: str
    unit: str
    site: str
    code: str
    kind: str
    state: str
    received_on: date
    closed_on: date | None
    due_on: date | None
    listed_on: date

    @property
    def refused(self) -> bool:
        """Whether nobody had to deal with it."""
        return self.state in REFUSED_STATES

    @property
    def closed(self) -> bool:
        """Whether it is 办结."""
        return self.state in CLOSED_STATES

    @property
    def open(self) -> bool:
        """Whether somebody still had to deal with it when the list was drawn up."""
        return not self.refused and not self.closed

    @property
    def on_time(self) -> bool:
        """Whether it was closed by its deadline."""
        return self._dated and self.closed_on <= self.due_on  # type: ignore[operator]

    @property
    def late(self) -> bool:
        """Whether it was closed after its deadline."""
        return self._dated and self.closed_on > self.due_on  # type: ignore[operator]

    @property
    def overdue(self) -> bool:
        """Whether it was open after its deadline."""
        return self.open and self.due_on is not None and self.listed_on > self.due_on

    @property
    def month(self) -> bool:
        """Whether it was closed after a calendar month or longer: exactly a month is too long."""
        closed = self.closed_on if self.closed else None
        return closed is not None and closed >= months_later(self.received_on, MONTHS)

    def days(self) -> int | None:
        """Working days from its coming to its closing, or to the list; None: not known."""
        until = self.closed_on if self.closed else self.listed_on
        return working_days(self.received_on, until) if until is not None else None

    @property
    def _dated(self) -> bool:
        return self.closed and self.closed_on is not None and self.due_on is not None


@dataclass(frozen=True, slots=True)
class MessageCount:
    """The messages of one unit, site or class. `month` counts what took a month or longer.

    `unknown` of the closed ones cannot be told on time or late: a day is missing, or the
    holidays of that year are not known.
    """

    name: str
    received: int = 0
    refused: int = 0
    closed: int = 0
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    month: int = 0
    unknown: int = 0

    @property
    def accepted(self) -> int:
        """What had to be dealt with."""
        return self.received - self.refused

    @property
    def open(self) -> int:
        """What is not closed yet."""
        return self.accepted - self.closed

    @property
    def due(self) -> int:
        """What is known to be on time or not."""
        return self.on_time + self.late + self.overdue


@dataclass(frozen=True, slots=True)
class MessageFigures:
    """The messages that came between two days, as of the newest of their lists.

    `late` are those overdue, closed late or after a month, the longest first, at most MOST_LATE.
    """

    start: date
    end: date
    listed_on: date
    whole: MessageCount
    units: tuple[MessageCount, ...]
    kinds: tuple[MessageCount, ...]
    late: tuple[Message, ...]


def count(name: str, messages: Iterable[Message]) -> MessageCount:
    """Some messages counted."""
    told: Counter[str] = Counter()
    for one in messages:
        told["received"] += 1
        told["refused"] += one.refused
        told["closed"] += one.closed
        told["on_time"] += one.on_time
        told["late"] += one.late
        told["overdue"] += one.overdue
        told["month"] += one.month
        told["unknown"] += one.closed and not one.on_time and not one.late
    return MessageCount(name, **told)


def figures(
    messages: Sequence[Message], units: Sequence[str], span: tuple[date, date]
) -> MessageFigures | None:
    """Everything that is told of the messages; None where there are none.

    `units` is the order of the notice; units that are not in it follow.
    """
    if not messages:
        return None
    late = [one for one in messages if one.overdue or one.late or one.month]
    late.sort(key=lambda one: (not one.open, -(one.days() or 0), one.received_on, one.number))
    return MessageFigures(
        *span,
        max(one.listed_on for one in messages),
        count("合计", messages),
        _grouped(messages, lambda one: one.unit, units),
        _grouped(messages, lambda one: one.kind, KINDS),
        tuple(late[:MOST_LATE]),
    )


def _grouped(
    messages: Sequence[Message],
    key: Callable[[Message], str],
    order: Sequence[str],
) -> tuple[MessageCount, ...]:
    rows: dict[str, list[Message]] = {name: [] for name in order}
    for one in messages:
        rows.setdefault(key(one), []).append(one)
    return tuple(count(name, mine) for name, mine in rows.items() if mine)
