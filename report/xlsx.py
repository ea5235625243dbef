"""Annexes as one workbook, a sheet each: merged headings, text cells, headings on every page.

Nothing in the file depends on the clock: the same tables give the same bytes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from math import ceil
from typing import TYPE_CHECKING, Any

import xlsxwriter

from report.text_files import DRAFT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from report.table import Annex, AnnexSet, Heading

BODY_FONT = "仿宋"
HEAD_FONT = "宋体"
A4 = 9
# Wider tables are turned; a portrait A4 page holds about so many characters of 12 points.
PORTRAIT_CHARACTERS = 90
# Points of a line, and of the highest row that spreadsheets allow.
LINE = 16.0
HIGHEST = 409.0
# Columns are measured in digits of the default font; one of 12 points is so much wider.
NARROW = 1.18
FIRST_WIDE = 0x2E80


@dataclass(frozen=True, slots=True)
class _Styles:
    mark: Any
    title: Any
    head: Any
    center: Any
    left: Any
    note: Any

    def body(self, heading: Heading) -> Any:
        return self.left if heading.align == "left" else self.center


def workbook_bytes(tables: AnnexSet, *, draft: bool = False) -> bytes:
    """The whole workbook as bytes. Every cell is written as text, so none is ever a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": datetime.fromisoformat(tables.dated), "author": "巡查"})
    styles = _styles(book)
    for annex in tables.annexes:
        _write(book.add_worksheet(f"附件{annex.number}"), styles, annex, draft=draft)
    book.close()
    return out.getvalue()


def _styles(book: Any) -> _Styles:
    middle = {"align": "center", "valign": "vcenter", "text_wrap": True}
    head = middle | {"font_name": HEAD_FONT, "bold": True, "font_size": 12, "border": 1}
    body = middle | {"font_name": BODY_FONT, "font_size": 12, "border": 1, "num_format": "@"}
    return _Styles(
        mark=book.add_format({"font_name": HEAD_FONT, "font_size": 14}),
        title=book.add_format(middle | {"font_name": HEAD_FONT, "bold": True, "font_size": 18}),
        head=book.add_format(head),
        center=book.add_format(body),
        left=book.add_format(body | {"align": "left"}),
        note=book.add_format(
            {"font_name": BODY_FONT, "font_size": 11, "text_wrap": True, "valign": "top"}
        ),
    )


def _write(sheet: Any, styles: _Styles, annex: Annex, *, draft: bool) -> None:
    last = len(annex.headings) - 1
    mark = f"附件{annex.number}" + (f"（{DRAFT}）" if draft else "")
    sheet.write_string(0, 0, mark, styles.mark)
    _across(sheet, 1, 0, last, annex.title, styles.title)
    sheet.set_row(1, 36)
    top = 2
    body = _headings(sheet, styles, annex.headings, top)
    end = _body(sheet, styles, annex, body)
    for note in annex.notes:
        _across(sheet, end, 0, last, note, styles.note)
        sheet.set_row(end, 18 * _lines(note, annex.headings))
        end += 1
    _page(sheet, annex, top, body, end)


def _headings(sheet: Any, styles: _Styles, headings: Sequence[Heading], top: int) -> int:
    """One row of headings, or two with merged captions; gives the first row of the body."""
    deep = any(heading.group for heading in headings)
    alone = [(one.text, one.width * (2 if deep and not one.group else 1)) for one in headings]
    sheet.set_row(top + 1 if deep else top, _height(alone))
    if deep:
        sheet.set_row(top, _height(_captions(headings)))
    column = 0
    for group, members in groupby(headings, key=lambda one: one.group):
        names = [one.text for one in members]
        if group:
            _across(sheet, top, column, column + len(names) - 1, group, styles.head)
        for offset, name in enumerate(names):
            _heading(sheet, styles, top, column + offset, name, deep=deep, under=bool(group))
        column += len(names)
    for index, heading in enumerate(headings):
        sheet.set_column(index, index, heading.width)
    return top + (2 if deep else 1)


