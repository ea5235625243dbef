"""Second looks: at least a day after the first, kept with the evidence; they may undo a finding.

A second look undoes a finding only when it shows an own item dated inside the deadline before
the first look: then the first look was wrong. A post made after it undoes nothing (design.md 4.5).
"""

from __future__ import annotations

from collections import Counter
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from checks.base import Outcome
from checks.deadlines import BEIJING, beijing_day
from checks.registry import BY_CODE
from models import Finding, Item, Verdict
from review import moments
from review.moves import MACHINE, Ruling, move
from review.states import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from models import Run

LOOKED = frozenset({Outcome.PASS.value, Outcome.FAIL.value})
"""Outcomes of a look that saw something; the others leave the second look due."""
_LIVE = (State.FLAGGED.value, State.CONFIRMED.value)
# Only these are about one list: the items of its other columns do not speak for a home page.
_HOME_ONLY = frozenset({"W3.1"})


def second_looks(session: Session, run: Run, judgement_id: int) -> Counter[str]:
    """Apply the verdicts of a run to the findings whose second look is due; count what they undid.

    The findings of every window that is not frozen are looked at, those of a window that has
    ended but is not yet decided among them.
    """
    undone: Counter[str] = Counter()
    for finding, verdict in _due(session, run, judgement_id):
        items = [*_learned_items(session, finding), *_shown(verdict)]
        if apply_second_look(session, finding, verdict, items=items, at=run.as_of):
            undone[finding.check] += 1
    return undone


def apply_second_look(
    session: Session,
    finding: Finding,
    verdict: Verdict,
    *,
    items: Iterable[datetime] = (),
    at: datetime,
    days: int | None = None,
) -> bool:
    """Keep a later look with the finding; True when it withdraws the finding.

    `items` are the publishing moments of own items learned since the first look, `days` the
    deadline (default: the check's own). Nothing happens before the second look is due, nor
    when the look saw nothing.
    """
    due = finding.second_look_due
    if due is None or at < due or verdict.outcome not in LOOKED or finding.state not in _LIVE:
        return False
    deadline = days if days is not None else _deadline(finding.check)
    newest = moments.moment(verdict.last_update)
    known = [*items, newest] if newest else list(items)
    before = [one for one in known if _inside(one, finding.opened_at, deadline)]
    look = _look(verdict, at, max(before, default=None))
    if not before:
        if finding.second_look_at is None:
            finding.second_look_at = at
            finding.second_look = look
        return False
    ruling = Ruling(MACHINE, at, "第二次查看发现首次查看之前、期限之内的更新", "second_look")
    return move(session, finding, State.WITHDRAWN, ruling, second_look_at=at, second_look=look)


def knows_what_undid_it(finding: Finding, verdict: Verdict) -> bool:
    """Whether a new failing verdict of a withdrawn finding already knows the item that undid it."""
    undone_by = moments.moment(str(finding.second_look.get("item") or ""))
    told = moments.moment(verdict.last_update)
    return told is not None and (undone_by is None or told >= undone_by)


def _due(session: Session, run: Run, judgement_id: int) -> Sequence[tuple[Finding, Verdict]]:
    query = (
        select(Finding, Verdict)
        .join(
            Verdict,
            (Verdict.target_id == Finding.target_id)
            & (Verdict.check == Finding.check)
            & or_(
                Verdict.column_id == Finding.column_id,
                Verdict.column_id.is_(None) & Finding.column_id.is_(None),
            ),
        )
        .where(
            Verdict.judgement_id == judgement_id,
            Finding.state.in_(_LIVE),
            Finding.second_look_due <= run.as_of,
        )
        .order_by(Finding.id)
    )
    found = [(row[0], row[1]) for row in session.execute(query)]
    return [(finding, verdict) for finding, verdict in found if not finding.window.frozen_at]


def _learned_items(session: Session, finding: Finding) -> list[datetime]:
    """Publishing moments of items first seen after the first look."""
    query = select(Item.published_at).where(
        Item.target_id == finding.target_id,
        Item.first_seen_at > finding.opened_at,
        Item.published_at <= finding.opened_at,
    )
    if finding.check in _HOME_ONLY:
        query = query.where(Item.column_id.is_(None))
    elif finding.column_id is not None:
        query = query.where(Item.column_id == finding.column_id)
    return [one for one in session.scalars(query) if one is not None]


def _shown(verdict: Verdict) -> list[datetime]:
    """The days that stood on the page at this look, where the check tells them (W3.1)."""
    days = verdict.evidence.get("recent_dates")
    found = [moments.moment(str(day)) for day in days] if isinstance(days, list) else []
    return [one for one in found if one is not None]


def _deadline(check: str) -> int | None:
    """The check's deadline in days; None where its finding is about no single newest item."""
    declared = BY_CODE.get(check)
    days = declared.parameters.get("days") if declared else None
    return days if isinstance(days, int) and check[:2] in {"W3", "M2"} else None


def _inside(item: datetime, first_look: datetime, days: int | None) -> bool:
    if days is None or item > first_look:
        return False
    age = beijing_day(first_look) - beijing_day(item)
    # A day without a time of day may lie after the look: it proves nothing on the day itself.
    day_only = item.astimezone(BEIJING).time() == time()
    return timedelta(days=1 if day_only else 0) <= age < timedelta(days=days)


def _look(verdict: Verdict, at: datetime, item: datetime | None) -> dict[str, Any]:
    return {
        "at": moments.beijing(at),
        "run": verdict.run_id,
        "verdict": verdict.id,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "last_update": verdict.last_update,
        "evidence": dict(verdict.evidence),
        "captures": list(verdict.captures),
        "item": moments.beijing(item) if item else "",
    }
