"""网站 and 账号 as lists: searched, sorted, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from models import Account, Finding, Site, Target, Unit, Verdict, Visit
from review.states import State
from web import pinyin
from web.paging import Page, page_of
from web.reading.current import newest_judgement
from web.scope import bounds, subtree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from models import Run

TARGETS, SITES, ACCOUNTS = Target.__table__, Site.__table__, Account.__table__
LIVE = (State.FLAGGED.value, State.CONFIRMED.value)
FRESHNESS = ("W3.1", "W3.2", "M2.1")
SORTS = ("position", "name", "code", "unit", "findings", "read")


@dataclass(frozen=True, slots=True)
class Sought:
    """What a list is searched by; empty means anything. `read` is yes, no or empty."""

    kind: str
    text: str = ""
    unit: int | None = None
    platform: str = ""
    read: str = ""
    flagged: str = ""
    sort: str = "position"
    down: bool = False
    only: int | None = None


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One line of a list. `row` holds the columns, `last_update` the newest own item known."""

    row: Any
    last_update: str


def page(
    session: Session,
    run: Run | None,
    sought: Sought,
    *,
    unit_id: int | None,
    number: int,
    given: Mapping[str, str],
    size: int = 50,
) -> Page:
    """One page of targets with how last night went and how many findings live."""
    live = (
        select(Finding.target_id, func.count().label("live"))
        .where(Finding.state.in_(LIVE), *bounds(unit_id, Finding.unit_id))
        .group_by(Finding.target_id)
        .subquery()
    )
    visits = Visit.__table__
    # Without a night there is no visit: no run has the number 0.
    night = (visits.c.target_id == TARGETS.c.id) & (visits.c.run_id == (run.id if run else 0))
    query = (
        select(
            TARGETS.c.id,
            TARGETS.c.name,
            TARGETS.c.code,
            TARGETS.c.kind,
            TARGETS.c.sponsor,
            TARGETS.c.running_state,
            TARGETS.c.canary,
            Unit.name.label("unit"),
            SITES.c.site_kind,
            func.coalesce(SITES.c.home_url, ACCOUNTS.c.home_url).label("address"),
            ACCOUNTS.c.platform,
            ACCOUNTS.c.platform_printed.label("printed"),
            visits.c.fresh,
            visits.c.reason,
            visits.c.access,
            func.coalesce(live.c.live, 0).label("live"),
        )
        .join(Unit, Unit.id == TARGETS.c.unit_id)
        .outerjoin(SITES, SITES.c.id == TARGETS.c.id)
        .outerjoin(ACCOUNTS, ACCOUNTS.c.id == TARGETS.c.id)
        .outerjoin(visits, night)
        .outerjoin(live, live.c.target_id == TARGETS.c.id)
        .where(TARGETS.c.retired.is_(False), *bounds(unit_id, TARGETS.c.unit_id))
    )
    query = query.where(*_sought(session, sought, visits, live)).order_by(
        *_order(sought, visits, live)
    )
    found = page_of(session, query, number=number, size=size, given=given)
    newest = last_updates(session, run, [row.id for row in found.rows])
    rows = [TargetRow(row, newest.get(row.id, "")) for row in found.rows]
    return Page(rows, found.number, found.size, found.total, given)


def _sought(session: Session, sought: Sought, visits: Any, live: Any) -> list[Any]:
    where: list[Any] = []
    if sought.only is not None:
        where.append(TARGETS.c.id == sought.only)
    if sought.kind:
        where.append(TARGETS.c.kind == sought.kind)
    if sought.unit is not None:
        where.append(TARGETS.c.unit_id.in_(subtree(sought.unit)))
    if sought.platform:
        where.append(ACCOUNTS.c.platform == sought.platform)
    if sought.read == "yes":
        where.append(visits.c.fresh.is_(True))
    elif sought.read == "no":
        where.append(visits.c.fresh.is_(False))
    if sought.flagged == "yes":
        where.append(live.c.live > 0)
    if sought.text:
        plain = sought.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        like = f"%{plain}%"
        columns = (TARGETS.c.name, TARGETS.c.code, Unit.name, TARGETS.c.sponsor)
        same = [column.like(like, escape="\\") for column in columns]
        by_initials = pinyin.matching(session, sought.text)
        where.append(or_(*same, TARGETS.c.id.in_(by_initials)) if by_initials else or_(*same))
    return where


def _order(sought: Sought, visits: Any, live: Any) -> list[Any]:
    columns = {
        "name": TARGETS.c.name,
        "code": TARGETS.c.code,
        "unit": Unit.position,
        "findings": func.coalesce(live.c.live, 0),
        "read": func.coalesce(visits.c.fresh, False),
    }
    first = columns.get(sought.sort)
    tail = [TARGETS.c.position, TARGETS.c.id]
    if first is None:
        return [TARGETS.c.position.desc(), TARGETS.c.id.desc()] if sought.down else tail
    return [first.desc() if sought.down else first, *tail]


def last_updates(session: Session, run: Run | None, ids: Sequence[int]) -> dict[int, str]:
    """The newest own item of some targets, as the last night's checks of freshness know it."""
    if run is None or not ids:
        return {}
    judgement = newest_judgement(session, run.id)
    rows = session.execute(
        select(Verdict.target_id, func.max(Verdict.last_update))
        .where(
            Verdict.run_id == run.id,
            Verdict.target_id.in_(ids),
            Verdict.judgement_id == judgement,
            Verdict.check.in_(FRESHNESS),
        )
        .group_by(Verdict.target_id)
    )
    return {target: newest for target, newest in rows if newest}


def platforms(session: Session, unit_id: int | None) -> list[tuple[str, int]]:
    """The platforms that occur, with how many accounts each."""
    rows = session.execute(
        select(ACCOUNTS.c.platform, func.count())
        .join(TARGETS, TARGETS.c.id == ACCOUNTS.c.id)
        .where(TARGETS.c.retired.is_(False), *bounds(unit_id, TARGETS.c.unit_id))
        .group_by(ACCOUNTS.c.platform)
        .order_by(func.count().desc())
    )
    return [(platform, count) for platform, count in rows]
