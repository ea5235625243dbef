"""Elements that a click opens and that hold no link: rows of lists built for scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.extract.document import Link

if TYPE_CHECKING:
    from crawler.extract.document import Document

_TAGS: Final = frozenset(["li", "tr", "dl", "dd", "div", "p", "span", "td", "h2", "h3", "h4"])
_ADDRESS: Final = re.compile(
    r"(?:location(?:\.href)?\s{0,3}=|open\(|assign\(|replace\()\s{0,3}[\"']([^\"'<>\s]{2,500})[\"']"
)
_SHORTEST: Final = 8
_LONGEST: Final = 500
_MOST: Final = 500


def find_clickable(document: Document) -> list[Link]:
    """Clickable elements with the text of a title, as links; the address is known where it is literal."""
    calls = {
        node.mem_id: node.attributes.get("onclick") or ""
        for node in document.clicked[:_MOST]
        if node.tag in _TAGS
    }
    kept = _kept_addresses(document) if document.mentions("data-href") else {}
    if kept:
        calls = dict.fromkeys(kept, "") | calls
    if not calls:
        return []
    outline = document.outline
    found: list[Link] = []
    for index, node in enumerate(outline.nodes):
        call = calls.get(node.mem_id) if not outline.texts[index] else None
        if call is None or "a" in outline.tags[index : outline.ends[index]]:
            continue
        text = outline.inner_text(index)
        if _SHORTEST <= len(text) <= _LONGEST and not _in_link(document, index):
            address = _ADDRESS.search(call)
            kept_at = address[1] if address else kept.get(node.mem_id, "")
            url = document.resolve(kept_at) if kept_at else ""
            found.append(Link(index, "", url, text, ""))
    return _outermost(document, found)


def _kept_addresses(document: Document) -> dict[int, str]:
    """The addresses that elements keep for the script that opens them (`data-href`)."""
    nodes = document.tree.css("[data-href]")[:_MOST]
    return {
        node.mem_id: (node.attributes.get("data-href") or "").strip()
        for node in nodes
        if node.tag in _TAGS
    }


def _in_link(document: Document, index: int) -> bool:
    parents = document.outline.parents
    for _ in range(6):
        index = parents[index]
        if index < 0:
            return False
        if document.outline.tags[index] == "a":
            return True
    return False


def _outermost(document: Document, found: list[Link]) -> list[Link]:
    """Of clickable elements inside one another, the outermost."""
    kept: list[Link] = []
    for link in found:
        if not kept or link.index >= document.outline.ends[kept[-1].index]:
            kept.append(link)
    return kept
