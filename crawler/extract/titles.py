"""The title of a row: what a person would call the item."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.extract.outline import squeeze

if TYPE_CHECKING:
    from crawler.extract.cells import DateCell
    from crawler.extract.document import Link
    from crawler.extract.outline import Outline

_CUT: Final = re.compile(r"(?:…|\.{2,}|。{3,})\s*$")
_EXTRA: Final = re.compile(
    r"\s*(?:(?:发布|公开|发表|更新|录入|添加)?(?:时间|日期)|(?:点击|浏览|阅读)(?:次?数|量)|作\s{0,6}者)\s{0,3}[:：].*$",
    re.DOTALL,
)
_HEADINGS: Final = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "strong"])
_LABEL: Final = re.compile(r"^(?:文章)?标题\s*[:：]\s*")
_LONGEST: Final = 300
_SENTENCE: Final = 40
_SHORTEST: Final = 6


def title_of(outline: Outline, link: Link, cell: DateCell | None = None) -> str:
    """The link's text without its date and summary; the `title` attribute where it is cut or absent."""
    text = link.text
    if cell is not None and link.index < cell.index < outline.ends[link.index]:
        text = _without(outline, link, cell)
    elif len(text) > _SENTENCE and (heading := _heading(outline, link)):
        text = heading
    return _full(text, link.title)[:_LONGEST]


def _heading(outline: Outline, link: Link) -> str:
    """The text of the first heading inside a link, if there is one."""
    for place in range(link.index, outline.ends[link.index]):
        if outline.tags[place] in _HEADINGS and (text := outline.inner_text(place)):
            return text
    return ""


def _full(text: str, attribute: str) -> str:
    if not attribute or attribute == text:
        return text
    attribute = _LABEL.sub("", squeeze(_EXTRA.sub("", attribute)))
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
        long = (piece for piece in pieces if len(piece) >= _SHORTEST)
        return _heading(outline, link) or next(long, max(pieces, key=len, default=link.text))
    short = squeeze(own)
    kept = short[: cell.stamp.start] + " " + short[cell.stamp.end :]
    return kept.strip(" \u3000-—·•|")