def _heading(
    sheet: Any, styles: _Styles, top: int, column: int, name: str, *, deep: bool, under: bool
) -> None:
    if deep and not under:
        sheet.merge_range(top, column, top + 1, column, "", styles.head)
        sheet.write_string(top, column, name, styles.head)
    else:
        sheet.write_string(top + 1 if under else top, column, name, styles.head)


def _body(sheet: Any, styles: _Styles, annex: Annex, start: int) -> int:
    row = start
    widths = [heading.width for heading in annex.headings]
    for row, cells in enumerate(annex.rows, start):
        sheet.set_row(row, _height(zip(cells, widths, strict=True)))
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell, styles.body(annex.headings[column]))
    row = start + len(annex.rows)
    for column, first, last in _merges(annex):
        text = annex.rows[first][column]
        style = styles.body(annex.headings[column])
        sheet.merge_range(start + first, column, start + last, column, "", style)
        sheet.write_string(start + first, column, text, style)
    if annex.total is not None:
        _total(sheet, styles, annex, row)
        row += 1
    return row


def _captions(headings: Sequence[Heading]) -> list[tuple[str, float]]:
    """The merged captions with the width that they stand over."""
    grouped = groupby(headings, key=lambda one: one.group)
    return [(group, sum(one.width for one in members)) for group, members in grouped]


def _height(cells: Iterable[tuple[str, float]]) -> float:
    """Points that a row needs for its longest cell: not every program sizes wrapped rows itself."""
    most = max(sum(_wrapped(line, width) for line in text.split("\n")) for text, width in cells)
    return min(HIGHEST, 5.0 + LINE * most)


def _wrapped(line: str, width: float) -> int:
    """Lines that a text of 12 points takes in a column of that width."""
    room = sum(NARROW if ord(one) < FIRST_WIDE else 2 * NARROW for one in line)
    return max(1, ceil(room / max(1.0, width - 1)))


def _total(sheet: Any, styles: _Styles, annex: Annex, row: int) -> None:
    """The word stands over 序号 and every empty cell behind it."""
    assert annex.total is not None
    filled = [index for index, cell in enumerate(annex.total) if cell and index]
    first = filled[0] if filled else len(annex.total)
    _across(sheet, row, 0, first - 1, annex.total[0], styles.center)
    for column in range(first, len(annex.total)):
        sheet.write_string(row, column, annex.total[column], styles.center)


def _merges(annex: Annex) -> Iterator[tuple[int, int, int]]:
    """Column, first row and last row of equal neighbours in columns that want them merged."""
    for column, heading in enumerate(annex.headings):
        if not heading.merge:
            continue
        row = 0
        for _, same in groupby(cells[column] for cells in annex.rows):
            count = len(list(same))
            if count > 1:
                yield column, row, row + count - 1
            row += count


def _across(sheet: Any, row: int, first: int, last: int, text: str, style: Any) -> None:
    """Text over several columns; the library refuses to merge a single cell."""
    if first < last:
        sheet.merge_range(row, first, row, last, "", style)
    sheet.write_string(row, first, text, style)


def _lines(note: str, headings: Sequence[Heading]) -> int:
    """How many lines a merged note needs: spreadsheets do not size merged rows themselves."""
    width = sum(heading.width for heading in headings) or 1
    return min(20, 1 + int(2 * len(note) / width))


def _page(sheet: Any, annex: Annex, top: int, body: int, end: int) -> None:
    last = len(annex.headings) - 1
    width = sum(heading.width for heading in annex.headings)
    sheet.set_paper(A4)
    if width > PORTRAIT_CHARACTERS:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.repeat_rows(top, body - 1)
    sheet.print_area(0, 0, max(end - 1, body), last)
    sheet.freeze_panes(body, 0)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    # Counts are text like everything else; the green corners would hide that on purpose.
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{end + 1}"})
