"""The footer of a page as lines of text, found from the words that only footers carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.extract.document import once
from crawler.extract.outline import HIDDEN, INLINE
from crawler.extract.visibility import markup, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.extract.document import Document
    from crawler.extract.outline import Outline

# A footer is found from the last words that stand nowhere else; options of a link list name
# offices like 版权局, so only whole phrases count.
_ANCHOR = re.compile(
    r"I[CP][CP]\s*[备证]|ICP备|网[安警监]?备|标识[码号]|识别码|版权所有|opyright|COPYRIGHT|©|备案(?:编|序)?号|All [Rr]ights"
)
_CERTAIN = re.compile(r"版权所有|opyright|COPYRIGHT|©|All [Rr]ights|标识[码号]\W{0,4}[\db]")
_LINE = re.compile(
    r"(?:主\s{0,4}办|承办|主管|地\s{0,4}址|技术支持|联系电话|电\s{0,4}话)[^:：]{0,6}[:：]"
)
_NAMED = re.compile(r"foot|copyright|banquan|bottom|dibu|yejiao|btm", re.IGNORECASE)
_NAMED_SELECTOR = (
    'footer, [class*="foot" i], [id*="foot" i], [class*="copyright" i], [class*="banquan" i]'
)
_STOP = frozenset(["body", "html", "form", "article", "main"])
_HEADINGS = frozenset(["h1", "h2", "nav", "article", "textarea"])
_SMALL = 130  # outline nodes of a container that is taken without a name
_FEW_WORDS = 500  # characters in it: more is a page with its text
_LARGE = 500  # and of one that is named as a footer
_NEAR = 260  # outline nodes between the last anchor and an earlier one of the same footer
_BETWEEN = 40  # outline nodes between two containers of one footer
_ANCHORS = 8
_LOOKED_AT = 2500  # texts looked at from the end
_TEXT_LIMIT = 6000  # characters of a footer
_LONGEST_NAMES = 300
_LONGEST_TEXT = 1000  # and of one text in it

_FULL_WIDTH = str.maketrans(
    {
        **{chr(0xFF01 + i): chr(0x21 + i) for i in range(94)},
        "\u3000": " ",
        "\xa0": " ",
        "—": "-",
        "–": "-",
    }
)


@dataclass(frozen=True, slots=True)
class Footer:
    """The text of a footer, one line for each block, full-width forms made plain.

    `printed` is the same text as it stands on the page, offset for offset. `places` holds pairs
    of an offset and the outline position of the text there. `certain` says that it was found
    by words that only a footer carries.
    """

    text: str
    printed: str
    places: tuple[tuple[int, int], ...]
    outline: Outline
    certain: bool

    def evidence(self, start: int, end: int) -> str:
        """The markup of the smallest element that holds the text between two offsets."""
        inside = [place for offset, place in self.places if offset < end]
        if not inside:
            return ""
        outline = self.outline
        last = inside[-1]
        first = next((p for o, p in reversed(self.places) if o <= start), last)
        holder = outline.parents[last]
        while holder > 0 and not (holder < first < outline.ends[holder]):
            holder = outline.parents[holder]
        return markup(outline.nodes[holder], self.text[start : start + 4]) if holder >= 0 else ""


@once
def read_footer(document: Document) -> Footer | None:
    """The footer of a page, or None where it shows none."""
    outline = document.outline
    anchors = _anchors(document)
    around = _with_more_behind(outline, _tops(outline, anchors))
    tops = _with_named_before(outline, around) or _named_tops(document)
    if not tops:
        return None
    certain = any(_CERTAIN.search(outline.texts[anchor]) for anchor in anchors)
    footer = _lines(document, tops, certain=certain)
    return footer if footer.places else None


def _anchors(document: Document) -> list[int]:
    """The last texts with footer words, from the end of the page, shown ones only."""
    outline = document.outline
    found: list[int] = []
    texts, tags, parents = outline.texts, outline.tags, outline.parents
    speaks = _ANCHOR.search
    last = max(0, len(texts) - _LOOKED_AT)
    for index in reversed(outline.places.get("-text", ())):
        if index < last or len(found) == _ANCHORS:
            break
        parent = parents[index]
        if tags[parent] in HIDDEN or speaks(texts[index]) is None:
            continue
        if shown(outline.nodes[parent]):
            found.append(index)
            last = max(last, found[0] - _NEAR)
    return found


def _tops(outline: Outline, anchors: list[int]) -> list[tuple[int, int]]:
    """Where the outermost containers around the anchors begin and end, in page order.

    Neighbours under one parent are taken with what stands between them.
    """
    kept: list[tuple[int, int]] = []
    holders = {outline.parents[anchor] for anchor in anchors}
    for top in sorted({_container(outline, holder) for holder in holders}):
        if kept and top < kept[-1][1]:
            continue
        start, end = kept[-1] if kept else (-1, -1)
        siblings = start > 0 and outline.parents[start] == outline.parents[top]
        if siblings and top - end <= _BETWEEN:
            kept[-1] = (start, outline.ends[top])
        else:
            kept.append((top, outline.ends[top]))
    return kept


def _with_named_before(outline: Outline, tops: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The containers, with one before the first under the same parent that is named as a footer.

    Footers are built of two blocks: 主办 and the telephone in one, the filings in the next.
    """
    if not tops:
        return tops
    start = tops[0][0]
    parent = outline.parents[start]
    for index in range(start - 1, max(parent, start - _LARGE), -1):
        if outline.parents[index] != parent or outline.tags[index] in HIDDEN:
            continue
        if any(not text.isspace() for text in outline.pieces(index) if text):
            if _is_named(outline, index) and not _heads(outline, index):
                return [(index, outline.ends[index]), *tops]
            return tops
    return tops


