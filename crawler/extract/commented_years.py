"""Years that a page keeps in a comment beside a date that prints month and day alone.

Templates print `MM-dd` and leave the year commented out in the same cell: `<!-- 2014 --> 03-11`.
Without it an old list reads as one of this year (trap 18).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from crawler.extract.cells import DateCell
    from crawler.extract.document import Document

_ANYWHERE: Final = re.compile(r"<!--\s{0,40}(?:19|20)\d\d\s{0,40}[-/.年]?\s{0,40}-->")
_COMMENT: Final = re.compile(r"<!--\s*((?:19|20)\d\d)\s*[-/.年]?\s*-->")
_LONGEST: Final = 100


def add_commented_years(document: Document, cells: list[DateCell]) -> list[DateCell]:
    """The same cells; those without a year have that of the comment right before their text."""
    if not any(_lacks_year(cell) for cell in cells) or not _ANYWHERE.search(document.text):
        return cells
    for cell in cells:
        year = _year_before(document, cell.index) if _lacks_year(cell) else None
        if year is not None and cell.stamp.date(year) is not None:
            cell.stamp = cell.stamp._replace(year=year)
    return cells


def _lacks_year(cell: DateCell) -> bool:
    return cell.stamp.year is None and not cell.stamp.relative and cell.alone


def _year_before(document: Document, index: int) -> int | None:
    comment = document.outline.nodes[index].prev
    if comment is None or comment.tag != "-comment":
        return None
    match = _COMMENT.fullmatch((comment.html or "")[:_LONGEST])
    return int(match[1]) if match else None
