"""RSS, Atom and JSON Feed from a bridge that the operator runs (accounts.md 5.10).

Only item times count: `lastBuildDate` and the channel's `updated` are the bridge's clock. An
empty feed, a stored captcha or an HTML page says nothing of the account.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lxml import etree

from crawler.extract.facts import Provenance
from crawler.fetch.access import AccessState
from crawler.platforms.moments import from_absolute, from_unix, plausible
from crawler.platforms.observation import AccountReading, Post, PostKind
from crawler.platforms.payload import (
    LARGEST,
    decode,
    first,
    identifier,
    link,
    mapping,
    markup,
    parse_json,
    plain,
)
from crawler.platforms.readings import (
    EMPTY_LIST,
    MOST_POSTS,
    Asked,
    When,
    drift,
    listed,
    make_post,
    refusal,
)
from crawler.platforms.refusals import by_address, by_page, by_sentence, stored_captcha
from crawler.platforms.resolve import time_of_link

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

PLATFORM: Final = "feed"
_DATES: Final = ("pubDate", "published", "issued", "date", "created", "updated", "modified")
_JSON_DATES: Final = ("date_published", "date_modified", "published", "pubDate")
_BODIES: Final = ("encoded", "content", "description", "summary")
_SHORTEST_BODY: Final = 60
_ROOTS: Final = frozenset(["rss", "RDF", "feed", "channel"])
_ITEMS: Final = frozenset(["item", "entry"])
_TAGS: Final = tuple("{*}" + name for name in sorted(_ITEMS))
_DECLARATION: Final = re.compile(r"\s{0,20}<\?xml[^>]{0,200}\?>")


_LONGEST_TEXT: Final = 40_000
_Parts = dict[str, list[etree._Element]]  # noqa: SLF001 -- lxml's only name


class _Item(NamedTuple):
    identity: str
    title: str
    url: str
    body: str
    dates: tuple[Any, ...]


class Feed(NamedTuple):
    """A feed's own words: what it calls itself and where it says it comes from."""

    title: str
    home: str
    items: tuple[_Item, ...]


def read(payload: bytes, *, url: str = "", as_of: datetime) -> AccountReading:
    """What one feed says; its posts count as own, whose feed it is must be asked elsewhere."""
    if len(payload) > LARGEST:
        return refusal(PLATFORM, AccessState.TOO_LARGE, f"{len(payload)} bytes")
    turned_away = by_address(url)
    if turned_away is not None:
        return refusal(PLATFORM, turned_away, url)
    text, feed = _parsed(payload)
    if not text:
        return refusal(PLATFORM, AccessState.EMPTY_UNPROVEN, "empty_body")
    return _not_a_feed(text) if feed is None else _reading(feed, Asked(url, as_of))


def parse(payload: bytes) -> Feed | None:
    """The feed in its own words, or None when the payload is no feed."""
    return None if len(payload) > LARGEST else _parsed(payload)[1]


@lru_cache(maxsize=1)
def _parsed(payload: bytes) -> tuple[str, Feed | None]:
    """The text of a payload and its feed: who reads a feed asks where it comes from as well."""
    text = decode(payload).strip()
    return text, _json_feed(parse_json(text)) if text.startswith("{") else _xml_feed(text)


def _not_a_feed(text: str) -> AccountReading:
    if "<!ENTITY" in text[:20_000]:
        return drift(PLATFORM, "xml_entities")
    said = by_page(markup(text), text) if text.startswith("<") else by_sentence(text)
    return refusal(PLATFORM, said) if said else drift(PLATFORM, "no_feed")


def _reading(feed: Feed, asked: Asked) -> AccountReading:
    items = [item for item in feed.items if item.title or item.url or item.body]
    posts = [_post(item, asked) for item in items if not _captcha(item)]
    if items and not posts:
        return refusal(PLATFORM, AccessState.CHALLENGE, "captcha_stored_as_posts")
    said = (_trouble(item) for item in items)
    first = next(said, None)
    if first and all(said):
        # Some bridges report their own trouble as the only item of the feed.
        return refusal(PLATFORM, first, items[0].title)
    if not posts:
        return AccountReading(
            PLATFORM, AccessState.EMPTY_UNPROVEN, EMPTY_LIST, account_name=feed.title or None
        )
    return listed(PLATFORM, posts, asked, account_name=feed.title or None)


