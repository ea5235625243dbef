"""Tables of statistics as annexes: columns as wide as their cells, names to the left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from report.table import Annex, Heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from report.table import StatisticsTable

EMPTY = "本期没有这项数据"
_NARROW, _WIDE = 8.0, 36.0
# Digits of 12 points are wider than those that columns are measured in.
_ROOM = 1.2


def annexes(tables: Sequence[StatisticsTable]) -> tuple[Annex, ...]:
    """Each table as one annex, numbered from one."""
    return tuple(annex(one, number) for number, one in enumerate(tables, 1))


def annex(
    table: StatisticsTable, number: int, title: str = "", notes: tuple[str, ...] = ()
) -> Annex:
    """One table as an annex; a last row that begins with 合计 is its total."""
    rows, total = table.rows, None
    if rows and rows[-1][0] == "合计":
        rows, total = rows[:-1], rows[-1]
    return Annex(
        number,
        title or table.title,
        headings(table),
        rows,
        total,
        notes if table.rows else (*notes, EMPTY),
    )


def headings(table: StatisticsTable) -> tuple[Heading, ...]:
    """The headings with the widths that their columns need."""
    told = []
    for place, text in enumerate(table.headings):
        longest = max([_width(text) / 2, *(_width(row[place]) for row in table.rows)])
        width = min(_WIDE, max(_NARROW, _ROOM * longest + 2))
        told.append(Heading(text, width=width, align="left" if width >= _WIDE else "center"))
    return tuple(told)


def _width(text: str) -> float:
    """In characters of a spreadsheet: a Chinese one takes two."""
    return float(
        max((sum(1 + (one > "\u2e80") for one in line) for line in text.split("\n")), default=0)
    )
