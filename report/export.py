"""Write the annexes and the notice of a window as files: reconciled first, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from report import collect, figures_read, kept, reconcile
from report import layout as layouts
from report.annexes import annexes
from report.figures import Figures
from report.freeze import ExportRefused, beside, frozen_tables
from report.notice import pdf
from report.notice.render import TemplateFaultError, docx_bytes
from report.notice.templates import shipped_template
from report.statistics import Statistics
from report.text_files import csv_bytes, json_bytes
from report.xlsx import workbook_bytes
from review import windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from models import Window
    from report.kept import Beside
    from report.layout_plan import Layout
    from report.plain import WindowData
    from report.table import AnnexSet

__all__ = ["FORMATS", "ExportError", "ExportRefused", "ExportResult", "InputError", "export"]

FORMATS = ("xlsx", "docx", "csv", "json", "pdf")


class ExportError(Exception):
    """Files that cannot be written; the message says why in Chinese."""


class InputError(Exception):
    """A format that is not offered; the message says what is, in Chinese."""


@dataclass(frozen=True, slots=True)
class ExportResult:
    """The files written. `problems` is filled for a draft alone: what forbids the real notice.

    `notes` say what was left out and why.
    """

    paths: list[Path] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Window:
    """Everything that the files of one window are made from."""

    tables: AnnexSet
    data: WindowData | None
    beside: Beside | None
    layout: Layout
    figures: Callable[[], Figures] = Figures


def export(
    session: Session,
    *,
    window: str,
    layout: str,
    formats: Sequence[str],
    out: Path,
    draft: bool = False,
    today: date | None = None,
    home: Path | None = None,
) -> ExportResult:
    """Write the annexes and the notice of a window; nothing is written to the database.

    1. A frozen window gives its kept annexes, byte for byte, on any day.
    2. Otherwise everything is reconciled; what does not agree, is not decided or not ended
       (`today` given) raises ExportRefused, and with `draft` is printed and marked as such.

    `layout` is a name, one of the home's `layouts` folder, or the path of a layout file.
    Raises WindowError, LayoutError, InputError, ExportRefused, ExportError.
    """
    wanted = _known_formats(formats)
    found = windows.named(session, window)
    chosen = layouts.load(layout, home)
    made, problems = _read(session, found, chosen, today)
    if problems and not draft:
        raise ExportRefused(problems)
    if {"docx", "pdf"} & set(wanted):
        made = _with_beside(found, made, home)
    marked = draft and found.frozen_at is None
    files, notes = _files(made, wanted, draft=marked)
    return ExportResult(_write_all(out, files), problems, notes)


def _known_formats(formats: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(one.strip().lower() for one in formats))
    unknown = [one for one in wanted if one not in FORMATS]
    if unknown or not wanted:
        told = f"暂不支持导出 {'、'.join(unknown)}" if unknown else "没有指明导出格式"
        raise InputError(f"{told}，可用的格式：{'、'.join(FORMATS)}")
    return wanted


def _read(
    session: Session, window: Window, chosen: Layout, today: date | None
) -> tuple[_Window, list[str]]:
    if window.frozen_at is not None:
        tables = frozen_tables(session, window, chosen)
        data = kept.kept_data(session, window)
        return _Window(tables, data, kept.kept_beside(session, window), chosen), []
    data = collect.window_data(session, window)
    # Read once, and only where a layout or the document asks for them.
    figures = cache(lambda: figures_read.read(session, window, data))
    tables = annexes(data, chosen, figures)
    status = collect.window_status(session, window, today)
    made = _Window(tables, data, None, chosen, figures)
    return made, reconcile.problems(data, status, chosen, tables)


def _with_beside(window: Window, made: _Window, home: Path | None) -> _Window:
    """With what the document needs; a window frozen before that was kept has none."""
    if made.beside is not None:
        return made
    if made.data is None or window.frozen_at is not None:
        raise ExportRefused([f"窗口 {window.name} 封存时没有保存通报正文的数据，不能导出 docx"])
    return replace(made, beside=beside(made.data, made.figures(), home))


def _files(
    made: _Window, formats: Sequence[str], *, draft: bool
) -> tuple[dict[str, bytes], list[str]]:
    """File name → bytes, in the order asked for; and what was left out."""
    stem = f"{made.tables.window}-{made.tables.layout}"
    files: dict[str, bytes] = {}
    notes: list[str] = []
    document = _document(made, draft=draft) if {"docx", "pdf"} & set(formats) else b""
    for one in formats:
        if one == "xlsx":
            files[f"{stem}.xlsx"] = workbook_bytes(made.tables, draft=draft)
        elif one == "docx":
            files[f"{stem}.docx"] = document
        elif one == "pdf":
            program = pdf.office()
            if program is None:
                notes.append(pdf.NO_OFFICE)
            else:
                files[f"{stem}.pdf"] = _pdf(document, program)
        else:
            files |= dict(_texts(made.tables, one, stem, draft=draft))
    return files, notes


def _texts(tables: AnnexSet, form: str, stem: str, *, draft: bool) -> Iterator[tuple[str, bytes]]:
    for annex in tables.annexes:
        body = (
            csv_bytes(annex, draft=draft)
            if form == "csv"
            else json_bytes(tables, annex, draft=draft)
        )
        yield f"{stem}-{annex.number}.{form}", body


def _document(made: _Window, *, draft: bool) -> bytes:
    assert made.data is not None, "refused before"
    assert made.beside is not None, "read before"
    told = Statistics(made.data, made.beside.figures, made.layout)
    own = made.beside.template
    template = own if own is not None else shipped_template()
    try:
        return docx_bytes(
            made.tables, told, template=template, pictures=made.beside.pictures, draft=draft
        )
    except TemplateFaultError as error:
        raise ExportError(str(error)) from error


def _pdf(document: bytes, program: str) -> bytes:
    try:
        return pdf.pdf_bytes(document, program)
    except pdf.PdfError as error:
        raise ExportError(str(error)) from error


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
