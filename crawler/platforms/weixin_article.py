"""One WeChat article page, of the 2018 layout or the 2025 one.

The date stands in script variables; `#publish_time` is filled by script and `svr_time` is the
hour of the visit. Advertisements bring a name of their own before the account's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.extract.facts import Provenance
from crawler.platforms.moments import EARLIEST, from_anything
from crawler.platforms.observation import (
    AccountReading,
    Interactions,
    LinkedAccount,
    PostKind,
    Presence,
)
from crawler.platforms.payload import identifier, link, plain
from crawler.platforms.readings import Asked, When, conclude, make_post, nickname, presence
from crawler.platforms.weixin_lists import article_id, biz_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.platforms.dispatch import Page

_PLATFORM: Final = "weixin"
_DECOYS: Final = frozenset(["微信广告", "微信广告助手", "腾讯广告"])
_Q: Final = r"""(?:JsDecode\(|htmlDecode\()?(?:""\s?\|\|\s?|''\s?\|\|\s?)?(?:"([^"\n]{1,400})"|'([^'\n]{1,400})')"""
_XML: Final = r"\(?xml \? [^:\n]{1,80}: "


def _value(*names: str) -> re.Pattern[str]:
    """`name = value` or `name: value` in any of the quotings that the layouts use."""
    alternatives = "|".join(names)
    return re.compile(
        rf"(?<![\w.\-$])(?:var |window\.|d\.|_g\.|\"|')?(?:{alternatives})[\"']?\s{{0,4}}[:=]"
        rf"\s{{0,4}}(?:window\.title\s?=\s?)?(?:{_XML})?{_Q}",
        re.ASCII,
    )


_TIMES: Final = (
    _value("oriCreateTime"),
    _value("ct"),
    _value("ori_send_time", "ori_create_time"),
    _value("create_timestamp", "send_time"),
)
_PRINTED: Final = (_value("createTime", "create_time"), _value("publish_time"))
_STAMPS: Final = "#publish_time, #post-date, em.rich_media_meta_text"
_NAME: Final = re.compile(
    r"""(?:var nickname\s?=\s?(?:htmlDecode\()?|nick_name\s?[:=]\s?JsDecode\()["']([^"'\n]{1,100})["']"""
)
_LATE_NAME: Final = (_value("nick_name"), _value("nickname"))
_TITLES: Final = (_value("msg_title"),)
_OWN_TITLE: Final = _value("title")
_BIZ: Final = re.compile(
    r"""(?<![\w.])(?:var |window\.|d\.)?(?:__)?biz(?:uin)?\s{0,3}[:=]\s{0,3}(?:JsDecode\(|["']["']\s?\|\|\s?)?["'](M[\w+/]{6,40}={0,2})["']"""
)
_USER: Final = re.compile(
    r"""user_name["']?\s{0,3}[:=]\s{0,3}(?:JsDecode\()?["']((?:gh|wxid)_\w{4,40})["']"""
)
_COPYRIGHT: Final = re.compile(r"""(?<!\w)_?copyright_stat["']?\s{0,3}[:=]\s{0,3}["']?(\d{1,3})""")
_COMMENT: Final = re.compile(
    r"""(?<!\w)comment_id["']?\s{0,3}[:=]\s{0,3}(?:JsDecode\()?["'](\d{1,24})["']"""
)
_VERIFIED: Final = re.compile(
    r"""(?<!\w)verify_status["']?\s{0,3}[:=]\s{0,3}(?:JsDecode\()?["']?(\d)(?!\d)"""
)
_MOST_CARDS: Final = 10
_CLOSED: Final = re.compile(r"""(?<!\w)comment_enabled["']?\s{0,3}[:=]\s{0,3}["']?0["']?(?!\d)""")
_ESCAPES: Final = re.compile(r"\\x([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\(.)", re.DOTALL)


def read_article(page: Page, asked: Asked) -> AccountReading | None:
    """The one post of an article page with the nickname that signs it; None for other pages."""
    moment, title = _moment(page, asked), _title(page)
    if moment.at is None or not title:
        return None
    url = _url(page, asked)
    name = _name(page)
    biz = next(iter(_BIZ.findall(page.source)), "") or biz_of(url)
    user = _USER.search(_after_decoys(page.source))
    kind = PostKind.REPOST if _reposted(page) else PostKind.ORIGINAL
    post = make_post(article_id(url) or "article", title, url, moment, kind=kind)
    reading = AccountReading(
        _PLATFORM,
        account_name=name or None,
        account_id=biz or (user[1] if user else None),
        entity=nickname(name),
        posts=(post,),
        interactions=Interactions(comments=_comments(page.source)),
        certification=_certification(page.source),
        linked=_channels(page),
    )
    return conclude(reading, asked)


def _found(pattern: re.Pattern[str], source: str) -> Iterator[str]:
    for match in pattern.finditer(source):
        yield _unescaped(match[1] or match[2] or "")


def _unescaped(text: str) -> str:
    return _ESCAPES.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else m[3], text)