def _trouble(item: _Item) -> AccessState | None:
    """The refusal that an item is, instead of a post."""
    return by_sentence(item.title) if len(item.body) < _SHORTEST_BODY else None


def _captcha(item: _Item) -> bool:
    return stored_captcha(item.title, item.body)


def _post(item: _Item, asked: Asked) -> Post:
    reposted = item.title.startswith(("转发微博", "转发 @", "转发//@"))
    return make_post(
        item.identity or item.url,
        item.title or item.body,
        item.url,
        _when(item, asked),
        kind=PostKind.REPOST if reposted else PostKind.ORIGINAL,
    )


def _when(item: _Item, asked: Asked) -> When:
    for printed in item.dates:
        stated = from_absolute(printed, asked.as_of)
        moment = stated.at if stated is not None else from_unix(printed)
        if moment is not None:
            return When(moment, Provenance.FEED)
    by_id = time_of_link(item.url)
    if by_id is not None and plausible(by_id, asked.as_of):
        return When(by_id, Provenance.POST_ID)
    return When(None, Provenance.FEED)


def _json_feed(value: Any) -> Feed | None:
    feed = mapping(value)
    if not isinstance(feed.get("items"), list):
        return None
    items = tuple(_json_item(mapping(entry)) for entry in feed["items"][:MOST_POSTS])
    home = link(first(feed, "home_page_url", "link", "feed_url"))
    return Feed(plain(feed.get("title")), home, items)


def _json_item(entry: dict[str, Any]) -> _Item:
    return _Item(
        identifier(first(entry, "id", "guid")),
        plain(entry.get("title")),
        link(first(entry, "url", "external_url", "link")),
        plain(first(entry, "content_html", "content_text", "summary", "description"), 400),
        tuple(entry[key] for key in _JSON_DATES if entry.get(key)),
    )


def _xml_feed(text: str) -> Feed | None:
    if not text.startswith("<") or "<!ENTITY" in text[:20_000]:
        return None
    root = _root(text)
    if root is None or _name(root) not in _ROOTS:
        return None
    channel = root if _name(root) == "channel" else next(root.iter("{*}channel"), root)
    parts = _children(channel)
    return Feed(
        plain(_words(parts, "title")),
        _address(parts),
        tuple(_xml_item(_children(node)) for node in islice(root.iter(*_TAGS), MOST_POSTS)),
    )


def _root(text: str) -> etree._Element | None:
    """The root, with no entity resolved, no network, and no trust in the declared encoding."""
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, recover=True,
        huge_tree=False, remove_comments=True, remove_pis=True, collect_ids=False,
    )  # fmt: skip
    source = _DECLARATION.sub("", text, count=1).strip()
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root if isinstance(root, etree._Element) else None  # noqa: SLF001 -- lxml's only name


def _name(node: etree._Element) -> str:
    """The name without its namespace; "" for what is no element."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _children(node: etree._Element) -> _Parts:
    """The elements right below a node by their names, each name's in order."""
    found: _Parts = {}
    for child in node:
        found.setdefault(_name(child), []).append(child)
    return found


def _text(node: etree._Element) -> str:
    if not len(node):
        return (node.text or "")[:_LONGEST_TEXT]
    return "".join(str(part) for part in node.itertext())[:_LONGEST_TEXT]


def _words(parts: _Parts, name: str) -> str:
    """The first of these elements that holds words."""
    for child in parts.get(name, ()):
        words = _text(child).strip()
        if words:
            return words
    return ""


def _told(parts: _Parts, names: tuple[str, ...]) -> Iterator[str]:
    """The words under each of these names that holds any."""
    return (words for name in names if name in parts and (words := _words(parts, name)))


def _xml_item(parts: _Parts) -> _Item:
    return _Item(
        plain(_words(parts, "guid") or _words(parts, "id")),
        plain(_words(parts, "title")),
        _address(parts),
        plain(next(_told(parts, _BODIES), ""), 400),
        tuple(_told(parts, _DATES)),
    )


def _address(parts: _Parts) -> str:
    """The address of a feed or item: Atom's `alternate` link, RSS's link text, or a guid."""
    links = parts.get("link", [])
    for child in links:
        if child.get("href") and child.get("rel", "alternate") == "alternate":
            return link(child.get("href"))
    written = next((found for child in links if (found := link(_text(child)))), "")
    return written or link(_words(parts, "guid"))
