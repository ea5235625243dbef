"""Douyin: the profile's own responses, embedded state, share pages (accounts.md 5.5).

A refusal is an empty body with status 200. Up to three pinned posts come first; likes are old
posts of others; a record of a live show is no post.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from crawler.fetch.access import AccessState
from crawler.platforms.dispatch import Page, Reader
from crawler.platforms.observation import AccountReading, Interactions, Post, PostKind, Presence
from crawler.platforms.payload import (
    MOST_ENTRIES,
    assigned,
    dig,
    first,
    identifier,
    listing,
    mapping,
    objects,
    plain,
    pushed,
    script_json,
    whole,
    yes,
)
from crawler.platforms.readings import (
    CANCELLED,
    NO_SUCH_ACCOUNT,
    Asked,
    certified,
    conclude,
    consults,
    drift,
    listed,
    make_post,
    most_frequent,
    presence,
    refusal,
    when,
)
from crawler.platforms.refusals import by_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

PLATFORM: Final = "douyin"
_LISTS: Final = ("aweme_list", "awemeList", "item_list", "itemList")
_SINGLES: Final = ("aweme_detail", "awemeDetail", "aweme")
_CODES: Final = {
    8: AccessState.LOGIN_WALL,
    2483: AccessState.LOGIN_WALL,
    10011: AccessState.RATE_LIMITED,
    2154: AccessState.CHALLENGE,
}
_LIVE_TYPES: Final = frozenset([101])
_OWNER: Final = re.compile(r"(?:/user/|sec_user_id=|sec_uid=)([\w-]{8,200})", re.ASCII)
_GONE: Final = ("已注销", "账号已重置", "已被封禁")


def read(payload: bytes, *, url: str = "", as_of: datetime) -> AccountReading:
    """What one Douyin payload or page says of its account."""
    return _READER.read(payload, url=url, as_of=as_of)


def _from_json(value: dict[str, Any], asked: Asked) -> AccountReading:
    refused = _refused(value)
    if refused is not None:
        return refused
    user = _user(value)
    lists = any(key in value for key in _LISTS)
    awemes = list(_awemes(value))
    if not lists and not awemes:
        return conclude(_profile(user), asked) if user else drift(PLATFORM, "no_user_and_no_posts")
    return _reading(user, awemes, asked, has_more=value.get("has_more"))


def _refused(value: dict[str, Any]) -> AccountReading | None:
    said = plain(first(value, "status_msg", "message", "msg") or "")
    code = whole(first(value, "status_code", "statusCode"))
    if "用户不存在" in said or "账号不存在" in said:
        return refusal(PLATFORM, AccessState.NOT_FOUND, NO_SUCH_ACCOUNT)
    if code not in (None, 0):
        state = _CODES.get(code or 0) or by_sentence(said) or AccessState.BLOCKED
        return refusal(PLATFORM, state, said or f"status_code {code}")
    gone = _filtered(value)
    if gone is not None:
        return gone
    if value.get("user") in ({}, None) and "user" in value:
        return refusal(PLATFORM, AccessState.EMPTY_UNPROVEN, "no_user")
    return _cancelled(_user(value))


def _filtered(value: dict[str, Any]) -> AccountReading | None:
    """A single post that its answer withholds, with the platform's reason beside it."""
    if any(listing(value.get(key)) for key in _LISTS) or mapping(first(value, *_SINGLES)):
        return None
    notes = [mapping(value.get("filter_detail")), *listing(value.get("filter_list"))]
    said = next((mapping(n) for n in notes if first(n, "filter_reason", "detail_msg")), {})
    words = plain(first(said, "detail_msg", "notice", "filter_reason"))
    return refusal(PLATFORM, AccessState.DELETED, words) if words else None