def _moment(page: Page, asked: Asked) -> When:
    """The article's own time: exact variables first, then what it prints."""
    for pattern in _TIMES:
        for text in _found(pattern, page.source):
            stated = from_anything(text, asked.as_of) if text.isdecimal() else None
            if stated is not None and stated.at >= EARLIEST:
                return When(stated.at, Provenance.DETAIL)
    printed = [text for pattern in _PRINTED for text in _found(pattern, page.source)]
    printed += [node.text(deep=True) for node in page.tree.css(_STAMPS)]
    known = (from_anything(text, asked.as_of) for text in printed)
    return When(next((found.at for found in known if found), None), Provenance.DETAIL)


def _title(page: Page) -> str:
    meta = page.tree.css_first('meta[property="og:title"]')
    stated = plain(meta.attributes.get("content")) if meta is not None else ""
    variable = next((plain(t) for p in _TITLES for t in _found(p, page.source) if plain(t)), "")
    head = page.tree.css_first("#activity-name, #js_text_title, h2.rich_media_title")
    shown = stated or variable or (plain(head.text(deep=True)) if head is not None else "")
    return shown or _scripted_title(page.source)


def _scripted_title(source: str) -> str:
    """The title inside `cgiDataNew`; elsewhere a `title` may be the account's name."""
    start = source.find("cgiDataNew")
    return (
        next((t for t in _found(_OWN_TITLE, source[start:]) if plain(t)), "") if start >= 0 else ""
    )


def _name(page: Page) -> str:
    """The account's nickname; `title` may hold it too, but may also hold the article's title."""
    scripted = [plain(_unescaped(found)) for found in _NAME.findall(page.source)]
    shown = [
        plain(node.text(deep=True))
        for node in page.tree.css(
            "#js_name, #post-user, .wx_follow_nickname, .profile_nickname, #js_profile_qrcode strong"
        )
    ]
    late = [plain(text) for pattern in _LATE_NAME for text in _found(pattern, page.source)]
    candidates = [*scripted, *shown, *reversed(late)]
    return next((name for name in candidates if name and name not in _DECOYS), "")


def _after_decoys(source: str) -> str:
    """The source without the advertisements' accounts, which come in pairs with their name."""
    return re.sub(
        r"""user_name["']?\s{0,3}:\s{0,3}["'][^"'\n]{1,60}["'],\s{1,60}nick_name["']?\s{0,3}:\s{0,3}["']微信广告""",
        "",
        source,
    )


def _url(page: Page, asked: Asked) -> str:
    meta = page.tree.css_first('meta[property="og:url"]')
    stated = link(meta.attributes.get("content")) if meta is not None else ""
    return stated or link(asked.url)


def _reposted(page: Page) -> bool:
    stat = next((found for found in _COPYRIGHT.findall(page.source) if found != "0"), "0")
    return stat == "2" or page.tree.css_first("#js_share_source[data-url]") is not None


def _certification(source: str) -> Presence:
    """`verify_status` 2 is certified, 0 is not; advertisements in the page may say another."""
    found = set(_VERIFIED.findall(_after_decoys(source)))
    if len(found) != 1:
        return Presence.UNDETERMINED
    return {"2": Presence.PRESENT, "0": Presence.ABSENT}.get(found.pop(), Presence.UNDETERMINED)


def _channels(page: Page) -> tuple[LinkedAccount, ...]:
    """The 视频号 whose videos or cards stand in the article, the account's own or another's."""
    cards = page.tree.css("mp-common-videosnap[data-nickname], mpvideosnap[data-nickname]")
    found = [
        LinkedAccount(
            "weixin-channels",
            plain(card.attributes.get("data-nickname"), 60),
            identifier(card.attributes.get("data-username")),
        )
        for card in cards[:_MOST_CARDS]
    ]
    return tuple(dict.fromkeys(one for one in found if one.name))


def _comments(source: str) -> Presence:
    found = _COMMENT.findall(source)
    if not found:
        return Presence.UNDETERMINED
    return presence(any(number.strip("0") for number in found) and not _CLOSED.search(source))
