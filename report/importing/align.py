"""Put slid cells back under their headings (notices.md 3.3): by codes, addresses, platform words.

Cells keep their order when they slide, so the best placing is found over all that keep it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from crawler.platforms.names import canonical
from report.fields import Field

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOTHING = frozenset({"", "-", "–", "—", "－", "/", "无"})
_PATTERNS: dict[Field, re.Pattern[str]] = {
    Field.INDEX: re.compile(r"\d{1,4}"),
    Field.CODE: re.compile(r"(?:\d{6}|bm\d{4})\d{4}|(?:\d{6}|bm\d{4})M\d{3}[A-Za-z]{2}\d{4}"),
    Field.URL: re.compile(r"(?:https?://|www\.)\S+"),
    Field.STATE: re.compile(r".{0,12}整改.{0,12}"),
    Field.RESULT: re.compile(r"不?合格"),
    Field.LAST_UPDATE: re.compile(r"(?:\d{4}年)?\d{1,2}月\d{1,2}日|\d{1,2}\.\d{1,2}|无动态信息"),
    Field.COMPLETION: re.compile(r"\d{1,3}(?:\.\d+)?%"),
    Field.DUE: re.compile(r"\d{1,4}"),
    Field.DONE: re.compile(r"\d{1,4}"),
    Field.FILING_NUMBER: re.compile(r"\d{4,20}"),
}
_TYPED = frozenset({*_PATTERNS, Field.PLATFORM})
# Merged units are left empty below; a name never is.
_TEXT = {Field.NAME: 3, Field.PROBLEMS: 3, Field.SPONSOR: 2, Field.UNIT: 1}
_RIGHT, _WRONG, _MOVED = 10, -8, -1


def empty(cell: str) -> bool:
    """Whether a cell says nothing; a dash stands for nothing."""
    return "".join(cell.split()) in _NOTHING


def fits(field: Field, cell: str) -> bool:
    """Whether a cell has the shape that the field asks for."""
    text = "".join(cell.split())
    if field is Field.PLATFORM:
        return canonical(text) is not None
    pattern = _PATTERNS.get(field)
    return pattern is None or pattern.fullmatch(text) is not None


def aligned(fields: Sequence[Field | None], cells: Sequence[str]) -> tuple[str, ...]:
    """The cells in the columns where they belong; a row that is in place stays as it is."""
    width = len(fields)
    given = [*cells, *[""] * (width - len(cells))][: max(width, len(cells))]
    if len(cells) <= width and _in_place(fields, given):
        return tuple(given[:width])
    filled = [(place, cell) for place, cell in enumerate(given) if not empty(cell)]
    if len(filled) > width:
        return tuple(given[:width])
    placing = _best(tuple(fields), tuple(filled))
    row = [""] * width
    for (_, cell), column in zip(filled, placing, strict=True):
        row[column] = cell
    return tuple(row)


def _in_place(fields: Sequence[Field | None], cells: Sequence[str]) -> bool:
    return all(
        empty(cell) or field is None or fits(field, cell)
        for field, cell in zip(fields, cells, strict=False)
    ) and (Field.NAME not in fields or not empty(cells[fields.index(Field.NAME)]))


def _best(fields: tuple[Field | None, ...], filled: tuple[tuple[int, str], ...]) -> list[int]:
    """For each filled cell its column, in order, with the highest score together."""

    @cache
    def score(cell: int, column: int) -> tuple[int, tuple[int, ...]]:
        """The best for the cells from `cell` on in the columns from `column` on."""
        if cell == len(filled):
            return 0, ()
        best: tuple[int, tuple[int, ...]] | None = None
        for at in range(column, len(fields) - (len(filled) - cell) + 1):
            behind, placed = score(cell + 1, at + 1)
            told = behind + _worth(fields[at], filled[cell][1], moved=at != filled[cell][0])
            if best is None or told > best[0]:
                best = told, (at, *placed)
        assert best is not None, "there are columns enough"
        return best

    return list(score(0, 0)[1])


def _worth(field: Field | None, text: str, *, moved: bool) -> int:
    shift = _MOVED if moved else 0
    if field is None:
        return shift
    if field in _TYPED:
        return (_RIGHT if fits(field, text) else _WRONG) + shift
    # A code or an address under a name has slid there.
    strayed = any(fits(one, text) for one in (Field.CODE, Field.URL))
    return (_WRONG if strayed else _TEXT.get(field, 1)) + shift
