"""Findings as rows of a list: filtered, worst first, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, or_, select

from checks.base import Severity
from models import Account, Column, Finding, Target, Unit
from web.paging import page_of
from web.scope import bounds, subtree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from web.paging import Page

# The tables, not the classes: rows of several tables beside each other.
TARGETS = Target.__table__
ACCOUNTS = Account.__table__
WORST = case(
    (Finding.severity == Severity.VETO.value, 0),
    (Finding.severity == Severity.DEDUCT.value, 1),
    else_=2,
)
AGES = {"1": 1, "3": 3, "7": 7, "14": 14}
"""What the filter by age offers: days since a finding was opened, at least."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is filtered by; empty means anything."""

    window_id: int | None
    states: tuple[str, ...] = ("flagged",)
    unit: int | None = None
    platform: str = ""
    kind: str = ""
    check: str = ""
    reason: str = ""
    severity: str = ""
    age: str = ""
    text: str = ""


def rows() -> Select[Any]:
    """Findings with what a list shows of their target, in no order."""
    return (
        select(
            Finding,
            Unit.name.label("unit"),
            Column.name.label("column"),
            TARGETS.c.name.label("name"),
            TARGETS.c.code.label("code"),
            TARGETS.c.kind.label("kind"),
            ACCOUNTS.c.platform.label("platform"),
            ACCOUNTS.c.platform_printed.label("printed"),
        )
        .join(Unit, Unit.id == Finding.unit_id)
        .outerjoin(Column, Column.id == Finding.column_id)
        .outerjoin(TARGETS, TARGETS.c.id == Finding.target_id)
        .outerjoin(ACCOUNTS, ACCOUNTS.c.id == Finding.target_id)
    )


def filtered(
    query: Select[Any], wanted: Wanted, *, unit_id: int | None, now: datetime
) -> Select[Any]:
    """`query` bounded to a person's unit and to what is wanted."""
    query = query.where(*bounds(unit_id, Finding.unit_id))
    if wanted.window_id is not None:
        query = query.where(Finding.window_id == wanted.window_id)
    if wanted.states:
        query = query.where(Finding.state.in_(wanted.states))
    if wanted.unit is not None:
        query = query.where(Finding.unit_id.in_(subtree(wanted.unit)))
    if wanted.age in AGES:
        query = query.where(Finding.opened_at <= now - timedelta(days=AGES[wanted.age]))
    same = {
        Finding.check: wanted.check,
        Finding.reason: wanted.reason,
        Finding.severity: wanted.severity,
        ACCOUNTS.c.platform: wanted.platform,
        TARGETS.c.kind: wanted.kind,
    }
    query = query.where(*(column == value for column, value in same.items() if value))
    if wanted.text:
        like = f"%{_plain(wanted.text)}%"
        query = query.where(
            or_(
                TARGETS.c.name.like(like, escape="\\"),
                TARGETS.c.code.like(like, escape="\\"),
                Unit.name.like(like, escape="\\"),
            )
        )
    return query


def page(
    session: Session,
    wanted: Wanted,
    *,
    unit_id: int | None,
    now: datetime,
    number: int,
    size: int = 50,
    given: Mapping[str, str] | None = None,
) -> Page:
    """One page of findings, the worst and oldest first."""
    query = filtered(rows(), wanted, unit_id=unit_id, now=now)
    ordered = query.order_by(WORST, Finding.opened_at, TARGETS.c.position, Finding.id)
    return page_of(session, ordered, number=number, size=size, given=given)


def one(session: Session, finding_id: int, *, unit_id: int | None) -> Any | None:
    """One finding as a row, or None where it is not this person's to see."""
    query = rows().where(Finding.id == finding_id, *bounds(unit_id, Finding.unit_id))
    return session.execute(query).first()


def choices(
    session: Session, window_id: int | None, states: Sequence[str], *, unit_id: int | None
) -> dict[str, list[tuple[str, int]]]:
    """What the filters offer, with counts: checks, reasons and platforms that occur."""

    def counted(column: Any) -> list[tuple[str, int]]:
        query = (
            select(column, func.count())
            .select_from(Finding)
            .outerjoin(ACCOUNTS, ACCOUNTS.c.id == Finding.target_id)
            .where(*bounds(unit_id, Finding.unit_id), column.is_not(None), column != "")
            .group_by(column)
            .order_by(column)
        )
        if window_id is not None:
            query = query.where(Finding.window_id == window_id)
        if states:
            query = query.where(Finding.state.in_(states))
        return [(str(value), count) for value, count in session.execute(query)]

    return {
        "checks": counted(Finding.check),
        "reasons": counted(Finding.reason),
        "platforms": counted(ACCOUNTS.c.platform),
    }


def units(session: Session, *, unit_id: int | None) -> list[tuple[int, str]]:
    """The units that a person may filter by."""
    query = select(Unit.id, Unit.name).where(*bounds(unit_id, Unit.id)).order_by(Unit.position)
    return [(identifier, name) for identifier, name in session.execute(query.limit(2000))]


def _plain(text: str) -> str:
    """Text that LIKE takes as it stands."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")[:100]
