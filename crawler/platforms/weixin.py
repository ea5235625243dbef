"""WeChat official accounts: lists as JSON, and the pages that anyone or the owner can see.

accounts.md 5.1. Every list here is partial by nature: 群发 or 发布, an album, a home page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crawler.extract.facts import Provenance
from crawler.fetch.access import AccessState
from crawler.platforms import weixin_lists, weixin_pages
from crawler.platforms.dispatch import Page, Reader
from crawler.platforms.moments import from_anything
from crawler.platforms.observation import (
    AccountReading,
    Entity,
    EntityKind,
    Interactions,
    PostKind,
    Presence,
)
from crawler.platforms.payload import (
    dig,
    first,
    identifier,
    listing,
    mapping,
    objects,
    plain,
    whole,
)
from crawler.platforms.readings import (
    EMPTY_LIST,
    Asked,
    When,
    certified,
    consults,
    drift,
    listed,
    make_post,
    menu_of,
    nickname,
    presence,
    refusal,
)
from crawler.platforms.refusals import by_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

PLATFORM: Final = "weixin"
_COPIED: Final = 2
_CODES: Final = {
    -2012: AccessState.LOGIN_WALL,
    -2010: AccessState.LOGIN_WALL,
    -6: AccessState.RATE_LIMITED,
    -3: AccessState.LOGIN_WALL,
    -1: AccessState.SERVER_ERROR,
    200003: AccessState.LOGIN_WALL,
    200008: AccessState.CHALLENGE,
    200013: AccessState.RATE_LIMITED,
    200040: AccessState.LOGIN_WALL,
    40001: AccessState.LOGIN_WALL,
    40013: AccessState.LOGIN_WALL,
    40014: AccessState.LOGIN_WALL,
    40125: AccessState.LOGIN_WALL,
    40164: AccessState.BLOCKED,
    41001: AccessState.LOGIN_WALL,
    42001: AccessState.LOGIN_WALL,
    45009: AccessState.RATE_LIMITED,
    45011: AccessState.RATE_LIMITED,
    48001: AccessState.BLOCKED,
    50002: AccessState.BLOCKED,
}


_BARE: Final = frozenset(["base_resp", "ret", "errmsg", "errcode"])
_HELD: Final = frozenset(["msg_count", "can_msg_continue", "home_page_list", "next_offset"])


def read(payload: bytes, *, url: str = "", as_of: datetime) -> AccountReading:
    """What one WeChat payload or page says of its account."""
    return _READER.read(payload, url=url, as_of=as_of)


def _from_json(value: dict[str, Any], asked: Asked) -> AccountReading:
    refused = _refused(value)
    if refused is not None:
        return refused
    posts = weixin_lists.posts_of(value, asked)
    return _other(value, asked) if posts is None else _list(value, posts, asked)


def _other(value: dict[str, Any], asked: Asked) -> AccountReading:
    """An answer without posts: entity, menu, automatic replies, account search."""
    if "nick_name" in value and first(value, "ori_create_time", "create_time") is not None:
        return _story(value, asked)
    if "identity_name" in value:
        return _author(value)
    if "is_menu_open" in value or "selfmenu_info" in value:
        return AccountReading(PLATFORM, interactions=_menu(value), menu=menu_of(_entries(value)))
    if "is_autoreply_open" in value or "is_add_friend_reply_open" in value:
        return AccountReading(PLATFORM)
    if isinstance(value.get("list"), list) and "base_resp" in value:
        return _search(value)
    # A history kept back is answered without its list: nothing counted, nothing more to come.
    held = whole(value.get("msg_count")) == 0 and not value.get("home_page_list")
    bare = bool(value) and value.keys() <= (_BARE | _HELD if held else _BARE)
    return (
        refusal(PLATFORM, AccessState.EMPTY_UNPROVEN, EMPTY_LIST)
        if bare
        else drift(PLATFORM, "no_known_shape")
    )


def _refused(value: dict[str, Any]) -> AccountReading | None:
    keys = ("ret", "errcode", "errCode")
    stated = [dig(value, "base_resp", "ret"), *(value.get(key) for key in keys)]
    code = next((found for entry in stated if (found := whole(entry)) not in (None, 0)), None)
    if code is None:
        return None
    said = plain(
        dig(value, "base_resp", "err_msg") or first(value, "errmsg", "err_msg", "errMsg") or ""
    )
    state = _CODES.get(code) or by_sentence(said) or AccessState.BLOCKED
    return refusal(PLATFORM, state, f"{code} {said}".strip())


def _list(value: dict[str, Any], posts: list[weixin_lists.Dated], asked: Asked) -> AccountReading:
    album = mapping(dig(value, "getalbum_resp", "base_info"))
    more = first(value, "can_msg_continue", "has_more")
    return listed(
        PLATFORM,
        [entry.post for entry in posts],
        asked,
        account_name=plain(first(album, "nickname", "nick_name")) or None,
        entity=nickname(first(album, "nickname", "nick_name")),
        account_id=next((entry.biz for entry in posts if entry.biz), None),
        has_more=None if more is None else whole(more) == 1 or more is True,
    )


def _story(value: dict[str, Any], asked: Asked) -> AccountReading:
    """One article as JSON (`/s?…&f=json`), signed by the account's nickname."""
    printed = first(value, "ori_create_time", "ori_send_time", "create_time")
    stated = from_anything(printed, asked.as_of)
    url = plain(first(value, "link", "url") or asked.url, 2000)
    moment = When(stated.at if stated else None, Provenance.DETAIL)
    copied = whole(dig(value, "copyright_info", "copyright_stat")) == _COPIED
    kind = PostKind.REPOST if copied else PostKind.ORIGINAL
    name = plain(value["nick_name"])
    post = make_post(
        weixin_lists.article_id(url) or "article", value.get("title"), url, moment, kind=kind
    )
    return listed(
        PLATFORM,
        [post],
        asked,
        account_name=name or None,
        account_id=identifier(first(value, "bizuin_encode", "user_name")) or None,
        entity=nickname(name),
    )


