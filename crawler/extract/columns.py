"""Navigation and home page blocks read as columns."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.extract.addresses import host_of
from crawler.extract.column_kinds import ColumnKind, kind_of
from crawler.extract.column_names import (
    NAME_LIMIT,
    column_name,
    is_article_address,
    picture_name,
    plain_name,
)
from crawler.extract.facts import ColumnLink

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.extract.document import Document, Link
    from crawler.extract.outline import Outline

__all__ = ["ColumnKind", "read_columns", "read_own_column"]

_NAVIGATION = re.compile(
    r"nav|menu|daohang|lanmu|channel|(?:^|[\s_-])(?:dh|lm)(?:$|[\s_-])", re.IGNORECASE
)
_NO_NAVIGATION = re.compile(
    r"foot|bottom|link|page|crumb|position|location|weizhi|share|copyright|friend|yqlj|swiper|slick|bread|search|login|lang|tool|mobile-?nav-?btn",
    re.IGNORECASE,
)
_HOME_NAMES = frozenset(["首页", "网站首页", "首頁", "主页", "网站主页", "门户首页", "本站首页"])
_MORE = re.compile(r"^\W{0,4}(?:更\s?多|查看更多|[Mm][Oo][Rr][Ee]|了解更多)\W{0,8}$")
_HEADING_TAGS = frozenset(["h1", "h2", "h3", "h4", "h5", "dt", "th", "strong", "caption", "legend"])
_HEADING_CLASS = re.compile(r"tit|head|hd\b|name|bt\b|lmmc|column|label", re.IGNORECASE)
_NUMBERED_FILE = re.compile(r"/\d{16,}\.s?html?$", re.IGNORECASE)  # too long for a column's
_DAY = re.compile(r"(?<!\d)(?:19|20)\d{2}[-./年]\d{1,2}[-./月]\d{1,2}")
_TOPIC_PATH = re.compile(
    r"/(?:zt\d*|zt(?:zl|lm|bd|hg|jj|bk)\w{0,12}|zhuanti\w{0,12}|special|topics?)/", re.IGNORECASE
)
_SHORTEST_ROOT = len("https://h")
_COLUMNS = 200
_NAMES = 300  # characters of a class and an id that are read
_LEVELS_UP = 5
_NAVIGATION_SIZE = 900  # outline nodes of the block around a 首页 link


def read_columns(document: Document) -> tuple[ColumnLink, ...]:
    """The columns that a page's navigation and its blocks lead to, in page order.

    Single articles, log-in, language versions and other furniture are left out. `level` 2 is a
    link below another one of the navigation, by its nesting or by its address; a child of a
    topic is a topic whatever its name says. `external` leaves the page's own host.
    """
    if not document.links:
        return ()
    found: dict[str, ColumnLink] = {}
    named = [
        (link, column_name(link)) for link in document.links if link.url and len(link.text) <= 40
    ]
    for column in (*_navigation_columns(document, named), *_block_columns(document, named)):
        kept = found.get(column.url)
        if kept is None or (kept.level > column.level and kept.name == column.name):
            found[column.url] = column
        if len(found) >= _COLUMNS:
            break
    return _levelled(tuple(found.values()))


def _navigation_columns(
    document: Document, named: Sequence[tuple[Link, str]]
) -> Iterator[ColumnLink]:
    """Columns of elements that call themselves navigation, and of the block around 首页."""
    blocks = _Navigation(document)
    for link, said in named:
        name = said if link.text else picture_name(document, link)
        if not name or not blocks.holds(link.index) or is_article_address(link.url):
            continue
        if not _is_a_site(document, name, link.url):
            yield _column(document, name, link, level=1 + blocks.nested(link.index))


def _is_a_site(document: Document, name: str, url: str) -> bool:
    """A bare host is a home page: the page's own, or another site unless it is named as a column."""
    if 0 <= url.find("/", url.find("//") + 2) < len(url) - 1:
        return False
    origin, path = _split(url)
    if path not in {"", "/"} or "?" in url:
        return False
    return kind_of(name) is ColumnKind.OTHER or not _leaves(document, origin)


