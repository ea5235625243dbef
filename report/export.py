"""Write the annexes of a window as files: reconciled first, named by contract, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from report import collect, layout, reconcile
from report.freeze import ExportRefused, frozen_tables
from report.rows import annex_set
from report.text_files import csv_bytes, json_bytes
from report.xlsx import workbook_bytes
from review import windows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from models import Window
    from report.layout import Layout
    from report.table import AnnexSet

__all__ = ["FORMATS", "ExportError", "ExportRefused", "ExportResult", "InputError", "export"]

FORMATS = ("xlsx", "csv", "json")


class ExportError(Exception):
    """Files that cannot be written; the message says why in Chinese."""


class InputError(Exception):
    """A format that is not offered; the message says what is, in Chinese."""


@dataclass(frozen=True, slots=True)
class ExportResult:
    """The files written. `problems` is filled for a draft alone: what forbids the real notice."""

    paths: list[Path] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def export(
    session: Session,
    *,
    window: str,
    layout: str,
    formats: Sequence[str],
    out: Path,
    draft: bool = False,
    today: date | None = None,
) -> ExportResult:
    """Write the annexes of a window; nothing is written to the database.

    1. A frozen window gives its kept annexes, byte for byte, on any day.
    2. Otherwise everything is reconciled; what does not agree, is not decided or not ended
       (`today` given) raises ExportRefused, and with `draft` is printed and marked as such.

    Raises WindowError, LayoutError, InputError, ExportRefused, ExportError.
    """
    wanted = _known_formats(formats)
    found = windows.named(session, window)
    chosen = _layout(layout)
    tables, problems = _tables(session, found, chosen, today)
    if problems and not draft:
        raise ExportRefused(problems)
    marked = draft and found.frozen_at is None
    files = _files(tables, wanted, draft=marked)
    return ExportResult(_write_all(out, files), problems)


def _layout(name: str) -> Layout:
    return layout.load(name)


def _known_formats(formats: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(one.strip().lower() for one in formats))
    unknown = [one for one in wanted if one not in FORMATS]
    if unknown or not wanted:
        told = f"暂不支持导出 {'、'.join(unknown)}" if unknown else "没有指明导出格式"
        raise InputError(f"{told}，可用的格式：{'、'.join(FORMATS)}")
    return wanted


def _tables(
    session: Session, window: Window, chosen: Layout, today: date | None
) -> tuple[AnnexSet, list[str]]:
    if window.frozen_at is not None:
        return frozen_tables(session, window, chosen), []
    data = collect.window_data(session, window)
    tables = annex_set(data, chosen)
    status = collect.window_status(session, window, today)
    return tables, reconcile.problems(data, status, chosen, tables)


def _files(tables: AnnexSet, formats: Sequence[str], *, draft: bool) -> dict[str, bytes]:
    """File name → bytes, in the order asked for."""
    stem = f"{tables.window}-{tables.layout}"
    files: dict[str, bytes] = {}
    for one in formats:
        if one == "xlsx":
            files[f"{stem}.xlsx"] = workbook_bytes(tables, draft=draft)
            continue
        for annex in tables.annexes:
            body = (
                csv_bytes(annex, draft=draft)
                if one == "csv"
                else json_bytes(tables, annex, draft=draft)
            )
            files[f"{stem}-{annex.number}.{one}"] = body
    return files


def _write_all(out: Path, files: dict[str, bytes]) -> list[Path]:
    try:
        out.mkdir(parents=True, exist_ok=True)
        return [_write(out / name, body) for name, body in files.items()]
    except OSError as error:
        raise ExportError(f"导出目录 {out} 无法写入：{error.strerror}") from error


def _write(path: Path, body: bytes) -> Path:
    """Whole or not at all: a reader never sees half a file."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return path
