"""整改: confirmed problems with their terms, the overdue first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from models import FeedbackFile, Finding, RectificationTerm
from review.states import State
from web.paging import Page, page_of
from web.reading.finding_rows import TARGETS, Wanted, filtered, rows
from web.scope import bounds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session

SHOWN = ("open", "overdue", "rectified", "all")
_DUE = RectificationTerm.due_on


@dataclass(frozen=True, slots=True)
class Figures:
    """How rectification stands."""

    open: int
    overdue: int
    without_term: int
    rectified: int


def page(
    session: Session,
    wanted: Wanted,
    shown: str,
    *,
    unit_id: int | None,
    now: datetime,
    number: int,
    given: Mapping[str, str],
) -> Page:
    """One page of confirmed findings; earlier terms first, then those without one."""
    query = (
        rows()
        .add_columns(_DUE.label("due"), _files().label("files"))
        .outerjoin(RectificationTerm, RectificationTerm.finding_id == Finding.id)
    )
    query = filtered(query, wanted, unit_id=unit_id, now=now)
    if shown == "overdue":
        query = query.where(now.date() > _DUE)
    ordered = query.order_by(_DUE.is_(None), _DUE, TARGETS.c.position, Finding.id)
    return page_of(session, ordered, number=number, given=given)


def _files() -> Any:
    return (
        select(func.count())
        .select_from(FeedbackFile)
        .where(FeedbackFile.finding_id == Finding.id)
        .scalar_subquery()
    )


def states(shown: str) -> tuple[str, ...]:
    """The states behind one tab."""
    if shown == "rectified":
        return (State.RECTIFIED.value,)
    if shown == "all":
        return (State.CONFIRMED.value, State.RECTIFIED.value)
    return (State.CONFIRMED.value,)


def figures(
    session: Session, window_id: int | None, *, unit_id: int | None, today: date
) -> Figures:
    """Counts over a window."""
    query = (
        select(Finding.state, _DUE, func.count())
        .outerjoin(RectificationTerm, RectificationTerm.finding_id == Finding.id)
        .where(Finding.state.in_(states("all")), *bounds(unit_id, Finding.unit_id))
        .group_by(Finding.state, _DUE)
    )
    if window_id is not None:
        query = query.where(Finding.window_id == window_id)
    told = session.execute(query).all()
    confirmed = [(due, count) for state, due, count in told if state == State.CONFIRMED.value]
    return Figures(
        sum(count for _, count in confirmed),
        sum(count for due, count in confirmed if due is not None and due < today),
        sum(count for due, count in confirmed if due is None),
        sum(count for state, _, count in told if state == State.RECTIFIED.value),
    )
