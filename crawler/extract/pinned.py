"""Rows that are held at the top of their list whatever their date (trap 20)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from crawler.extract.document import Outline

_WORD: Final = re.compile(r"^\s*[\[【(（]?\s*(?:置顶|固顶|顶)\s*[\]】)）:：]|^\s*(?:置顶|固顶)")
_ALONE: Final = re.compile(r"[\[【(（]?\s*(?:置顶|固顶|顶|TOP)\s*[\]】)）]?")
_MARK: Final = re.compile(
    r"zhiding|zding|(?:^|[^a-z])(?:stick|sticky|is[-_]?top|istop|top[-_]?(?:icon|ico|tag|flag)|ding|zd|settop)"
    r"(?:[^a-z]|$)|置顶|固顶",
    re.IGNORECASE,
)


def is_pinned(outline: Outline, row: int, title: str) -> bool:
    """Whether the words or an icon of the row say 置顶."""
    if "顶" in title and _WORD.search(title):
        return True
    for place in range(row, min(outline.ends[row], row + 40)):
        text = outline.texts[place]
        if text:
            if (
                len(text) < 12
                and ("顶" in text or "TOP" in text)
                and _ALONE.fullmatch(text.strip())
            ):
                return True
        elif outline.tags[place] in {"img", "i", "em", "span", "b"} and _marked(outline, place):
            return True
    return False


def _marked(outline: Outline, place: int) -> bool:
    attributes = outline.nodes[place].attributes
    if not attributes:
        return False
    source = (attributes.get("src") or "").rsplit("/", 1)[-1]
    names = " ".join((attributes.get("class") or "", attributes.get("alt") or "", source[:60]))
    return _MARK.search(names) is not None
