"""All rows of a page, in page order, with their dates settled."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from crawler.extract.attribute_dates import attribute_cells
from crawler.extract.cells import find_cells
from crawler.extract.commented_years import add_commented_years
from crawler.extract.dates import beijing_day
from crawler.extract.document import parse
from crawler.extract.facts import Provenance
from crawler.extract.ground import Ground
from crawler.extract.lists_json import failure, find_rows, fragments, has_lists, load
from crawler.extract.lists_script import find_objects, html_in_scripts, loose_answer
from crawler.extract.lists_xml import find_records, html_records, is_xml
from crawler.extract.plain_rows import find_plain
from crawler.extract.rows import find_dated
from crawler.extract.unlinked_rows import find_unlinked
from crawler.extract.year_heads import with_headed_years
from crawler.extract.years import settle, to_row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from crawler.extract.cells import DateCell
    from crawler.extract.document import Document
    from crawler.extract.facts import Row
    from crawler.extract.found import FoundRow


_SHOWN: Final = re.compile(
    r"\s{0,20}<html>\s{0,20}<head>(?:<meta[^<>]{0,100}>){0,3}</head>\s{0,20}<body>\s{0,20}<pre[^<>]{0,120}>(?=\s{0,20}[\[{])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows of a page with the anomalies of their dates.

    `dated` counts rows whose date is printed; `lists` holds the number of rows of each list;
    `cells` are all date cells of the page, rows or not; `spans` the places of the dated rows;
    `apart` the days that are printed outside them, as the day of the page itself is; `empty` says that a structured body holds a list with nothing in it,
    `failure` what a structured body without rows says of its own failure.
    """

    rows: tuple[Row, ...] = ()
    anomalies: tuple[str, ...] = ()
    dated: int = 0
    lists: tuple[int, ...] = ()
    empty: bool = False
    failure: str = ""
    cells: tuple[DateCell, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    apart: frozenset[date] = frozenset()


def read_rows(document: Document, ground: Ground, as_of: datetime) -> Reading:
    """The rows of an HTML page, in page order; those that its scripts hold come after."""
    cells = add_commented_years(document, find_cells(document, as_of))
    found_dated = (
        find_dated(ground, cells)
        or find_unlinked(document, ground, cells)
        or find_dated(ground, attribute_cells(document, as_of))
    )
    dated = with_headed_years(document, found_dated)
    spans = tuple([(min(row.start, row.place), max(row.end, row.place + 1)) for row in dated])
    plain = find_plain(document, ground, dated, spans)
    holds = document.scripts or "textarea" in document.outline.places
    held = _held_in_scripts(document, as_of) if holds else []
    known = {row.url for row in dated if row.url}
    found = sorted(dated + plain, key=attrgetter("place"))
    found += [row for row in held if row.url not in known]
    apart = _apart(cells, dated, spans)
    reading = settled(document, found, as_of)
    return replace(reading, cells=tuple(cells), spans=spans, apart=apart)


def _apart(
    cells: Sequence[DateCell], dated: Sequence[FoundRow], spans: Sequence[tuple[int, int]]
) -> frozenset[date]:
    """The days that cells outside every dated row print."""
    taken = {id(row.stamp) for row in dated}
    days: set[date] = set()
    waiting, end = iter(sorted(spans)), 0
    span = next(waiting, None)
    for cell in cells:  # in page order, as the spans are: one walk over both
        while span is not None and span[0] <= cell.index:
            end, span = max(end, span[1]), next(waiting, None)
        loose = cell.alone and cell.index >= end and not cell.stamp.relative
        if loose and id(cell.stamp) not in taken and (day := cell.stamp.date()) is not None:
            days.add(day)
    return frozenset(days)


def _held_in_scripts(document: Document, as_of: datetime) -> list[FoundRow]:
    markup = html_in_scripts(document)
    rows = _of_fragment(document, markup, as_of) if markup else []
    return rows + find_objects(document, as_of)


def _of_fragment(document: Document, markup: str, as_of: datetime) -> list[FoundRow]:
    """The dated rows of a piece of HTML that belongs to a page; their places follow the page's."""
    piece = parse(markup, url=document.url)
    offset = len(document.outline.tags)
    return [
        row._replace(place=row.place + offset, group=-2000 - row.group)
        for row in find_dated(Ground(piece), find_cells(piece, as_of))
    ]


def read_structured(document: Document, text: str, as_of: datetime) -> Reading | None:
    """The rows of a body that is JSON or XML and no page; None when it is a page."""
    if is_xml(text):
        rows = _of_fragment(document, html_records(text), as_of)
        return settled(document, rows or find_records(text, document, as_of), as_of)
    value = load(_unframed(text))
    if value is None:
        rows = find_rows(loose_answer(text), document, as_of)
        return _answered(settled(document, rows, as_of)) if rows else None
    rows = find_rows(value, document, as_of)
    if not rows and (pieces := fragments(value)):
        return settled(document, _of_fragment(document, "\n".join(pieces), as_of), as_of)
    failed = "" if rows else failure(value)
    empty = not rows and not failed and has_lists(value)
    return replace(_answered(settled(document, rows, as_of)), empty=empty, failure=failed)


def _unframed(text: str) -> str:
    """An answer that a browser showed as a page of its own (`<pre>{…}</pre>`), else the text itself."""
    match = _SHOWN.match(text)
    if match is None:
        return text
    return html.unescape(text[match.end() :])


def _answered(reading: Reading) -> Reading:
    return replace(reading, rows=tuple(_from_api(row) for row in reading.rows))


def _from_api(row: Row) -> Row:
    listed = row.provenance is Provenance.LIST_ROW
    return replace(row, provenance=Provenance.API) if listed else row


def settled(document: Document, found: list[FoundRow], as_of: datetime) -> Reading:
    """Found rows with years and ownership settled."""
    days, anomalies = settle(found, beijing_day(as_of))
    leaves, home = document.leaves, document.home
    rows = tuple(
        [
            to_row(row, day, own=row.url.startswith(home) or not leaves(row.url))
            for row, day in zip(found, days, strict=True)
        ]
    )
    dated = len([row for row in found if row.stamp is not None])
    sizes = Counter([row.group for row in found])
    return Reading(rows, anomalies, dated, tuple(sizes.values()))
