"""Navigation and home page blocks read as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.extract.document import Document
    from crawler.extract.facts import ColumnLink


def read_columns(document: Document) -> tuple[ColumnLink, ...]:
    """The columns that a page's navigation and its blocks lead to, in page order."""
    del document
    return ()