def _with_more_behind(outline: Outline, tops: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The containers, with a short block behind the last under the same parent that begins as

    lines of footers do: the filings in one block, 主办 or the address in the next.
    """
    if not tops:
        return tops
    place = tops[-1][1]
    parent = outline.parents[tops[-1][0]]
    last = min(outline.ends[parent], place + _BETWEEN) if parent >= 0 else place
    while place < last:
        if outline.tags[place] not in HIDDEN and (text := outline.inner_text(place)):
            short = len(text) <= _FEW_WORDS and outline.ends[place] - place <= _SMALL
            opens = short and _LINE.match(text) is not None and not _heads(outline, place)
            return [*tops, (place, outline.ends[place])] if opens else tops
        place = outline.ends[place]
    return tops


def _heads(outline: Outline, index: int) -> bool:
    """Whether a block holds what no footer holds: a headline, the navigation, a field for text."""
    return any(outline.holds(index, tag) for tag in _HEADINGS if tag in outline.places)


def _container(outline: Outline, holder: int) -> int:
    """The block around an anchor's parent that is named as a footer, else the largest one of few

    words.
    """
    best = current = holder
    named = False
    while current > 0 and outline.tags[current] not in _STOP:
        size = outline.ends[current] - current
        if size > _LARGE or _heads(outline, current):
            break
        if _is_named(outline, current):
            best, named = current, True
        elif not named and size <= _SMALL and len(outline.inner_text(current)) <= _FEW_WORDS:
            best = current
        current = outline.parents[current]
    return best


def _is_named(outline: Outline, index: int) -> bool:
    if outline.tags[index] == "footer":
        return True
    attributes = outline.nodes[index].attributes
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return len(names) > 1 and _says_footer(names[:_LONGEST_NAMES])


@lru_cache(maxsize=4096)  # the pages of a site have the same few names
def _says_footer(names: str) -> bool:
    return _NAMED.search(names) is not None


def _named_tops(document: Document) -> list[tuple[int, int]]:
    """The last element that calls itself a footer and has text, for footers without the words."""
    outline = document.outline
    for node in reversed(document.tree.css(_NAMED_SELECTOR)[-6:]):
        if not node.text().strip() or not shown(node):
            continue
        identity = node.mem_id
        for index, other in enumerate(outline.nodes):
            if other.mem_id == identity and outline.ends[index] - index <= _LARGE:
                return [(index, outline.ends[index])]
    return []


def _lines(document: Document, tops: list[tuple[int, int]], *, certain: bool) -> Footer:
    """The visible texts under some positions; a change of block becomes a line break."""
    outline = document.outline
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    length, block = 0, -1
    for index in _text_indices(outline, tops):
        text = outline.texts[index][:_LONGEST_TEXT].replace("\n", " ").replace("\r", " ")
        own = _block(outline, index)
        if own != block or _broken(outline, places[-1][1] if places else index, index):
            text = "\n" + text
        block = own
        places.append((length, index))
        parts.append(text)
        length += len(text)
        if length > _TEXT_LIMIT:
            break
    printed = "".join(parts)[:_TEXT_LIMIT]
    return Footer(printed.translate(_FULL_WIDTH), printed, tuple(places), outline, certain)


def _text_indices(outline: Outline, tops: list[tuple[int, int]]) -> Iterator[int]:
    for start, end in tops:
        index = start
        while index < end:
            tag = outline.tags[index]
            if tag == "-text":
                yield index
            index = outline.ends[index] if tag in HIDDEN else index + 1


def _block(outline: Outline, index: int) -> int:
    """The position of the nearest block around a text."""
    parent = outline.parents[index]
    while parent > 0 and outline.tags[parent] in INLINE:
        parent = outline.parents[parent]
    return parent


def _broken(outline: Outline, before: int, index: int) -> bool:
    return "br" in outline.tags[before:index]
