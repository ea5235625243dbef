"""What is late goes before a person: findings of S-FIND1 and S-FIND2 on the sites it is about."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from models import Finding, Target
from report.flagged import Flagged
from report.messages import read
from report.period import calendar_span
from report.places import places
from review import decisions
from review.decisions import Accused, DecisionError
from review.states import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from models import Window
    from report.messages.counting import Message

OPEN, LATE = "S-FIND1", "S-FIND2"
_NAMED = 10


def flag(session: Session, window: Window, *, by: str, at: datetime) -> Flagged:
    """Flag every registered site with overdue messages, and with such as took a month or longer.

    A site that has the finding in this window already, whatever became of it, gets no other.
    Raises DecisionError for a frozen window.
    """
    told = Flagged()
    known = places(session).sites
    span = calendar_span(window.name) or (window.starts_on, window.ends_on)
    found: defaultdict[tuple[str, str], list[Message]] = defaultdict(list)
    for one in read.messages(session, span, known):
        if one.overdue:
            found[OPEN, one.code].append(one)
        if one.month:
            found[LATE, one.code].append(one)
    sites = _sites(session, {code for _, code in found})
    standing = _standing(session, window)
    for (check, code), mine in sorted(found.items()):
        site = sites.get(code)
        if site is None:
            told.skipped.append(f"网站标识码 {code} 不在名录中，{len(mine)} 条留言没有登记")
        elif (site.id, check) in standing:
            told.known.append(standing[site.id, check])
        else:
            _open(session, window, site, check, mine, (told, by, at))
    return told


def _open(
    session: Session,
    window: Window,
    site: Target,
    check: str,
    mine: Sequence[Message],
    ruling: tuple[Flagged, str, datetime],
) -> None:
    told, by, at = ruling
    try:
        finding = decisions.add(
            session,
            window,
            Accused(target=site),
            check=check,
            evidence={"messages": len(mine), "numbers": [_line(one) for one in mine[:_NAMED]]},
            by=by,
            why=f"找错平台清单：{len(mine)} 条",
            at=at,
            state=State.FLAGGED.value,
        )
    except DecisionError as error:
        if window.frozen_at is not None:
            raise
        told.skipped.append(f"{site.name}：{error}")
    else:
        told.opened.append(finding.id)


def _line(one: Message) -> str:
    until = f"{one.closed_on} 办结" if one.closed_on else f"{one.listed_on} 仍{one.state}"
    return f"{one.number}：{one.received_on} 收到，{until}"


def _sites(session: Session, codes: set[str]) -> Mapping[str, Target]:
    chosen = select(Target).where(Target.kind == "site", Target.retired.is_(False))
    return {one.code: one for one in session.scalars(chosen) if one.code in codes}


def _standing(session: Session, window: Window) -> dict[tuple[int, str], int]:
    chosen = select(Finding).where(
        Finding.window_id == window.id, Finding.check.in_((OPEN, LATE)), Finding.column_key == ""
    )
    return {
        (one.target_id, one.check): one.id
        for one in session.scalars(chosen)
        if one.target_id is not None
    }
