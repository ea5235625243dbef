"""From the tables to the plain data of the annexes: what is confirmed, what was read, what stands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from checks.base import Severity
from checks.deadlines import beijing_day
from checks.registry import BY_CODE
from crawler.fetch.access import AccessState
from models import Account, Finding, Run, Site, Target, Unit
from report import relay
from report.plain import Problem, Subject, UnitProblems, WindowData
from report.reconcile import WindowStatus
from report.rollup import UnitNode, order, roll_up
from review import moments, results
from review.states import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from models import Window
    from report.plain import Relay
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
    accused = _against_units(session, window)
    rows = roll_up(nodes, {one.unit_id for one in targets} | accused.keys())
    problems = _printed(session, window)
    registered = _registered(session)
    covered = results.coverage(session, window)
    relays = relay.completions(session, window)
    return WindowData(
        window.name,
        window.starts_on,
        window.ends_on,
        window.recheck_on,
        tuple(nodes[row].name for row in order(nodes, rows.values())),
        tuple(
            _subject(
                one,
                _Place(nodes[rows[one.unit_id]].name, nodes[one.unit_id].name),
                registered[one.id],
                covered[one.id],
                problems.get(one.id, ()),
                relays.get(one.id),
            )
            for one in targets
        ),
        tuple(
            UnitProblems(nodes[rows[unit]].name, nodes[unit].name, found)
            for unit, found in accused.items()
        ),
        _last_day(session, window),
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


def _printed(session: Session, window: Window) -> dict[int, tuple[Problem, ...]]:
    """The confirmed problems of each target; what was rectified since is still printed."""
    found: defaultdict[int, list[Problem]] = defaultdict(list)
    for finding in _confirmed(session, window):
        if finding.target_id is not None:
            found[finding.target_id].append(_problem(finding))
    return {target: tuple(problems) for target, problems in found.items()}


def _against_units(session: Session, window: Window) -> dict[int, tuple[Problem, ...]]:
    """The confirmed problems of units themselves, by unit."""
    found: defaultdict[int, list[Problem]] = defaultdict(list)
    for finding in _confirmed(session, window):
        if finding.target_id is None:
            found[finding.unit_id].append(_problem(finding))
    return {unit: tuple(problems) for unit, problems in found.items()}


def _confirmed(session: Session, window: Window) -> Sequence[Finding]:
    printed = [one.value for one in State if one.printed]
    query = select(Finding).where(Finding.window_id == window.id, Finding.state.in_(printed))
    return session.scalars(query.order_by(Finding.id)).all()


def _problem(finding: Finding) -> Problem:
    declared = BY_CODE.get(finding.check)
    own = finding.manual and (declared is None or finding.label != declared.label)
    return Problem(
        finding.check,
        finding.label,
        own_label=own,
        last_update=moments.day(finding.last_update),
        severity=Severity(finding.severity),
        rectified_on=finding.rectified_on if finding.state == State.RECTIFIED.value else None,
        finding=finding.id,
    )


def _last_day(session: Session, window: Window) -> date | None:
    newest = session.scalar(
        select(func.max(Run.as_of)).where(
            Run.window_id == window.id, Run.state.in_(results.COUNTED_RUNS)
        )
    )
    return beijing_day(newest) if newest is not None else None


@dataclass(frozen=True, slots=True)
class _Place:
    """The unit that a target is counted under, and the one it is registered with."""

    row: str
    own: str


def _registered(session: Session) -> defaultdict[int, dict[str, Any]]:
    """What only sites or only accounts have, by target."""
    told: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    sites, accounts = Site.__table__.c, Account.__table__.c
    for row in session.execute(select(sites.id, sites.home_url, sites.site_kind)):
        told[row.id] = {"url": row.home_url, "site_kind": row.site_kind}
    chosen = select(
        accounts.id,
        accounts.platform,
        accounts.platform_printed,
        accounts.filing_number,
        accounts.home_url,
        accounts.principal,
    )
    for one in session.execute(chosen):
        told[one.id] = {
            "platform": one.platform_printed,
            "canonical": one.platform,
            "filing_number": one.filing_number,
            "url": one.home_url,
            "principal": one.principal,
        }
    return told


def _subject(
    target: Target,
    place: _Place,
    registered: Mapping[str, Any],
    covered: TargetResult,
    problems: Sequence[Problem],
    relayed: Relay | None,
) -> Subject:
    vetoed = any(one.severity is Severity.VETO for one in problems)
    return Subject(
        kind=target.kind,
        name=target.name,
        unit=place.row,
        code=target.code,
        sponsor=target.sponsor,
        running=target.running_state in RUNNING or vetoed,
        fresh=covered.fresh,
        unread=_words(covered.unread_reason),
        problems=tuple(problems),
        own_unit=place.own,
        # What was not read proves no missing repost.
        relay=relayed if covered.fresh else None,
        identity=f"{target.kind}:{target.identity}",
        **registered,
    )


def _words(reason: str) -> str:
    """A typed reason as an annex prints it."""
    if not reason or reason in _OUR_REASONS:
        return _OUR_REASONS.get(reason, "")
    known = reason in {state.value for state in AccessState}
    return AccessState(reason).chinese if known else f"未能核实：{reason}"
