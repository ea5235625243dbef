"""Outgoing references of a page, once each: links, attachments, pictures, scripts, styles, frames."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from crawler.extract.references import (
    BACKGROUND_TAGS,
    ILLEGAL,
    TAGS,
    distinct,
    is_illegal,
    legal_root,
    loaded_references,
    role_of_link,
    scripted_references,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.extract.document import Document
    from crawler.extract.facts import PageLink
    from crawler.extract.references import Reference

_LONGEST_TEXT: Final = 120
_LONGEST_ILLEGAL: Final = 500


def read_links(document: Document) -> tuple[PageLink, ...]:
    """Every distinct reference of the page, at most 3,000, links first.

    As `crawler.extract.references.read_references` on the same tree, with the texts of links as
    the other readers of the page see them.
    """
    return distinct(_all(document))


def _all(document: Document) -> Iterator[Reference]:
    outline, resolver = document.outline, document.resolver
    backed = "table" in outline.places and document.mentions(" background=")
    tags = (*TAGS, *BACKGROUND_TAGS) if backed else (*TAGS, "body")
    attributes = outline.attributes
    elements = [
        (tag, attributes(index))
        for tag in tags
        if tag in outline.places
        for index in outline.places[tag]
    ]
    return chain(
        _of_links(document),
        _of_areas(document),
        loaded_references(elements, resolver),
        scripted_references(document.scripts, resolver),
    )


def _of_links(document: Document) -> Iterator[Reference]:
    own = legal_root(document.base_root)
    for link in document.links:
        url = link.url
        if not url and link.href:
            if is_illegal(link.href):
                yield link.href[:_LONGEST_ILLEGAL], link.text[:_LONGEST_TEXT], ILLEGAL
                continue
            url = document.resolve(document.attribute(link.index, "oldsrc"))
        if url:
            legal = url.startswith(own) or not is_illegal(url)
            role = role_of_link(url) if legal else ILLEGAL
            yield url, (link.text or link.title)[:_LONGEST_TEXT], role


def _of_areas(document: Document) -> Iterator[Reference]:
    for index in document.outline.places.get("area", ()):
        if url := document.resolve(document.attribute(index, "href")):
            yield url, document.attribute(index, "alt")[:_LONGEST_TEXT], role_of_link(url)
