"""The platform's list into messages: pure, every fault of a row named at once."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

from registry import fields
from registry.reading import UnreadableError
from report.messages.words import (
    CLOSED,
    CLOSED_STATES,
    KINDS,
    REQUIRED,
    Heading,
    columns,
    kind_of,
    state_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from registry.reading import Row, Sheet

# Title lines may stand above the header; nobody writes more of them than this.
HEADER_WITHIN = 10
NUMBER_CHARACTERS = 64
NAME_CHARACTERS = 200
_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{8}(?!\d)")
_TIME = re.compile(
    r"(?:[T ]?\d{1,2}[:时点]\d{1,2}(?:[:分]\d{0,2}(?:\.\d{1,6})?秒?)?分?(?:\+08:?00)?)?"
)
# Days of a spreadsheet's own count, for 1990 to 2099: a date cell whose format was lost.
_SERIAL = range(32_874, 73_051)
_SERIAL_START = date(1899, 12, 30)
_T = TypeVar("_T")
_FOOT = ("合计", "总计", "小计", "注:", "备注:", "说明:", "填表", "统计")


@dataclass(frozen=True, slots=True)
class Listed:
    """One message as a list tells it; `due_on` where the list has deadlines of its own."""

    line: int
    number: str
    site_code: str
    received_on: date
    state: str
    kind: str
    site_name: str = ""
    closed_on: date | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that cannot go in, with all its reasons."""

    line: int
    reason: str


def messages(sheet: Sheet, listed_on: date) -> Iterator[Listed | BadRow] | None:
    """The messages of a table, good or bad, in its order; None when it is no such list.

    `listed_on` is the day of the list: nothing in it can be later. Raises UnreadableError for a
    list that lacks a column without which nothing can be counted.
    """
    for place, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        found = columns(row.cells)
        if len(found) < len(REQUIRED) or Heading.RECEIVED not in found:
            continue
        missing = [one.value for one in Heading if one in REQUIRED and one not in found]
        if not missing and not found.keys() & {Heading.STATE, Heading.CLOSED}:
            missing = ["状态或办结时间"]
        if missing:
            raise UnreadableError(f"缺少列：{'、'.join(missing)}")
        return _rows(sheet.rows[place + 1 :], found, row.cells, listed_on)
    return None


def _rows(
    rows: tuple[Row, ...],
    found: Mapping[Heading, int],
    header: tuple[str, ...],
    listed_on: date,
) -> Iterator[Listed | BadRow]:
    for row in rows:
        if row.problem:
            yield BadRow(row.line, row.problem)
        elif row.cells != header and not _foot(row.cells):
            yield _message(row, found, listed_on)


def _foot(cells: tuple[str, ...]) -> bool:
    """Whether a row is a total or a remark below the list."""
    filled = [cell for cell in cells if cell.strip()]
    first = unicodedata.normalize("NFKC", filled[0]).strip() if filled else ""
    return len(filled) <= 3 and first.startswith(_FOOT)


def _message(row: Row, found: Mapping[Heading, int], listed_on: date) -> Listed | BadRow:
    cells = {
        heading: fields.clean(row.cells[column]) if column < len(row.cells) else ""
        for heading, column in found.items()
    }
    faults: list[str] = []
    number = _told(cells, Heading.NUMBER, fields.identifier(NUMBER_CHARACTERS), faults)
    code = _told(cells, Heading.SITE_CODE, fields.site_code, faults)
    received = _told(cells, Heading.RECEIVED, day, faults)
    closed = _told(cells, Heading.CLOSED, day, faults)
    # A deadline told in words (三个工作日) is the ruleset's matter, not a fault of the row.
    due = _told(cells, Heading.DUE, day, [])
    name = _told(cells, Heading.SITE_NAME, fields.text(NAME_CHARACTERS), faults)
    state = _state(cells, closed, faults)
    kind = kind_of(cells.get(Heading.KIND, ""))
    if kind is None:
        faults.append(f"类别“{cells[Heading.KIND][:20]}”不在可选值中（{'、'.join(KINDS)}）")
    faults += _late(received, closed, listed_on)
    if faults:
        return BadRow(row.line, "；".join(faults))
    assert number is not None, "required"
    assert code is not None, "required"
    assert received is not None, "required"
    return Listed(
        row.line,
        number,
        code,
        received,
        state,
        kind or "",
        name or "",
        # 答复时间 of what was sent back is no day of closing.
        closed if state in CLOSED_STATES else None,
        due if due is None or due >= received else None,
    )


def _told(
    cells: Mapping[Heading, str],
    heading: Heading,
    parse: Callable[[str], _T],
    faults: list[str],
) -> _T | None:
    cell = cells.get(heading, "")
    if not cell:
        if heading in REQUIRED:
            faults.append(f"{heading.value}没有填写")
        return None
    try:
        return parse(cell)
    except ValueError as error:
        faults.append(f"{heading.value}：{error}")
        return None


def _state(cells: Mapping[Heading, str], closed: date | None, faults: list[str]) -> str:
    """The state; a list without one tells by the day of closing."""
    cell = cells.get(Heading.STATE, "")
    if not cell:
        return CLOSED if closed is not None else "未处理"
    known = state_of(cell)
    if known is None:
        faults.append(f"状态“{cell[:20]}”不认识")
    return known or ""


def _late(received: date | None, closed: date | None, listed_on: date) -> Iterator[str]:
    if received is not None and received > listed_on:
        yield f"收到时间晚于名单日期 {listed_on}"
    if closed is not None and closed > listed_on:
        yield f"办结时间晚于名单日期 {listed_on}"
    if received is not None and closed is not None and closed < received:
        yield "办结时间早于收到时间"


def day(cell: str) -> date:
    """A day in one of the spellings of lists: with a time of day behind it, or a bare count.

    A spreadsheet whose date cell lost its format writes the days since 1899-12-30.
    """
    plain = unicodedata.normalize("NFKC", cell).strip()
    bare = plain.split(".")[0] if re.fullmatch(r"\d{5}\.\d{1,12}", plain) else plain
    if re.fullmatch(r"\d{5}", bare) and int(bare) in _SERIAL:
        return _SERIAL_START + timedelta(days=int(bare))
    found = _DAY.match(plain)
    if found is None or not _TIME.fullmatch(plain[found.end() :]):
        raise ValueError("不是日期（如 2023-03-31）")
    return fields.day(found[0])
