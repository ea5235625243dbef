"""Toutiao: the profile's own list responses, app profiles, embedded state (accounts.md 5.4).

`publish_time` is the time; `behot_time` ranks and lies by hours. Three user shapes, one for each
kind of post. An absent and an empty list are both undetermined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crawler.fetch.access import AccessState
from crawler.platforms import toutiao_pages
from crawler.platforms.dispatch import Page, Reader
from crawler.platforms.observation import AccountReading, Interactions, Post, PostKind, Presence
from crawler.platforms.payload import (
    MOST_ENTRIES,
    dig,
    first,
    identifier,
    listing,
    mapping,
    objects,
    parse_json,
    plain,
    script_json,
    whole,
    yes,
)
from crawler.platforms.readings import (
    EMPTY_LIST,
    NO_SUCH_ACCOUNT,
    Asked,
    certified,
    conclude,
    consults,
    drift,
    listed,
    make_post,
    menu_of,
    most_frequent,
    presence,
    refusal,
    when,
)
from crawler.platforms.refusals import by_sentence

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.platforms.observation import Entity

PLATFORM: Final = "toutiao"
_TIMES: Final = ("publish_time", "publishTime", "create_time", "createTime")
_IDS: Final = ("group_id_str", "item_id_str", "id_str", "group_id", "groupId", "item_id", "itemId",
               "thread_id_str", "thread_id", "id", "gid")  # fmt: skip
_WORDS: Final = ("title", "content", "abstract", "rich_content", "richContent")
_TABS: Final = ("feed", "list", "data")
_FOLDERS: Final = {60: "article", 32: "w", 56: "w", 49: "video", 0: "video"}
_REPOSTED: Final = ("origin_thread", "origin_group", "origin_common_content", "forward_info_origin")


def read(payload: bytes, *, url: str = "", as_of: datetime) -> AccountReading:
    """What one Toutiao payload or page says of its account."""
    return _READER.read(payload, url=url, as_of=as_of)


def _from_json(value: dict[str, Any], asked: Asked) -> AccountReading:
    data = value.get("data")
    if isinstance(data, list):
        return _items([_opened(entry) for entry in data if isinstance(entry, dict)], value, asked)
    if isinstance(data, dict) and data:
        for key in _TABS:
            if isinstance(data.get(key), list):
                return _from_json({**value, "data": data[key]}, asked)
        inner = mapping(data.get("data")) or data
        if first(inner, *_TIMES) is not None and first(inner, *_WORDS[:2]) is not None:
            return _items([inner], value, asked)
        named = first(inner, "user_id", "userId", "name", "screen_name") is not None
        if named and value.get("message") != "error":
            return conclude(_profile(inner), asked)
    return _refused(value)


def _refused(value: dict[str, Any]) -> AccountReading:
    told = dig(value, "data", "description")
    said = plain(told or first(value, "message", "msg", "description", "status_msg") or "")
    if "不存在" in said or "已注销" in said:
        return refusal(PLATFORM, AccessState.NOT_FOUND, NO_SUCH_ACCOUNT)
    stated = by_sentence(said)
    if stated is not None:
        return refusal(PLATFORM, stated, said)
    if "data" in value or said:
        return refusal(PLATFORM, AccessState.EMPTY_UNPROVEN, said or EMPTY_LIST)
    return drift(PLATFORM, "no_data")


def _opened(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry of the app's list carries the post as a JSON string."""
    texts = [text for key in ("content", "raw_data") if isinstance(text := entry.get(key), str)]
    inner = next((parse_json(text) for text in texts if text[:1] == "{"), None)
    opened = mapping(inner) or entry
    # A repost in the user's own tab keeps its text, author and time in a part of its own.
    base = mapping(opened.get("comment_base"))
    return {**opened, **base, "cell_type": opened.get("cell_type")} if base else opened


def _items(items: list[dict[str, Any]], value: dict[str, Any], asked: Asked) -> AccountReading:
    items = [item for item in items if first(item, *_IDS) is not None]
    owner = _owner(items)
    moments = [when(PLATFORM, _number(item), _printed(item), asked) for item in items]
    posts = [_post(item, owner, asked) for item in items]
    author = next((user for item in items if _user_id(user := _user(item)) == owner), {})
    return listed(
        PLATFORM,
        posts,
        asked,
        moments=moments,
        account_name=plain(first(author, "name", "screen_name", "nick_name")) or None,
        account_id=owner or None,
        entity=_entity(items, owner),
        interactions=Interactions(comments=_comments(items)),
        has_more=value.get("has_more") if isinstance(value.get("has_more"), bool) else None,
    )


def _user(item: dict[str, Any]) -> dict[str, Any]:
    """The author, whichever of the shapes carries it."""
    shapes = (
        item.get("user_info"),
        dig(item, "user", "info"),
        item.get("user"),
        dig(item, "itemCell", "userInfo"),
        item.get("userInfo"),
        item.get("media_user"),
        item.get("media_info"),
        item.get("mediaInfo"),
    )
    return next((shape for shape in shapes if isinstance(shape, dict) and shape), {})


