"""The fleet breaker: when too much turns at once, it is us; the run is held for a person.

More than a share, and at least a number, of targets change for the worse against their last
run, or a canary fails (design.md section 9). A target's first run cannot hold anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

import judging
from checks.base import Outcome, Severity
from checks.registry import ALL
from models import Run, Target, Verdict, Visit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from settings import Settings

FRESHNESS = frozenset({"W3.1", "W3.2", "M2.1"})
VETOES = frozenset(check.code for check in ALL if check.severity is Severity.VETO)
RUNS_BACK = 30

_Pair = tuple[int, str]
"""(target, check)."""


def reason_to_hold(session: Session, settings: Settings, run: Run, judgement_id: int) -> str:
    """Why this run must wait for a person, in Chinese; empty when it need not."""
    failed = _failed_canaries(session, run, judgement_id)
    if failed:
        return f"哨兵未通过：{'、'.join(failed[:5])}"
    worse, compared = _worse(session, run, judgement_id)
    if compared and worse >= settings.breaker_count and worse > settings.breaker_share * compared:
        return f"{compared} 个对象中有 {worse} 个比上次变差，超过 {settings.breaker_share:.0%}"
    return ""


def _failed_canaries(session: Session, run: Run, judgement_id: int) -> list[str]:
    """Canaries that were not read, or not fresh, tonight."""
    wanted = set(run.targets)
    canaries = {
        target.id: target.name
        for target in session.scalars(select(Target).where(Target.canary.is_(True)))
        if target.id in wanted
    }
    if not canaries:
        return []
    passed = set(
        session.scalars(
            select(Verdict.target_id).where(
                Verdict.judgement_id == judgement_id,
                Verdict.check.in_(FRESHNESS),
                Verdict.outcome == Outcome.PASS.value,
            )
        )
    )
    fresh = _visits(session, run.id)
    return [
        name for target, name in canaries.items() if not (fresh.get(target) and target in passed)
    ]


def _worse(session: Session, run: Run, judgement_id: int) -> tuple[int, int]:
    """How many targets turned for the worse, of how many that had an earlier run.

    For the worse: read the last time and not tonight, or failing a veto that it did not fail when
    it was last judged. What could not be judged in between, after an outage say, is no verdict.
    """
    earlier = _earlier_runs(session, run)
    last: dict[int, bool] = {}
    for one in earlier:
        last = _visits(session, one) | last
    now = _visits(session, run.id)
    compared = now.keys() & last.keys()
    turned = _turned(session, earlier, _vetoed(session, judgement_id))
    worse = {target for target in compared if last[target] and not now[target]}
    return len(worse | (turned & compared)), len(compared)


def _turned(session: Session, earlier: Iterable[int], failing: set[_Pair]) -> set[int]:
    """Targets with a failing veto whose last outcome that says anything was another one."""
    turned: set[int] = set()
    unknown = set(failing)
    for run_id in earlier:
        if not unknown:
            break
        judged = judging.latest_judgement(session, run_id)
        before = _determined(session, judged.id) if judged else {}
        turned.update(
            pair[0]
            for pair in unknown
            if before.get(pair, Outcome.FAIL.value) != Outcome.FAIL.value
        )
        unknown -= before.keys()
    return turned


def _earlier_runs(session: Session, run: Run) -> list[int]:
    """Runs that a person need not doubt, the newest first. Held ones do not count."""
    return list(
        session.scalars(
            select(Run.id)
            .where(Run.as_of < run.as_of, Run.state.in_(("done", "released")))
            .order_by(Run.as_of.desc(), Run.id.desc())
            .limit(RUNS_BACK)
        )
    )


def _visits(session: Session, run_id: int) -> dict[int, bool]:
    """Whether each target of a run was read; closed ones are left out."""
    rows = session.execute(
        select(Visit.target_id, Visit.fresh).where(Visit.run_id == run_id, Visit.reason != "closed")
    )
    return {row.target_id: row.fresh for row in rows}


def _vetoed(session: Session, judgement_id: int) -> set[_Pair]:
    outcomes = _determined(session, judgement_id)
    return {pair for pair, outcome in outcomes.items() if outcome == Outcome.FAIL.value}


def _determined(session: Session, judgement_id: int) -> dict[_Pair, str]:
    """The outcomes of the vetoes of a judgement, by target and check, but for `undetermined`."""
    rows = session.execute(
        select(Verdict.target_id, Verdict.check, Verdict.outcome).where(
            Verdict.judgement_id == judgement_id,
            Verdict.check.in_(VETOES),
            Verdict.outcome != Outcome.UNDETERMINED.value,
        )
    )
    return {(row.target_id, row.check): row.outcome for row in rows}
