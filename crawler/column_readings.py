"""Columns as the checks are given them: what the registry says, what their pages show, who looked.

of       every column of a site that is registered, was opened or was looked at by a person
best     of several captures of one page the one that counts
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from checks.facts import ColumnReading, PageReading
from crawler import column_looks, site_looks
from crawler.extract import elsewhere
from crawler.extract.dates import beijing_day
from crawler.extract.newest import date_rows, newest
from crawler.moved import jump_address
from crawler.spiders.plan import found_columns, undated_column_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from checks.facts import PersonLook
    from crawler.extract.facts import PageFacts, Row
    from crawler.night_rows import NightRows
    from crawler.spiders.result import ColumnSeen
    from models import Run, Site


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a run, and the column that it belongs to."""

    reading: PageReading
    column_id: int | None

    @property
    def facts(self) -> PageFacts | None:
        """What it says."""
        return self.reading.facts

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of a page that was read well."""
        return self.facts.rows if self.facts is not None and self.reading.good else ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run saw of a site: its rows, the pages of columns, its articles by address, its home

    page; `looks` are those of persons, by column.
    """

    rows: NightRows
    pages: Sequence[Page]
    articles: Mapping[str, PageFacts]
    home: Page | None
    looks: Mapping[int | None, PersonLook]


def of(
    session: Session, run: Run, site: Site, seen: Seen, waivers: Mapping[int, date]
) -> tuple[ColumnReading, ...]:
    """The columns in the order in which they were entered; `waivers` end on their last day."""
    pages: dict[int, list[Page]] = defaultdict(list)
    for one in seen.pages:
        if one.column_id is not None:
            pages[one.column_id].append(one)
    shown = {column_id: best(found) for column_id, found in pages.items()}
    found = _led_to(seen.home)
    columns = _columns(seen.rows.columns, {*shown}, {*filter(None, seen.looks)}, {*found})
    missing = [column.id for column in columns if column.id not in shown]
    before = column_looks.earlier(session, run, site.id, missing) if _is_read(seen.home) else {}
    known = seen.rows.newest_in
    common = elsewhere.in_template([one.rows if one else () for one in shown.values()])
    homes = _homes(site, seen.home)
    told = []
    page: Page | None
    for column in columns:
        look = before.get(column.id)
        page = shown.get(column.id) if look is None else Page(look.page, column.id)
        night = look.run if look is not None else run
        reading = _reading(
            night,
            column,
            page,
            look.articles if look else seen.articles,
            newest_known=known.get(column.id),
            filled=_was_filled(column, run.as_of),
            waived_until=waivers.get(column.id),
            seen_at=look.run.as_of if look is not None else None,
        )
        reading = _led_away(reading, night, homes, common)
        told.append(site_looks.added(reading, seen.looks.get(column.id)))
    if not any(column.registered for column in columns):
        entered = {column.url for column in columns}
        told += [_never_opened(one) for url, one in found.items() if url not in entered]
    return tuple(told)


def _columns(rows: Sequence[Any], opened: set[int], looked: set[int], found: set[str]) -> list[Any]:
    """The columns of a site that are registered, were opened tonight, were looked at by a person,

    or stand in the navigation and wait for their turn.
    """
    chosen = {one.id for one in rows if one.registered} | opened | looked
    known = {one.url for one in rows if one.id in chosen}
    # One address may have been entered under several names; the last one counts.
    waiting = {one.url: one.id for one in rows if one.url in found and one.url not in known}
    return [one for one in rows if one.id in chosen or waiting.get(one.url) == one.id]


def _is_read(home: Page | None) -> bool:
    return home is not None and home.facts is not None and home.reading.good


def _led_to(home: Page | None) -> dict[str, ColumnSeen]:
    """The columns of tonight's navigation by address; none where the home page was not read."""
    if home is None or home.facts is None or not home.reading.good:
        return {}
    return {one.url: one for one in found_columns(home.facts)}


def _never_opened(column: ColumnSeen) -> ColumnReading:
    """A column of the navigation whose turn is still to come: nothing is known of it."""
    return ColumnReading(
        name=column.name,
        url=column.url,
        kind=column.kind,
        level=column.level,
        registered=False,
        deadline_days=None,
        may_be_empty=False,
        page=None,
    )


def best(pages: Sequence[Page]) -> Page | None:
    """The last good page, else the last one: a rendered or second look comes later."""
    good = [page for page in pages if page.reading.good]
    return next(iter([*reversed(good), *reversed(pages)]), None)


def _reading(
    run: Run,
    column: Any,
    page: Page | None,
    articles: Mapping[str, PageFacts],
    *,
    newest_known: date | None,
    filled: bool,
    waived_until: date | None,
    seen_at: datetime | None,
) -> ColumnReading:
    """`newest_known` is what earlier nights saw in the column, `filled` that they saw something,

    `seen_at` theirs if not tonight's.
    """
    shown = date_rows(page.rows, articles) if page else ()
    rows = [row for row in shown if row.own]
    found, _ = newest(rows, run.as_of)
    return ColumnReading(
        name=column.name,
        url=column.url,
        kind=column.kind,
        level=column.level,
        registered=column.registered,
        deadline_days=column.deadline_days,
        may_be_empty=column.may_be_empty,
        page=page.reading if page else None,
        newest=found,
        # What leads to other sites is content, too: a column that shows it was never blank.
        ever_filled=filled or bool(shown) or newest_known is not None,
        newest_known=max(filter(None, (found, newest_known)), default=None),
        waived_until=waived_until,
        seen_at=seen_at,
        responsible_unit=column.responsible_unit,
        undated_rows=_unresolved(run, page, articles) if found else _undated(rows),
        external=bool(column.extra.get("external")),
    )


def _was_filled(column: Any, as_of: datetime) -> bool:
    """Whether content was seen by then: a night that is judged again knows nothing of later ones."""
    filled: bool = column.ever_filled
    return filled and (column.filled_at is None or column.filled_at <= as_of)


def _undated(rows: Sequence[Row]) -> int:
    return sum(row.date is None for row in rows)


def _unresolved(run: Run, page: Page | None, articles: Mapping[str, PageFacts]) -> int:
    """Rows without a date that may be newer than the dated ones, and whose pages were not read.

    Only one that was asked for and read, or that is gone, says that it is undated for everybody.
    """
    if page is None or page.facts is None:
        return 0
    wanted = undated_column_rows(page.facts, run.as_of)
    return sum(row.url not in articles for row in wanted)


def _homes(site: Site, home: Page | None) -> tuple[str, ...]:
    """The addresses at which the site is at home."""
    reached = home.facts.url if home is not None and home.facts is not None else ""
    return site.home_url, jump_address(site.extra or {}), reached


def _led_away(
    column: ColumnReading, run: Run, homes: Sequence[str], common: frozenset[str]
) -> ColumnReading:
    """The column with what leads from it to other sites."""
    page = column.page
    if page is None or page.facts is None or not page.good:
        return column
    row = elsewhere.newest_elsewhere(page.facts.rows, beijing_day(run.as_of), common)
    moved_to = elsewhere.left_for(column.url, page.facts.url, homes)
    if row is None and not moved_to:
        return column
    return replace(column, elsewhere=row, moved_to=moved_to)
