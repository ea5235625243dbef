"""Annexes as CSV and JSON: for other tools, text cells exactly as printed."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from report.table import Annex, AnnexSet

DRAFT = "草稿，未经核定，不得作为通报附件"
SCHEMA = "xuncha-annex-1"
# A spreadsheet that opens the file would run cells that begin with these.
_RUN = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(annex: Annex, *, draft: bool = False) -> bytes:
    """One annex as UTF-8 CSV: flat headings, rows, total. A draft says so in a last line."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([heading.flat for heading in annex.headings])
    for row in annex.lines:
        writer.writerow([_inert(cell) for cell in row])
    if draft:
        writer.writerow([DRAFT])
    return out.getvalue().encode("utf-8")


def json_bytes(tables: AnnexSet, annex: Annex, *, draft: bool = False) -> bytes:
    """One annex as a JSON object; rows are objects by flat heading."""
    headings = [heading.flat for heading in annex.headings]
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "window": tables.window,
        "layout": tables.layout,
        "annex": annex.number,
        "title": annex.title,
        "draft": draft,
        "columns": headings,
        "rows": [dict(zip(headings, row, strict=True)) for row in annex.rows],
        "total": dict(zip(headings, annex.total, strict=True)) if annex.total else None,
        "notes": list(annex.notes),
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RUN) else cell
