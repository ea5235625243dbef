"""Findings out of failing verdicts: one per window, subject, check and column."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from checks.base import Outcome, Severity
from checks.deadlines import beijing_day
from checks.registry import BY_CODE
from models import Finding, Run, Target, Verdict, Window
from review import looks, moments, waivers, windows
from review.moves import AUTO, MACHINE, Ruling, move, record
from review.states import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

SECOND_LOOK = timedelta(hours=24)
NEEDS_PERSON = "needs_person"
_Key = tuple[str, str, str]


@dataclass(slots=True)
class OpenedReport:
    """What the failing verdicts of a run became, as counts by check.

    `flagged` are all that stand (opened tonight or before), `opened` only tonight's; the others
    say why a failing verdict stands for nothing. `withdrawn` are findings that a second look
    of this run undid.
    """

    window: str | None = None
    flagged: Counter[str] = field(default_factory=Counter)
    opened: Counter[str] = field(default_factory=Counter)
    dismissed: Counter[str] = field(default_factory=Counter)
    waived: Counter[str] = field(default_factory=Counter)
    canaries: Counter[str] = field(default_factory=Counter)
    withdrawn: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        names = ("flagged", "opened", "dismissed", "waived", "canaries", "withdrawn")
        return {"window": self.window} | {name: dict(getattr(self, name)) for name in names}


def open_findings(
    session: Session,
    run: Run,
    judgement_id: int,
    *,
    severities: Mapping[str, Severity] | None = None,
) -> OpenedReport:
    """Second looks first, then findings for the failing verdicts of one judgement of one run.

    1. A held run changes nothing. A run in no window, or in a frozen one, opens nothing, but is
       a second look for what the last days of an earlier window flagged.
    2. Canaries and waived targets open none; a dismissal holds to the window's end.
    3. What is new is `flagged`; where the window confirms by itself it is confirmed at once,
       but for what needs a person.
    4. What was withdrawn is flagged again only when the new verdict knows the item that undid it.

    `severities` are those of the run's ruleset; without them the national ones hold.
    """
    window = _window(session, run)
    report = OpenedReport(window.name if window else None)
    if run.state == "held":
        return report
    report.withdrawn.update(looks.second_looks(session, run, judgement_id))
    if window is None or window.frozen_at is not None:
        return report
    waived = waivers.on(session, beijing_day(run.as_of))
    known = _known(session, window)
    for verdict, target in _failing(session, judgement_id):
        if target.canary:
            report.canaries[verdict.check] += 1
        elif waived.covers(verdict.target_id, verdict.check, verdict.column_id):
            report.waived[verdict.check] += 1
        else:
            old = known.get(_key(verdict))
            finding = old or _new(verdict, target, window, run, severities or {})
            _open(session, finding, verdict, run, report, new=old is None)
            known[_key(verdict)] = finding
    session.flush()
    return report


def _window(session: Session, run: Run) -> Window | None:
    if run.window_id is not None:
        return session.get(Window, run.window_id)
    return windows.containing(session, beijing_day(run.as_of))


def _failing(session: Session, judgement_id: int) -> Iterable[tuple[Verdict, Target]]:
    query = (
        select(Verdict, Target)
        .join(Target, Target.id == Verdict.target_id)
        .where(Verdict.judgement_id == judgement_id, Verdict.outcome == Outcome.FAIL.value)
        .order_by(Target.position, Verdict.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def _known(session: Session, window: Window) -> dict[_Key, Finding]:
    found = session.scalars(select(Finding).where(Finding.window_id == window.id))
    return {(one.subject, one.check, one.column_key): one for one in found}


def _key(verdict: Verdict) -> _Key:
    column = str(verdict.column_id) if verdict.column_id is not None else ""
    return f"target:{verdict.target_id}", verdict.check, column


def _new(
    verdict: Verdict,
    target: Target,
    window: Window,
    run: Run,
    severities: Mapping[str, Severity],
) -> Finding:
    subject, check, column_key = _key(verdict)
    declared = BY_CODE.get(check)
    severity = severities.get(check) or (declared.severity if declared else Severity.NOTE)
    return Finding(
        window_id=window.id,
        window=window,
        subject=subject,
        target_id=target.id,
        unit_id=target.unit_id,
        check=check,
        column_id=verdict.column_id,
        column_key=column_key,
        label=declared.label if declared else check,
        severity=severity.value,
        state=State.FLAGGED.value,
        **_seen(verdict, run),
    )


def _seen(verdict: Verdict, run: Run) -> dict[str, Any]:
    """What the flagging run saw."""
    return {
        "reason": verdict.reason,
        "opened_at": run.as_of,
        "run_id": run.id,
        "verdict_id": verdict.id,
        "last_update": verdict.last_update,
        "evidence": dict(verdict.evidence),
        "second_look_due": run.as_of + SECOND_LOOK,
    }


def _open(
    session: Session,
    finding: Finding,
    verdict: Verdict,
    run: Run,
    report: OpenedReport,
    *,
    new: bool,
) -> None:
    if new:
        session.add(finding)
        session.flush()
        record(session, finding, "", State.FLAGGED, Ruling(MACHINE, run.as_of))
        _flagged(session, finding, run.as_of, report)
        return
    state = State(finding.state)
    if state is State.DISMISSED:
        report.dismissed[finding.check] += 1
    elif state is not State.WITHDRAWN:
        report.flagged[finding.check] += 1
        _refresh_last_update(finding, verdict)
    elif looks.knows_what_undid_it(finding, verdict):
        again = Ruling(MACHINE, run.as_of, "撤回后再次超期")
        seen = _seen(verdict, run) | {"second_look_at": None, "second_look": {}}
        if move(session, finding, State.FLAGGED, again, **seen):
            _flagged(session, finding, run.as_of, report)


def _flagged(session: Session, finding: Finding, at: datetime, report: OpenedReport) -> None:
    report.opened[finding.check] += 1
    report.flagged[finding.check] += 1
    if finding.window.confirm == AUTO and finding.reason != NEEDS_PERSON:
        move(session, finding, State.CONFIRMED, Ruling(AUTO, at, "窗口设为自动确认"))


def _refresh_last_update(finding: Finding, verdict: Verdict) -> None:
    """A newer own item learned later, still too old: the printed date must not be behind it."""
    flagged = finding.state == State.FLAGGED.value
    if flagged and moments.later(verdict.last_update, finding.last_update):
        finding.last_update = verdict.last_update
