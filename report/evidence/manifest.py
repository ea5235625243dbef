"""What an evidence pack says of itself: findings, their captures, and the hash of every file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models import Capture, Decision, Finding, Target, Unit, Verdict
from report.evidence.warc import record_id
from review.moments import beijing
from review.states import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from models import Window

SCHEMA = "xuncha-evidence-1"
MOST_CAPTURES = 40
"""Captures of one finding in a pack; a verdict names fewer."""


def findings_of(session: Session, window: Window) -> Sequence[Finding]:
    """What the notice of the window prints, by number."""
    printed = [one.value for one in State if one.printed]
    chosen = select(Finding).where(Finding.window_id == window.id, Finding.state.in_(printed))
    return session.scalars(chosen.order_by(Finding.id)).all()


def captures_of(session: Session, finding: Finding) -> list[Capture]:
    """The captures behind the verdict that opened a finding; none where a person entered it."""
    verdict = session.get(Verdict, finding.verdict_id) if finding.verdict_id else None
    ids = [one for one in (verdict.captures if verdict else []) if isinstance(one, int)]
    found = [session.get(Capture, one) for one in dict.fromkeys(ids[:MOST_CAPTURES])]
    return [one for one in found if one is not None]


def told(session: Session, finding: Finding, captures: Iterable[Capture]) -> dict[str, Any]:
    """A finding with everything that was decided about it, as plain data."""
    target = session.get(Target, finding.target_id) if finding.target_id else None
    verdict = session.get(Verdict, finding.verdict_id) if finding.verdict_id else None
    return {
        "id": finding.id,
        "kind": target.kind if target else "unit",
        "code": target.code if target else "",
        "name": target.name if target else session.get_one(Unit, finding.unit_id).name,
        "unit": session.get_one(Unit, finding.unit_id).name,
        "check": finding.check,
        "label": finding.label,
        "severity": finding.severity,
        "state": finding.state,
        "manual": finding.manual,
        "reason": finding.reason,
        "opened": beijing(finding.opened_at),
        "last_update": finding.last_update,
        "evidence": finding.evidence,
        "second_look_at": beijing(finding.second_look_at) if finding.second_look_at else None,
        "second_look": finding.second_look,
        "rectified_on": finding.rectified_on.isoformat() if finding.rectified_on else None,
        "ruleset": verdict.ruleset if verdict else "",
        "decisions": _decisions(session, finding),
        "captures": [_capture(one) for one in captures],
    }


def _decisions(session: Session, finding: Finding) -> list[dict[str, str]]:
    chosen = select(Decision).where(Decision.finding_id == finding.id).order_by(Decision.id)
    return [
        {
            "from": one.old,
            "to": one.new,
            "by": one.decided_by,
            "at": beijing(one.decided_at),
            "why": one.why,
        }
        for one in session.scalars(chosen)
    ]


def _capture(one: Capture) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": one.url,
        "final_url": one.final_url,
        "chain": one.chain,
        "role": one.role,
        "status": one.status,
        "access": one.access,
        "fetched_at": beijing(one.fetched_at),
        "vantage": one.vantage,
        "rendered": one.rendered,
        "sha256": one.sha256,
        "size": one.size,
        "screenshot": one.screenshot,
        "record": record_id(one),
    }
