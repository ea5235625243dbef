"""Which references of some pages are worth a request, each once, with its class and its parents.

Pure. A class is what an operator reads: 站内 or 站外, with 附件, 图片 or 资源 where the reference is a
file, a picture, or something a page loads; 内网地址 and 非法链接 for what no visitor can open; 间接引用
for addresses that only a script or a spare attribute names.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import urldefrag, urlsplit

from crawler.extract.references import (
    ATTACHMENT,
    FRAME,
    ILLEGAL,
    IMAGE,
    INDIRECT,
    MEDIA,
    SCRIPT,
    STYLE,
    is_illegal,
)
from crawler.fetch.names import is_public
from crawler.fetch.origins import host_of
from crawler.fetch.robots import bare_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.extract.facts import PageFacts, PageLink

ILLEGAL_CLASS: Final = "非法链接"
PRIVATE_CLASS: Final = "内网地址"
INDIRECT_CLASS: Final = "间接引用"
MOST_PARENTS: Final = 5
_TEXT: Final = 120
_HOSTS: Final = 4_096
_FILES: Final = (
    ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".pdf", ".zip", ".rar", ".7z", ".wps",
    ".et", ".ofd", ".txt", ".csv", ".mp3", ".mp4",
)  # fmt: skip
_A_FILE: Final = re.compile("|".join(map(re.escape, _FILES)))
_PICTURES: Final = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".ico", ".svg")
_FILE_ROLES: Final = frozenset({ATTACHMENT, IMAGE, MEDIA})
_LOADED: Final = frozenset({SCRIPT, STYLE, FRAME, MEDIA})
_WEB: Final = ("http://", "https://")
# What a machine inside somebody's network may be called, and what is no name but a slip of the pen:
# a scheme pasted twice (`http://http://www…`), an address that ends after its first word.
_BARE_NAME: Final = re.compile(
    r"(?!(?:https?|www|wap|m|null|undefined|none|url|host)$)[a-z][\w-]{0,62}", re.ASCII
)
# Names that only a resolver inside a house knows.
_INNER_SUFFIXES: Final = (".local", ".lan", ".localdomain", ".internal", ".intranet", ".home.arpa")


@dataclass(slots=True, eq=False)
class LinkTarget:
    """One address worth a request, or proven broken by the page itself.

    `parents` are the first pages that carry it, `pages` how many do; `home` says that the home
    page is one of them. `text` is the first anchor text that says something.
    """

    url: str
    text: str
    link_class: str
    own: bool
    role: str = "a"
    home: bool = True
    parents: list[str] = field(default_factory=list)
    pages: int = 1
    last: str = ""
    """The last page that was seen to carry it: it carries it once, however often it names it."""

    @property
    def parent(self) -> str:
        """The first page that carries the link."""
        return self.parents[0] if self.parents else ""

    @property
    def is_file(self) -> bool:
        """Whether a few bytes tell as much as the whole: files, pictures, media."""
        path = self.url.partition("?")[0].lower()
        return self.role in _FILE_ROLES or path.endswith((*_FILES, *_PICTURES))

    @property
    def is_asked(self) -> bool:
        """Whether asking can tell anything: not for what the address itself rules out."""
        return self.link_class not in {ILLEGAL_CLASS, PRIVATE_CLASS}


class Targets:
    """Collects the distinct targets of pages in page order; at most `most` of them.

    `site` is the address whose host, with or without www, is the inspected site's own; `own` names
    several such hosts, without their www.
    """

    def __init__(self, site: str, most: int, own: frozenset[str] = frozenset()) -> None:
        self.found: dict[str, LinkTarget] = {}
        self._named: dict[str, LinkTarget] = {}
        self._own = own or frozenset({bare_host(host_of(site))})
        self._most = most
        self._inside = not is_outside(host_of(site))

    def add(self, page: str, links: Iterable[PageLink], *, home: bool = False) -> list[LinkTarget]:
        """Enter the links of one page; gives the targets that were not known before."""
        before = len(self.found)
        page = urldefrag(page).url
        for link in links:
            # Most links stand on every page of their site.
            known = self._named.get(link.url) if link.role != ILLEGAL else None
            if known is None:
                self._look_up(page, link, home=home)
            elif known.url != page:
                _meet(known, page, link, home=home)
        return list(islice(self.found.values(), before, None))

    def _look_up(self, page: str, link: PageLink, *, home: bool) -> None:
        """A link by its address: known under another spelling, or to be entered."""
        url = address(link)
        if not url or url == page:
            return
        known = self.found.get(url)
        if known is not None:
            _meet(known, page, link, home=home)
        elif len(self.found) < self._most:
            known = self.found[url] = self._target(url, link)
            known.parents.append(page)
            known.last = page
            known.home = home
        if known is not None and link.role != ILLEGAL and len(self._named) < self._most:
            self._named[link.url] = known

    def adopt(self, host: str) -> None:
        """Another host, without its www, is the site's own, too."""
        self._own |= {host}

    def widen(self, more: int) -> None:
        """Make room for so many further targets."""
        self._most = len(self.found) + more

    def _target(self, url: str, link: PageLink) -> LinkTarget:
        host = host_of(url)
        own = bare_host(host) in self._own
        named = ILLEGAL_CLASS if link.role == ILLEGAL else _ruled_out(host)
        if not named or (named == PRIVATE_CLASS and self._inside):
            named = link_class(link, own=own)
        return LinkTarget(url, link.text[:_TEXT], named, own, link.role)


