"""The fleet breaker: when too much turns at once, it is us; the run is held for a person.

More than a share, and at least a number, of targets change for the worse against their last
run, or a canary fails (design.md section 9). A target's first run cannot hold anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from checks.base import Outcome, Severity
from checks.registry import BY_CODE
from models import Judgement, Run, Target, Verdict, Visit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from settings import Settings

FRESHNESS = frozenset({"W3.1", "W3.2", "M2.1"})


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
    canaries = {
        target.id: target.name
        for target in session.scalars(select(Target).where(Target.canary.is_(True)))
        if target.id in set(run.targets)
    }
    if not canaries:
        return []
    well = set()
    for visit in session.scalars(select(Visit).where(Visit.run_id == run.id)):
        if visit.target_id in canaries and visit.fresh:
            well.add(visit.target_id)
    passed = {
        verdict.target_id
        for verdict in _verdicts(session, judgement_id)
        if verdict.check in FRESHNESS and verdict.outcome == Outcome.PASS.value
    }
    return [name for target, name in canaries.items() if target not in well & passed]


def _worse(session: Session, run: Run, judgement_id: int) -> tuple[int, int]:
    """How many targets turned for the worse, of how many that had an earlier run."""
    last = _last_runs(session, run)
    now = {
        visit.target_id: visit.fresh
        for visit in session.scalars(select(Visit).where(Visit.run_id == run.id))
        if visit.reason != "closed"
    }
    failing = _vetoed(_verdicts(session, judgement_id))
    worse = compared = 0
    for target, fresh in now.items():
        earlier = last.get(target)
        if earlier is None:
            continue
        compared += 1
        was_fresh, was_failing = earlier
        worse += (was_fresh and not fresh) or bool(failing.get(target, set()) - was_failing)
    return worse, compared


def _last_runs(session: Session, run: Run) -> dict[int, tuple[bool, set[str]]]:
    """Each target's last earlier visit and the vetoes it failed then. Held runs do not count."""
    told: dict[int, tuple[bool, set[str]]] = {}
    wanted = set(run.targets)
    for earlier in session.scalars(
        select(Run)
        .where(Run.as_of < run.as_of, Run.state.in_(("done", "released")))
        .order_by(Run.as_of.desc())
        .limit(30)
    ):
        judgement = session.scalars(
            select(Judgement.id).where(Judgement.run_id == earlier.id).order_by(Judgement.id.desc())
        ).first()
        failing = _vetoed(_verdicts(session, judgement)) if judgement else {}
        for visit in session.scalars(select(Visit).where(Visit.run_id == earlier.id)):
            if visit.target_id in wanted and visit.target_id not in told:
                told[visit.target_id] = (visit.fresh, failing.get(visit.target_id, set()))
        if len(told) == len(wanted):
            break
    return told


def _verdicts(session: Session, judgement_id: int) -> Iterable[Verdict]:
    return session.scalars(select(Verdict).where(Verdict.judgement_id == judgement_id))


def _vetoed(verdicts: Iterable[Verdict]) -> dict[int, set[str]]:
    told: dict[int, set[str]] = {}
    for verdict in verdicts:
        check = BY_CODE.get(verdict.check)
        if verdict.outcome == Outcome.FAIL.value and check and check.severity is Severity.VETO:
            told.setdefault(verdict.target_id, set()).add(verdict.check)
    return told
