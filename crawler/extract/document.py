"""One parse of a page, shared by all readers of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from selectolax.lexbor import LexborHTMLParser

from crawler.extract.addresses import Resolver, registrable
from crawler.extract.nesting import tame
from crawler.extract.outline import MOST_NODES, outline_of, squeeze

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from selectolax.lexbor import LexborNode

    from crawler.extract.outline import Outline

_LONGEST_TEXT: Final = 500
_LOWERED: Final = 300_000
_CLICKED: Final = 1000
_LONGEST_WRITING: Final = 2000
_SAID: Final = re.compile(r"\"([^\"\n]{4,300})\"|'([^'\n]{4,300})'")
_TAG: Final = re.compile(
    r"</?(?:a|b|br|div|em|font|h[1-6]|i|nobr|p|small|span|strong|sub|sup|u)(?:[\s/][^<>]{0,300})?>",
    re.IGNORECASE,
)
_LINKED_BY_ALL: Final = frozenset(
    ["www.gov.cn", "conac.cn", "miit.gov.cn", "beian.gov.cn", "mps.gov.cn", "news.cn", "xinhuanet.com",
     "people.com.cn", "cctv.com", "qq.com", "weibo.com", "baidu.com"]
)  # fmt: skip

_FILES: Final = frozenset(["htm", "html", "shtml", "asp", "aspx", "jsp", "php"])

Read = TypeVar("Read")


def once(reader: Callable[[Document], Read]) -> Callable[[Document], Read]:
    """The same reader; what it finds is kept with the document for all that ask again.

    It must not hold the document itself: a ring of the two would outlive the page.
    """

    @wraps(reader)
    def kept(document: Document) -> Read:
        if reader not in document.kept:
            document.kept[reader] = reader(document)
        found: Read = document.kept[reader]
        return found

    return kept


class lazily(Generic[Read]):  # noqa: N801 -- used as a decorator, as `functools.cached_property` is
    """As `functools.cached_property` without its lock, which costs more than most of what is kept."""

    def __init__(self, reader: Callable[[Document], Read]) -> None:
        self._reader = reader
        self._name = reader.__name__

    def __get__(self, document: Document, owner: type | None = None) -> Read:
        found = document.__dict__[self._name] = self._reader(document)
        return found


def _without_tags(text: str) -> str:
    """A title without the tags that an editor left in it (`<br/>`, `<font color=red>`)."""
    return squeeze(_TAG.sub("", text)) if "<" in text else text


@dataclass(slots=True)  # not frozen: fifty a page, and frozen ones cost twice as much to make
class Link:
    """One `<a href>` of the page. `index` is its place in the document's outline."""

    index: int
    href: str
    url: str
    text: str
    title: str


