"""Further pages of the same list, from its pager."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from itertools import repeat
from typing import TYPE_CHECKING, Final

from crawler.extract.pager_addresses import MOST, clicked_address, scripted_pages
from crawler.extract.pager_calls import called_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.extract.document import Document, Link

_NEXT: Final = re.compile(
    r"[\[【(（<]?\s{0,2}(?:下\s?一?\s?[页頁]|后\s?一?\s?[页頁]|下翻|next(?:\s?page)?)\s{0,2}"
    r"(?:[\])）】>›»→▶︾]{0,3}|[(（]\d{1,4}[)）])",
    re.IGNORECASE,
)
_ARROW: Final = re.compile(r"[>›»▶→]|[\[(（<]\s?>\s?[\])）>]")
_NUMBER: Final = re.compile(r"[\[(（]?(?:0?([2-9])|(1\d))[\])）]?|第([2-9]|1\d)页")
_LONGEST_TURN: Final = 8
_WEEK: Final = 7
_NAMED: Final = re.compile(r"(?<![a-z])next(?![a-z])", re.IGNORECASE)
_FOLLOWING: Final = 1  # links are numbered from 2 on
# A block that says how much there is to turn over, or calls itself a pager.
_TURNING: Final = re.compile(
    r"共\s{0,3}\d{1,7}\s{0,3}[页条封篇件项]|第\s{0,3}\d{1,5}\s{0,3}(?:/\s{0,3}\d{1,5}\s{0,3})?页|上一?页|前一?页|尾页|末页|"
    r"\d\s{0,3}/\s{0,3}\d{1,5}\s{0,3}页"
)
_PAGER: Final = re.compile(r"pag(?:e|er|es|ing|ination)(?![a-z])|fenye|fanye", re.IGNORECASE)
_FIRST: Final = re.compile(r"(?:^|[^\d.:/-])1[\])）]?$")
_PAGER_LEVELS: Final = 3
_PAGER_SIZE: Final = 80  # outline nodes
_PAGER_TEXT: Final = 120
_CALLS: Final = re.compile(r"location|open|href|go|jump|turn|page", re.IGNORECASE)
_OPTION: Final = re.compile(r"第?\s?(\d{1,2})\s?页?")
_OPTIONS: Final = 20
_WINDOW: Final = 8000  # characters from the end of a page in which its pager stands
_PAGES: Final = re.compile(
    r"共\s{0,3}(\d{1,5})\s{0,3}页|(?<![\d/])\d{1,5}\s{0,2}/\s{0,2}(\d{1,5})\s{0,2}页"
)
_ITEMS: Final = re.compile(r"共\s{0,3}(\d{1,6})\s{0,3}[条篇]")
_CALLED: Final = re.compile(r"\w\s{0,2}\(")  # a call; `javascript:;` and `#` turn nothing over
_DAYS: Final = frozenset(map(str, range(21, 29)))  # among the numbers of a calendar


def read_next_pages(document: Document) -> tuple[str, ...]:
    """Absolute addresses of the following pages in order, at most five; own site only."""
    found: dict[str, None] = dict.fromkeys(scripted_pages(document))
    turning = list(_turning(document))
    numbered = {page: (link, url) for page, link, url in turning if page > _FOLLOWING}
    if len(numbered) > _WEEK and {link.text for link in document.links} >= _DAYS:
        numbered = {}
    following = next((url for page, _, url in turning if page == _FOLLOWING), None)
    if following or len(numbered) >= 2 or _is_second_of_two(document, numbered):
        for url in ([following] if following else []) + [numbered[n][1] for n in sorted(numbered)]:
            found.setdefault(url)
    if not found:
        found = dict.fromkeys([*_pictured(document), *_chosen(document), *_pressed(document)])
    here = document.url.partition("#")[0]
    return tuple(url for url in found if url and url != here and not document.leaves(url))[:MOST]


def turns_unseen(document: Document, rows: int) -> bool:
    """Whether a list of so many rows has further pages whose address a script alone knows: goPage(2)."""
    text = document.visible_text()[-_WINDOW:]
    if (said := _PAGES.search(text)) is not None:
        return int(said[1] or said[2]) > 1
    if any(int(count) > rows for count in _ITEMS.findall(text)):
        return True
    return any(map(_is_called, document.links, repeat(document))) or any(
        len(words := node.text().strip()) <= _LONGEST_TURN and _NEXT.fullmatch(words)
        for node in document.clicked
    )


def _is_called(link: Link, document: Document) -> bool:
    """Whether a link turns over by a call."""
    if link.url or not 0 < len(link.text) <= _LONGEST_TURN:
        return False
    call = f"{link.href} {document.attribute(link.index, 'onclick')}"
    return _page_of(link.text) in {_FOLLOWING, 2} and _CALLED.search(call) is not None


def _turning(document: Document) -> Iterator[tuple[int, Link, str]]:
    """The links that turn over, with the page they lead to and its address."""
    for link in document.links:
        if not 0 < len(link.text) <= _LONGEST_TURN:
            continue
        page = _page_of(link.text)
        if page and (page > 0 or _in_pager(document, link.index)):
            attributes = document.outline.attributes(link.index)
            url = link.url or clicked_address(document, attributes)
            url = url or called_address(document, attributes)
            if url:
                yield abs(page), link, url


def _pictured(document: Document) -> Iterator[str]:
    """The addresses of pictures and empty links that turn over to the following page."""
    for link in document.links:
        if link.url and not link.text and _wordless(document, link) == _FOLLOWING:
            yield link.url


def _wordless(document: Document, link: Link) -> int:
    """The page that a picture or an empty link leads to: by its title, its text or its name."""
    if link.title:
        return _page_of(link.title) if len(link.title) <= _LONGEST_TURN else 0
    outline = document.outline
    for index in range(link.index + 1, min(outline.ends[link.index], link.index + 4)):
        if outline.tags[index] == "img":
            return _FOLLOWING if _NEXT.fullmatch(document.attribute(index, "alt")) else 0
    attributes = outline.attributes(link.index)
    named = f"{attributes.get('class') or ''} {attributes.get('rel') or ''}"
    return _FOLLOWING if _NAMED.search(named) and _in_pager(document, link.index) else 0


def _chosen(document: Document) -> Iterator[str]:
    """The addresses of a choice of pages: `<option value="index_1.html">第2页`."""
    outline = document.outline
    options = outline.places.get("option", [])
    for index in outline.places.get("select", ()) if options else ():
        if not _CALLS.search(document.attribute(index, "onchange")):
            continue
        inside = options[bisect_left(options, index) : bisect_left(options, outline.ends[index])]
        for number, option in enumerate(inside[:_OPTIONS], 1):
            match = _OPTION.fullmatch((outline.nodes[option].text() or "").strip())
            if match is None or int(match[1]) != number:
                break
            value = document.attribute(option, "value")
            if number > 1 and ("." in value or "/" in value or "?" in value):
                yield document.resolve(value)


def _pressed(document: Document) -> Iterator[str]:
    """The address behind a button that turns over."""
    for node in document.nodes("input", "button"):
        attributes = node.attributes
        words = attributes.get("value") if node.tag == "input" else node.text()
        if words and len(words) <= 4 * _LONGEST_TURN and _NEXT.fullmatch(words.strip()):
            yield clicked_address(document, attributes)


@lru_cache(maxsize=4096)  # the pages of a site have the same pagers and menus
def _page_of(text: str) -> int:
    """The number of the page that a link names; 1 for the following page, 0 for a link of no pager.

    An arrow is -1: it turns over where it stands in a pager.
    """
    if match := _NUMBER.fullmatch(text):
        return int(match[match.lastindex or 1])
    if _NEXT.fullmatch(text):
        return _FOLLOWING
    return -_FOLLOWING if _ARROW.fullmatch(text) else 0


def _is_second_of_two(document: Document, numbered: dict[int, tuple[Link, str]]) -> bool:
    """Whether the only numbered link is a 2 in a pager: a list of two pages has no other number."""
    return list(numbered) == [2] and _in_pager(document, numbered[2][0].index)


def _in_pager(document: Document, place: int) -> bool:
    outline = document.outline
    block = place
    for _ in range(_PAGER_LEVELS):
        block = outline.parents[block]
        if block < 0 or outline.tags[block] in {"body", "html"}:
            return False
        if outline.ends[block] - block > _PAGER_SIZE:
            return False
        if _is_pager(document, block, place):
            return True
    return False


def _is_pager(document: Document, block: int, second: int) -> bool:
    """A short block that says so by its name or words, or in which a 1 stands before the 2."""
    outline = document.outline
    text = outline.inner_text(block)
    if len(text) > _PAGER_TEXT:
        return False
    named = f"{document.attribute(block, 'class')} {document.attribute(block, 'id')}"
    before = [text.strip() for text in outline.texts[block:second] if text]
    return bool(
        _TURNING.search(text) or _PAGER.search(named) or (before and _FIRST.search(before[-1]))
    )