def _user_id(user: dict[str, Any]) -> str:
    return identifier(first(user, "user_id_str", "user_id", "userId", "uid", "id", "media_id"))


def _owner(items: list[dict[str, Any]]) -> str:
    return most_frequent(_user_id(_user(item)) for item in items)


def _entity(items: list[dict[str, Any]], owner: str) -> Entity:
    mine = [item for item in items if _user_id(_user(item)) in ("", owner)]
    texts = (_certificate(shape) for item in mine for shape in _shapes(item))
    return certified(next((text for text in texts if text), ""))


def _shapes(item: dict[str, Any]) -> list[dict[str, Any]]:
    user = mapping(item.get("user"))
    found = (item.get("user_info"), user.get("info"), user, _user(item), item.get("media_info"))
    return [shape for shape in found if isinstance(shape, dict)]


def _certificate(user: dict[str, Any]) -> str:
    """The text of a certification: direct, or inside `user_auth_info`, which may be a string."""
    stated = plain(first(user, "verified_content", "verifiedContent"))
    packed = first(user, "user_auth_info", "userAuthInfo")
    unpacked = mapping(parse_json(packed) if isinstance(packed, str) else packed)
    return stated or plain(first(unpacked, "auth_info", "authInfo"))


def _printed(item: dict[str, Any]) -> Any:
    base = mapping(dig(item, "itemCell", "articleBase"))
    return first(item, *_TIMES) or first(base, *_TIMES)


def _number(item: dict[str, Any]) -> str:
    found = (identifier(item.get(key)) for key in _IDS)
    return next((number for number in found if number), "")


def _post(item: dict[str, Any], owner: str, asked: Asked) -> Post:
    number = _number(item)
    folder = _FOLDERS.get(whole(first(item, "cell_type", "cellType")) or 0, "article")
    if first(item, "cell_type", "cellType") is None:
        folder = "article"
    reposted = any(isinstance(item.get(key), dict) for key in _REPOSTED)
    reposted = reposted or whole(item.get("cell_type")) == 56
    return make_post(
        number,
        first(item, *_WORDS),
        f"https://www.toutiao.com/{folder}/{number}/",
        when(PLATFORM, number, _printed(item), asked),
        kind=PostKind.REPOST if reposted else PostKind.ORIGINAL,
        pinned=yes(item.get("is_stick")) or "置顶" in plain(item.get("stick_label")),
        deleted=yes(first(item, "is_deleted", "isDeleted", "deleted")),
        own=_user_id(_user(item)) in ("", owner),
    )


def _comments(items: list[dict[str, Any]]) -> Presence:
    stated = [bool(item["ban_comment"]) for item in items if item.get("ban_comment") is not None]
    return presence(None if not stated else not all(stated))


def _profile(user: dict[str, Any]) -> AccountReading:
    """A profile without posts, as the app or the page's own request gets it."""
    tabs = user.get("bottom_tab")
    names = [plain(first(entry, "name")) for entry in objects(tabs)] if tabs is not None else []
    letter = user.get("private_letter_permission")
    return AccountReading(
        PLATFORM,
        account_name=plain(first(user, "name", "screen_name")) or None,
        account_id=_user_id(user) or None,
        entity=certified(_certificate(user)),
        interactions=Interactions(
            menu=presence(None if tabs is None else any(names)),
            message=presence(None if letter is None else yes(letter)),
            consult=presence(None if tabs is None else consults(names)),
        ),
        counter=whole(first(user, "publish_count", "article_count")),
        menu=menu_of(
            (entry.get("name"), entry.get("value") or entry.get("schema"))
            for entry in objects(tabs)
            if not listing(entry.get("children"))
        ),
    )


def _from_page(page: Page, asked: Asked) -> AccountReading | None:
    state = script_json(page.tree, "RENDER_DATA")
    found = list(objects(state))
    items = [obj for obj in found if _looks_like_item(obj)][:MOST_ENTRIES]
    profile = next((obj[key] for obj in found for key in _PROFILES if mapping(obj.get(key))), None)
    if not items:
        if profile:
            return conclude(_profile(profile), asked)
        return toutiao_pages.read_page(page, asked)
    reading = _items(items, {}, asked)
    if profile is None or reading.entity.text:
        return reading
    known = _profile(profile)
    return conclude(
        AccountReading(
            PLATFORM,
            access=reading.access,
            detail=reading.detail,
            account_name=known.account_name or reading.account_name,
            account_id=known.account_id or reading.account_id,
            entity=known.entity,
            posts=reading.posts,
            interactions=reading.interactions,
            menu=known.menu,
        ),
        asked,
    )


_PROFILES: Final = ("profileUserInfo", "profile_user_info")


def _looks_like_item(value: dict[str, Any]) -> bool:
    ids = ("group_id", "groupId", "item_id", "itemId", "gid")
    return (
        first(value, *_TIMES) is not None
        and first(value, *ids) is not None
        and bool(listing([key for key in _WORDS if key in value]))
    )


_READER: Final = Reader(PLATFORM, _from_json, _from_page)
