"""Outgoing references of a page, once each: links, attachments, pictures, scripts, styles, frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.extract.facts import PageLink
from crawler.extract.references import (
    BACKGROUND_TAGS,
    ILLEGAL,
    INDIRECT,
    MOST,
    TAGS,
    is_illegal,
    loaded_references,
    role_of_link,
    scripted_references,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.extract.document import Document

_LONGEST_TEXT: Final = 120
_LONGEST_ILLEGAL: Final = 500


def read_links(document: Document) -> tuple[PageLink, ...]:
    """Every distinct reference of the page, at most 3,000, links first.

    As `crawler.extract.references.read_references` on the same tree, with the texts of links as
    the other readers of the page see them.
    """
    found: dict[str, PageLink] = {}
    for link in _all(document):
        known = found.get(link.url)
        if known is None:
            found[link.url] = link
            if len(found) >= MOST:
                break
        elif known.role == INDIRECT and link.role != INDIRECT:
            found[link.url] = link
    return tuple(found.values())


def _all(document: Document) -> Iterator[PageLink]:
    root = document.base_root
    own = root if root and not is_illegal(root) else "no own root"
    for link in document.links:
        url = link.url
        if not url and link.href:
            if is_illegal(link.href):
                yield PageLink(link.href[:_LONGEST_ILLEGAL], link.text[:_LONGEST_TEXT], ILLEGAL)
                continue
            url = document.resolve(document.attribute(link.index, "oldsrc"))
        if url:
            legal = url.startswith(own) or not is_illegal(url)
            role = role_of_link(url) if legal else ILLEGAL
            yield PageLink(url, (link.text or link.title)[:_LONGEST_TEXT], role)
    for index in document.outline.places.get("area", ()):
        if url := document.resolve(document.attribute(index, "href")):
            yield PageLink(url, document.attribute(index, "alt")[:_LONGEST_TEXT], role_of_link(url))
    resolver = document.resolver
    outline = document.outline
    backed = "table" in outline.places and document.mentions(" background=")
    tags = (*TAGS, *BACKGROUND_TAGS) if backed else (*TAGS, "body")
    places = (index for tag in tags for index in outline.places.get(tag, ()))
    yield from loaded_references((outline.nodes[index] for index in places), resolver)
    yield from scripted_references(document.scripts, resolver)
