"""Units whose replies lack something go before a person: one finding F-REPLY a unit and window."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from models import Finding, Unit
from report.flagged import Flagged
from report.replies.check import MISSING
from report.replies.elements import Name
from review import decisions
from review.decisions import Accused
from review.states import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from models import Window
    from report.replies.check import Reply

CHECK = "F-REPLY"
_NAMED = 12


def flag(
    session: Session, window: Window, replies: Sequence[Reply], *, by: str, at: datetime
) -> Flagged:
    """Flag each unit with replies in which something is missing, whatever its sites and accounts.

    Nothing is confirmed by the machine; a unit that has the finding in this window already gets
    no other. Raises DecisionError for a frozen window.
    """
    told = Flagged()
    wrong: defaultdict[str, list[Reply]] = defaultdict(list)
    checked: defaultdict[str, int] = defaultdict(int)
    for one in replies:
        checked[one.unit] += 1
        if [element.name for element in one.missing] == [Name.SEAL]:
            told.skipped.append(f"{one.file}：只缺公章，可能是未用印的电子稿，没有登记")
        elif one.state == MISSING:
            wrong[one.unit].append(one)
    units = {one.name: one for one in session.scalars(select(Unit))}
    for name, mine in wrong.items():
        unit = units.get(name)
        if unit is None:
            told.skipped.extend(f"{one.file}：不知道是哪个单位的，请用 --unit 指明" for one in mine)
            continue
        standing = _standing(session, window, unit)
        if standing is not None:
            told.known.append(standing)
            continue
        evidence = {
            "checked": checked[name],
            "incomplete": len(mine),
            "files": [f"{one.file}：{one.sentence()}" for one in mine[:_NAMED]],
        }
        finding = decisions.add(
            session,
            window,
            Accused(unit=unit),
            check=CHECK,
            label=label(mine),
            evidence=evidence,
            by=by,
            why=f"答复文书 {checked[name]} 份，要素不全 {len(mine)} 份",
            at=at,
            state=State.FLAGGED.value,
        )
        told.opened.append(finding.id)
    return told


def label(replies: Sequence[Reply]) -> str:
    """What the notice prints: which elements are missing, each once, in the order of a reply."""
    missing = {element.name for one in replies for element in one.missing}
    names = [one.value for one in Name if one in missing]
    return f"依申请公开答复文书要素不全（缺{'、'.join(names)}）"


def _standing(session: Session, window: Window, unit: Unit) -> int | None:
    return session.scalar(
        select(Finding.id).where(
            Finding.window_id == window.id,
            Finding.subject == f"unit:{unit.id}",
            Finding.check == CHECK,
            Finding.column_key == "",
        )
    )
