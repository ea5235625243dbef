"""From the tables to the plain data of the annexes: what is confirmed, what was read, what stands."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from checks.base import Severity
from checks.registry import BY_CODE
from crawler.fetch.access import AccessState
from models import Account, Finding, Run, Target, Unit
from report.reconcile import WindowStatus
from report.rollup import UnitNode, order, roll_up
from report.rows import Problem, Subject, WindowData
from review import moments, results
from review.states import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from models import Window
    from review.results import TargetResult

# Registered states in which a target counts as running (实际运行); 例外 and closed ones do not.
RUNNING = frozenset({"正常", "已发关停公告", "冻结期"})
_OUR_REASONS = {
    "crawler_crash": AccessState.OUR_FAULT.chinese,
    "not_visited": "未巡查",
    "no_source": "没有可用的信息源",
}


def window_data(session: Session, window: Window) -> WindowData:
    """The plain data of a window's annexes. Canaries and retired targets are in none of it."""
    targets = session.scalars(
        select(Target)
        .where(Target.retired.is_(False), Target.canary.is_(False))
        .order_by(Target.position, Target.id)
    ).all()
    nodes = {
        unit.id: UnitNode(unit.id, unit.name, unit.parent_id, unit.position)
        for unit in session.scalars(select(Unit))
    }
    rows = roll_up(nodes, {one.unit_id for one in targets})
    problems = _printed_vetoes(session, window)
    platforms = _platforms(session)
    covered = results.coverage(session, window)
    return WindowData(
        window.name,
        window.starts_on,
        window.ends_on,
        window.recheck_on,
        tuple(nodes[row].name for row in order(nodes, rows.values())),
        tuple(
            _subject(
                one,
                nodes[rows[one.unit_id]].name,
                platforms.get(one.id, ""),
                covered[one.id],
                problems.get(one.id, ()),
            )
            for one in targets
        ),
    )


def window_status(session: Session, window: Window, today: date | None) -> WindowStatus:
    """What stands against printing; `today` None leaves the calendar out of it."""
    states: defaultdict[str, list[int]] = defaultdict(list)
    runs = select(Run.id, Run.state).where(Run.window_id == window.id).order_by(Run.id)
    for identifier, state in session.execute(runs):
        states[state].append(identifier)
    flagged = session.scalar(
        select(func.count())
        .select_from(Finding)
        .where(Finding.window_id == window.id, Finding.state == State.FLAGGED.value)
    )
    return WindowStatus(
        flagged=flagged or 0,
        held_runs=tuple(states["held"]),
        open_runs=tuple(states["crawling"] + states["judging"]),
        counted_runs=sum(len(states[state]) for state in results.COUNTED_RUNS),
        ended=today is None or today > window.ends_on,
    )


def _printed_vetoes(session: Session, window: Window) -> dict[int, tuple[Problem, ...]]:
    """The confirmed vetoes of each target; what was rectified since is still printed."""
    query = select(Finding).where(
        Finding.window_id == window.id,
        Finding.target_id.is_not(None),
        Finding.severity == Severity.VETO.value,
        Finding.state.in_([one.value for one in State if one.printed]),
    )
    found: defaultdict[int, list[Problem]] = defaultdict(list)
    for finding in session.scalars(query.order_by(Finding.id)):
        assert finding.target_id is not None
        found[finding.target_id].append(_problem(finding))
    return {target: tuple(problems) for target, problems in found.items()}


def _problem(finding: Finding) -> Problem:
    declared = BY_CODE.get(finding.check)
    own = finding.manual and (declared is None or finding.label != declared.label)
    day = moments.day(finding.last_update)
    return Problem(finding.check, finding.label, own_label=own, last_update=day)


def _platforms(session: Session) -> dict[int, str]:
    table = Account.__table__
    return {row.id: row.platform_printed for row in session.execute(select(table))}


def _subject(
    target: Target,
    unit: str,
    platform: str,
    covered: TargetResult,
    problems: Sequence[Problem],
) -> Subject:
    return Subject(
        kind=target.kind,
        name=target.name,
        unit=unit,
        code=target.code,
        platform=platform,
        sponsor=target.sponsor,
        running=target.running_state in RUNNING or bool(problems),
        fresh=covered.fresh,
        unread=_words(covered.unread_reason),
        problems=tuple(problems),
    )


def _words(reason: str) -> str:
    """A typed reason as an annex prints it."""
    if not reason or reason in _OUR_REASONS:
        return _OUR_REASONS.get(reason, "")
    known = reason in {state.value for state in AccessState}
    return AccessState(reason).chinese if known else f"未能核实：{reason}"
