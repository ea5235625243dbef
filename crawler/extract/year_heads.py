"""Years that stand above the rows they belong to: 2023年 over a run of 11-30, 08-11."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from crawler.extract.dates import FIRST_YEAR
from crawler.extract.outline import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.extract.document import Document
    from crawler.extract.found import FoundRow

_YEAR: Final = re.compile(r"\s*[\[【(（]?\s*((?:19|20)\d\d)\s*年?度?\s*[\]】)）]?\s*")
_LONGEST: Final = 16
_CLIMB: Final = 4


def with_headed_years(document: Document, rows: list[FoundRow]) -> list[FoundRow]:
    """The rows, in page order; year-less dates take the year that is printed above them.

    Years that follow each other with no row between are a choice of years and head nothing.
    """
    yearless = [row.stamp is not None and row.stamp.year is None for row in rows]
    if not any(yearless):
        return rows
    heads = _heads(document, [row.place for row in rows])
    if not heads:
        return rows
    starts = [place for place, _ in heads]
    found: list[FoundRow] = []
    for row, wants in zip(rows, yearless, strict=True):
        above = bisect_left(starts, row.place) - 1
        stamp = row.stamp
        if wants and stamp is not None and above >= 0 and (year := heads[above][1]):
            dated = stamp._replace(year=year)
            found.append(row._replace(stamp=dated if dated.date() is not None else stamp))
        else:
            found.append(row)
    return found


def _heads(document: Document, rows: Sequence[int]) -> list[tuple[int, int]]:
    """Places and years of the headings that stand over rows; year 0 for a choice of years."""
    outline = document.outline
    heads: list[tuple[int, int]] = []
    before = -1
    for index in outline.places.get("-text", ()):
        text = outline.texts[index]
        match = _YEAR.fullmatch(text) if len(text) <= _LONGEST and "0" in text else None
        if match is None or int(match[1]) < FIRST_YEAR or not _heads_rows(document, index):
            continue
        over = bisect_left(rows, index)
        if heads and over == before:
            heads[-1] = (heads[-1][0], 0)
            heads.append((index, 0))
        else:
            heads.append((index, int(match[1])))
        before = over
    return heads


def _heads_rows(document: Document, index: int) -> bool:
    """Whether a text could be a heading: seen, and part of no link and no row."""
    outline = document.outline
    for _ in range(_CLIMB):
        index = outline.parents[index]
        if index < 0:
            return True
        if outline.tags[index] in HIDDEN or outline.tags[index] in {"a", "select", "footer"}:
            return False
    return True
