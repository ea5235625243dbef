"""The state of the jurisdiction in figures: tonight's coverage, findings, units, trends, changes."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from checks.base import Severity
from models import Decision, Finding, Run, Target, Unit, Visit, Window
from report.rollup import UnitNode, order, roll_up
from review.states import State
from web.reading.current import whole_nights
from web.scope import bounds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

TARGETS = Target.__table__
LIVE = (State.FLAGGED.value, State.CONFIRMED.value)
NIGHTS = 30
LISTED = 8


@dataclass(slots=True)
class Coverage:
    """What one night read, and why it did not read the rest."""

    targets: int = 0
    fresh: int = 0
    closed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float | None:
        """The part of the targets in operation that was read."""
        running = self.targets - self.closed
        return self.fresh / running if running else None


@dataclass(slots=True)
class UnitRow:
    """One row of the table by unit. `failing` are targets with a live veto."""

    id: int
    name: str
    targets: int = 0
    fresh: int = 0
    failing: int = 0
    waiting: int = 0

    @property
    def passing(self) -> float | None:
        """The part of what was read or convicted that has no live veto."""
        checked = max(self.fresh, self.failing)
        return 1 - self.failing / checked if checked else None


def coverage(session: Session, run: Run | None, unit_id: int | None) -> Coverage:
    """The ledger of one night within a unit."""
    told = Coverage()
    if run is None:
        return told
    rows = session.execute(
        select(Visit.fresh, Visit.reason, Visit.access, func.count())
        .join(TARGETS, TARGETS.c.id == Visit.target_id)
        .where(Visit.run_id == run.id, *bounds(unit_id, TARGETS.c.unit_id))
        .group_by(Visit.fresh, Visit.reason, Visit.access)
    )
    for fresh, reason, access, count in rows:
        told.targets += count
        if fresh:
            told.fresh += count
        elif reason == "closed":
            told.closed += count
        else:
            told.reasons[reason or access] += count
    return told


def states(session: Session, window: Window | None, unit_id: int | None) -> dict[str, int]:
    """How many findings stand in each state."""
    query = select(Finding.state, func.count()).where(*bounds(unit_id, Finding.unit_id))
    if window is not None:
        query = query.where(Finding.window_id == window.id)
    counted = dict(session.execute(query.group_by(Finding.state)).all())
    return {one.value: counted.get(one.value, 0) for one in State}


def by_unit(
    session: Session, window: Window | None, run: Run | None, unit_id: int | None
) -> list[UnitRow]:
    """Targets, readings and live vetoes by the units under which the annexes count them."""
    inside = bounds(unit_id, Unit.id)
    units = session.execute(
        select(Unit.id, Unit.name, Unit.parent_id, Unit.position).where(*inside)
    ).all()
    known = {one.id for one in units}
    nodes = {
        one.id: UnitNode(
            one.id, one.name, one.parent_id if one.parent_id in known else None, one.position
        )
        for one in units
    }
    registered = _by_unit(
        session,
        select(TARGETS.c.unit_id, func.count())
        .where(
            TARGETS.c.retired.is_(False),
            TARGETS.c.canary.is_(False),
            *bounds(unit_id, TARGETS.c.unit_id),
        )
        .group_by(TARGETS.c.unit_id),
    )
    place = roll_up(nodes, registered)
    rows = {row: UnitRow(row, nodes[row].name) for row in order(nodes, place.values())}
    for unit, count in registered.items():
        rows[place[unit]].targets += count
    for unit, count in _by_unit(session, _fresh(run, unit_id)).items():
        if unit in place:
            rows[place[unit]].fresh += count
    _add_findings(session, window, unit_id, rows, place)
    return list(rows.values())


def _fresh(run: Run | None, unit_id: int | None) -> Any:
    return (
        select(TARGETS.c.unit_id, func.count())
        .join(Visit, Visit.target_id == TARGETS.c.id)
        .where(
            Visit.run_id == (run.id if run else 0),
            Visit.fresh.is_(True),
            TARGETS.c.canary.is_(False),
            TARGETS.c.retired.is_(False),
            *bounds(unit_id, TARGETS.c.unit_id),
        )
        .group_by(TARGETS.c.unit_id)
    )


def _by_unit(session: Session, query: Any) -> dict[int, int]:
    return dict(session.execute(query).all())


def _add_findings(
    session: Session,
    window: Window | None,
    unit_id: int | None,
    rows: dict[int, UnitRow],
    place: dict[int, int],
) -> None:
    if window is None:
        return
    found = session.execute(
        select(Finding.unit_id, Finding.target_id, Finding.severity, Finding.state).where(
            Finding.window_id == window.id,
            Finding.state.in_(LIVE),
            *bounds(unit_id, Finding.unit_id),
        )
    )
    failing: defaultdict[int, set[int]] = defaultdict(set)
    for unit, target, severity, state in found:
        row = rows.get(place.get(unit, 0))
        if row is None:
            continue
        row.waiting += state == State.FLAGGED.value
        if severity == Severity.VETO.value and target is not None:
            failing[row.id].add(target)
    for identifier, targets in failing.items():
        rows[identifier].failing = len(targets)


@dataclass(frozen=True, slots=True)
class Night:
    """One night of the trend."""

    run: int
    as_of: datetime
    state: str
    fresh: float | None
    flagged: int


def nights(session: Session, unit_id: int | None) -> list[Night]:
    """The last nights, oldest first: how much was read, what stood flagged after it."""
    runs = list(reversed(whole_nights(session, most=NIGHTS)))
    read = _read_share(session, runs, unit_id)
    opened = _opened(session, runs, unit_id)
    return [
        Night(run.id, run.as_of, run.state, read.get(run.id), opened.get(run.id, 0)) for run in runs
    ]


def _read_share(session: Session, runs: Sequence[Run], unit_id: int | None) -> dict[int, float]:
    if unit_id is None:
        return {
            run.id: run.summary["fresh"] / max(1, run.summary["targets"] - run.summary["closed"])
            for run in runs
            if {"fresh", "targets", "closed"} <= set(run.summary)
        }
    rows = session.execute(
        select(Visit.run_id, func.count(), func.count().filter(Visit.fresh.is_(True)))
        .join(TARGETS, TARGETS.c.id == Visit.target_id)
        .where(
            Visit.run_id.in_([run.id for run in runs]),
            Visit.reason != "closed",
            *bounds(unit_id, TARGETS.c.unit_id),
        )
        .group_by(Visit.run_id)
    )
    return {run: fresh / total for run, total, fresh in rows}


def _opened(session: Session, runs: Sequence[Run], unit_id: int | None) -> dict[int, int]:
    if unit_id is None:
        return {run.id: sum(run.summary.get("flagged", {}).values()) for run in runs}
    rows = session.execute(
        select(Finding.run_id, func.count())
        .where(Finding.run_id.in_([run.id for run in runs]), *bounds(unit_id, Finding.unit_id))
        .group_by(Finding.run_id)
    )
    return {run: count for run, count in rows if run is not None}


def windows(session: Session, unit_id: int | None) -> list[tuple[Window, Counter[str]]]:
    """All windows, newest first, with their findings by state."""
    counted: defaultdict[int, Counter[str]] = defaultdict(Counter)
    rows = session.execute(
        select(Finding.window_id, Finding.state, func.count())
        .where(*bounds(unit_id, Finding.unit_id))
        .group_by(Finding.window_id, Finding.state)
    )
    for window_id, state, count in rows:
        counted[window_id][state] += count
    listed = session.scalars(select(Window).order_by(Window.starts_on.desc()).limit(12))
    return [(window, counted[window.id]) for window in listed]


@dataclass(frozen=True, slots=True)
class Changes:
    """What is other than after the night before."""

    opened: int
    decided: Counter[str]
    lost: Sequence[Any]
    lost_count: int
    back_count: int


def changes(session: Session, runs: Sequence[Run], unit_id: int | None) -> Changes | None:
    """The last night against the one before; None where there are not two."""
    if len(runs) < 2:
        return None
    last, before = runs[0], runs[1]
    opened = session.scalar(
        select(func.count())
        .select_from(Finding)
        .where(Finding.run_id == last.id, *bounds(unit_id, Finding.unit_id))
    )
    moved = session.execute(
        select(Decision.new, func.count())
        .join(Finding, Finding.id == Decision.finding_id)
        .where(
            Decision.decided_at > before.as_of,
            Decision.old != "",
            *bounds(unit_id, Finding.unit_id),
        )
        .group_by(Decision.new)
    )
    decided = Counter(dict(moved.all()))
    lost = _turned(session, before, last, unit_id)
    back = _turned(session, last, before, unit_id)
    return Changes(opened or 0, decided, lost[:LISTED], len(lost), len(back))


def _turned(session: Session, good: Run, bad: Run, unit_id: int | None) -> Sequence[Any]:
    """Targets that one night read and the other did not."""
    read, unread = Visit.__table__.alias(), Visit.__table__.alias()
    return session.execute(
        select(TARGETS.c.id, TARGETS.c.name, unread.c.reason, unread.c.access)
        .join(read, read.c.target_id == TARGETS.c.id)
        .join(unread, unread.c.target_id == TARGETS.c.id)
        .where(
            read.c.run_id == good.id,
            read.c.fresh.is_(True),
            unread.c.run_id == bad.id,
            unread.c.fresh.is_(False),
            *bounds(unit_id, TARGETS.c.unit_id),
        )
        .order_by(TARGETS.c.position)
    ).all()
