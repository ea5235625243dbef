"""One printed table into an annex: rows by field, slid cells put back, merged ones filled."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from report.fields import Field, Kind
from report.importing import align, headings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from report.importing.tables import RawTable

_TOTAL = re.compile(r"(?:合|总)计|全省|全市")
_FILLED = frozenset({"单位", "市州/部门", "责任单位", "所属组织", "开设主体名称"})
_FULL = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_SHORT = re.compile(r"(\d{1,2})(?:月|\.)(\d{1,2})日?")


@dataclass(slots=True)
class ImportedAnnex:
    """One annex; `rows` are cells by field, `total` the 合计 row, `realigned` what was moved."""

    source: str
    kind: Kind
    subject: str
    rows: list[dict[Field, str]] = field(default_factory=list)
    total: dict[Field, str] | None = None
    realigned: list[str] = field(default_factory=list)

    def to_payload(self) -> dict[str, Any]:
        """Plain data, to be kept."""
        return {
            "source": self.source,
            "kind": self.kind.value,
            "subject": self.subject,
            "rows": [{one.value: cell for one, cell in row.items()} for row in self.rows],
            "total": {one.value: cell for one, cell in (self.total or {}).items()},
        }


def annex(table: RawTable) -> ImportedAnnex | None:
    """The annex in a table; None where its headings are none of a notice's."""
    header = headings.find(table.rows)
    if header is None or (header.kind is Kind.RELAY and Field.NAME not in header.fields):
        return None
    found = ImportedAnnex(table.source, header.kind, header.subject)
    above: dict[Field, str] = {}
    for line, cells in enumerate(table.rows[header.body :], header.body + 1):
        if headings.repeated(header, cells) or _remark(cells):
            continue
        row = _row(header, cells, found, line)
        if found.kind is Kind.COUNTS and _is_total(cells):
            found.total = row
            continue
        _fill_down(header, row, above)
        found.rows.append(row)
    return found


def _row(
    header: headings.Header, cells: Sequence[str], found: ImportedAnnex, line: int
) -> dict[Field, str]:
    placed = tuple(cells)
    if found.kind is not Kind.COUNTS:
        placed = align.aligned(header.fields, cells)
        was = ["" if align.empty(cell) else cell for cell in cells]
        if [one for one in placed if one] and list(placed[: len(was)]) != was[: len(placed)]:
            found.realigned.append(f"{found.source} 第 {line} 行错格，已按标识码、网址、平台归位")
    return {
        name: "" if align.empty(cell) else _unbroken(name, cell)
        for name, cell in zip(header.fields, placed, strict=False)
        if name is not None
    }


def _unbroken(name: Field, cell: str) -> str:
    """Line breaks in names come from layout; between problems they separate."""
    return cell if name is Field.PROBLEMS else re.sub(r"\s*[\r\n]+\s*", "", cell)


def _fill_down(header: headings.Header, row: dict[Field, str], above: dict[Field, str]) -> None:
    """A merged cell is printed once and means every row below it."""
    for name, text in zip(header.fields, header.texts, strict=True):
        if name in {Field.UNIT, Field.SPONSOR} and text in _FILLED and name is not None:
            row[name] = row.get(name) or above.get(name, "")
            above[name] = row[name]


def _remark(cells: Sequence[str]) -> bool:
    """A blank row, a title, or a note below the table: one text over all columns."""
    told = {cell for cell in cells if not align.empty(cell)}
    return not told or (len(told) == 1 and not next(iter(told)).isdigit())


def _is_total(cells: Sequence[str]) -> bool:
    first = next((headings.plain(cell) for cell in cells if cell), "")
    return _TOTAL.fullmatch(first) is not None


def day(text: str, last: date) -> date | None:
    """A printed last update as a day; without a year it is the newest one not after `last`."""
    plain = headings.plain(text)
    if found := _FULL.fullmatch(plain):
        year, month, number = map(int, found.groups())
    elif found := _SHORT.fullmatch(plain):
        month, number = int(found[1]), int(found[2])
        year = last.year if (month, number) <= (last.month, last.day) else last.year - 1
    else:
        return None
    try:
        return date(year, month, number)
    except ValueError:
        return None
