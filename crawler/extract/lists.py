"""All rows of a page, in page order, with their dates settled."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows of a page with the anomalies of their dates.

    `dated` counts rows whose date is printed; `lists` holds the number of rows of each list.
    """

    rows: tuple[Row, ...] = ()
    anomalies: tuple[str, ...] = ()
    dated: int = 0
    lists: tuple[int, ...] = ()


def read_rows(document: Document, as_of: datetime) -> Reading:
    """The rows of an HTML page, in page order."""
    ground = Ground(document)
    dated = find_dated(document, ground, as_of)
    found = sorted(dated + find_plain(document, ground, dated), key=lambda row: row.place)
    return settled(document, found, as_of)


def settled(document: Document, found: list[FoundRow], as_of: datetime) -> Reading:
    """Found rows with years and ownership settled."""
    days, anomalies = settle(found, beijing_day(as_of))
    rows = tuple(
        to_row(row, day, own=not document.leaves(row.url))
        for row, day in zip(found, days, strict=True)
    )
    dated = sum(1 for row in found if row.stamp is not None)
    sizes = Counter(row.group for row in found)
    return Reading(rows, anomalies, dated, tuple(sizes.values()))
