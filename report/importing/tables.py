"""Files of printed annexes into tables of plain cells: CSV, XLSX, DOCX, every size bounded."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docx import Document
from docx.opc.exceptions import PackageNotFoundError

from registry.reading import UnreadableError, read

if TYPE_CHECKING:
    from pathlib import Path

    from docx.table import Table

FILE_BYTES = 32 * 1024 * 1024
UNPACKED_BYTES = 128 * 1024 * 1024
ROWS = 20_000
CELL_CHARACTERS = 4000
COLUMNS = 40


class ImportingError(Exception):
    """A notice that cannot be imported; the message says why in Chinese."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """The cells of one table as they stand; `source` names file and sheet or table."""

    source: str
    rows: tuple[tuple[str, ...], ...]


def tables(path: Path) -> list[RawTable]:
    """Every table of a file. Raises ImportingError."""
    if path.suffix.lower() == ".docx":
        return _document(path)
    try:
        sheets = read(path)
    except UnreadableError as error:
        raise ImportingError(f"{path.name}：{error}") from error
    except OSError as error:
        raise ImportingError(f"{path} 无法读取：{error.strerror}") from error
    return [
        RawTable(
            f"{path.name} {sheet.name}".strip(),
            tuple(_clean(row.cells) for row in list(sheet.rows)[:ROWS]),
        )
        for sheet in sheets
    ]


def _document(path: Path) -> list[RawTable]:
    try:
        body = path.read_bytes() if path.stat().st_size <= FILE_BYTES else b""
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            if sum(one.file_size for one in archive.infolist()) > UNPACKED_BYTES:
                raise ImportingError(f"{path.name} 解压后过大")
        document = Document(io.BytesIO(body))
    except OSError as error:
        raise ImportingError(f"{path} 无法读取：{error.strerror}") from error
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError) as error:
        raise ImportingError(f"{path.name} 不是可读的 DOCX 文件，或超过大小限制") from error
    return [
        RawTable(f"{path.name} 表{place}", _rows(table))
        for place, table in enumerate(document.tables, 1)
    ]


def _rows(table: Table) -> tuple[tuple[str, ...], ...]:
    """A merged cell says the same in every place that it covers."""
    return tuple(_clean([cell.text for cell in row.cells]) for row in table.rows[:ROWS])


def _clean(cells: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(cell[:CELL_CHARACTERS].strip() for cell in cells[:COLUMNS])
