"""Findings, verdicts and runs as plain rows with the public JSON keys (design.md section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from models import (
    Account,
    Column,
    Decision,
    Finding,
    Judgement,
    Run,
    Target,
    Unit,
    Verdict,
    Visit,
    Window,
)
from review.moments import beijing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

# The table, not the class: its rows stand beside the Target they extend.
_ACCOUNTS = Account.__table__


def finding_rows(
    session: Session, *, window: str | None = None, state: str | None = None
) -> Iterator[dict[str, Any]]:
    """The findings of a window (all windows without one), in registry order."""
    query = (
        select(Finding, Window.name, Unit.name, Column.name, Target, _ACCOUNTS.c.platform)
        .join(Window, Window.id == Finding.window_id)
        .join(Unit, Unit.id == Finding.unit_id)
        .outerjoin(Column, Column.id == Finding.column_id)
        .outerjoin(Target, Target.id == Finding.target_id)
        .outerjoin(_ACCOUNTS, _ACCOUNTS.c.id == Finding.target_id)
        .order_by(Window.starts_on, Target.position.is_(None), Target.position, Finding.id)
    )
    if window is not None:
        query = query.where(Window.name == window)
    if state is not None:
        query = query.where(Finding.state == state)
    rows = session.execute(query).all()
    decided = _last_decisions(session, [row[0].id for row in rows])
    for finding, window_name, unit, column, target, platform in rows:
        decision = decided.get(finding.id)
        yield {
            "id": finding.id,
            "window": window_name,
            "kind": target.kind if target is not None else "unit",
            "code": _empty_is_null(target.code if target is not None else ""),
            "name": target.name if target is not None else unit,
            "unit": unit,
            "platform": platform,
            "check": finding.check,
            "label": finding.label,
            "column": column,
            "state": finding.state,
            "opened": beijing(finding.opened_at),
            "last_update": _empty_is_null(finding.last_update),
            "reason": finding.reason,
            "decided_by": decision.decided_by if decision else None,
            "decided_at": beijing(decision.decided_at) if decision else None,
            "rectified_on": finding.rectified_on.isoformat() if finding.rectified_on else None,
            "target": finding.target_id,
            "severity": finding.severity,
            "manual": finding.manual,
            "second_look_at": beijing(finding.second_look_at) if finding.second_look_at else None,
        }


def verdict_rows(
    session: Session,
    *,
    run_ids: Sequence[int],
    target: str | None = None,
    check: str | None = None,
) -> Iterator[dict[str, Any]]:
    """The verdicts of runs, each under its newest judgement, by run and in registry order.

    `target` is a code, an id, or a name.
    """
    newest = (
        select(func.max(Judgement.id))
        .where(Judgement.run_id.in_(run_ids))
        .group_by(Judgement.run_id)
    )
    query = (
        select(Verdict, Window.name, Unit.name, Column.name, Target, _ACCOUNTS.c.platform)
        .join(Run, Run.id == Verdict.run_id)
        .join(Target, Target.id == Verdict.target_id)
        .join(Unit, Unit.id == Target.unit_id)
        .outerjoin(Window, Window.id == Run.window_id)
        .outerjoin(Column, Column.id == Verdict.column_id)
        .outerjoin(_ACCOUNTS, _ACCOUNTS.c.id == Verdict.target_id)
        .where(Verdict.judgement_id.in_(newest))
        .order_by(Run.as_of, Run.id, Target.position, Verdict.id)
    )
    if target is not None:
        query = query.where(_named(target))
    if check is not None:
        query = query.where(Verdict.check == check)
    for verdict, window, unit, column, subject, platform in session.execute(query):
        yield {
            "run": verdict.run_id,
            "window": window,
            "kind": subject.kind,
            "code": _empty_is_null(subject.code),
            "name": subject.name,
            "unit": unit,
            "platform": platform,
            "check": verdict.check,
            "column": column,
            "outcome": verdict.outcome,
            "reason": verdict.reason,
            "evidence": verdict.evidence,
            "last_update": _empty_is_null(verdict.last_update),
            "captures": verdict.captures,
            "ruleset": verdict.ruleset,
            "target": verdict.target_id,
            "warning": _empty_is_null(verdict.warning),
        }


def run_rows(session: Session) -> Iterator[dict[str, Any]]:
    """All runs, the newest first, with their coverage."""
    visits = {
        row.run_id: (row[1], row[2])
        for row in session.execute(
            select(
                Visit.run_id,
                func.count(),
                func.count().filter(Visit.fresh.is_(True)),
            ).group_by(Visit.run_id)
        )
    }
    query = (
        select(Run, Window.name)
        .outerjoin(Window, Window.id == Run.window_id)
        .order_by(Run.as_of.desc(), Run.id.desc())
    )
    for run, window in session.execute(query):
        visited, fresh = visits.get(run.id, (0, 0))
        yield {
            "run": run.id,
            "window": window,
            "as_of": beijing(run.as_of),
            "state": run.state,
            "ruleset": run.ruleset,
            "targets": len(run.targets),
            "visited": visited,
            "fresh": fresh,
            "held_reason": _empty_is_null(run.held_reason),
            "released_by": _empty_is_null(run.released_by),
            "released_why": _empty_is_null(run.released_why),
        }


def latest_run(session: Session) -> Run | None:
    """The run with the latest monitoring time point."""
    return session.scalar(select(Run).order_by(Run.as_of.desc(), Run.id.desc()).limit(1))


def runs_of(session: Session, window: str) -> list[int]:
    """The ids of the runs of a window, the oldest first."""
    return list(
        session.scalars(
            select(Run.id)
            .join(Window, Window.id == Run.window_id)
            .where(Window.name == window)
            .order_by(Run.as_of, Run.id)
        )
    )


def _named(target: str) -> Any:
    same = [Target.code == target, Target.name == target, Target.identity == target]
    if target.isdecimal() and len(target) < 10:
        same.append(Target.id == int(target))
    return or_(*same)


def _last_decisions(session: Session, ids: Sequence[int]) -> dict[int, Decision]:
    """The newest decision on each finding; its first flagging is none."""
    found: dict[int, Decision] = {}
    wanted = set(ids)
    query = select(Decision).where(Decision.new != "flagged").order_by(Decision.id)
    for decision in session.scalars(query):
        if decision.finding_id in wanted:
            found[decision.finding_id] = decision
    return found


def _empty_is_null(text: str) -> str | None:
    return text or None
