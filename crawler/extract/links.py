"""Outgoing references of a page, once each: links, attachments, pictures, scripts, styles, frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.extract.facts import PageLink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.extract.document import Document

_ATTACHMENTS: Final = frozenset(
    ["doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps", "et", "pdf", "ofd", "rar", "zip", "7z", "txt",
     "csv", "mp4", "mp3", "jpg", "png"]
)  # fmt: skip
_MOST: Final = 3000
_LONGEST_ENDING: Final = 4
_LONGEST_TEXT: Final = 120
_REFERENCES: Final = (
    ("img", "img", "src"),
    ("script", "script", "src"),
    ("style", "link", "href"),
    ("frame", "frame", "src"),
    ("frame", "iframe", "src"),
)


def read_links(document: Document) -> tuple[PageLink, ...]:
    """Every distinct absolute reference of the page, at most 3,000, links first."""
    found: dict[str, PageLink] = {}
    for link in _all(document):
        if link.url not in found:
            found[link.url] = link
            if len(found) >= _MOST:
                break
    return tuple(found.values())


def _all(document: Document) -> Iterator[PageLink]:
    for link in document.links:
        if link.url:
            ending = link.url.rpartition(".")[2]
            short = len(ending) <= _LONGEST_ENDING
            role = "attachment" if short and ending.lower() in _ATTACHMENTS else "a"
            yield PageLink(link.url, (link.text or link.title)[:_LONGEST_TEXT], role)
    for role, tag, attribute in _REFERENCES:
        for index in document.outline.places.get(tag, ()):
            attributes = document.outline.nodes[index].attributes
            if tag == "link" and "stylesheet" not in (attributes.get("rel") or "").lower():
                continue
            url = document.resolve(attributes.get(attribute) or "")
            if url:
                yield PageLink(url, "", role)