class _Navigation:
    """Which positions lie in a navigation; answers for ancestors are remembered."""

    def __init__(self, document: Document) -> None:
        self.outline = document.outline
        self._known: dict[int, bool] = {-1: False}
        self._around_home = list(_home_blocks(document))

    def holds(self, index: int) -> bool:
        """Whether a navigation is around the element at `index`."""
        parent = self.outline.parents[index]
        known = self._known.get(parent)
        if known or (known is None and self._named(parent)):
            return True
        return any(start <= index < end for start, end in self._around_home)

    def _named(self, index: int) -> bool:
        path = []
        while index not in self._known:
            path.append(index)
            index = self.outline.parents[index]
        answer = self._known[index]
        for place in reversed(path):
            answer = self._own_answer(place, inherited=answer)
            self._known[place] = answer
        return answer

    def _own_answer(self, index: int, *, inherited: bool) -> bool:
        if self.outline.tags[index] in {"body", "html"}:
            return False
        attributes = self.outline.nodes[index].attributes
        name = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        said = _says_navigation(name[:_NAMES]) if len(name) > 1 else None
        if said is False:
            return False
        if said or self.outline.tags[index] == "nav":
            return self.outline.ends[index] - index <= _NAVIGATION_SIZE * 2
        return inherited

    def nested(self, index: int) -> bool:
        """Whether a link lies in a list inside a list item: a drop-down below its heading."""
        tags, parents = self.outline.tags, self.outline.parents
        items = 0
        for _ in range(12):
            index = parents[index]
            if index < 0:
                return False
            if tags[index] in {"li", "dd"}:
                items += 1
            if items == 2 or tags[index] == "dd":
                return True
        return False


@lru_cache(maxsize=4096)  # the pages of a site have the same few names
def _says_navigation(name: str) -> bool | None:
    """What the class and the id of an element say: a navigation, none, or nothing of either."""
    if _NO_NAVIGATION.search(name):
        return False
    return True if _NAVIGATION.search(name) else None


def _home_blocks(document: Document) -> Iterator[tuple[int, int]]:
    """The smallest block around a 首页 link that holds at least five links, all of short names."""
    outline = document.outline
    homes = [link for link in document.links if link.text in _HOME_NAMES][:4]
    places = outline.places["a"] if homes else []
    for home in homes:
        index = home.index
        while index > 0:
            index = outline.parents[index]
            end = outline.ends[index]
            if index < 0 or outline.tags[index] == "body" or end - index > _NAVIGATION_SIZE:
                break
            inside = document.links[bisect_left(places, index) : bisect_left(places, end)]
            if len(inside) < 5:
                continue
            if sum(len(link.text) <= NAME_LIMIT for link in inside) >= 0.9 * len(inside):
                yield index, end
            break


def _block_columns(document: Document, named: Sequence[tuple[Link, str]]) -> Iterator[ColumnLink]:
    """Blocks with a 更多 link named by their heading, and headings that are links themselves."""
    for link, said in named:
        if _is_more(document, link):
            name = "" if is_article_address(link.url) else _block_name(document, link)
        else:
            name = said if said and _is_named_by_heading(document, link, said) else ""
        if name:
            yield _column(document, name, link, level=1)


def _is_named_by_heading(document: Document, link: Link, name: str) -> bool:
    """Whether a link is a heading of its own and its name says a type of column."""
    if kind_of(name) is ColumnKind.OTHER or not _is_heading(document.outline, link.index):
        return False
    if is_article_address(link.url) or _NUMBERED_FILE.search(link.url):
        return False
    return not _is_dated_row(document, link)


def _is_dated_row(document: Document, link: Link) -> bool:
    """Whether a day stands beside a link and no other link does: the title of a row."""
    outline = document.outline
    places, top = outline.places["a"], link.index
    for _ in range(_LEVELS_UP):
        top = outline.parents[top]
        if top < 0 or outline.tags[top] in {"body", "ul"} or outline.ends[top] - top > 60:
            return False
        if bisect_left(places, outline.ends[top]) - bisect_left(places, top) > 1:
            return False
        if _DAY.search(outline.inner_text(top)):
            return True
    return False


def _is_more(document: Document, link: Link) -> bool:
    if len(link.text) <= 12 and _MORE.match(link.text or link.title):
        return True
    if link.text:
        return False
    return "more" in (document.outline.nodes[link.index].attributes.get("class") or "").lower()


