"""Lists in XML: the datastore of 大汉 jpage with HTML in CDATA, plain records, feeds (trap 22)."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from crawler.extract import lists_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from crawler.extract.document import Document
    from crawler.extract.found import FoundRow

_OPEN, _CLOSE = "<![CDATA[", "]]>"
_RECORD: Final = re.compile(
    r"<(record|item|entry|row|article|info|doc|news)\b[^<>]{0,200}>", re.IGNORECASE
)
_FIELD: Final = re.compile(r"<([\w:.-]{1,40})\b[^<>]{0,300}?(?:/>|>([^<]{0,4000})</\1\s{0,3}>)")
_LINK_HREF: Final = re.compile(r"<link\b[^>]{0,200}?href=[\"']([^\"']{1,800})", re.IGNORECASE)
_MOST: Final = 600
_LONGEST: Final = 2_000_000
_LONGEST_RECORD: Final = 20_000


def is_xml(text: str) -> bool:
    """Whether a body is a list in XML and no page."""
    head = text[:600].lstrip().lower()
    if head.startswith(("<?xml", "<datastore", "<recordset", "<rss", "<feed", "<root")):
        return "<html" not in head and "<!doctype" not in head
    return False


def html_records(text: str) -> str:
    """The HTML in the CDATA sections of a text, put together; empty when there is none.

    Works for a whole dataproxy answer and for one kept inside a page's `<script type="text/xml">`.
    """
    if "<![CDATA[" not in text:
        return ""
    pieces = list(_between(text[:_LONGEST], _OPEN, _CLOSE))
    return "\n".join(_wrapped(piece) for piece in pieces if "<a" in piece or "<A" in piece)


def _wrapped(piece: str) -> str:
    """One record in an element of its own; a bare table row needs its table."""
    return (
        f"<table>{piece}</table>"
        if "<tr" in piece and "<table" not in piece
        else f"<div>{piece}</div>"
    )


def find_records(text: str, document: Document, as_of: datetime) -> list[FoundRow]:
    """The rows of records with fields of their own (`<record><title>…</title><url>…`), and of feeds."""
    items = [_fields(markup) for markup in _records(text[:_LONGEST])]
    return lists_json.find_rows(items, document, as_of)


def _records(text: str) -> Iterator[str]:
    """What stands between the tags of each record; plain searches, so that no input is slow."""
    position = 0
    for _ in range(_MOST):
        match = _RECORD.search(text, position)
        if match is None:
            return
        end = text.find(f"</{match[1]}>", match.end())
        if end < 0:
            return
        yield text[match.end() : min(end, match.end() + _LONGEST_RECORD)]
        position = end


def _between(text: str, start: str, end: str) -> Iterator[str]:
    """The pieces between two marks, at most a fixed number."""
    position = 0
    for _ in range(_MOST):
        opened = text.find(start, position)
        closed = text.find(end, opened) if opened >= 0 else -1
        if closed < 0:
            return
        yield text[opened + len(start) : closed]
        position = closed


def _fields(markup: str) -> dict[str, str]:
    link = _LINK_HREF.search(markup)
    plain = markup
    for piece in _between(markup, _OPEN, _CLOSE):
        plain = plain.replace(f"{_OPEN}{piece}{_CLOSE}", html.escape(piece, quote=False))
    found = {
        match[1].lower(): html.unescape(match[2] or "").strip() for match in _FIELD.finditer(plain)
    }
    if link is not None:
        found["link"] = html.unescape(link[1])
    return found
