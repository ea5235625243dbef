"""The ten elements of a service guide (办事指南)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.extract.document import Document


def read_guide(document: Document) -> dict[str, bool] | None:
    """Which of the ten elements have content; None when the page is no service guide."""
    del document
    return None
