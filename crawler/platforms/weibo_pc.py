"""weibo.com before 2021: the page hands its parts to itself as HTML inside `FM.view({…})`.

Saved copies and mirrors still have this form. Every post carries its exact time in
milliseconds (`date`) beside the printed one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from crawler.platforms.observation import AccountReading, Entity, Post, PostKind
from crawler.platforms.payload import MOST_ENTRIES, dig, markup, parse_json, plain
from crawler.platforms.readings import Asked, certified, listed, make_post, when

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from crawler.platforms.dispatch import Page

_PLATFORM: Final = "weibo"
_MOST_PARTS: Final = 60
_LARGEST: Final = 5 * 1024 * 1024
_CALL: Final = "FM.view("
_AUTHOR: Final = re.compile(r"(?:^|&)ouid=(\d{5,12})")
_OWNER: Final = re.compile(r"\$CONFIG\[['\"]oid['\"]\]\s{0,3}=\s{0,3}['\"](\d{5,12})['\"]")
_NAME: Final = re.compile(r"\$CONFIG\[['\"]onick['\"]\]\s{0,3}=\s{0,3}['\"]([^'\"\n]{1,60})['\"]")


def read_page(page: Page, asked: Asked) -> AccountReading | None:
    """The timeline of a weibo.com page of the old layout; None for any other page."""
    if _CALL not in page.source:
        return None
    tree = markup(_shown(page.source))
    rows = tree.css("[action-type=feed_list_item][mid]")[:MOST_ENTRIES]
    if not rows:
        return None
    owner = _OWNER.search(page.source)
    name = _NAME.search(page.source)
    return listed(
        _PLATFORM,
        [_post(row, owner[1] if owner else "", asked) for row in rows],
        asked,
        account_id=owner[1] if owner else _author(rows[0]) or None,
        account_name=plain(name[1]) if name else _shown_name(rows[0]),
        entity=_entity(tree),
    )


def _shown(source: str) -> str:
    """The HTML of all parts, in the page's order."""
    parts = [part for view in _views(source) if isinstance(part := dig(view, "html"), str)]
    return "\n".join(parts)[:_LARGEST]


def _views(source: str) -> Iterator[Any]:
    """What the page tells itself, call by call; each stands in a script of its own."""
    at = source.find(_CALL)
    for _ in range(_MOST_PARTS):
        end = source.find("</script", at)
        if at < 0 or end < 0:
            return
        yield parse_json(source[at + len(_CALL) : end].strip().rstrip(";").removesuffix(")"))
        at = source.find(_CALL, end)


def _author(row: LexborNode) -> str:
    match = _AUTHOR.search(row.attributes.get("tbinfo") or "")
    return match[1] if match else ""


def _shown_name(row: LexborNode) -> str | None:
    node = row.css_first(".WB_info a")
    return plain(node.text(deep=True)) or None if node is not None else None


def _entity(tree: LexborHTMLParser) -> Entity:
    """The 官方认证 line under a blue V; a yellow one is a person."""
    if tree.css_first(".icon_verify_co_v, .icon_pf_approve_co") is None:
        return Entity()
    line = tree.css_first(".verify_area .info, .pf_intro")
    return certified(line.text(deep=True)) if line is not None else Entity()


def _post(row: LexborNode, owner: str, asked: Asked) -> Post:
    number = row.attributes.get("mid") or ""
    stamp = row.css_first("a[node-type=feed_list_item_date]")
    attributes = stamp.attributes if stamp is not None else {}
    body = row.css_first("[node-type=feed_list_content], .WB_text")
    forwarded = row.attributes.get("isforward") == "1"
    return make_post(
        number,
        body.text(deep=True) if body is not None else "",
        f"https://m.weibo.cn/detail/{number}",
        when(_PLATFORM, number, attributes.get("date") or attributes.get("title"), asked),
        kind=PostKind.REPOST if forwarded else PostKind.ORIGINAL,
        pinned=row.attributes.get("feedtype") == "top",
        own=not owner or _author(row) in ("", owner),
    )
