"""Targets that last night could not establish something about, most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, exists, func, select

from checks.base import Outcome, Severity
from checks.registry import ALL
from models import Account, Column, OperatorObservation, Run, Site, Target, Unit, Verdict
from web.paging import Page, page_of
from web.reading.current import COUNTED, newest_judgement, newest_judgements
from web.scope import bounds, subtree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

TARGETS, ACCOUNTS, SITES = Target.__table__, Account.__table__, Site.__table__
SIZE = 30
LATER = 200
"""Looks at single targets since the last night that are taken into account."""
VETOES = tuple(check.code for check in ALL if check.severity is Severity.VETO)
FIRST = ("M2.1", "W2.1", "W3.1", "W3.2")
# design.md 4.3: one lagging source first; then whether anything was updated at all; what needs a
# person by nature last.
URGENCY = case(
    (Verdict.reason == "stale_by_one_source", 0),
    (Verdict.reason == "needs_person", 3),
    (Verdict.check.in_(FIRST), 1),
    else_=2,
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
        *_not_settled(session, run),
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
    told = verdicts(session, run, [row.id for row in found.rows], wanted)
    rows = [(row, grouped_by_reason(told.get(row.id, []))) for row in found.rows]
    return Page(rows, found.number, found.size, found.total, given)


def grouped_by_reason(rows: Sequence[Any]) -> list[tuple[str, list[Any]]]:
    """Open verdicts under the reason they share, in their order."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.Verdict.reason, []).append(row)
    return list(found.items())


def _not_settled(session: Session, run: Run) -> list[Any]:
    """Leave out what a later look at single targets has established."""
    later = session.scalars(
        select(Run.id).where(Run.as_of > run.as_of, Run.state.in_(COUNTED)).limit(LATER)
    ).all()
    if not later:
        return []
    settled = Verdict.__table__.alias("settled")
    return [
        ~exists().where(
            settled.c.judgement_id.in_(session.scalars(newest_judgements(later)).all()),
            settled.c.target_id == Verdict.target_id,
            settled.c.check == Verdict.check,
            settled.c.column_id.is_not_distinct_from(Verdict.column_id),
            settled.c.outcome != Outcome.UNDETERMINED.value,
        )
    ]


def looks(session: Session, run: Run | None, ids: Sequence[int]) -> dict[int, OperatorObservation]:
    """What people saw of some targets since that night; the newest look of each."""
    if run is None or not ids:
        return {}
    found = session.scalars(
        select(OperatorObservation)
        .where(OperatorObservation.target_id.in_(ids), OperatorObservation.seen_at > run.as_of)
        .order_by(OperatorObservation.seen_at)
    )
    return {one.target_id: one for one in found}


def places(session: Session, rows: Sequence[Any]) -> dict[int, list[tuple[int, str]]]:
    """Of each site the columns that last night could not read, as (id, name)."""
    unread: dict[int, set[str]] = {}
    for row, opened in rows:
        told = [one.Verdict.evidence for _, some in opened for one in some]
        names = {str(name) for each in told for name in _unread(each)}
        if row.kind == "site" and names:
            unread[row.id] = names
    found: dict[int, list[tuple[int, str]]] = {}
    columns = session.scalars(
        select(Column)
        .where(Column.site_id.in_(list(unread)), Column.retired.is_(False))
        .order_by(Column.id)
    )
    for column in columns:
        if column.name in unread[column.site_id]:
            found.setdefault(column.site_id, []).append((column.id, column.name))
    return found


def _unread(evidence: dict[str, Any]) -> list[Any]:
    lists = (evidence.get("unread_columns"), evidence.get("unread"))
    return [name for one in lists if isinstance(one, list) for name in one]


def verdicts(session: Session, run: Run, ids: Sequence[int], wanted: Open) -> dict[int, list[Any]]:
    """The open verdicts of some targets, by target."""
    found: dict[int, list[Any]] = {}
    query = (
        select(Verdict, Column.name)
        .outerjoin(Column, Column.id == Verdict.column_id)
        .join(TARGETS, TARGETS.c.id == Verdict.target_id)
        .outerjoin(ACCOUNTS, ACCOUNTS.c.id == Verdict.target_id)
        .where(
            Verdict.judgement_id == newest_judgement(session, run.id),
            Verdict.outcome == Outcome.UNDETERMINED.value,
            Verdict.target_id.in_(ids),
            *_wanted(wanted),
            *_not_settled(session, run),
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