def _cancelled(user: dict[str, Any]) -> AccountReading | None:
    notice = plain(
        dig(user, "special_state_info", "title") or dig(user, "specialStateInfo", "title")
    )
    name = plain(user.get("nickname"))
    closed = yes(first(user, "user_canceled", "userCanceled"))
    if closed or any(words in notice or words in name for words in _GONE):
        return refusal(PLATFORM, AccessState.NOT_FOUND, CANCELLED)
    return None


def _user(value: dict[str, Any]) -> dict[str, Any]:
    """The profile, one or two steps down, under any of its names."""
    for holder in (value, mapping(value.get("data"))):
        user = mapping(first(holder, "user", "user_info", "userInfo"))
        found = mapping(user.get("user")) or user
        if found:
            return found
    return {}


def _awemes(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every post object: of lists first, a single one where there is no list."""
    holders = (value, mapping(value.get("data")))
    for holder in holders:
        for key in _LISTS:
            yield from (a for a in listing(holder.get(key)) if isinstance(a, dict))
    for holder in holders:
        single = mapping(first(holder, *_SINGLES)) or holder
        if _number(single) and _printed(single) is not None:
            yield single
            return


def _reading(
    user: dict[str, Any], awemes: list[dict[str, Any]], asked: Asked, *, has_more: Any = None
) -> AccountReading:
    owner = _owner(user, awemes, asked)
    author = user or next((a for w in awemes if _author_id(a := _author(w)) == owner), {})
    known = _profile(author)
    moments = [when(PLATFORM, _number(a), _printed(a), asked) for a in awemes]
    return listed(
        PLATFORM,
        [_post(aweme, owner, asked) for aweme in awemes],
        asked,
        moments=moments,
        account_name=known.account_name,
        account_id=known.account_id or owner or None,
        entity=known.entity,
        interactions=Interactions(
            menu=known.interactions.menu,
            message=known.interactions.message,
            comments=_comments(awemes),
            consult=known.interactions.consult,
        ),
        counter=known.counter,
        # An author beside a post is a shortened profile: what it leaves out is not denied.
        certification=known.certification if user else Presence.UNDETERMINED,
        has_more=yes(has_more) or has_more is True if has_more is not None else None,
    )


def _profile(user: dict[str, Any]) -> AccountReading:
    entries = first(user, "card_entries", "cardEntries")
    names = [plain(dig(entry, "title")) for entry in listing(entries)]
    chat = first(user, "message_chat_entry", "messageChatEntry")
    certificate = first(
        user, "enterprise_verify_reason", "enterpriseVerifyReason", "custom_verify", "customVerify"
    )
    return AccountReading(
        PLATFORM,
        account_name=plain(user.get("nickname")) or None,
        account_id=_author_id(user) or None,
        entity=certified(certificate),
        interactions=Interactions(
            menu=presence(None if entries is None else any(names)),
            message=presence(chat if isinstance(chat, bool) else None),
            consult=presence(None if entries is None else consults(names)),
        ),
        counter=whole(first(user, "aweme_count", "awemeCount")),
        certification=_certification(user, certificate),
    )


def _certification(user: dict[str, Any], certificate: Any) -> Presence:
    """The profile's certificate; a profile that has its fields and leaves them empty has none."""
    if plain(certificate) or yes(first(user, "is_gov_media_vip", "isGovMediaVip")):
        return Presence.PRESENT
    fields = ("enterprise_verify_reason", "custom_verify")
    fields_of_page = ("enterpriseVerifyReason", "customVerify")
    stated = any(all(one in user for one in names) for names in (fields, fields_of_page))
    return Presence.ABSENT if stated else Presence.UNDETERMINED


def _author_id(author: dict[str, Any]) -> str:
    return identifier(first(author, "sec_uid", "secUid", "uid", "id", "unique_id"))


def _owner(user: dict[str, Any], awemes: list[dict[str, Any]], asked: Asked) -> str:
    stated = _OWNER.search(asked.url)
    if stated is not None:
        return stated[1]
    return _author_id(user) or most_frequent(_author_id(_author(a)) for a in awemes)


def _author(aweme: dict[str, Any]) -> dict[str, Any]:
    return mapping(first(aweme, "author", "authorInfo"))


def _number(aweme: dict[str, Any]) -> str:
    return identifier(first(aweme, "aweme_id", "awemeId", "group_id", "groupId"))


def _printed(aweme: dict[str, Any]) -> Any:
    return first(aweme, "create_time", "createTime")


def _post(aweme: dict[str, Any], owner: str, asked: Asked) -> Post:
    number = _number(aweme)
    mine = _author_id(_author(aweme)) in ("", owner)
    liked = not mine and ("favorite" in asked.url or "/like" in asked.url)
    picture = bool(listing(first(aweme, "images", "imagePostInfo")))
    return make_post(
        number,
        first(aweme, "item_title", "itemTitle", "preview_title", "desc", "caption"),
        f"https://www.douyin.com/{'note' if picture else 'video'}/{number}" if number else "",
        when(PLATFORM, number, _printed(aweme), asked),
        kind=_kind(aweme, liked=liked),
        pinned=yes(first(aweme, "is_top", "isTop")) or yes(dig(aweme, "tag", "isTop")),
        deleted=_hidden(aweme),
        own=mine,
    )


def _kind(aweme: dict[str, Any], *, liked: bool) -> PostKind:
    if liked:
        return PostKind.LIKED
    live = whole(first(aweme, "aweme_type", "awemeType")) in _LIVE_TYPES
    return PostKind.LIVE if live else PostKind.ORIGINAL


def _hidden(aweme: dict[str, Any]) -> bool:
    """Deleted, forbidden, private or still under review: the public does not see it."""
    status = mapping(aweme.get("status"))
    flags = (
        "is_delete",
        "isDelete",
        "is_prohibited",
        "isProhibited",
        "in_reviewing",
        "inReviewing",
    )
    private = whole(first(status, "private_status", "privateStatus")) or 0
    return any(yes(status.get(flag)) for flag in flags) or private > 0


def _comments(awemes: list[dict[str, Any]]) -> Presence:
    infos = [mapping(first(a, "comment_permission_info", "commentPermissionInfo")) for a in awemes]
    stated = [first(info, "can_comment", "canComment") for info in infos]
    known = [flag for flag in stated if isinstance(flag, bool)]
    return presence(any(known) if known else None)


def _from_page(page: Page, asked: Asked) -> AccountReading | None:
    state = script_json(page.tree, "RENDER_DATA") or assigned(page.source, "_ROUTER_DATA")
    found = list(objects(state)) or list(objects(list(pushed(page.source))))
    if any(yes(obj.get("isSpider")) or obj.get("isSpider") is True for obj in found):
        return refusal(PLATFORM, AccessState.CHALLENGE, "isSpider")
    awemes = [aweme for obj in found for aweme in _embedded(obj)][:MOST_ENTRIES]
    user = next((u for obj in found if (u := _embedded_user(obj))), {})
    cancelled = _cancelled(user)
    if cancelled is not None:
        return cancelled
    if awemes:
        return _reading(user, awemes, asked)
    if user:
        return conclude(_profile(user), asked)
    return next((gone for obj in found if (gone := _filtered(obj)) is not None), None)


def _embedded(obj: dict[str, Any]) -> Iterator[dict[str, Any]]:
    posts = dig(obj, "post", "data")
    for entry in listing(posts) + [e for key in _LISTS for e in listing(obj.get(key))]:
        if isinstance(entry, dict) and _number(entry):
            yield entry
    for key in ("videoDetail", *_SINGLES):
        single = mapping(obj.get(key))
        if _number(single) and _printed(single) is not None:
            yield single


def _embedded_user(obj: dict[str, Any]) -> dict[str, Any]:
    holders = (mapping(dig(obj, "user", "user")), mapping(dig(obj, "userInfoRes", "user_info")))
    return next((h for h in holders if h.get("nickname")), {})


_READER: Final = Reader(PLATFORM, _from_json, _from_page)
