"""The ledger of first sights: what appeared in a watched list under a day long past (trap 26)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from checks.facts import LateItem
from crawler import factcodec
from crawler.extract.dates import beijing_day
from crawler.fetch.access import AccessState
from crawler.spiders import result
from models import Capture, Column, Fact, Item, Run, Visit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from crawler.extract.facts import PageFacts

_MOST = 200
_YOUNG = timedelta(days=1)
"""Items dated yesterday or today are what a night expects."""


@dataclass(frozen=True, slots=True)
class _Look:
    """An earlier good look at a column: when, what it showed, and how far back.

    `before` is the look before this one, None where there was none.
    """

    at: datetime
    before: datetime | None
    addresses: frozenset[str]
    titles: frozenset[str]
    oldest: date


@dataclass(frozen=True, slots=True)
class Night:
    """A run, as far as the ledger asks."""

    id: int
    as_of: datetime


def late_items(session: Session, nights: Iterable[Night], site_id: int) -> tuple[LateItem, ...]:
    """Items of a site that appeared late: in these runs, as `backdated_nights` gives them.

    A forged day stays one on the second night: it is told as long as the window lasts, so that
    nobody has to look at the one night that saw it first. A run in no window tells its own.
    """
    return tuple(late for night in nights for late in _late_in(session, night, site_id))[:_MOST]


def backdated_nights(
    connection: Connection, run: Run, site_ids: Sequence[int]
) -> dict[int, list[Night]]:
    """The runs of a window up to this one in which something with an old day was first seen, by site."""
    if not site_ids:
        return {}
    where = (Run.id == run.id) if run.window_id is None else (Run.window_id == run.window_id)
    found = connection.execute(
        select(Item.target_id, Run.id, Run.as_of, func.min(Item.published_at))
        .join(Item, Item.first_run_id == Run.id)
        .where(
            where,
            Run.as_of <= run.as_of,
            Item.target_id.in_(site_ids),
            Item.column_id.is_not(None),
            Item.published_at.is_not(None),
        )
        .group_by(Item.target_id, Run.id)
        .order_by(Run.as_of, Run.id)
    )
    told: dict[int, list[Night]] = {}
    for site, number, moment, oldest in found:
        if oldest and oldest < moment - _YOUNG:
            told.setdefault(site, []).append(Night(number, moment))
    return told


def _late_in(session: Session, run: Night, site_id: int) -> tuple[LateItem, ...]:
    """Items of a site first seen in this run that an earlier look at their list should have shown.

    An item counts when the last good look at its column came after the day it claims, reached
    further back than that day and did not show it, neither by address nor by title; and when no
    other address of the site ever had its title. A single look that met an old copy of the whole
    site (a cache, trap 30) shows nothing of those days anywhere: unless something of the site was
    as young by then, the look before it must have come after that day, too.
    """
    # First: the first night of every site has new items by the hundred.
    new = _new_items(session, run, site_id) if _visited_before(session, run, site_id) else ()
    if not new:
        return ()
    youngest = _youngest_known(session, run, site_id)
    known = _known_titles(session, run, site_id, [item.title for item in new])
    by_column: dict[int, list[Item]] = defaultdict(list)
    for item in new:
        if item.column_id is not None and _plain(item.title) not in known:
            by_column[item.column_id].append(item)
    found: list[LateItem] = []
    for column_id, items in by_column.items():
        look = _look_before(session, run, site_id, column_id)
        if look is not None:
            name = session.get_one(Column, column_id).name
            found += [
                late
                for item in items
                if (late := _late(item, look, name, run.as_of)) is not None
                and (late.claimed <= youngest or _after(look.before, late.claimed))
            ]
    return tuple(found)


def _new_items(session: Session, run: Night, site_id: int) -> Sequence[Item]:
    return session.scalars(
        select(Item)
        .where(
            Item.target_id == site_id,
            Item.first_run_id == run.id,
            Item.column_id.is_not(None),
            Item.published_at.is_not(None),
            Item.published_at < run.as_of - _YOUNG,
        )
        .order_by(Item.id)
        .limit(_MOST)
    ).all()


def _visited_before(session: Session, run: Night, site_id: int) -> bool:
    """Whether an earlier night saw any page of the site: on its first, nothing can be late."""
    found = (
        select(Visit.id)
        .join(Run, Run.id == Visit.run_id)
        .where(Visit.target_id == site_id, Visit.pages > 0, Run.as_of < run.as_of)
        .limit(1)
    )
    return session.scalar(found) is not None


def _youngest_known(session: Session, run: Night, site_id: int) -> date:
    """The youngest day of anything that earlier nights saw on the site."""
    found = session.scalar(
        select(func.max(Item.published_at)).where(
            Item.target_id == site_id,
            Item.first_seen_at < run.as_of,
            Item.published_at <= Item.first_seen_at,
        )
    )
    return beijing_day(found) if found is not None else date.min


def _after(look: datetime | None, day: date) -> bool:
    return look is not None and day < beijing_day(look)


def _known_titles(
    session: Session, run: Night, site_id: int, titles: Iterable[str]
) -> frozenset[str]:
    """Which of these titles the site had under another address before: moved, not written late."""
    rows = session.scalars(
        select(Item.title).where(
            Item.target_id == site_id,
            Item.title.in_(list(dict.fromkeys(titles))),
            Item.first_seen_at < run.as_of,
        )
    )
    return frozenset(map(_plain, rows))


def _look_before(session: Session, run: Night, site_id: int, column_id: int) -> _Look | None:
    """The last good look at a column before this run that showed dated items."""
    rows = session.execute(
        select(Run.as_of, Fact.payload)
        # By way of the visits: captures are found by run and target.
        .join(Visit, Visit.run_id == Run.id)
        .join(Capture, (Capture.run_id == Visit.run_id) & (Capture.target_id == Visit.target_id))
        .join(Fact, Fact.capture_id == Capture.id)
        .where(
            Visit.target_id == site_id,
            Capture.column_id == column_id,
            Fact.kind == factcodec.PAGE,
            Capture.role.in_([result.COLUMN, result.BOARD]),
            Capture.access == AccessState.OK.value,
            Run.as_of < run.as_of,
        )
        .order_by(Run.as_of.desc(), Fact.id.desc())
        .limit(2)
    ).all()
    if not rows:
        return None
    last = rows[0]
    before = rows[1][0] if len(rows) > 1 and rows[1][0] < last[0] else None
    return _look(last[0], before, factcodec.decode_page(last[1]))


def _look(at: datetime, before: datetime | None, facts: PageFacts) -> _Look | None:
    own = [row for row in facts.rows if row.own]
    days = [row.date for row in own if row.date is not None and not row.pinned]
    if not days or len(days) < len(own) / 2:
        return None
    return _Look(
        at,
        before,
        frozenset(row.url for row in own),
        frozenset(_plain(row.title) for row in own),
        min(days),
    )


def _late(item: Item, look: _Look, column: str, first_seen: datetime) -> LateItem | None:
    assert item.published_at is not None
    claimed = beijing_day(item.published_at)
    shown = item.url in look.addresses or _plain(item.title) in look.titles
    if shown or not look.oldest < claimed < beijing_day(look.at):
        return None
    return LateItem(item.title, item.url, column, claimed, first_seen, look.at, look.oldest)


def _plain(title: str) -> str:
    return "".join(title.split())
