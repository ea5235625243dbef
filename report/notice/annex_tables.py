"""Annexes and tables of statistics as Word tables: merged headings, headings on every page."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm

from report.table import Annex, Heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document as WordDocument
    from docx.table import Table

    from report.table import StatisticsTable

LANDSCAPE_CHARACTERS = 104
"""Wider tables stand on a turned page."""
MOST_ROWS = 120
"""Longer tables of statistics are for files: a register's worth of columns is for nobody to read."""
_BORDER = "4"
# Twentieths of a point: narrow columns keep two characters side by side.
_CELL_MARGIN = "55"
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def add_annex(document: WordDocument, annex: Annex) -> None:
    """An annex on pages of its own."""
    wide = sum(heading.width for heading in annex.headings) > LANDSCAPE_CHARACTERS
    room = _new_section(document, landscape=wide)
    document.add_paragraph(f"附件{annex.number}", style="附件标志")
    document.add_paragraph(annex.title, style="附件标题")
    _table(document, annex.headings, annex.rows, annex.total, room)
    for note in annex.notes:
        document.add_paragraph(note, style="附件注")


def add_statistics(document: WordDocument, tables: Sequence[StatisticsTable]) -> None:
    """The tables of statistics behind the annexes, for whoever checks the text."""
    if not tables:
        return
    room = _new_section(document, landscape=False)
    document.add_paragraph("统计附表（供核对，不随文印发）", style="附件标题")
    for one in tables:
        document.add_paragraph(one.title, style="表格左齐")
        if len(one.rows) > MOST_ROWS:
            told = f"共 {len(one.rows)} 行，从略；全表见 xuncha statistics、xuncha window report。"
            document.add_paragraph(told, style="表格左齐")
            continue
        widths = _widths(one)
        headings = [
            Heading(text, width=width) for text, width in zip(one.headings, widths, strict=True)
        ]
        _table(document, headings, one.rows, None, room)
        document.add_paragraph("", style="表格左齐")


def _widths(one: StatisticsTable) -> list[float]:
    """Columns as wide as their longest cell, within bounds."""
    columns = zip(one.headings, *one.rows, strict=True)
    return [min(32.0, max(10.0, *(2.0 * len(cell) for cell in column))) for column in columns]


def _new_section(document: WordDocument, *, landscape: bool) -> int:
    """A new page of that orientation; the width between its margins in EMU."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    width, height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.top_margin = section.bottom_margin = Mm(25)
    section.left_margin = section.right_margin = Mm(22)
    return int(width - Mm(44))


def _table(
    document: WordDocument,
    headings: Sequence[Heading],
    rows: Sequence[Sequence[str]],
    total: Sequence[str] | None,
    room: int,
) -> None:
    deep = any(heading.group for heading in headings)
    head = 2 if deep else 1
    lines = [*rows, *([total] if total is not None else [])]
    table = document.add_table(head + len(lines), len(headings))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _borders(table)
    grid = [_cells(row) for row in table.rows]
    _set_widths(table, grid, headings, room)
    _head(table, grid, headings, deep=deep)
    for place, line in enumerate(lines, head):
        for column, text in enumerate(line):
            _write(document, grid[place][column], text, headings[column])
    if total is not None:
        _join_total(table, head + len(rows), total)
    _join_equal(table, headings, rows, head)
    for row in table.rows[:head]:
        _property(row, "w:tblHeader")
    for row in table.rows:
        _property(row, "w:cantSplit")


def _cells(row: Any) -> list[Any]:
    """The row's cells, looked up once: python-docx searches the whole table each time."""
    return list(row.cells)


def _borders(table: Table) -> None:
    properties: Any = table._tbl.tblPr  # noqa: SLF001 -- python-docx has no borders of its own
    borders = OxmlElement("w:tblBorders")
    for side in _SIDES:
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", _BORDER), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    properties.append(borders)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        room = OxmlElement(f"w:{side}")
        room.set(qn("w:w"), _CELL_MARGIN)
        room.set(qn("w:type"), "dxa")
        margins.append(room)
    properties.append(margins)


def _set_widths(
    table: Table, grid: list[list[Any]], headings: Sequence[Heading], room: int
) -> None:
    whole = sum(heading.width for heading in headings)
    widths = [int(room * heading.width / whole) for heading in headings]
    for column, width in enumerate(widths):
        table.columns[column].width = width
        for row in grid:
            row[column].width = width


def _head(table: Table, grid: list[list[Any]], headings: Sequence[Heading], *, deep: bool) -> None:
    column = 0
    for group, members in groupby(headings, key=lambda one: one.group):
        names = [one.text for one in members]
        last = column + len(names) - 1
        if group:
            grid[0][column].text = group
            _style(table, grid[0][column], "表头")
            if last > column:
                _merge(grid[0][column], grid[0][last])
        for offset, name in enumerate(names):
            cell = grid[1 if group else 0][column + offset]
            cell.text = name
            _style(table, cell, "表头")
            if deep and not group:
                _merge(cell, grid[1][column + offset])
        column = last + 1


def _write(document: WordDocument, cell: Any, text: str, heading: Heading) -> None:
    """Lines of one cell are paragraphs, so that each problem stands on its own line."""
    style = "表格左齐" if heading.align == "left" else "表格居中"
    lines = text.split("\n")
    cell.paragraphs[0].add_run(lines[0])
    cell.paragraphs[0].style = document.styles[style]
    for line in lines[1:]:
        cell.add_paragraph(line, style=document.styles[style])
    cell.vertical_alignment = 1


def _style(table: Table, cell: Any, name: str) -> None:
    cell.paragraphs[0].style = table.part.document.styles[name]  # type: ignore[attr-defined]
    cell.vertical_alignment = 1


def _merge(first: Any, last: Any) -> None:
    """Join cells of which only the first says anything; the others leave no empty line behind."""
    joined = first.merge(last)
    for paragraph in joined.paragraphs[1:]:
        if not paragraph.text:
            paragraph._p.getparent().remove(paragraph._p)  # noqa: SLF001 -- no removal otherwise


def _join_total(table: Table, row: int, total: Sequence[str]) -> None:
    """The word stands over 序号 and every empty cell behind it."""
    empty = next((place for place, cell in enumerate(total) if place and cell), len(total))
    if empty > 1:
        _merge(table.cell(row, 0), table.cell(row, empty - 1))


def _join_equal(
    table: Table, headings: Sequence[Heading], rows: Sequence[Sequence[str]], head: int
) -> None:
    for column, heading in enumerate(headings):
        if not heading.merge:
            continue
        start = 0
        for _, same in groupby(row[column] for row in rows):
            count = len(list(same))
            for below in range(start + 1, start + count):
                table.cell(head + below, column).text = ""
            if count > 1:
                _merge(
                    table.cell(head + start, column), table.cell(head + start + count - 1, column)
                )
            start += count


def _property(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001 -- no such property
