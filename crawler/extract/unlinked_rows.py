"""Rows of lists that a script drew without links: a title and a date in each of several elements alike.

They are looked for only where a page has no dated row with a link and has a pager: dates of other
things (handled cases, a timeline in a text) stand in elements alike, too, and have none.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from crawler.extract.found import FoundRow
from crawler.extract.outline import squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.extract.cells import DateCell
    from crawler.extract.document import Document
    from crawler.extract.ground import Ground

_TAGS: Final = frozenset(["li", "div", "section", "article", "dl"])
_FEWEST: Final = 3
_CLIMB: Final = 5
_SHORTEST: Final = 8
_LONGEST: Final = 400
_TITLE: Final = 300
_WINDOW: Final = 8000
_PAGER: Final = re.compile(r"下一页|上一页|下页|尾页|末页|共\s?\d+\s?[页条]|前往\s?\d*\s?页")


def find_unlinked(document: Document, ground: Ground, cells: Sequence[DateCell]) -> list[FoundRow]:
    """The rows without links, in page order; none where fewer than three are alike."""
    alone = [cell for cell in cells if cell.alone and not cell.script]
    if len(alone) < _FEWEST or not _PAGER.search(document.visible_text()[-_WINDOW:]):
        return []
    rows: dict[int, FoundRow] = {}
    for cell in sorted(alone, key=lambda cell: cell.rank):  # of two dates the surer one stays
        row = _row_of(document, cell)
        if row is not None and not ground.aside(row.place):
            rows[row.place] = row
    kinds = {place: _kind(document, place) for place in rows}
    alike = Counter(kinds.values())
    return [rows[place] for place in sorted(rows) if alike[kinds[place]] >= _FEWEST]


def _kind(document: Document, place: int) -> tuple[int, str, str]:
    """What rows of one list share: the element they stand in, their name and their class."""
    outline = document.outline
    return outline.parents[place], outline.tags[place], document.attribute(place, "class")


def _row_of(document: Document, cell: DateCell) -> FoundRow | None:
    """The nearest element around a date that holds a title too and no link."""
    outline = document.outline
    index = outline.parents[cell.index]
    for _ in range(_CLIMB):
        if index < 0 or outline.holds(index, "a"):
            return None
        text = outline.inner_text(index)
        if len(text) > _LONGEST:
            return None
        if len(text) - len(cell.stamp.text) >= _SHORTEST and outline.tags[index] in _TAGS:
            title = _title(document, index, cell)
            return _found(document, index, title, cell) if title else None
        index = outline.parents[index]
    return None


def _title(document: Document, index: int, cell: DateCell) -> str:
    """The longest text beside the date."""
    outline = document.outline
    places = range(index, outline.ends[index])
    texts = [outline.texts[place] for place in places if not cell.index <= place <= cell.last]
    title = max(map(squeeze, texts), key=len, default="")[:_TITLE]
    return title if len(title) >= _SHORTEST else ""


def _found(document: Document, index: int, title: str, cell: DateCell) -> FoundRow:
    group = document.outline.parents[index]
    end = document.outline.ends[index]
    return FoundRow(title, "", index, group, cell.stamp, None, start=index, end=end)
