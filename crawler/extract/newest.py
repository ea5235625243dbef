"""The newest date of a list, and dates for undated rows from their article pages."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from crawler.extract.dates import beijing_day
from crawler.extract.facts import Letter, PageFacts, Provenance, Row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime


def newest(rows: Sequence[Row], as_of: datetime) -> tuple[date | None, Provenance | None]:
    """The latest date of own rows that is not after the Beijing day of `as_of` (design 4.4).

    Of rows with that date the surest provenance is told: printed in the list before address.
    """
    today = beijing_day(as_of)
    latest: date | None = None
    provenances: set[Provenance | None] = set()
    for row in rows:
        day = row.date
        if day is None or not row.own or day > today or (latest is not None and day < latest):
            continue
        if day != latest:
            latest, provenances = day, set()
        provenances.add(row.provenance)
    if latest is None:
        return None, None
    order = (Provenance.LIST_ROW, Provenance.API, Provenance.DETAIL, Provenance.URL)
    return latest, next((each for each in order if each in provenances), None)


def newest_letter(
    letters: Sequence[Letter], as_of: datetime, answers: Sequence[date] = ()
) -> tuple[date | None, Provenance | None]:
    """The latest day on which a letter of a board was asked or answered, not after `as_of`.

    `answers` are further days of answering.
    """
    today = beijing_day(as_of)
    asked = [day for letter in letters for day in (letter.asked_on, letter.replied_on)]
    days = (*asked, *answers) if letters else ()
    latest = max((day for day in days if day is not None and day <= today), default=None)
    return latest, Provenance.LIST_ROW if latest is not None else None


def shows_oldest_first(rows: Sequence[Row]) -> bool:
    """Whether a list begins with its oldest rows, or shows nothing but pinned ones (trap 20).

    Its newest row then stands on its last page, not on this one.
    """
    own = [row for row in rows if row.own and row.date is not None]
    days = [row.date for row in own if not row.pinned and row.date is not None]
    if not days:
        return bool(own)
    rising = sum(later > earlier for earlier, later in pairwise(days))
    return rising > sum(later < earlier for earlier, later in pairwise(days))


def date_rows(rows: Sequence[Row], articles: Mapping[str, PageFacts]) -> tuple[Row, ...]:
    """The same rows; undated ones dated from their article page, where that page shows a date."""
    return tuple(_dated(row, articles.get(row.url)) for row in rows)


def _dated(row: Row, article: PageFacts | None) -> Row:
    if row.date is not None or article is None or article.published_on is None:
        return row
    return replace(row, date=article.published_on, provenance=Provenance.DETAIL)
