"""All rows of a page, in page order, with their dates settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.extract.dates import beijing_day
from crawler.extract.ground import Ground
from crawler.extract.plain_rows import find_plain
from crawler.extract.rows import find_dated
from crawler.extract.years import settle, to_row

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.extract.document import Document
    from crawler.extract.facts import Row
    from crawler.extract.found import FoundRow


def read_rows(document: Document, as_of: datetime) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """The rows of a page and the anomalies of their dates."""
    ground = Ground(document)
    dated = find_dated(document, ground, as_of)
    found = sorted(dated + find_plain(document, ground, dated), key=lambda row: row.place)
    return settled_rows(document, found, as_of)


def settled_rows(
    document: Document, found: list[FoundRow], as_of: datetime
) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Found rows with years and ownership settled."""
    days, anomalies = settle(found, beijing_day(as_of))
    rows = tuple(
        to_row(row, day, own=not document.leaves(row.url))
        for row, day in zip(found, days, strict=True)
    )
    return rows, anomalies
