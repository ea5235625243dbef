"""What people saw on sites, as the checks are given it: the newest look at each place.

of       the looks at one site that a run may know, by column; None is the home page
added    the reading of a column with what a person saw in it
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from checks.facts import PersonLook
from crawler.extract.dates import beijing_day
from crawler.platforms.adapters.operator import LOOK_HOLDS
from models import OperatorObservation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from checks.facts import ColumnReading
    from models import Run

MOST = 200


def of(session: Session, run: Run, site_id: int) -> dict[int | None, PersonLook]:
    """Of each place the last look before the run that says when something was published there."""
    rows = session.scalars(
        select(OperatorObservation)
        .where(OperatorObservation.target_id == site_id, OperatorObservation.seen_at <= run.as_of)
        .order_by(OperatorObservation.seen_at.desc(), OperatorObservation.id.desc())
        .limit(MOST)
    )
    found: dict[int | None, PersonLook] = {}
    for row in rows:
        if row.newest_at is None and not row.never_posted:
            continue
        look = PersonLook(
            seen_at=row.seen_at,
            by=row.observed_by,
            newest=beijing_day(row.newest_at) if row.newest_at else None,
            empty=row.never_posted,
            holds=run.as_of - row.seen_at <= LOOK_HOLDS,
            url=row.url,
            text=row.text,
        )
        found.setdefault(row.column_id, look)
    return found


def added(column: ColumnReading, look: PersonLook | None) -> ColumnReading:
    """The column with the look; its date counts where it is newer than what was read."""
    if look is None:
        return column
    newest = max(filter(None, (column.newest, look.newest)), default=None)
    known = max(filter(None, (column.newest_known, look.newest)), default=None)
    return replace(
        column,
        look=look,
        newest=newest,
        newest_known=known,
        ever_filled=column.ever_filled or look.newest is not None,
    )