def _author(value: dict[str, Any]) -> AccountReading:
    """`mp/authorinfo`: the entity, certified only where `is_verify` says so."""
    words = plain(value["identity_name"])
    sure = whole(value.get("is_verify")) == 2
    entity = certified(words) if sure else Entity(words or None, _kind(words))
    certification = Presence.PRESENT if sure else Presence.UNDETERMINED
    return AccountReading(PLATFORM, entity=entity, certification=certification)


def _kind(words: str) -> EntityKind:
    return EntityKind.REGISTERED if words else EntityKind.NONE


def _search(value: dict[str, Any]) -> AccountReading:
    """The back office's account search: several accounts share a name, so only one is told."""
    hits = [mapping(hit) for hit in listing(value["list"])]
    only = hits[0] if len(hits) == 1 else {}
    if not hits:
        return refusal(PLATFORM, AccessState.EMPTY_UNPROVEN, EMPTY_LIST)
    return AccountReading(
        PLATFORM,
        account_name=plain(only.get("nickname")) or None,
        entity=nickname(only.get("nickname")),
        account_id=identifier(first(only, "fakeid", "alias")) or None,
    )


def _menu(value: dict[str, Any]) -> Interactions:
    """The owner's menu; a menu that is switched off is absent."""
    buttons = listing(dig(value, "selfmenu_info", "button"))
    names = [plain(found.get("name")) for found in objects(buttons) if found.get("name")]
    shown = whole(value.get("is_menu_open")) != 0 and bool(names)
    return Interactions(menu=presence(shown), consult=presence(shown and consults(names)))


def _entries(value: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Every button; only `view` leads to a web address, the rest opens inside the client."""
    if whole(value.get("is_menu_open")) == 0:
        return
    for button in objects(listing(dig(value, "selfmenu_info", "button"))):
        if button.get("name") and not button.get("sub_button"):
            yield button["name"], button.get("url") if button.get("type") == "view" else ""


def _from_page(page: Page, asked: Asked) -> AccountReading | None:
    return weixin_pages.read_page(page, asked)


_READER: Final = Reader(PLATFORM, _from_json, _from_page)