def _meet(known: LinkTarget, page: str, link: PageLink, *, home: bool) -> None:
    """A known link is named once more."""
    if home:
        known.home = True
    if not known.text:
        known.text = link.text[:_TEXT]
    if known.role == INDIRECT and link.role != INDIRECT:
        known.role, known.link_class = link.role, link_class(link, own=known.own)
    if known.last == page:
        return
    known.last = page
    known.pages += 1
    if len(known.parents) < MOST_PARENTS:
        known.parents.append(page)


def address(link: PageLink) -> str:
    """The address that is asked for, without its fragment; empty for what is no web link."""
    if link.role == ILLEGAL:
        return link.url.strip()
    url = link.url.strip().partition("#")[0]
    if not url.isascii() or not url.startswith(_WEB):
        url = _plain(url)
    return url if url.startswith(_WEB) else ""


def _plain(url: str) -> str:
    """The scheme in small letters, the host in the plain forms of its letters and dots.

    A Chinese name stays one; `。` and wide letters are what an input method made of `.` and `a`.
    """
    scheme, slashes, rest = url.partition("//")
    host, slash, path = rest.partition("/")
    host = unicodedata.normalize("NFKC", host).replace("。", ".")
    return f"{scheme.lower()}{slashes}{host}{slash}{path}"


def link_targets(
    home: PageFacts, most: int, pages: Sequence[tuple[str, Sequence[PageLink]]] = ()
) -> list[LinkTarget]:
    """The targets of a home page, at most `most`, in page order."""
    targets = Targets(home.url, most)
    targets.add(home.url, home.links, home=True)
    for page, links in pages:
        targets.add(page, links)
    return list(targets.found.values())


def link_class(link: PageLink, *, own: bool) -> str:
    """The class an operator reads: where the link leads and what it is."""
    if link.role == ILLEGAL or not host_of(link.url) or is_illegal(link.url):
        return ILLEGAL_CLASS
    where = "站内" if own else "站外"
    if link.role == INDIRECT:
        return INDIRECT_CLASS
    if link.role == IMAGE:
        return f"{where}图片"
    if link.role == ATTACHMENT or _is_file(link.url):
        return f"{where}附件"
    return f"{where}资源" if link.role in _LOADED else where


def _is_file(url: str) -> bool:
    # Taken apart only where the ending of a file stands somewhere: most addresses have none.
    url = url.lower()
    return _A_FILE.search(url) is not None and urlsplit(url).path.endswith(_FILES)


@lru_cache(maxsize=_HOSTS)
def _ruled_out(host: str) -> str:
    """The class of all addresses of a host that no visitor can open; empty for others."""
    if not host or is_slip(host):
        return ILLEGAL_CLASS
    return PRIVATE_CLASS if is_inner(host) else ""


def is_slip(host: str) -> bool:
    """Whether a host without a dot is no machine's name: `http://首页/`, `http://{{host}}/`."""
    dotless = "." not in host and ":" not in host
    return dotless and _BARE_NAME.fullmatch(host) is None


def is_inner(host: str) -> bool:
    """Whether a host can only be reached from inside somebody's own network."""
    return bool(host) and not is_outside(host)


def is_outside(host: str) -> bool:
    """Whether a host could be reached by the public, as far as its spelling tells.

    Names without a dot and addresses of private networks (`10.1.2.3`, `localhost`) could not.
    """
    bare = host.strip("[]").partition("%")[0]
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return "." in host.strip(".") and not host.endswith(_INNER_SUFFIXES)
    return is_public(bare)
