"""The post lists of WeChat: history, back office, album, home page, the owner's 发布 list."""

from __future__ import annotations

import html
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

from crawler.extract.facts import Provenance
from crawler.platforms.moments import from_anything
from crawler.platforms.payload import (
    MOST_ENTRIES,
    dig,
    first,
    identifier,
    link,
    listing,
    mapping,
    objects,
    parse_json,
    yes,
)
from crawler.platforms.readings import Asked, When, make_post

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.platforms.observation import Post

_BIZ: Final = re.compile(r"[?&]__biz=([\w+/%=-]{8,60})")
_DELETED_MESSAGE: Final = 7


class Dated(NamedTuple):
    """A post with the `biz` that its address names, if any."""

    post: Post
    biz: str


def posts_of(value: dict[str, Any], asked: Asked) -> list[Dated] | None:
    """The posts of whichever list this is; None when it is no list at all."""
    for key, reader in _LISTS:
        if key in value:
            return list(reader(value[key], asked))
    return None


def packed(value: Any) -> Any:
    """JSON that WeChat put inside JSON as a string; escaped quotes are undone."""
    if not isinstance(value, str):
        return value
    inner = parse_json(value)
    return inner if inner is not None else parse_json(html.unescape(value))


def _article(
    entry: dict[str, Any], printed: Any, asked: Asked, *, fallback: str = "", gone: bool = False
) -> Dated:
    url = _absolute(first(entry, "content_url", "link", "url"))
    stated = from_anything(printed, asked.as_of)
    moment = When(stated.at if stated else None, Provenance.API)
    deleted = gone or yes(entry.get("is_deleted")) or entry.get("is_deleted") is True
    identity = identifier(entry.get("aid")) or article_id(url) or fallback
    post = make_post(identity, first(entry, "title", "digest"), url, moment, deleted=deleted)
    return Dated(post, biz_of(url))


def _absolute(value: Any) -> str:
    """An article's address; lists behind search hits leave out the host."""
    bare = isinstance(value, str) and value.startswith("/s?")
    return link(f"https://mp.weixin.qq.com{value}" if bare else value)


def article_id(url: str) -> str:
    """What names an article in its address: `mid_idx` of a long one, the short id else."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    mid, index = query.get("mid", [""])[0], query.get("idx", ["1"])[0]
    if mid:
        return f"{mid}_{index}"
    return parts.path.removeprefix("/s/") if parts.path.startswith("/s/") else ""


def biz_of(url: str) -> str:
    """The account's `biz` in an address, or nothing."""
    match = _BIZ.search(url)
    return match[1].replace("%3D", "=").replace("%3d", "=") if match else ""


def _history(value: Any, asked: Asked) -> Iterator[Dated]:
    """`general_msg_list`: one broadcast of up to eight articles, or a bare text."""
    for message in listing(dig(packed(value), "list")):
        info = mapping(dig(message, "comm_msg_info"))
        head = mapping(dig(message, "app_msg_ext_info"))
        gone = info.get("status") == _DELETED_MESSAGE
        number = identifier(info.get("id"))
        articles = [head, *listing(head.get("multi_app_msg_item_list"))] if head else []
        shown = [a for a in articles if first(mapping(a), "title", "content_url")]
        if not shown:
            # A text, picture or voice message is a post too, without an article of its own.
            shown = [{"title": info.get("content")}]
        for place, article in enumerate(shown):
            yield _article(
                mapping(article),
                info.get("datetime"),
                asked,
                fallback=f"{number}_{place}",
                gone=gone,
            )


def _published(value: Any, asked: Asked) -> Iterator[Dated]:
    """`publish_page`: a string that holds a list whose entries hold strings."""
    for entry in listing(dig(packed(value), "publish_list")):
        info = packed(dig(entry, "publish_info"))
        sent = dig(info, "sent_info", "time")
        for article in listing(dig(info, "appmsgex")) + listing(dig(info, "appmsg_info")):
            found = mapping(article)
            yield _article(found, first(found, "create_time", "update_time") or sent, asked)


def _articles(value: Any, asked: Asked) -> Iterator[Dated]:
    for entry in listing(value):
        found = mapping(entry)
        yield _article(found, first(found, "create_time", "update_time", "datetime"), asked)


def _album(value: Any, asked: Asked) -> Iterator[Dated]:
    """An album; a single article comes as an object instead of a list."""
    return _articles(dig(value, "article_list"), asked)


def _home(value: Any, asked: Asked) -> Iterator[Dated]:
    for entry in listing(value):
        found = mapping(entry)
        printed = first(found, "sendtime", "send_time", "sendTime", "create_time", "update_time")
        yield _article(found, printed, asked)


def _owned(value: Any, asked: Asked) -> Iterator[Dated]:
    """`freepublish/batchget`: 发布 only."""
    for entry in listing(value):
        if "media_id" in mapping(entry):
            # Materials and drafts come in the same shape, and nobody has published them.
            continue
        content = mapping(dig(entry, "content"))
        printed = first(mapping(entry), "update_time") or first(
            content, "update_time", "create_time"
        )
        number = identifier(dig(entry, "article_id"))
        for place, article in enumerate(listing(content.get("news_item"))):
            yield _article(mapping(article), printed, asked, fallback=f"{number}_{place}")


def _reading_list(value: Any, asked: Asked) -> Iterator[Dated]:
    """微信读书's list of an account: each article inside `mpInfo`, one or several to a broadcast."""
    told = (entry["mpInfo"] for entry in objects(value) if "mpInfo" in entry)
    for found in map(mapping, islice(told, MOST_ENTRIES)):
        if found:
            url = first(found, "doc_url", "url")
            yield _article({**found, "link": url}, first(found, "time", "createTime"), asked,
                           fallback=identifier(found.get("originalId")))  # fmt: skip


_LISTS: Final[tuple[tuple[str, Callable[[Any, Asked], Iterator[Dated]]], ...]] = (
    ("general_msg_list", _history),
    ("publish_page", _published),
    ("getalbum_resp", _album),
    ("appmsg_list", _home),
    ("app_msg_list", _articles),
    ("articles", _articles),
    ("item", _owned),
    ("reviews", _reading_list),
)
