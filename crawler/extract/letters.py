"""Messages of the public with the dates of question and answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.extract.document import Document
    from crawler.extract.facts import Letter


def read_letters(document: Document, as_of: datetime) -> tuple[Letter, ...]:
    """The letters of a message board, or the one letter of a detail page."""
    del document, as_of
    return ()
