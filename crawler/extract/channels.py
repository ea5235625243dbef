"""Ways to ask or suggest that a page offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.extract.document import Document
    from crawler.extract.facts import Channel


def read_channels(document: Document) -> tuple[Channel, ...]:
    """Channels offered on a page, each with its kind; forms are looked at, never submitted."""
    del document
    return ()
