"""When the columns of large sites were last looked at, and what was seen then.

A site may have more columns than one night can open: they take turns (docs/decisions/0014).

last_looks     when each column was last opened, for the plan of a night
earlier        the last good look at columns that tonight did not open, for the checks
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from checks.facts import PageReading
from crawler import factcodec
from crawler.fetch.access import AccessState
from models import Capture, Column, Fact, Run

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy.orm import Session

    from crawler.extract.facts import PageFacts

MANY: Final = 12
"""Columns that every night opens: a site that has no more needs no turns."""
HOLDS: Final = timedelta(days=14)
"""How long an earlier look at a column speaks for it while others have their turn."""
_NIGHTS: Final = 21
_ROLES: Final = ("column", "board")
_ARTICLE: Final = "article"
_NONE: Final = (datetime.min.replace(tzinfo=UTC), 0)


@dataclass(frozen=True, slots=True)
class EarlierLook:
    """A page of a column as an earlier run saw it, and the articles that told days of its rows."""

    page: PageReading
    run: Run
    articles: Mapping[str, PageFacts]


def last_looks(
    session: Session, site_ids: Sequence[int], as_of: datetime
) -> dict[int, dict[str, datetime]]:
    """Of sites with many columns, the last of the nights before `as_of` that opened each, by address."""
    many = session.scalars(
        select(Column.site_id)
        .where(Column.site_id.in_(site_ids), Column.retired.is_(False))
        .group_by(Column.site_id)
        .having(func.count() > MANY)
    ).all()
    nights = session.scalars(
        select(Run.id).where(Run.as_of < as_of).order_by(Run.as_of.desc()).limit(_NIGHTS)
    ).all()
    if not many or not nights:
        return {}
    found = session.execute(
        select(Capture.target_id, Column.url, func.max(Run.as_of))
        .join(Column, Column.id == Capture.column_id)
        .join(Run, Run.id == Capture.run_id)
        .where(Capture.run_id.in_(nights), Capture.target_id.in_(many), Capture.role.in_(_ROLES))
        .group_by(Capture.target_id, Column.url)
    )
    told: dict[int, dict[str, datetime]] = {}
    for site_id, url, moment in found:
        told.setdefault(site_id, {})[url] = moment
    return told


def earlier(
    session: Session, run: Run, site_id: int, columns: Collection[int]
) -> Mapping[int, EarlierLook]:
    """The last good look at each of these columns in the days before a run; none where it failed."""
    if not columns:
        return {}
    runs = {
        one.id: one
        for one in session.scalars(
            select(Run).where(Run.as_of < run.as_of, Run.as_of >= run.as_of - HOLDS)
        )
    }
    found = session.execute(
        select(Capture.id, Capture.run_id, Capture.column_id, Capture.role)
        .where(
            Capture.run_id.in_(runs),
            Capture.target_id == site_id,
            Capture.column_id.in_(columns),
            Capture.role.in_((*_ROLES, _ARTICLE)),
            Capture.access == AccessState.OK.value,
        )
        .order_by(Capture.id)
    ).all()
    last: dict[int | None, tuple[datetime, int | None]] = {}
    for _, run_id, column_id, role in found:
        if role != _ARTICLE and run_id is not None:
            last[column_id] = max(last.get(column_id, _NONE), (runs[run_id].as_of, run_id))
    wanted = {
        capture_id: column_id
        for capture_id, run_id, column_id, _ in found
        if column_id is not None and column_id in last and last[column_id][1] == run_id
    }
    return _read(session, wanted, runs)


def _read(
    session: Session, captures: Mapping[int, int], runs: Mapping[int, Run]
) -> dict[int, EarlierLook]:
    told: dict[int, EarlierLook] = {}
    articles: dict[int, dict[str, PageFacts]] = {}
    found = session.execute(
        select(Capture, Fact.payload)
        .join(Fact, Fact.capture_id == Capture.id)
        .where(Capture.id.in_(captures), Fact.kind == factcodec.PAGE)
        .order_by(Fact.id)
    )
    for seen, payload in found:  # of readings of one capture the newest counts
        column, facts = captures[seen.id], factcodec.decode_page(payload)
        if seen.role == _ARTICLE:
            articles.setdefault(column, {})[seen.url] = facts
            continue
        page = PageReading(
            url=seen.url,
            role=seen.role,
            access=AccessState(seen.access),
            capture_id=seen.id,
            facts=facts,
            rendered=seen.rendered,
            detail=seen.detail,
        )
        assert seen.run_id is not None, "asked for by its run"
        told[column] = EarlierLook(page, runs[seen.run_id], articles.setdefault(column, {}))
    return told
