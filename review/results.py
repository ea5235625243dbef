"""What a window says of each target: its best-founded outcome per check, and its coverage."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from checks.base import Outcome
from checks.deadlines import beijing_day
from models import Finding, Judgement, Run, Target, Verdict, Visit
from review import waivers
from review.states import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from models import Window

COUNTED_RUNS = ("done", "released")
"""States of runs whose verdicts count: a held run waits for a person, an open one for its end."""

_Matter = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcome of one check over a window, with the reason the newest such run gave."""

    check: str
    column_id: int | None
    outcome: Outcome
    reason: str


@dataclass(slots=True)
class TargetResult:
    """One target over a window. `fresh_runs` counts runs in which it was read well;

    `unread_reason` is the typed reason of its newest visit that was not, and `visited` says
    whether there was any visit at all.
    """

    target_id: int
    judged: dict[_Matter, Judged] = field(default_factory=dict)
    visited: bool = False
    fresh_runs: int = 0
    last_fresh: date | None = None
    unread_reason: str = ""

    @property
    def fresh(self) -> bool:
        """Whether the target was read well at least once in the window."""
        return self.fresh_runs > 0

    @property
    def failing(self) -> list[Judged]:
        """The checks that fail."""
        return [one for one in self.judged.values() if one.outcome is Outcome.FAIL]

    @property
    def undetermined(self) -> list[Judged]:
        """The checks that nothing in the window could settle."""
        return [one for one in self.judged.values() if one.outcome is Outcome.UNDETERMINED]

    @property
    def passed(self) -> bool:
        """Whether nothing fails and at least one check was settled."""
        outcomes = {one.outcome for one in self.judged.values()}
        return Outcome.PASS in outcomes and Outcome.FAIL not in outcomes


def coverage(session: Session, window: Window) -> dict[int, TargetResult]:
    """Every registered target with its visits in the runs of a window that count, no verdicts."""
    return _covered(session, _runs(session, window))


def target_results(session: Session, window: Window) -> dict[int, TargetResult]:
    """Every registered target's result over the runs of a window that count.

    Per check `fail` outweighs `pass`, `pass` outweighs `undetermined`, and that
    `not_applicable`; a fail whose finding is dismissed or withdrawn, or that is waived, does
    not count.
    """
    runs = _runs(session, window)
    results = _covered(session, runs)
    undone = _undone(session, window)
    for verdict, run in _verdicts(session, runs):
        result = results.get(verdict.target_id)
        if result is None or (verdict.outcome is Outcome.FAIL and _undoes(undone, run, verdict)):
            continue
        key = (verdict.check, verdict.column_id)
        best = result.judged.get(key)
        # Rows come by run: among equals the newest run speaks.
        if best is None or verdict.outcome.rank >= best.outcome.rank:
            result.judged[key] = Judged(*key, verdict.outcome, verdict.reason)
    return results


@dataclass(frozen=True, slots=True)
class _Told:
    target_id: int
    check: str
    column_id: int | None
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class _Undone:
    findings: frozenset[tuple[int, str, int | None]]
    by_day: dict[date, waivers.Waived]


def _runs(session: Session, window: Window) -> Sequence[Run]:
    return session.scalars(
        select(Run)
        .where(Run.window_id == window.id, Run.state.in_(COUNTED_RUNS))
        .order_by(Run.as_of, Run.id)
    ).all()


def _covered(session: Session, runs: Sequence[Run]) -> dict[int, TargetResult]:
    targets = session.scalars(select(Target.id).where(Target.retired.is_(False)))
    results = {target_id: TargetResult(target_id) for target_id in targets}
    order = {run.id: index for index, run in enumerate(runs)}
    inside = Visit.run_id.in_(list(order))
    # A window of a province holds hundreds of thousands of visits; what was read is counted there.
    counted = (
        select(
            Visit.target_id,
            func.count().filter(Visit.fresh.is_(True)),
            func.max(Run.as_of).filter(Visit.fresh.is_(True)),
        )
        .join(Run, Run.id == Visit.run_id)
        .where(inside)
        .group_by(Visit.target_id)
    )
    for target_id, fresh, last in session.execute(counted):
        result = results.get(target_id)
        if result is not None:
            result.visited, result.fresh_runs = True, fresh
            result.last_fresh = beijing_day(last) if last is not None else None
    missed = select(Visit.target_id, Visit.reason, Visit.access, Visit.run_id).where(
        inside, Visit.fresh.is_(False)
    )
    for row in sorted(session.execute(missed), key=lambda one: order[one.run_id]):
        if row.target_id in results:
            results[row.target_id].unread_reason = row.reason or row.access
    return results


def _verdicts(session: Session, runs: Sequence[Run]) -> list[tuple[_Told, Run]]:
    """The verdicts of the newest judgement of each run, the oldest run first."""
    told: list[tuple[_Told, Run]] = []
    for run in runs:
        newest = session.scalar(select(func.max(Judgement.id)).where(Judgement.run_id == run.id))
        rows = session.execute(
            select(
                Verdict.target_id,
                Verdict.check,
                Verdict.column_id,
                Verdict.outcome,
                Verdict.reason,
            ).where(Verdict.judgement_id == newest)
        )
        told.extend((_Told(row[0], row[1], row[2], Outcome(row[3]), row[4]), run) for row in rows)
    return told


def _undone(session: Session, window: Window) -> _Undone:
    findings = session.scalars(
        select(Finding).where(Finding.window_id == window.id, Finding.target_id.is_not(None))
    )
    return _Undone(
        frozenset(
            (one.target_id, one.check, one.column_id)
            for one in findings
            if one.target_id is not None and not State(one.state).counts
        ),
        {
            beijing_day(run.as_of): waivers.on(session, beijing_day(run.as_of))
            for run in _runs(session, window)
        },
    )


def _undoes(undone: _Undone, run: Run, told: _Told) -> bool:
    key = (told.target_id, told.check, told.column_id)
    return key in undone.findings or undone.by_day[beijing_day(run.as_of)].covers(*key)