def _block_name(document: Document, more: Link) -> str:
    """The heading of the block that a 更多 link stands in, or the column its title names."""
    outline = document.outline
    titled = plain_name(more.title) if more.title and not _MORE.match(more.title) else ""
    if titled:
        return titled
    before, top = more.index, more.index
    for _ in range(_LEVELS_UP):
        top = outline.parents[top]
        if top < 0 or outline.tags[top] == "body" or before - top > 120:
            return ""
        name = _heading_between(outline, top, before)
        if name:
            return name
    return ""


def _heading_between(outline: Outline, top: int, before: int) -> str:
    """The only short text, or the first marked heading, between a block's start and its 更多."""
    texts = [i for i in range(top + 1, before) if outline.tags[i] == "-text"]
    if not texts or len(texts) > 40:
        return ""
    if len(texts) == 1:
        return plain_name(outline.texts[texts[0]].strip())
    for index in texts:
        if _is_heading(outline, index):
            return plain_name(outline.texts[index].strip())
    return ""


def _is_heading(outline: Outline, index: int) -> bool:
    for _ in range(3):
        index = outline.parents[index]
        if index < 0 or outline.tags[index] in {"li", "td", "body", "ul"}:
            return False
        if outline.tags[index] in _HEADING_TAGS:
            return True
        if _says_heading((outline.nodes[index].attributes.get("class") or "")[:_NAMES]):
            return True
    return False


@lru_cache(maxsize=4096)  # the pages of a site have the same few names
def _says_heading(name: str) -> bool:
    return _HEADING_CLASS.search(name) is not None


def _column(document: Document, name: str, link: Link, *, level: int) -> ColumnLink:
    kind = kind_of(name)
    if _is_below_topics(link.url) and kind is not ColumnKind.INTERACTION:
        kind = ColumnKind.TOPIC
    external = _leaves(document, link.url)
    return ColumnLink(name, link.url, kind.value, level, external)


@lru_cache(maxsize=4096)  # the pages of a site have the same menus
def _is_below_topics(url: str) -> bool:
    return _TOPIC_PATH.search(url) is not None


def _leaves(document: Document, url: str) -> bool:
    """Whether an address lies outside the page's host and the hosts below it."""
    if document.base_root and url.startswith(document.base_root):
        return False
    own = host_of(document.base_url).removeprefix("www.")
    target = host_of(url).removeprefix("www.")
    return bool(own and target) and target != own and not target.endswith("." + own)


def _levelled(columns: tuple[ColumnLink, ...]) -> tuple[ColumnLink, ...]:
    """Levels and topics as the addresses show them: a folder inside another column's folder."""
    placed = [(column, _folder(column.url)) for column in columns]
    folders = {folder: column for column, folder in placed if column.level == 1}
    return tuple(_below(column, folder, folders) for column, folder in placed)


def _below(column: ColumnLink, folder: str, folders: Mapping[str, ColumnLink]) -> ColumnLink:
    parts = folder.rstrip("/").split("/")
    for cut in range(len(parts) - 1, 3, -1):
        parent = folders.get("/".join(parts[:cut]) + "/")
        if parent is None or parent.url == column.url:
            continue
        kind = parent.kind if parent.kind == ColumnKind.TOPIC.value else column.kind
        return replace(column, level=2, kind=kind)
    return column


def _folder(url: str) -> str:
    """The address up to its last slash, without a query."""
    path = url.partition("?")[0]
    slash = path.rfind("/")
    if slash >= _SHORTEST_ROOT and path.startswith(("http://", "https://")):
        return path[: slash + 1]
    parts = _split(url)
    return f"{parts[0]}{parts[1].rsplit('/', 1)[0]}/"


def _split(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return f"{parts.scheme}://{parts.netloc}", parts.path


def read_own_column(document: Document, meta: Mapping[str, str]) -> ColumnLink | None:
    """The column that the page itself is, by its meta labels where the page bears them out.

    A ColumnName that the page shows nowhere is a copied template and is not used; the title then
    names the column. None where neither names one.
    """
    stated = plain_name(meta.get("ColumnName", ""))
    shown = stated and (stated in document.title or stated in document.visible_text())
    name = stated if shown else plain_name(re.split(r"[-_—|–]", document.title, maxsplit=1)[0])
    if not name:
        return None
    kind = kind_of(meta.get("ColumnType", "")) if shown else ColumnKind.OTHER
    if kind is ColumnKind.OTHER:
        kind = kind_of(name)
    return ColumnLink(name=name, url=document.url, kind=kind.value)
