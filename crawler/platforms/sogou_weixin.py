"""Sogou's WeChat search: positive evidence only.

Hits stand in order of relevance and several accounts share a name: a page is an account's only
where a hit's 微信号 is exactly the one asked for, and `account_id` says so. Any other page,
an article search among them, mixes accounts; its newest hit is told, and nobody's name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urljoin, urlsplit

from crawler.fetch.access import AccessState
from crawler.platforms.dispatch import Page, Reader
from crawler.platforms.moments import from_anything
from crawler.platforms.observation import AccountReading, Entity, Post
from crawler.platforms.payload import plain
from crawler.platforms.readings import (
    EMPTY_LIST,
    Asked,
    When,
    certified,
    conclude,
    drift,
    make_post,
    refusal,
)

if TYPE_CHECKING:
    from datetime import datetime

    from selectolax.lexbor import LexborNode

PLATFORM: Final = "sogou-weixin"
_STAMP: Final = re.compile(r"timeConvert\(\s?['\"](\d{9,13})['\"]\s?\)")
_NOTHING: Final = "#noresult_part1_container, .no-result, .no-sosuo, #noresult_part2_container"
_MOST: Final = 100
_BASE: Final = "https://weixin.sogou.com/"


def read(payload: bytes, *, url: str = "", as_of: datetime) -> AccountReading:
    """What one Sogou result page says."""
    return _READER.read(payload, url=url, as_of=as_of)


def _from_json(value: dict[str, Any], asked: Asked) -> AccountReading:
    del value, asked
    return drift(PLATFORM, "json")


def _from_page(page: Page, asked: Asked) -> AccountReading | None:
    accounts = page.tree.css("ul.news-list2 > li")[:_MOST]
    articles = page.tree.css("ul.news-list > li, li[d]:has(.list-txt)")[:_MOST]
    if accounts:
        return _accounts(page, accounts, asked)
    if articles:
        posts = tuple(_hit(row, asked) for row in articles)
        return conclude(AccountReading(PLATFORM, posts=posts), asked)
    if page.tree.css_first(_NOTHING) is not None:
        return refusal(PLATFORM, AccessState.EMPTY_UNPROVEN, EMPTY_LIST)
    return None


def _accounts(page: Page, rows: list[LexborNode], asked: Asked) -> AccountReading:
    wanted = _query(page, asked).lower()
    exact = [row for row in rows if wanted and _weixin_id(row).lower() == wanted]
    mine = exact[0] if exact else rows[0] if len(rows) == 1 else None
    # Where none is the one that was asked for, the page is told as a whole and names nobody.
    known = [
        (row, post)
        for row in rows
        if (post := _recent(row, asked, own=mine is None or row is mine))
    ]
    reading = AccountReading(
        PLATFORM,
        account_name=_text(mine, ".tit a, .tit") or None,
        account_id=_weixin_id(mine) or None,
        entity=_entity(mine),
        posts=tuple(post for _, post in known),
    )
    return conclude(reading, asked)


def _query(page: Page, asked: Asked) -> str:
    """What was searched for, by the address or by the form that the page repeats."""
    stated = parse_qs(urlsplit(asked.url).query).get("query", [""])[0]
    field = page.tree.css_first("input[name=query]")
    return (stated or (field.attributes.get("value") or "" if field is not None else "")).strip()


def _text(node: LexborNode | None, selector: str) -> str:
    found = node.css_first(selector) if node is not None else None
    return plain(found.text(deep=True)) if found is not None else ""


def _weixin_id(row: LexborNode | None) -> str:
    stated = _text(row, "label[name=em_weixinhao]")
    if stated or row is None:
        return stated
    match = re.search(r"微信号[:：]\s{0,5}([\w-]{3,40})", plain(_text(row, "p.info")), re.ASCII)
    return match[1] if match else ""


def _entity(row: LexborNode | None) -> Entity:
    """The 认证 line of a hit."""
    for line in row.css("dl") if row is not None else []:
        if line.css_first("i.identify") is not None or "认证" in _text(line, "dt"):
            return certified(_text(line, "dd"))
    return Entity()


def _recent(row: LexborNode, asked: Asked, *, own: bool) -> Post | None:
    """The 最近文章 line of an account hit."""
    anchor = row.css_first("a[uigs^=account_article]")
    if anchor is None:
        return None
    return _post(anchor, row, asked, own=own)


def _hit(row: LexborNode, asked: Asked) -> Post:
    anchor = row.css_first("h3 a, h4 a") or row.css_first("a[uigs^=article_title]") or row
    return _post(anchor, row, asked, own=True)


def _post(anchor: LexborNode, row: LexborNode, asked: Asked, *, own: bool) -> Post:
    stamp = _STAMP.search(row.html or "")
    printed = stamp[1] if stamp else _attribute(row)
    if not printed and anchor.parent is not None:
        # A rendered page shows the time that its script made of the number.
        printed = _text(anchor.parent, "span")
    stated = from_anything(printed, asked.as_of)
    href = anchor.attributes.get("href") or ""
    url = _joined(href)
    return make_post(
        row.attributes.get("d") or url, anchor.text(deep=True), url,
        When(stated.at if stated else None, "api"), own=own,
    )  # fmt: skip


def _attribute(row: LexborNode) -> str:
    """The number where no script prints it: an attribute of the phone's and the older pages."""
    box = row.css_first(".s-p[t], .s3[data-lastmodified]")
    attributes = box.attributes if box is not None else {}
    return attributes.get("t") or attributes.get("data-lastmodified") or ""


def _joined(href: str) -> str:
    try:
        return urljoin(_BASE, href)
    except ValueError:
        return ""


_READER: Final = Reader(PLATFORM, _from_json, _from_page)