class Document:
    """One parsed page. `url` may be empty (a file without address); then links stay relative.

    `tree` is the lexbor parser; `text` the markup that was parsed; `html_length` its length in
    characters before taming; `truncated` says that the page was cut at the parse cap. `kept` holds
    what `once` remembers.
    """

    def __init__(
        self, text: str, *, url: str, encoding: str, truncated: bool, raw: bytes | None = None
    ) -> None:
        self.url = url
        self.encoding = encoding
        self.truncated = truncated
        self.html_length = len(text)
        self.text = text
        self.kept: dict[object, Any] = {}
        self._mentions: dict[str, bool] = {}
        tamed = tame(text)
        self.tree = LexborHTMLParser(raw if raw is not None and tamed is text else tamed)

    @lazily
    def resolver(self) -> Resolver:
        """Makes the references of the page absolute."""
        return Resolver(self.base_url)

    @lazily
    def base_url(self) -> str:
        """The address that relative links start from: `<base href>` over the page's own."""
        for index in self.outline.places.get("base", ()):
            if href := self.attribute(index, "href"):
                return Resolver(self.url).resolve(href) or self.url
        return self.url

    @lazily
    def pictures(self) -> list[tuple[LexborNode, Mapping[str, str | None]]]:
        """Every `<img>` with its attributes, in document order."""
        nodes, attributes = self.outline.nodes, self.outline.attributes
        return [(nodes[index], attributes(index)) for index in self.outline.places.get("img", ())]

    def mentions(self, word: str) -> bool:
        """Whether the markup holds a word anywhere, comments too; the answer is remembered."""
        known = self._mentions.get(word)
        if known is None:
            known = self._mentions[word] = word in self.text
        return known

    @lazily
    def lowered(self) -> bytes:
        """The first 300,000 characters of the markup as UTF-8 with ASCII letters made small.

        Marks are looked for in bytes: text with one Chinese character in it is slow to make small.
        """
        return self.text[:_LOWERED].encode("utf-8", "replace").lower()

    @lazily
    def clicked(self) -> list[LexborNode]:
        """The elements with an `onclick`, in document order, at most 1,000."""
        return self.tree.css("[onclick]")[:_CLICKED]

    def nodes(self, *tags: str) -> list[LexborNode]:
        """The elements of some names, in document order."""
        places, nodes = self.outline.places, self.outline.nodes
        if len(tags) == 1:
            return [nodes[index] for index in places.get(tags[0], ())]
        found = sorted(index for tag in tags if tag in places for index in places[tag])
        return [nodes[index] for index in found]

    def attribute(self, index: int, name: str) -> str:
        """An attribute of the element at a position of the outline, trimmed; empty when absent."""
        return (self.outline.attributes(index).get(name) or "").strip()

    def resolve(self, href: str) -> str:
        """The absolute address of a reference; empty for scripts, fragments and broken ones."""
        return self.resolver.resolve(href)

    @lazily
    def site(self) -> str:
        """The registrable domain of the page (`gd.gov.cn`); without an address, that of its label

        SiteDomain, else of the host most of its absolute links lead to, when half of them do; hosts
        that every site links to do not count.
        """
        known = registrable(self.url) or registrable(self.base_url)
        return known or self._named_site() or self._likely_site()

    def _named_site(self) -> str:
        """The domain in the official label SiteDomain, where it holds one."""
        for index in self.outline.places.get("meta", ()):
            if self.attribute(index, "name").lower() == "sitedomain":
                value = self.attribute(index, "content").split("//")[-1]
                return registrable(f"http://{value}") if "." in value else ""
        return ""

    def _likely_site(self) -> str:
        hosts = Counter(registrable(link.url) for link in self.links if "//" in link.url)
        if not hosts:
            return ""
        for host in _LINKED_BY_ALL & hosts.keys():
            del hosts[host]
        if not hosts:
            return "relative only"
        host, count = hosts.most_common(1)[0]
        return host if 2 * count >= hosts.total() else "relative only"

    @lazily
    def home(self) -> str:
        """What own addresses begin with; a line break, with which none begins, where that is unknown."""
        return _root(self.url) or "\n"

    @lazily
    def base_root(self) -> str:
        """Scheme and host that relative links start from, with a slash; most addresses begin so."""
        return _root(self.base_url)

    def leaves(self, url: str) -> bool:
        """Whether an address lies outside the page's site; relative and empty ones never do."""
        if url.startswith(self.home):
            return False
        other = registrable(url) if "//" in url else ""
        if other.rpartition(".")[2] in _FILES:
            return False  # //146.htm: a slash too many before a page of the site itself
        return bool(other) and bool(self.site) and other != self.site

    @lazily
    def outline(self) -> Outline:
        """The tree as flat lists, made once."""
        return outline_of(self.tree)

    @property
    def complete(self) -> bool:
        """Whether all of the page was read: neither bytes nor elements were beyond a cap."""
        return not self.truncated and len(self.outline.tags) < MOST_NODES

    @lazily
    def title(self) -> str:
        """The text of `<title>`, squeezed, at most 300 characters."""
        places = self.outline.places.get("title", ())
        return _without_tags(squeeze(self.outline.nodes[places[0]].text()))[:300] if places else ""

    @lazily
    def links(self) -> tuple[Link, ...]:
        """Every `<a href>` in document order, also those that lead nowhere (`url` empty)."""
        outline, resolve = self.outline, self.resolver.resolve
        nodes, inner_text = outline.nodes, outline.inner_text
        texts, ends = outline.texts, outline.ends
        found: list[Link] = []
        for index in outline.places.get("a", ()):
            attributes = nodes[index].attributes
            href = attributes.get("href")
            href = href.strip() if href else ""
            title = attributes.get("title")
            title = _without_tags(squeeze(title))[:_LONGEST_TEXT] if title else ""
            end = ends[index]
            if end == index + 1:
                text = ""
            elif end == index + 2 and (single := texts[index + 1]):
                text = " ".join(single.split())[:_LONGEST_TEXT]
            else:
                text = inner_text(index)[:_LONGEST_TEXT]
                if not text and outline.tags[index + 1] == "script" and end == index + 3:
                    text = _written_title(texts[index + 2])
            found.append(Link(index, href, resolve(href) if href else "", text, title))
        return tuple(found)

    @lazily
    def linked_length(self) -> int:
        """The characters of the texts of all links together."""
        return sum([len(link.text) for link in self.links])

    @lazily
    def addresses(self) -> str:
        """What all links of the page refer to, one a line: for a first look at all."""
        return "\n".join([link.href for link in self.links])

    @lazily
    def scripts(self) -> tuple[str, ...]:
        """The texts of the page's inline scripts, in order."""
        outline = self.outline
        inside = outline.places.get("script", ())
        return tuple(outline.texts[i + 1] for i in inside if outline.ends[i] > i + 1)

    @lazily
    def _visible(self) -> str:
        return self.outline.inner_text(0) if self.outline.tags else ""

    def visible_text(self) -> str:
        """All text a person could see, squeezed; scripts, styles and comments left out."""
        return self._visible


def _written_title(script: str) -> str:
    """The title that a script inside a link writes: its longest literal with Chinese in it."""
    said = (match[1] or match[2] for match in _SAID.finditer(script[:_LONGEST_WRITING]))
    titles = [squeeze(each) for each in said if not each.isascii() and "<" not in each]
    return max(titles, key=len, default="")[:_LONGEST_TEXT]


def _root(url: str) -> str:
    """Scheme and host of an address with a slash behind them; empty where there is no host."""
    parts = url.split("/", 3)
    return "/".join(parts[:3]) + "/" if len(parts) > 3 and parts[2] else ""


def parse(
    text: str,
    *,
    url: str = "",
    encoding: str = "",
    truncated: bool = False,
    raw: bytes | None = None,
) -> Document:
    """One parse of decoded text; `raw` is the same as UTF-8 where that is at hand. Never raises."""
    return Document(text, url=url, encoding=encoding, truncated=truncated, raw=raw)
