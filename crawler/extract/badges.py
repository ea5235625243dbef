"""Footer items: the two badges, the codes, the sponsor and the contact of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.extract.facts import Badges

if TYPE_CHECKING:
    from crawler.extract.document import Document


def read_badges(document: Document) -> Badges:
    """The footer items of one page; a badge is True only when live and visible."""
    del document
    return Badges()


def read_footer_sources(document: Document) -> tuple[str, ...]:
    """Absolute addresses of scripts and frames that bring the footer, in page order."""
    del document
    return ()


def read_badges_of_source(text: str, url: str) -> Badges:
    """The footer items of a fetched footer script or included HTML file."""
    del text, url
    return Badges()


def merge(first: Badges, second: Badges) -> Badges:
    """What two readings of one page's footer say together; a found item wins."""
    del second
    return first
