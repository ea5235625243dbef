"""Rows that are held at the top of their list whatever their date (trap 20)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from crawler.extract.outline import Outline

_WORD: Final = re.compile(r"^\s*[\[【(（]?\s*(?:置顶|固顶|顶)\s*[\]】)）:：]|^\s*(?:置顶|固顶)")
_ALONE: Final = re.compile(r"[\[【(（]?\s*(?:置顶|固顶|顶|TOP)\s*[\]】)）]?")
_MARK: Final = re.compile(
    r"zhiding|zding|(?:^|[^a-z])(?:stick|sticky|is[-_]?top|istop|top[-_]?(?:icon|ico|tag|flag)|ding|zd|settop)"
    r"(?:[^a-z]|$)|置顶|固顶",
    re.IGNORECASE,
)
_MARKS: Final = frozenset(["img", "i", "em", "span", "b"])
_WORD_LENGTH: Final = 12
_LONGEST_NAMES: Final = 300


def is_pinned(outline: Outline, row: int, title: str) -> bool:
    """Whether the words or an icon of the row say 置顶."""
    if "顶" in title and _WORD.search(title):
        return True
    texts, tags = outline.texts, outline.tags
    for place in range(row, min(outline.ends[row], row + 40)):
        if tags[place] in _MARKS:
            if _marked(outline, place):
                return True
        elif 0 < len(text := texts[place]) < _WORD_LENGTH and _says_alone(text):
            return True
    return False


def _says_alone(text: str) -> bool:
    return ("顶" in text or "TOP" in text) and _ALONE.fullmatch(text.strip()) is not None


def _marked(outline: Outline, place: int) -> bool:
    attributes = outline.nodes[place].attributes
    if not attributes:
        return False
    source = (attributes.get("src") or "").rsplit("/", 1)[-1]
    names = f"{attributes.get('class') or ''} {attributes.get('alt') or ''} {source[:60]}"
    return _says_pinned(names[:_LONGEST_NAMES])


@lru_cache(maxsize=1024)  # the marks of a list's rows are all alike
def _says_pinned(names: str) -> bool:
    return _MARK.search(names) is not None
