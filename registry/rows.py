"""Rows of text into records of the registry: pure, every fault of a row named at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from registry import fields
from registry.schema import SCHEMAS, HeaderError, Kind, heading, recognise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.reading import Row, Sheet
    from registry.schema import Field

# Title lines may stand above the header; nobody writes more of them than this.
HEADER_WITHIN = 10


@dataclass(frozen=True, slots=True)
class Record:
    """One good row: attribute → value for the columns its file has, unknown columns in `extra`."""

    kind: Kind
    line: int
    values: dict[str, Any]
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that cannot go in, with all its reasons."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose kind is known."""

    kind: Kind
    sheet: Sheet
    header: tuple[str, ...]
    body: tuple[Row, ...]


def table(sheet: Sheet) -> Table | None:
    """The sheet with its header found; None when it holds no registry table.

    Raises HeaderError when a header is there and cannot be used.
    """
    broken: HeaderError | None = None
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        try:
            kind = recognise(row.cells)
        except HeaderError as error:
            broken = broken or error
            continue
        if kind is not None:
            return Table(kind, sheet, row.cells, sheet.rows[index + 1 :])
    if broken is not None:
        raise broken
    return None


def records(source: Table) -> Iterator[Record | BadRow]:
    """Every row of the table, good or bad, in its order."""
    known = SCHEMAS[source.kind].by_heading
    headings = [heading(cell) for cell in source.header]
    for row in source.body:
        problem = row.problem or _slid(row, headings)
        if problem:
            yield BadRow(row.line, problem)
            continue
        yield _record(source.kind, row, headings, known)


def _slid(row: Row, headings: list[str]) -> str:
    """Cells beyond the header: a comma inside a name has moved everything behind it."""
    beyond = [cell for cell in row.cells[len(headings) :] if cell.strip()]
    return f"比表头多出 {len(beyond)} 个单元格" if beyond else ""


def _record(kind: Kind, row: Row, headings: list[str], known: dict[str, Field]) -> Record | BadRow:
    values: dict[str, Any] = {}
    extra: dict[str, str] = {}
    reasons: list[str] = []
    for index, name in enumerate(headings):
        cell = fields.clean(row.cells[index]) if index < len(row.cells) else ""
        try:
            if name in known:
                values[known[name].attribute] = _value(known[name], cell)
            elif name and cell:
                extra[name] = _kept(cell)
        except ValueError as error:
            reasons.append(f"{name}{error}")
    return (
        BadRow(row.line, "；".join(reasons)) if reasons else Record(kind, row.line, values, extra)
    )


def _value(column: Field, cell: str) -> Any:
    if not cell:
        if column.required:
            raise ValueError("未填写")
        return column.blank
    if fields.control_characters(cell):
        raise ValueError("含有控制字符")
    try:
        return column.parse(cell)
    except ValueError as error:
        raise ValueError(f"：{error}") from error


def _kept(cell: str) -> str:
    if fields.control_characters(cell):
        raise ValueError("含有控制字符")
    if fields.begins_formula(cell):
        raise ValueError("：以公式符号开头")
    return cell
