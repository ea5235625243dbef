"""The clock at the top of a page: today's date is no day of anything on it (trap 15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.extract.cells import DateCell
    from crawler.extract.document import Document


def without_clock(document: Document, cells: list[DateCell]) -> list[DateCell]:
    """The cells without the clock: a list whose dates name weekdays shows several days."""
    if document.mentions("getDay"):
        _mark_written(document, cells)
    if not any(cell.clock for cell in cells):
        return cells
    days = {(cell.stamp.year, cell.stamp.month, cell.stamp.day) for cell in cells if cell.clock}
    return cells if len(days) > 1 else [cell for cell in cells if not cell.clock]


def _mark_written(document: Document, cells: list[DateCell]) -> None:
    """A bare day behind which a script writes the day of the week is a clock, too."""
    tags, texts = document.outline.tags, document.outline.texts
    for cell in cells:
        script = cell.index + 1
        if cell.alone and not cell.rest and tags[script : script + 1] == ["script"]:
            cell.clock = cell.clock or any("getDay" in text for text in texts[script : script + 2])
