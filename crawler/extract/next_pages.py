"""Further pages of the same list, from its pager."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from crawler.extract.document import Document, Link

_NEXT: Final = re.compile(
    r"[\[(（<]?\s{0,2}(?:下一?页|后一?页|next(?:\s?page)?|>|›|»|&gt;)\s{0,2}[\])）>]{0,2}",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"[\[(（]?([2-9]|1\d)[\])）]?")
_TRS: Final = re.compile(
    r"createPageHTML\w{0,10}\(\s*(?:[\"'][\w-]{1,40}[\"']\s*,\s*)?[\"']?(\d{1,5})[\"']?\s*,\s*[\"']?(\d{1,5})[\"']?\s*,\s*"
    r"[\"']([\w./-]{1,80})[\"']\s*,\s*[\"'](\w{2,6})[\"']"
)
_MOST: Final = 5
_LONGEST_TURN: Final = 8
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


def read_next_pages(document: Document) -> tuple[str, ...]:
    """Absolute addresses of the following pages in order, at most five; own site only."""
    found: dict[str, None] = dict.fromkeys(_by_script(document))
    turning = [
        (page, link)
        for link in document.links
        if 0 < len(link.text) <= _LONGEST_TURN and (page := _page_of(link.text)) and link.url
    ]
    numbered = {page: link for page, link in turning if page > _FOLLOWING}
    following = next((link.url for page, link in turning if page == _FOLLOWING), None)
    if following or len(numbered) >= 2 or _is_second_of_two(document, numbered):
        for url in ([following] if following else []) + [numbered[n].url for n in sorted(numbered)]:
            found.setdefault(url)
    here = document.url.partition("#")[0]
    return tuple(url for url in found if url != here and not document.leaves(url))[:_MOST]


@lru_cache(maxsize=4096)  # the pages of a site have the same pagers and menus
def _page_of(text: str) -> int:
    """The number of the page that a link names; 1 for the following page, 0 for a link of no pager."""
    if match := _NUMBER.fullmatch(text):
        return int(match[1])
    return _FOLLOWING if _NEXT.fullmatch(text) else 0


def _is_second_of_two(document: Document, numbered: dict[int, Link]) -> bool:
    """Whether the only numbered link is a 2 in a pager: a list of two pages has no other number."""
    outline = document.outline
    if list(numbered) != [2]:
        return False
    block = numbered[2].index
    for _ in range(_PAGER_LEVELS):
        block = outline.parents[block]
        if block < 0 or outline.tags[block] in {"body", "html"}:
            return False
        if outline.ends[block] - block > _PAGER_SIZE:
            return False
        if _is_pager(document, block, numbered[2].index):
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


def _by_script(document: Document) -> list[str]:
    """TRS: createPageHTML(count, current, "index", "html") gives index_1.html and so on."""
    found = (_TRS.search(script) for script in document.scripts if "createPageHTML" in script)
    match = next((each for each in found if each is not None), None)
    if match is None:
        return []
    count, current = int(match[1]), int(match[2])
    first_is_one = 1 if current > 0 and f"_{current}." not in document.url else 0
    last = min(count + first_is_one, current + _MOST + 1)
    return [document.resolve(f"{match[3]}_{n}.{match[4]}") for n in range(current + 1, last)]
