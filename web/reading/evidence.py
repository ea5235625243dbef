"""Everything that speaks for or against one finding, for the detail beside the queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from checks.registry import BY_CODE
from checks.ruleset import RulesetError
from models import (
    Capture,
    Decision,
    FeedbackFile,
    Finding,
    FindingNote,
    OperatorObservation,
    Run,
    Verdict,
)
from review import rulesets
from web.evidence_words import LABELS, worded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from checks.base import Check
    from settings import Settings

NIGHTS = 14
"""So many runs back the captures of the same page are shown."""
MOST = 40

_ELSEWHERE = frozenset({"url", "item_url", "screenshot", "next_try"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """One finding's case. `seen` are the captures its verdict names, `before` the same page on

    other nights. `mark` is the text to highlight in the stored page, `shown` that page's capture.
    """

    finding: Finding
    check: Check | None
    parameters: Mapping[str, Any]
    run: Run | None
    readings: tuple[tuple[str, Any], ...]
    seen: Sequence[Capture]
    before: Sequence[Capture]
    shown: Capture | None
    mark: str
    decisions: Sequence[Decision]
    notes: Sequence[FindingNote]
    files: Sequence[FeedbackFile]
    looks: Sequence[OperatorObservation]
    warning: str

    @property
    def last(self) -> Decision | None:
        """The newest decision."""
        return self.decisions[-1] if self.decisions else None


def of_finding(session: Session, settings: Settings, finding: Finding) -> Evidence:
    """The case of one finding."""
    told = finding.evidence
    verdict = session.get(Verdict, finding.verdict_id) if finding.verdict_id else None
    seen = _captures(session, verdict)
    shown = _shown(seen, str(told.get("url") or ""))
    return Evidence(
        finding,
        BY_CODE.get(finding.check),
        _parameters(session, settings, finding.check),
        session.get(Run, finding.run_id) if finding.run_id else None,
        readings(told, finding.check),
        seen,
        _before(session, finding, shown),
        shown,
        str(told.get("title") or told.get("post") or told.get("text") or ""),
        _all(session, Decision, finding.id),
        _all(session, FindingNote, finding.id),
        _all(session, FeedbackFile, finding.id),
        _looks(session, finding),
        verdict.warning if verdict else "",
    )


def readings(told: Mapping[str, Any], check: str = "") -> tuple[tuple[str, Any], ...]:
    """Evidence as (what it is called, value), in reading order; unknown keys come last."""
    ordered = [key for key in LABELS if key in told]
    rest = [key for key in told if key not in LABELS and key not in _ELSEWHERE]
    found = [(LABELS.get(key, key), worded(key, told[key], check)) for key in (*ordered, *rest)]
    return tuple((label, value) for label, value in found if value not in ("", [], None))


def _parameters(session: Session, settings: Settings, code: str) -> Mapping[str, Any]:
    check = BY_CODE.get(code)
    if check is None:
        return {}
    try:
        return rulesets.in_force(session, settings).parameters[code]
    except RulesetError:
        return check.parameters


def _captures(session: Session, verdict: Verdict | None) -> Sequence[Capture]:
    if verdict is None or not verdict.captures:
        return []
    ids = [one for one in verdict.captures if isinstance(one, int)][:MOST]
    found = {one.id: one for one in session.scalars(select(Capture).where(Capture.id.in_(ids)))}
    return [found[one] for one in ids if one in found]


def _shown(seen: Sequence[Capture], url: str) -> Capture | None:
    """The capture in which the reading stands: that of the page named, else the first readable."""
    held = [one for one in seen if one.sha256]
    named = [one for one in held if url and url in {one.url, one.final_url}]
    rendered = [one for one in named if one.rendered]
    return next(iter((*rendered, *named, *held)), None)


def _before(session: Session, finding: Finding, shown: Capture | None) -> Sequence[Capture]:
    """The same address on the last nights, newest first."""
    if finding.target_id is None:
        return []
    runs = select(Run.id).order_by(Run.as_of.desc(), Run.id.desc()).limit(NIGHTS)
    query = select(Capture).where(
        Capture.target_id == finding.target_id, Capture.run_id.in_(session.scalars(runs).all())
    )
    if shown is not None:
        query = query.where(Capture.url == shown.url)
    else:
        query = query.where(Capture.role.in_(("home", "source")))
    return session.scalars(query.order_by(Capture.id.desc()).limit(MOST)).all()


def _looks(session: Session, finding: Finding) -> Sequence[OperatorObservation]:
    if finding.target_id is None:
        return []
    return session.scalars(
        select(OperatorObservation)
        .where(OperatorObservation.target_id == finding.target_id)
        .order_by(OperatorObservation.seen_at.desc())
        .limit(10)
    ).all()


def _all(session: Session, table: Any, finding_id: int) -> Sequence[Any]:
    rows: Sequence[Any] = session.scalars(
        select(table).where(table.finding_id == finding_id).order_by(table.id)
    ).all()
    return rows
