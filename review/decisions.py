"""What people decide: confirm, dismiss, enter by hand, rectify, re-check."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from checks.base import Outcome, Severity, bounded
from checks.deadlines import beijing_day
from checks.registry import BY_CODE
from checks.vocabulary import ACCOUNT, SITE, code_of, known, label_of
from models import Column, Finding, Judgement, Run, Target, Unit, Verdict
from review import moments, waivers
from review.moves import MACHINE, Ruling, move, record
from review.states import BY_PERSON, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from models import Window


class DecisionError(Exception):
    """A decision that cannot be taken at all; the message says why in Chinese."""


@dataclass(slots=True)
class DecisionReport:
    """Ids of findings by what became of them; `refused` maps an id to the reason in Chinese."""

    changed: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Accused:
    """Whom a manual finding accuses: a target with or without a column, or a unit alone."""

    target: Target | None = None
    unit: Unit | None = None
    column: Column | None = None


def decide(
    session: Session,
    ids: Iterable[int],
    *,
    state: str,
    by: str,
    why: str = "",
    reason_code: str = "",
    at: datetime,
    waiver_until: date | None = None,
) -> DecisionReport:
    """A person confirms or dismisses findings; one that another hand changed meanwhile is refused.

    A dismissal needs `why`; with `waiver_until` it becomes a waiver as well, honoured in later
    runs until that day.
    """
    new = State(state)
    if new not in {State.CONFIRMED, State.DISMISSED}:
        raise DecisionError(f"审核只能确认或排除，不能改为“{new.chinese}”")
    ruling = _ruling(by, at, why, reason_code, needs_why=new is State.DISMISSED)
    if waiver_until is not None and (new is not State.DISMISSED or waiver_until < beijing_day(at)):
        raise DecisionError("豁免只能随排除给出，且到期日不能早于今天")
    report = DecisionReport()
    for finding in _found(session, ids, report):
        moved = _person_moves(session, finding, new, ruling, report)
        if moved and waiver_until is not None:
            _waive(session, finding, waiver_until, ruling)
    session.flush()
    return report


def add(
    session: Session,
    window: Window,
    accused: Accused,
    *,
    check: str,
    evidence: Mapping[str, Any],
    by: str,
    why: str,
    at: datetime,
    label: str = "",
    severity: str = "",
    last_update: str = "",
    state: str = State.CONFIRMED.value,
) -> Finding:
    """Enter a finding by hand, with evidence; it lives the same life as the machine's.

    `severity` defaults to the check's own; W and M codes without a check of ours are vetoes,
    D codes deductions, all others notes. `check` may be a label of notices, which is then printed. A finding of that check already there is refused. Raises DecisionError.
    """
    ruling = _ruling(by, at, why, "manual", needs_why=True)
    if window.frozen_at is not None:
        raise DecisionError(f"窗口 {window.name} 已经封存，不能再登记问题")
    if not evidence:
        raise DecisionError("人工登记的问题必须附证据（网址、文字或截图）")
    first = State(state)
    if first not in {State.FLAGGED, State.CONFIRMED}:
        raise DecisionError("人工登记的问题只能是待审核或已确认")
    finding = _manual(window, accused, check, label, severity)
    _refuse_twin(session, finding)
    _refuse_no_date(last_update)
    finding.state = first.value
    finding.opened_at = at
    finding.evidence = bounded(dict(evidence))
    finding.last_update = last_update
    session.add(finding)
    session.flush()
    record(session, finding, "", first, ruling)
    session.flush()
    return finding


def rectify(
    session: Session, ids: Iterable[int], *, on: date, by: str, at: datetime, why: str = ""
) -> DecisionReport:
    """A person states that confirmed findings were put right on that day.

    Allowed in a frozen window too: its notice is kept apart and does not change.
    """
    ruling = _ruling(by, at, why, "rectified", needs_why=False)
    report = DecisionReport()
    for finding in _found(session, ids, report, frozen_too=True):
        if on < beijing_day(finding.opened_at):
            report.refused[finding.id] = "整改日期早于发现日期"
            continue
        _person_moves(session, finding, State.RECTIFIED, ruling, report, rectified_on=on)
    session.flush()
    return report


def recheck(session: Session, ids: Iterable[int], *, at: datetime) -> DecisionReport:
    """Rectify the confirmed findings whose newest verdict since they opened is a pass.

    The day of rectification is the day of that run. A newest verdict that fails or could not be
    established refuses, with the reason.
    """
    report = DecisionReport()
    for finding in _found(session, ids, report, frozen_too=True):
        latest = _latest_verdict(session, finding)
        if finding.state != State.CONFIRMED.value:
            report.unchanged.append(finding.id)
        elif latest is None:
            report.refused[finding.id] = "发现问题之后还没有再次巡查"
        elif latest[0].outcome != Outcome.PASS.value:
            failed = latest[0].outcome == Outcome.FAIL.value
            report.refused[finding.id] = "复核仍不合格" if failed else "复核未能核实"
        else:
            day = beijing_day(latest[1].as_of)
            ruling = Ruling(MACHINE, at, f"{day} 复核合格", "recheck")
            _move(session, finding, State.RECTIFIED, ruling, report, rectified_on=day)
    session.flush()
    return report


def _ruling(by: str, at: datetime, why: str, reason_code: str, *, needs_why: bool) -> Ruling:
    if not by.strip():
        raise DecisionError("请写明审核人（--by）")
    if needs_why and not why.strip():
        raise DecisionError("请写明理由（--why）")
    return Ruling(by.strip()[:100], at, why.strip(), reason_code)


def _found(
    session: Session, ids: Iterable[int], report: DecisionReport, *, frozen_too: bool = False
) -> list[Finding]:
    found: list[Finding] = []
    for identifier in dict.fromkeys(ids):
        finding = session.get(Finding, identifier)
        if finding is None:
            report.refused[identifier] = "没有这个问题编号"
        elif finding.window.frozen_at is not None and not frozen_too:
            report.refused[identifier] = f"窗口 {finding.window.name} 已经封存"
        else:
            found.append(finding)
    return found


def _person_moves(
    session: Session,
    finding: Finding,
    new: State,
    ruling: Ruling,
    report: DecisionReport,
    **values: Any,
) -> bool:
    old = State(finding.state)
    if old is new:
        report.unchanged.append(finding.id)
        return False
    if old not in BY_PERSON[new]:
        report.refused[finding.id] = f"状态是“{old.chinese}”，不能改为“{new.chinese}”"
        return False
    return _move(session, finding, new, ruling, report, **values)


def _move(
    session: Session,
    finding: Finding,
    new: State,
    ruling: Ruling,
    report: DecisionReport,
    **values: Any,
) -> bool:
    moved = move(session, finding, new, ruling, **values)
    if moved:
        report.changed.append(finding.id)
    else:
        report.refused[finding.id] = "刚刚被他人处理，请刷新后再试"
    return moved


def _waive(session: Session, finding: Finding, until: date, ruling: Ruling) -> None:
    if finding.target_id is not None:
        waivers.grant(
            session,
            finding.target_id,
            check=finding.check,
            column_id=finding.column_id,
            until=until,
            by=ruling.by,
            why=ruling.why,
            at=ruling.at,
        )


def _manual(window: Window, accused: Accused, check: str, label: str, severity: str) -> Finding:
    target, unit, column = accused.target, accused.unit, accused.column
    check, label = _code_and_label(check, label, target)
    if target is None and unit is None:
        raise DecisionError("请指明问题属于哪个网站、账号或单位")
    if target is not None and target.canary:
        raise DecisionError(f"“{target.name}”是哨兵，不登记问题")
    unit_id = target.unit_id if target is not None else unit.id if unit is not None else 0
    return Finding(
        window_id=window.id,
        window=window,
        subject=f"target:{target.id}" if target is not None else f"unit:{unit_id}",
        target_id=target.id if target is not None else None,
        unit_id=unit_id,
        check=check,
        column_id=column.id if column is not None else None,
        column_key=str(column.id) if column is not None else "",
        label=label,
        severity=_severity(check, severity),
        manual=True,
    )


def _code_and_label(check: str, label: str, target: Target | None) -> tuple[str, str]:
    """The code and what is printed: a code prints its own label, a label of notices itself."""
    kind = {"site": SITE, "account": ACCOUNT}.get(target.kind, "") if target is not None else ""
    code = check if known(check) else code_of(check, kind)
    if code:
        return code, label or (label_of(code) if code == check else check)
    if not label:
        raise DecisionError(f"检查项 {check} 没有固定的问题表述，请用 --label 写明")
    return check, label


def _severity(check: str, given: str) -> str:
    if given:
        try:
            return Severity(given).value
        except ValueError as error:
            raise DecisionError(f"严重程度“{given}”应是 veto、deduct 或 note") from error
    declared = BY_CODE.get(check)
    if declared is not None:
        return declared.severity.value
    veto = check[:1] in {"W", "M"} and check[1:2].isdigit()
    if veto:
        return Severity.VETO.value
    return Severity.DEDUCT.value if check.startswith("D-") else Severity.NOTE.value


def _refuse_twin(session: Session, finding: Finding) -> None:
    twin = session.scalar(
        select(Finding).where(
            Finding.window_id == finding.window.id,
            Finding.subject == finding.subject,
            Finding.check == finding.check,
            Finding.column_key == finding.column_key,
        )
    )
    if twin is not None:
        state = State(twin.state).chinese
        raise DecisionError(f"该对象在本窗口已有 {finding.check} 问题（编号 {twin.id}，{state}）")


def _refuse_no_date(last_update: str) -> None:
    try:
        moments.moment(last_update)
    except ValueError as error:
        raise DecisionError(f"最后更新时间“{last_update[:40]}”应写成 2023-03-31") from error


def _latest_verdict(session: Session, finding: Finding) -> tuple[Verdict, Run] | None:
    """The newest verdict on the same matter in a later run, under that run's newest judgement."""
    newest = select(func.max(Judgement.id)).group_by(Judgement.run_id)
    row = session.execute(
        select(Verdict, Run)
        .join(Run, Run.id == Verdict.run_id)
        .where(
            Verdict.judgement_id.in_(newest),
            Verdict.target_id == finding.target_id,
            Verdict.check == finding.check,
            Verdict.column_id.is_(None)
            if finding.column_id is None
            else Verdict.column_id == finding.column_id,
            Run.as_of > finding.opened_at,
            Run.state.in_(("done", "released")),
        )
        .order_by(Run.as_of.desc(), Verdict.id.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row is not None else None
