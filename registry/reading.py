"""Registry files into rows of text: CSV (UTF-8, BOM, GB18030) and XLSX, with every size bounded.

    UnreadableError    the whole file cannot be used; the message is one Chinese sentence

A row that cannot be read carries its `problem` and takes no other row with it.
"""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FILE_BYTES = 64 * 1024 * 1024
CELL_CHARACTERS = 20_000
ROWS = 200_000
CELLS = 256
# A cell of a register spans a few lines; more means a quotation mark that is never closed.
RECORD_LINES = 100
# What a workbook may weigh unpacked: 200,000 rows need about 120 MB of XML.
UNPACKED_BYTES = 256 * 1024 * 1024
SHARED_STRINGS_BYTES = 96 * 1024 * 1024
ZIP_ENTRIES = 2000
# A spreadsheet keeps numbers as floats: beyond 15 digits the last ones are already gone.
EXACT_NUMBER = 10**15

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")


class UnreadableError(Exception):
    """A file that cannot be read at all; the message says why in Chinese."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file. `line` counts from 1 as editors and spreadsheets do."""

    line: int
    cells: tuple[str, ...]
    problem: str = ""

    @property
    def blank(self) -> bool:
        """Whether the row says nothing at all."""
        return not self.problem and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file; `name` is empty for CSV."""

    name: str
    rows: tuple[Row, ...]


def read(path: Path) -> list[Sheet]:
    """The tables of a file, blank rows left out. Raises UnreadableError."""
    body = _bytes(path)
    if body.startswith(_OLD_EXCEL):
        raise UnreadableError("是旧版 XLS 或加密的工作簿，请另存为 XLSX 或 CSV")
    sheets = _workbook(body) if body.startswith(_ZIP) else [Sheet("", tuple(_csv(_text(body))))]
    if not any(sheet.rows for sheet in sheets):
        raise UnreadableError("文件是空的")
    return sheets


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            body = file.read(FILE_BYTES + 1)
    except OSError as error:
        raise UnreadableError(f"文件无法读取（{error.strerror}）") from error
    if len(body) > FILE_BYTES:
        raise UnreadableError(f"文件超过 {FILE_BYTES // 1024 // 1024} MB")
    return body


def _text(body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError("编码是 UTF-16，请另存为 UTF-8 或 GB18030 的 CSV")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableError("编码无法识别，请另存为 UTF-8 或 GB18030 的 CSV")


def _csv(text: str) -> Iterator[Row]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    rows = 0
    start = 0
    while start < len(lines):
        row, start = _record(lines, start)
        if row.blank:
            continue
        rows += 1
        if rows > ROWS + 1:
            raise UnreadableError(f"超过 {ROWS} 行")
        yield row


def _record(lines: Sequence[str], start: int) -> tuple[Row, int]:
    """One record and the line after it: a record ends where its quotation marks pair up."""
    end = start + 1
    open_quote = lines[start].count('"') % 2
    while open_quote and end < len(lines) and end - start < RECORD_LINES:
        open_quote ^= lines[end].count('"') % 2
        end += 1
    if open_quote:
        return Row(start + 1, (), "引号没有成对，或一个单元格跨行过多"), start + 1
    try:
        cells = next(csv.reader(["\n".join(lines[start:end])], strict=True), [])
    except csv.Error as error:
        too_long = "field limit" in str(error)
        problem = _TOO_LONG if too_long else "引号使用不规范，无法分列"
        return Row(start + 1, (), problem), end
    return _bounded(start + 1, cells), end


_TOO_LONG = f"单元格超过 {CELL_CHARACTERS} 个字符"


def _bounded(line: int, cells: Sequence[str], problem: str = "") -> Row:
    if any(len(cell) > CELL_CHARACTERS for cell in cells):
        return Row(line, (), _TOO_LONG)
    if len(cells) > CELLS:
        return Row(line, (), f"超过 {CELLS} 列")
    return Row(line, tuple(cells), problem)


def _workbook(body: bytes) -> list[Sheet]:
    _check_archive(body)
    try:
        with warnings.catch_warnings():
            # It warns of styles and validations that it leaves out; only cells matter here.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(body), read_only=True, keep_links=False)
        return [Sheet(sheet.title, tuple(_sheet_rows(sheet))) for sheet in book.worksheets]
    # openpyxl has no error of its own for a damaged part: these are what its readers raise.
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        zlib.error,
        SyntaxError,  # of both XML readers it may use
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        EOFError,
        OSError,
    ) as error:
        raise UnreadableError("工作簿已损坏，或不是 XLSX") from error


def _check_archive(body: bytes) -> None:
    """Refuse a zip bomb before anything is unpacked: zipfile never reads past these sizes."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            entries = archive.infolist()
            if len(entries) > ZIP_ENTRIES or sum(one.file_size for one in entries) > UNPACKED_BYTES:
                raise UnreadableError("工作簿解压后过大")
            for entry in entries:
                if entry.filename.endswith("sharedStrings.xml"):
                    _check_size(entry.file_size)
                if entry.filename.endswith((".xml", ".rels")):
                    _check_no_doctype(archive, entry)
    except (
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
    ) as error:
        raise UnreadableError("工作簿已损坏、已加密，或不是 XLSX") from error


def _check_size(size: int) -> None:
    if size > SHARED_STRINGS_BYTES:
        raise UnreadableError("工作簿解压后过大")


def _check_no_doctype(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Entities expand without bound; no spreadsheet program writes a document type."""
    with archive.open(entry) as part:
        if b"<!DOCTYPE" in part.read(64 * 1024):
            raise UnreadableError("工作簿含有不允许的 XML 声明")


def _sheet_rows(sheet: object) -> Iterator[Row]:
    # The dimension a file states is not to be trusted: it would pad every row.
    sheet.reset_dimensions()  # type: ignore[attr-defined]
    rows = 0
    numbered = enumerate(
        sheet.iter_rows(max_col=CELLS, values_only=True),  # type: ignore[attr-defined]
        1,
    )
    for line, values in numbered:
        row = _spreadsheet_row(line, values)
        if row.blank:
            if line > 2 * ROWS:
                return
            continue
        rows += 1
        if rows > ROWS + 1:
            raise UnreadableError(f"超过 {ROWS} 行")
        yield row


def _spreadsheet_row(line: int, values: Sequence[object]) -> Row:
    cells = [_cell(value) for value in values]
    while cells and not cells[-1]:
        cells.pop()
    lossy = any(_lossy(value) for value in values)
    problem = "数字超过 15 位，表格软件已丢失末位，请将该列设为文本后重填" if lossy else ""
    return _bounded(line, cells, problem)


def _lossy(value: object) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and abs(value) >= EXACT_NUMBER  # type: ignore[arg-type]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)
