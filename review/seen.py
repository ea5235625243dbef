"""Decisions on what a person saw: who decides on an older state is refused and told by whom.

decide_seen    as decisions.decide, for findings that nobody changed since they were shown
undo           a person takes back his or her own last decision
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from models import Decision, Finding, Waiver
from review import decisions
from review.decisions import DecisionError, DecisionReport
from review.moves import Ruling, move
from review.states import State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session

UNDO = "undo"
"""The reason code of a decision that takes one back; figures on precision leave both out."""
_UNDONE_BY_HAND = frozenset({State.CONFIRMED, State.DISMISSED, State.RECTIFIED})


def decide_seen(
    session: Session,
    seen: Mapping[int, int],
    *,
    state: str,
    by: str,
    at: datetime,
    why: str = "",
    reason_code: str = "",
    waiver_until: date | None = None,
) -> DecisionReport:
    """Decide on the findings whose version is still the one that was shown (id → version)."""
    stale: dict[int, str] = {}
    for identifier, version in seen.items():
        finding = session.get(Finding, identifier)
        if finding is not None and finding.version != version:
            stale[identifier] = changed_meanwhile(session, finding)
    report = decisions.decide(
        session,
        [one for one in seen if one not in stale],
        state=state,
        by=by,
        why=why,
        reason_code=reason_code,
        at=at,
        waiver_until=waiver_until,
    )
    report.refused.update(stale)
    return report


def changed_meanwhile(session: Session, finding: Finding) -> str:
    """Who changed a finding last and to what, as one Chinese sentence."""
    last = _last(session, finding.id)
    by = last.decided_by if last else "他人"
    why = f"（{last.why}）" if last and last.why else ""
    return f"已由 {by} 处理为“{State(finding.state).chinese}”{why}，请查看后再决定"


def undo(session: Session, finding_id: int, *, version: int, by: str, at: datetime) -> Finding:
    """Take the finding back to where it was before `by` decided on it, and a waiver with it.

    Only the last decision, only one's own, and only in a window that is not frozen. Raises
    DecisionError.
    """
    finding = session.get(Finding, finding_id)
    if finding is None:
        raise DecisionError("没有这个问题编号")
    if finding.window.frozen_at is not None:
        raise DecisionError(f"窗口 {finding.window.name} 已经封存")
    if finding.version != version:
        raise DecisionError(changed_meanwhile(session, finding))
    last = _last(session, finding_id)
    if (
        last is None
        or last.decided_by != by
        or last.reason_code == UNDO
        or not last.old
        or last.new != finding.state
        or State(finding.state) not in _UNDONE_BY_HAND
    ):
        raise DecisionError("只能撤销自己刚刚作出的决定")
    ruling = Ruling(by, at, f"撤销“{State(last.new).chinese}”", UNDO)
    if not move(session, finding, State(last.old), ruling, rectified_on=None):
        raise DecisionError(changed_meanwhile(session, finding))
    if finding.target_id is not None:
        session.execute(
            delete(Waiver).where(
                Waiver.target_id == finding.target_id,
                Waiver.check == finding.check,
                Waiver.granted_by == by,
                Waiver.granted_at == last.decided_at,
                Waiver.column_id.is_(None)
                if finding.column_id is None
                else Waiver.column_id == finding.column_id,
            )
        )
    session.flush()
    return finding


def _last(session: Session, finding_id: int) -> Decision | None:
    return session.scalar(
        select(Decision)
        .where(Decision.finding_id == finding_id)
        .order_by(Decision.id.desc())
        .limit(1)
    )
