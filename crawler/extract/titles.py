"""The title of a row: what a person would call the item."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.extract.document import squeeze

if TYPE_CHECKING:
    from crawler.extract.cells import DateCell
    from crawler.extract.document import Link, Outline

_CUT: Final = re.compile(r"(?:…|\.{2,}|。{3,})\s*$")
_EXTRA: Final = re.compile(r"\s*(?:发布|公开)?(?:时间|日期)\s*[:：].*$")
_LONGEST: Final = 300


def title_of(outline: Outline, link: Link, cell: DateCell | None = None) -> str:
    """The link's text without its date; the `title` attribute where the text is cut or absent."""
    text = link.text
    if cell is not None and link.index < cell.index < outline.ends[link.index]:
        text = _without(outline, link, cell)
    return _full(text, link.title)[:_LONGEST]


def _full(text: str, attribute: str) -> str:
    attribute = squeeze(_EXTRA.sub("", attribute))
    cut = (
        not text or _CUT.search(text) or (len(attribute) > len(text) and attribute.startswith(text))
    )
    return attribute if cut and len(attribute) >= 4 else text


def _without(outline: Outline, link: Link, cell: DateCell) -> str:
    """The text of a link that holds its own date: the date cut out, or the longest other text."""
    own = outline.texts[cell.index]
    if cell.alone:
        pieces = [
            squeeze(outline.texts[place])
            for place in range(link.index, outline.ends[link.index])
            if outline.texts[place] and not cell.index <= place <= cell.last
        ]
        return max(pieces, key=len, default=link.text)
    short = squeeze(own)
    kept = short[: cell.stamp.start] + " " + short[cell.stamp.end :]
    return kept.strip(" \u3000-—·•|[]【】()（）")
