"""精度: what people decided on what the machine flagged, by check and by week."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from checks.deadlines import beijing_day
from models import Decision, Finding
from review.moves import AUTO, MACHINE
from review.seen import UNDO
from review.states import State
from web.scope import bounds

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

_JUDGED = (State.CONFIRMED.value, State.DISMISSED.value)


@dataclass(slots=True)
class Tally:
    """Confirmed and dismissed by people; `withdrawn` by the machine's own second look."""

    confirmed: int = 0
    dismissed: int = 0
    withdrawn: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def decided(self) -> int:
        """What a person judged."""
        return self.confirmed + self.dismissed

    @property
    def precision(self) -> float | None:
        """The part that a person upheld."""
        return self.confirmed / self.decided if self.decided else None


@dataclass(frozen=True, slots=True)
class Precision:
    """By check, by week (its Monday), and both together; `total` over all."""

    checks: dict[str, Tally]
    weeks: dict[date, Tally]
    table: dict[tuple[str, date], Tally]
    total: Tally


def precision(session: Session, *, window_id: int | None, unit_id: int | None) -> Precision:
    """Every flagged finding counts once, by the last word of a person; `auto` is no person."""
    query = (
        select(
            Finding.id,
            Finding.check,
            Decision.new,
            Decision.decided_by,
            Decision.reason_code,
            Decision.decided_at,
        )
        .join(Finding, Finding.id == Decision.finding_id)
        .where(Decision.old != "", Finding.manual.is_(False), *bounds(unit_id, Finding.unit_id))
        .order_by(Decision.id)
    )
    if window_id is not None:
        query = query.where(Finding.window_id == window_id)
    last: dict[int, Any] = {}
    for row in session.execute(query):
        if row.reason_code == UNDO:
            last.pop(row.id, None)
        elif (
            row.new in _JUDGED and row.decided_by not in {AUTO, MACHINE}
        ) or row.new == State.WITHDRAWN.value:
            last[row.id] = row
    told = Precision(defaultdict(Tally), defaultdict(Tally), defaultdict(Tally), Tally())
    for row in last.values():
        day = beijing_day(row.decided_at)
        week = day - timedelta(days=day.weekday())
        for tally in (
            told.checks[row.check],
            told.weeks[week],
            told.table[row.check, week],
            told.total,
        ):
            _count(tally, row.new, row.reason_code)
    return told


def _count(tally: Tally, new: str, reason: str) -> None:
    if new == State.CONFIRMED.value:
        tally.confirmed += 1
    elif new == State.DISMISSED.value:
        tally.dismissed += 1
        tally.reasons[reason or "other"] += 1
    else:
        tally.withdrawn += 1
