"""A stretch of Beijing days, both ends included, and who is counted in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from checks.deadlines import BEIJING
from models import Account, Run, Target, Visit
from report.collect import RUNNING
from report.places import Places, places
from report.plain import Subject
from review.results import COUNTED_RUNS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Span:
    """From the first moment of one day to the last of another."""

    start: date
    end: date

    @property
    def first(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.start, time(), BEIJING)

    @property
    def after(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.end, time(), BEIJING) + timedelta(days=1)

    def holds(self, day: date | None) -> bool:
        """Whether a day lies in it."""
        return day is not None and self.start <= day <= self.end


@dataclass(frozen=True, slots=True)
class Present:
    """Who is registered, and who of them was read well by a run of the span."""

    places: Places
    targets: dict[int, Subject]


def present(session: Session, span: Span) -> Present:
    """Every registered target as of now, in registry order; problems are no matter here."""
    known = places(session)
    read = set(
        session.scalars(
            select(Visit.target_id)
            .join(Run, Run.id == Visit.run_id)
            .where(Visit.fresh.is_(True), Run.state.in_(COUNTED_RUNS))
            .where(Run.as_of >= span.first, Run.as_of < span.after)
            .distinct()
        )
    )
    accounts = Account.__table__.c
    asked = select(accounts.id, accounts.platform_printed)
    printed = {row.id: row.platform_printed for row in session.execute(asked)}
    chosen = (
        select(Target)
        .where(Target.retired.is_(False), Target.canary.is_(False))
        .order_by(Target.position, Target.id)
    )
    return Present(
        known,
        {
            one.id: Subject(
                one.kind,
                one.name,
                known.units[one.unit_id][0],
                one.code,
                printed.get(one.id, ""),
                running=one.running_state in RUNNING,
                fresh=one.id in read,
                own_unit=known.units[one.unit_id][1],
            )
            for one in session.scalars(chosen)
        },
    )
