"""weibo.cn, the plain HTML edition of Weibo: four time formats in one column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.platforms.identifiers import weibo_number
from crawler.platforms.observation import AccountReading, Entity, Post, PostKind
from crawler.platforms.payload import MOST_ENTRIES, plain
from crawler.platforms.readings import Asked, When, certified, listed, make_post, when

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from crawler.platforms.dispatch import Page

_PLATFORM: Final = "weibo"
_OWNER: Final = re.compile(r"(?:/u/|uid=|/)(\d{5,12})(?:[/?&\"']|$)")
_CERTIFIED: Final = re.compile(r"认证[:：]\s{0,5}(.{1,120})")
_COUNTER: Final = re.compile(r"微博\[(\d{1,9})\]")
_LIKED: Final = ("赞过的微博", "赞了这条微博", "赞过")


def read_page(page: Page, asked: Asked) -> AccountReading | None:
    """A weibo.cn timeline: profile head and posts; None for any other page."""
    rows = page.tree.css("div.c[id^=M_]")[:MOST_ENTRIES]
    head = page.tree.css_first("div.ut")
    if not rows and head is None:
        return None
    owner = _owner(page, asked)
    moments = [_moment(row, asked) for row in rows]
    posts = [_post(row, moment, owner) for row, moment in zip(rows, moments, strict=True)]
    counter = _COUNTER.search(page.source)
    return listed(
        _PLATFORM,
        posts,
        asked,
        moments=moments,
        account_name=_name(head),
        account_id=owner or None,
        entity=_entity(head),
        counter=int(counter[1]) if counter else None,
        has_more=page.tree.css_first("div#pagelist") is not None,
    )


def _owner(page: Page, asked: Asked) -> str:
    follow = page.tree.css_first("div.ut a[href*='uid=']")
    linked = follow.attributes.get("href") if follow is not None else ""
    match = _OWNER.search(asked.url) or _OWNER.search(linked or "")
    return match[1] if match else ""


def _name(head: LexborNode | None) -> str | None:
    node = head.css_first("span.ctt") if head is not None else None
    words = plain(node.text(deep=True)) if node is not None else ""
    return words.split(" ")[0] or None if words else None


def _entity(head: LexborNode | None) -> Entity:
    # 5337 is the blue V of an organisation, 5338 the yellow or red one of a person.
    if head is None or head.css_first("img[src*='/5338.'], img[src*='/5547.']") is not None:
        return Entity()
    nodes = [plain(node.text(deep=True)) for node in head.css("span.ctt")]
    found = next((match for words in nodes if (match := _CERTIFIED.match(words))), None)
    return certified(found[1]) if found else Entity()


def _moment(row: LexborNode, asked: Asked) -> When:
    stamps = row.css("span.ct")
    printed = plain(stamps[-1].text(deep=True)).split(" 来自")[0] if stamps else ""
    return when(_PLATFORM, weibo_number(_bid(row)) or "", printed, asked)


def _bid(row: LexborNode) -> str:
    return (row.attributes.get("id") or "").removeprefix("M_")


def _post(row: LexborNode, moment: When, owner: str) -> Post:
    bid = _bid(row)
    marks = [plain(node.text(deep=True)) for node in row.css("span.kt, span.cmt")]
    liked = any(word in mark for mark in marks for word in _LIKED)
    reposted = any(mark.startswith("转发了") for mark in marks)
    body = row.css_first("span.ctt")
    return make_post(
        weibo_number(bid) or bid,
        body.text(deep=True) if body is not None else "",
        f"https://weibo.com/{owner}/{bid}" if owner else f"https://weibo.cn/comment/{bid}",
        moment,
        kind=PostKind.LIKED if liked else PostKind.REPOST if reposted else PostKind.ORIGINAL,
        pinned=any("置顶" in mark for mark in marks),
        own=not liked,
    )
