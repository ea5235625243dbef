"""Rows of lists that print no date: kept, so that their dates can be read from the address or the

article page (design 4.4). Menus, friend links and injected blocks of foreign links are no lists.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from crawler.extract.cells import labelled
from crawler.extract.found import FoundRow
from crawler.extract.pinned import is_pinned
from crawler.extract.titles import title_of
from crawler.extract.url_dates import date_in_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.extract.document import Document, Link
    from crawler.extract.ground import Ground

_ARTICLE: Final = re.compile(
    r"/[^/?]{0,80}\d{3,}[^/?]{0,60}\.(?:s?html?|aspx?|jsp|php)|[?&](?:id|aid|infoid|articleid|newsid|contentid|docid)="
    r"[\w-]{2,}|/content[_/]|/post_\d|/art_\d|/detail|/info/\d|/c\d{5,}/|/\d{5,}/?$",
    re.IGNORECASE,
)
_LIST_PAGE: Final = re.compile(
    r"/(?:index|list|col)(?:[_-]?\d{0,6})?\.|/$|/col/col\d|_list\.|moreinfo", re.IGNORECASE
)
_NUMBERED: Final = re.compile(r"/index\.php\?(?:[^#]{0,200}&)?id=\d{3,}(?:&|$)", re.IGNORECASE)
_ATTACHMENT: Final = re.compile(r"\.(?:docx?|xlsx?|wps|et|pdf|ofd|rar|zip)$", re.IGNORECASE)
_FEWEST: Final = 3
_LONG_TITLE: Final = 12
_FAIR_TITLE: Final = 8
_MOST: Final = 400


def find_plain(
    document: Document,
    ground: Ground,
    dated: list[FoundRow],
    spans: Sequence[tuple[int, int]],
) -> list[FoundRow]:
    """Undated rows of real lists: three alike with titles as long as titles are.

    `spans` are the places of the dated rows.
    """
    places = {row.place for row in dated}
    others = [link for link in ground.titles[:4000] if link.index not in places]
    inside = sorted(spans) if others else []
    starts = [start for start, _ in inside]
    reach = list(accumulate([end for _, end in inside], max))  # how far the rows up to each reach
    addresses = {row.url for row in dated if row.url}
    groups: dict[int, list[Link]] = {}
    home = document.home
    for link in others:
        before = bisect_right(starts, link.index) - 1
        if before >= 0 and reach[before] > link.index:
            continue  # a side link (相关解读) of a dated row
        url = link.url
        if url in addresses or (not url.startswith(home) and document.leaves(url)):
            continue
        groups.setdefault(ground.list_of(link.index), []).append(link)
    dated_lists = {row.group for row in dated}
    found: list[FoundRow] = []
    for group, links in groups.items():
        if (group in dated_lists or _is_list(links)) and not ground.aside(links[0].index):
            found += [_found(ground, group, link) for link in links if _is_item(link)]
    return found[:_MOST]


def _is_list(links: list[Link]) -> bool:
    if len({link.url or link.text for link in links}) < _FEWEST:
        return False
    average = sum([max(len(link.text), len(link.title)) for link in links]) / len(links)
    if average < _FAIR_TITLE:
        return False
    articles = sum(1 for link in links if looks_like_article(link.url))
    if 2 * articles >= len(links):
        return True
    return average >= _LONG_TITLE and not any(_LIST_PAGE.search(link.url) for link in links)


def _is_item(link: Link) -> bool:
    if _ATTACHMENT.search(link.url) or _ATTACHMENT.search(link.text):
        return False
    return len(link.text or link.title) >= 6 or looks_like_article(link.url)


@lru_cache(maxsize=1024)  # asked for a list and again for each of its items
def looks_like_article(url: str) -> bool:
    """Whether an address is built like that of one article, not of a list."""
    if _LIST_PAGE.search(url):
        return _NUMBERED.search(url) is not None  # the one address of all pages: index.php?id=60907
    return _ARTICLE.search(url) is not None or date_in_url(url) is not None


def _found(ground: Ground, group: int, link: Link) -> FoundRow:
    title = title_of(ground.outline, link)
    said = labelled(link.title) if any(char.isdigit() for char in link.title) else None
    return FoundRow(
        title=title,
        url=link.url,
        place=link.index,
        group=group,
        stamp=said.stamp if said is not None else None,
        url_day=date_in_url(link.url),
        pinned=is_pinned(ground.outline, ground.unit_of(link.index), title),
    )
