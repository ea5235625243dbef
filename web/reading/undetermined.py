"""Targets that last night could not establish something about, most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from checks.base import Outcome, Severity
from checks.registry import ALL
from models import Account, Column, Site, Target, Unit, Verdict
from web.paging import Page, page_of
from web.reading.current import newest_judgement
from web.scope import bounds, subtree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from models import Run

TARGETS, ACCOUNTS, SITES = Target.__table__, Account.__table__, Site.__table__
SIZE = 30
VETOES = tuple(check.code for check in ALL if check.severity is Severity.VETO)
# design.md 4.3: one lagging source first; what needs a person by nature last.
URGENCY = case(
    (Verdict.reason == "stale_by_one_source", 0), (Verdict.reason == "needs_person", 2), else_=1
)


@dataclass(frozen=True, slots=True)
class Open:
    """What is asked for; empty means anything, `every` also checks that veto nothing."""

    unit: int | None = None
    kind: str = ""
    platform: str = ""
    check: str = ""
    reason: str = ""
    every: bool = False


def page(
    session: Session,
    run: Run | None,
    wanted: Open,
    *,
    unit_id: int | None,
    number: int,
    given: Mapping[str, str],
) -> Page:
    """One page of (target, its open verdicts by reason)."""
    if run is None:
        return Page([], 1, SIZE, 0, given)
    judgement = newest_judgement(session, run.id)
    where = [
        Verdict.judgement_id == judgement,
        Verdict.outcome == Outcome.UNDETERMINED.value,
        TARGETS.c.retired.is_(False),
        *bounds(unit_id, TARGETS.c.unit_id),
        *_wanted(wanted),
    ]
    grouped = (
        select(
            Verdict.target_id.label("target_id"),
            func.min(URGENCY).label("urgency"),
            func.count().label("count"),
        )
        .join(TARGETS, TARGETS.c.id == Verdict.target_id)
        .outerjoin(ACCOUNTS, ACCOUNTS.c.id == Verdict.target_id)
        .where(*where)
        .group_by(Verdict.target_id)
        .subquery()
    )
    query = (
        select(
            TARGETS.c.id,
            TARGETS.c.name,
            TARGETS.c.code,
            TARGETS.c.kind,
            TARGETS.c.unit_id,
            Unit.name.label("unit"),
            ACCOUNTS.c.platform,
            ACCOUNTS.c.platform_printed.label("printed"),
            func.coalesce(SITES.c.home_url, ACCOUNTS.c.home_url).label("address"),
            grouped.c.urgency,
        )
        .join(grouped, grouped.c.target_id == TARGETS.c.id)
        .join(Unit, Unit.id == TARGETS.c.unit_id)
        .outerjoin(ACCOUNTS, ACCOUNTS.c.id == TARGETS.c.id)
        .outerjoin(SITES, SITES.c.id == TARGETS.c.id)
        .order_by(grouped.c.urgency, TARGETS.c.position, TARGETS.c.id)
    )
    found = page_of(
        session, query, number=number, size=SIZE, counted=select(grouped.c.target_id), given=given
    )
    told = verdicts(session, judgement, [row.id for row in found.rows], wanted)
    rows = [(row, grouped_by_reason(told.get(row.id, []))) for row in found.rows]
    return Page(rows, found.number, found.size, found.total, given)


def grouped_by_reason(rows: Sequence[Any]) -> list[tuple[str, list[Any]]]:
    """Open verdicts under the reason they share, in their order."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.Verdict.reason, []).append(row)
    return list(found.items())


def verdicts(
    session: Session, judgement: int | None, ids: Sequence[int], wanted: Open
) -> dict[int, list[Any]]:
    """The open verdicts of some targets, by target."""
    found: dict[int, list[Any]] = {}
    query = (
        select(Verdict, Column.name)
        .outerjoin(Column, Column.id == Verdict.column_id)
        .join(TARGETS, TARGETS.c.id == Verdict.target_id)
        .outerjoin(ACCOUNTS, ACCOUNTS.c.id == Verdict.target_id)
        .where(
            Verdict.judgement_id == judgement,
            Verdict.outcome == Outcome.UNDETERMINED.value,
            Verdict.target_id.in_(ids),
            *_wanted(wanted),
        )
        .order_by(URGENCY, Verdict.id)
    )
    for row in session.execute(query):
        found.setdefault(row.Verdict.target_id, []).append(row)
    return found


def reasons(
    session: Session, run: Run | None, wanted: Open, *, unit_id: int | None
) -> list[tuple[str, int]]:
    """The reasons that occur, the most frequent first."""
    if run is None:
        return []
    rows = session.execute(
        select(Verdict.reason, func.count(Verdict.target_id.distinct()))
        .join(TARGETS, TARGETS.c.id == Verdict.target_id)
        .outerjoin(ACCOUNTS, ACCOUNTS.c.id == Verdict.target_id)
        .where(
            Verdict.judgement_id == newest_judgement(session, run.id),
            Verdict.outcome == Outcome.UNDETERMINED.value,
            *bounds(unit_id, TARGETS.c.unit_id),
            *_wanted(wanted, reason_too=False),
        )
        .group_by(Verdict.reason)
        .order_by(func.count().desc())
    )
    return [(reason, count) for reason, count in rows]


def _wanted(wanted: Open, *, reason_too: bool = True) -> list[Any]:
    where: list[Any] = []
    if wanted.check:
        where.append(Verdict.check == wanted.check)
    elif not wanted.every:
        where.append(Verdict.check.in_(VETOES))
    if wanted.reason and reason_too:
        where.append(Verdict.reason == wanted.reason)
    if wanted.kind:
        where.append(TARGETS.c.kind == wanted.kind)
    if wanted.platform:
        where.append(ACCOUNTS.c.platform == wanted.platform)
    if wanted.unit is not None:
        where.append(TARGETS.c.unit_id.in_(subtree(wanted.unit)))
    return where
