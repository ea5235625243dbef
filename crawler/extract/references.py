"""Every address that a page names, and what it is named for: the raw material of a link check.

A link that leads nowhere for any visitor (`file:///C:/…`, `http://` without a host) is kept as it
is written, under the role `illegal`: the page itself proves it broken. Addresses that only a
script, or an editor's spare attribute, names have the role `indirect`: nobody may ever follow them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlsplit

from crawler.extract.addresses import Resolver
from crawler.extract.facts import PageLink
from crawler.extract.remembered import remembered

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from selectolax.lexbor import LexborHTMLParser, LexborNode


Reference: TypeAlias = tuple[str, str, str]
"""An address, the text of its link, and its role."""

LINK, IMAGE, ATTACHMENT, SCRIPT, STYLE = "a", "img", "attachment", "script", "style"
FRAME, MEDIA, ILLEGAL, INDIRECT = "frame", "media", "illegal", "indirect"

MOST: Final = 3000
_LONGEST_TEXT: Final = 120
_LONGEST_ILLEGAL: Final = 500
_LONGEST_SCRIPT: Final = 40_000
_ENDINGS: Final = "doc docx xls xlsx ppt pptx wps et dps pdf ofd rar zip 7z gz txt csv mp3 mp4 wma wmv avi flv apk jpg png"
_FILE_ENDINGS: Final = frozenset(_ENDINGS.split())
_LONGEST_ENDING: Final = 4
_PAGES: Final = ("/", ".html", ".htm", ".shtml", ".jsp", ".aspx", ".php")
_ANCHORS: Final = "a[href], area[href], a[oldsrc]"
TAGS: Final = (
    "img", "link", "frame", "iframe", "script", "input", "embed", "object", "video", "audio", "source",
)  # fmt: skip
_OTHERS: Final = ", ".join(TAGS)
BACKGROUND_TAGS: Final = ("body", "table", "tr", "td", "th", "div")
_BACKGROUNDS: Final = ", ".join(f"{tag}[background]" for tag in BACKGROUND_TAGS)
# Where lazy pages keep the address that the visitor's browser will load.
_LAZY_ORDER: Final = (
    "data-src", "data-original", "data-lazy-src", "data-lazy", "original", "lazy-src",
)  # fmt: skip
_LAZY: Final = frozenset(_LAZY_ORDER)
_SPARE_ORDER: Final = ("oldsrc", "_src", "_href")
_SPARE: Final = frozenset(_SPARE_ORDER)
_PICTURE: Final = ((IMAGE, "src"),)
_ROLES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "script": ((SCRIPT, "src"),),
    "frame": ((FRAME, "src"),),
    "iframe": ((FRAME, "src"),),
    "embed": ((MEDIA, "src"),),
    "object": ((MEDIA, "data"),),
    "video": ((MEDIA, "src"), (IMAGE, "poster")),
    "audio": ((MEDIA, "src"),),
    "source": ((MEDIA, "src"),),
    "input": ((IMAGE, "src"),),
}
# An address that a script goes to or loads. One that is still being put together ends in a plus.
_ASSIGNED: Final = re.compile(
    r"(?:\.(?:href|src)|location(?<!\wlocation))\s{0,4}=\s{0,4}(?P<quote>[\"'])(?P<url>[^\"'<>\s\\]{2,300})(?P=quote)"
    r"(?P<more>\s{0,4}\+)?"
)
_PATH: Final = re.compile(r"/|\.{1,2}/|https?://|[\w-]{1,60}(?:/|\.(?:s?html?|jsp|aspx?|php|do)\b)")
_LOCAL: Final = re.compile(r"file:|[a-z]:[\\/]|\\\\", re.IGNORECASE)
_WEB: Final = re.compile(r"https?:", re.IGNORECASE)
# What was meant for `http://` and is no scheme at all: no browser follows it.
_MISSPELT: Final = re.compile(
    r"(?!https?:)(?:h{1,3}t{1,4}p{1,3}s?|ttps?|htps?|hptts?):[/\\]", re.IGNORECASE
)
_PLAIN: Final = re.compile(r"https?://\w[\w-]*(?:\.[\w-]+)*(?::[1-5]?\d{1,4})?(?:[/?#]|$)")


def read_references(
    tree: LexborHTMLParser, resolver: Resolver, known: Container[str] = ()
) -> tuple[PageLink, ...]:
    """Every distinct reference of a page, links first, at most 3,000.

    Links to `known` addresses come without their texts, which somebody has read already.
    """
    return distinct(_all(tree, resolver, known))


def distinct(references: Iterable[Reference]) -> tuple[PageLink, ...]:
    """Each address once, at most 3,000; what a visitor may follow outranks what only a script names."""
    found: dict[str, PageLink] = {}
    for url, text, role in references:
        before = found.get(url)
        if before is None:
            found[url] = PageLink(url, text, role)
            if len(found) >= MOST:
                break
        elif before.role == INDIRECT and role != INDIRECT:
            found[url] = PageLink(url, text, role)
    return tuple(found.values())


def _all(tree: LexborHTMLParser, resolver: Resolver, known: Container[str]) -> Iterator[Reference]:
    for node in tree.css(_ANCHORS):
        attributes = node.attributes
        href = (attributes.get("href") or "").strip()
        url = resolver.resolve(href)
        if url:
            role = ILLEGAL if is_illegal(url) else role_of_link(url)
            yield url, "" if url in known else _text(node, attributes), role
        elif is_illegal(href):
            yield href[:_LONGEST_ILLEGAL], _text(node, attributes), ILLEGAL
        elif url := resolver.resolve(attributes.get("oldsrc") or ""):
            # A copy or an editor took the address away; where it kept it, a visitor still clicks.
            yield url, _text(node, attributes), role_of_link(url)
    yield from loaded_references(_named(tree.css(_OTHERS)), resolver)
    yield from loaded_references(_named(tree.css(_BACKGROUNDS)), resolver)
    scripts = (node.text() for node in tree.css("script:not([src])"))
    yield from scripted_references(scripts, resolver)


def _named(nodes: Iterable[LexborNode]) -> Iterator[tuple[str, Mapping[str, str | None]]]:
    return ((node.tag or "", node.attributes) for node in nodes)


def loaded_references(
    elements: Iterable[tuple[str, Mapping[str, str | None]]], resolver: Resolver
) -> Iterator[Reference]:
    """What elements load, by name and attributes, and what their spare attributes name beside that."""
    spare: list[str] = []
    resolve, own = resolver.resolve, legal_root(resolver.root)
    for tag, attributes in elements:
        if not attributes:
            continue
        for role, name in _addressed(tag, attributes):
            value = attributes.get(name)
            value = value.strip() if value else ""
            if not value:
                continue
            url = resolve(value)
            if url and url.startswith(own):
                yield url, "", role
            elif is_illegal(url or value):
                yield (url or value)[:_LONGEST_ILLEGAL], "", ILLEGAL
            elif url:
                yield url, "", role
        if not _SPARE.isdisjoint(attributes):
            spare += [kept for name in _SPARE_ORDER if (kept := attributes.get(name))]
    yield from _indirect(spare, resolver)


def scripted_references(scripts: Iterable[str], resolver: Resolver) -> Iterator[Reference]:
    """Whole addresses that inline scripts go to or load."""
    for script in scripts:
        yield from _indirect(_assigned(script), resolver)


def _indirect(addresses: Iterable[str], resolver: Resolver) -> Iterator[Reference]:
    for address in addresses:
        url = resolver.resolve(address)
        if url and not is_illegal(url):
            yield url, "", INDIRECT


def base_of(tree: LexborHTMLParser, url: str) -> str:
    """The address that relative references of a page start from: its `<base href>`, else its own."""
    for node in tree.css("base[href]")[:3]:
        href = (node.attributes.get("href") or "").strip()
        if href:
            return Resolver(url).resolve(href) or url
    return url


def role_of_link(url: str) -> str:
    """`attachment` for the address of a file, `a` for any other."""
    if url.endswith(_PAGES):
        return LINK
    ending = (url.partition("?")[0] if "?" in url else url).rpartition(".")[2]
    short = len(ending) <= _LONGEST_ENDING
    return ATTACHMENT if short and ending.lower() in _FILE_ENDINGS else LINK


def legal_root(root: str) -> str:
    """What most addresses of a page begin with: none of them needs a look. Nothing begins with the

    line break that stands for a root that is missing or illegal itself.
    """
    return root if root and not is_illegal(root) else "\n"


def is_illegal(href: str) -> bool:
    """Whether no visitor anywhere could open an address: a disk, a web address without a host."""
    slash = href.find("/", 8) if href.startswith("http") else -1
    return _is_illegal_root(href[: slash + 1] if slash > 0 else href)


@lru_cache(maxsize=4096)
def _is_illegal_root(href: str) -> bool:
    if _PLAIN.match(href):
        return False
    if _LOCAL.match(href) or _MISSPELT.match(href):
        return True
    if not _WEB.match(href):
        return False
    try:
        parts = urlsplit(href)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return True
    return not host or host.startswith(".") or ".." in host or any(one in host for one in ' \\"<>')


def _addressed(tag: str, attributes: Mapping[str, str | None]) -> Iterable[tuple[str, str]]:
    """The attributes of an element that the visitor's browser follows, with their roles."""
    if tag == "img":
        if _LAZY.isdisjoint(attributes):
            return _PICTURE
        return [(IMAGE, name) for name in ("src", *_LAZY_ORDER) if name in attributes]
    if tag == "link":
        rel = (attributes.get("rel") or "").lower()
        role = STYLE if "stylesheet" in rel else IMAGE if "icon" in rel else ""
        return [(role, "href")] if role else []
    if "background" in attributes:
        return [(IMAGE, "background")]
    return _ROLES.get(tag, ())


@remembered
def _assigned(script: str) -> tuple[str, ...]:
    """Whole addresses in a script; of one that a query is added to, the part before it is whole."""
    if not ("href" in script or "src" in script or "location" in script):
        return ()
    found = (
        (match["url"], match["more"]) for match in _ASSIGNED.finditer(script, 0, _LONGEST_SCRIPT)
    )
    return tuple([url for url, more in found if (more is None or "?" in url) and _PATH.match(url)])


def _text(node: LexborNode, attributes: Mapping[str, str | None]) -> str:
    text = " ".join(node.text()[: 4 * _LONGEST_TEXT].split())
    return (text or (attributes.get("title") or "").strip())[:_LONGEST_TEXT]
