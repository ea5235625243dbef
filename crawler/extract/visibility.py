"""Whether a node could be seen, and the bounded markup that is kept as evidence of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_ANCESTORS = 60  # levels looked at; a deeper nest than this hides nothing on purpose
_DEAD_PLACES = frozenset(["noscript", "template", "textarea", "title", "noembed"])
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_EVIDENCE_LIMIT = 300
_MARKUP_READ = 20_000  # characters of one node that are squeezed before cutting


def shown(node: LexborNode) -> bool:
    """False when the node or an ancestor is hidden by its own markup; style sheets are not read."""
    current: LexborNode | None = node
    for _ in range(_ANCESTORS):
        if current is None:
            return True
        if _hides(current) or (current is not node and current.tag in _DEAD_PLACES):
            return False
        current = current.parent
    return True


def _hides(node: LexborNode) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or bool(_HIDING_STYLE.search(attributes.get("style") or ""))


def markup(node: LexborNode, needle: str = "") -> str:
    """The node's own markup in one line, cut to what evidence may hold, around `needle`."""
    return excerpt(node.html or "", needle)


def excerpt(text: str, needle: str = "") -> str:
    """`text` in one line, cut to what evidence may hold; the part around `needle` is kept."""
    start = max(0, text.find(needle) - _EVIDENCE_LIMIT // 2) if needle else 0
    if len(text) <= _EVIDENCE_LIMIT:
        start = 0
    return " ".join(text[start : start + _MARKUP_READ].split())[:_EVIDENCE_LIMIT]
