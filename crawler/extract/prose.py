"""The running text of a page: what an article has beside its lists, and a list has not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.extract.outline import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.extract.document import Document

_SENTENCE: Final = 20
_HEADLINE: Final = 12
_HEADING: Final = 6
_SITE_NAME: Final = re.compile(
    r"(?:政府|网站?|门户|平台|系统|[局厅委院办]|中心|委员会|办公[室厅])$"
)
_ENOUGH: Final = 4000

Span = tuple[int, int]


def longest_prose(document: Document, rows: Sequence[Span]) -> int:
    """The characters of the longest text outside links that no dated row interrupts.

    `rows` are the outline spans of the dated rows, in page order; texts shorter than a sentence do
    not count. Summaries in a list stay short, because a row follows each of them.
    """
    outline = document.outline
    starts = iter([*(start for start, _ in rows), len(outline.tags)])
    links = iter(document.links)
    row, link, link_end = next(starts), next(links, None), 0
    longest = current = 0
    for index in outline.places.get("-text", ()):
        if index >= row:
            longest, current = max(longest, current), 0
            row = next((start for start in starts if start > index), len(outline.tags))
        text = outline.texts[index]
        if len(text) < _SENTENCE or outline.tags[outline.parents[index]] in HIDDEN:
            continue
        while link is not None and link.index < index:
            link_end, link = outline.ends[link.index], next(links, None)
        if index >= link_end:
            current += len(text)
            if current >= _ENOUGH:
                break
    return max(longest, current)


def has_heading(document: Document) -> bool:
    """Whether the page's title begins with a heading outside links that names no site or column."""
    outline, title = document.outline, document.title
    for tag in ("h1", "h2"):
        for index in outline.places.get(tag, ())[:6]:
            text = outline.inner_text(index)
            if len(text) < _HEADING or not title.startswith(text) or _SITE_NAME.search(text):
                continue
            around = [
                outline.tags[outline.parents[index]],
                *outline.tags[index : outline.ends[index]],
            ]
            if "a" not in around:
                return True
    return False


def has_headline(document: Document) -> bool:
    """Whether a long part of the page's title stands on the page as a text outside links."""
    head = document.title
    if len(head) < _HEADLINE:
        return False
    outline = document.outline
    for index in outline.places.get("-text", ()):
        text = outline.texts[index].strip()
        if len(text) < _HEADLINE or text not in head or _SITE_NAME.search(text):
            continue
        tag = outline.tags[outline.parents[index]]
        if tag not in HIDDEN and tag not in {"a", "title"}:
            return True
    return False
