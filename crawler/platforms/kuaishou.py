"""Kuaishou: GraphQL and REST lists, live.kuaishou.com, embedded state (accounts.md 5.6).

Only `result: 1` is success; an empty list beside any other result is a refusal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crawler.fetch.access import AccessState
from crawler.platforms.dispatch import Page, Reader
from crawler.platforms.observation import AccountReading, Entity, Interactions, Post, PostKind
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
    whole,
    yes,
)
from crawler.platforms.readings import (
    NO_SUCH_ACCOUNT,
    Asked,
    certified,
    conclude,
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
    from datetime import datetime

PLATFORM: Final = "kuaishou"
_RESULTS: Final = {
    2: AccessState.RATE_LIMITED,
    50: AccessState.BLOCKED,
    109: AccessState.LOGIN_WALL,
    2001: AccessState.CHALLENGE,
    400002: AccessState.CHALLENGE,
}


def read(payload: bytes, *, url: str = "", as_of: datetime) -> AccountReading:
    """What one Kuaishou payload or page says of its account."""
    return _READER.read(payload, url=url, as_of=as_of)


def _from_json(value: dict[str, Any], asked: Asked) -> AccountReading:
    layers = _layers(value)
    refused = next((r for layer in layers if (r := _refused(layer)) is not None), None)
    if refused is not None:
        return refused
    works = next((layer[key] or [] for layer in layers for key in _LISTS if key in layer), None)
    user = next((u for layer in layers if (u := _user(layer))), {})
    if works is None:
        return conclude(_profile(user), asked) if user else drift(PLATFORM, "no_user_and_no_list")
    return _reading(user, listing(works), layers, asked)


_ANSWERS: Final = ("visionProfilePhotoList", "visionProfile", "visionProfileReduced")
_LISTS: Final = ("feeds", "list", "photos")
_BADGES: Final = ("verifiedStatus", "verifiedDetail")


def _layers(value: dict[str, Any]) -> list[dict[str, Any]]:
    """The answer itself, its `data`, and the GraphQL answers about the account inside it.

    Recommendations, searches and liked works come in the same shape and are left alone.
    """
    data = mapping(value.get("data"))
    named = [mapping(data.get(name)) for name in _ANSWERS]
    detail = mapping(data.get("visionVideoDetail"))
    holders = (detail, data, value)
    named += [{"feeds": [one]} for one in holders if _number(mapping(one.get("photo")))]
    return [layer for layer in (*named, data, value) if layer]


def _refused(layer: dict[str, Any]) -> AccountReading | None:
    said = plain(first(layer, "error_msg", "errorMsg", "message", "msg") or "")
    errors = plain(dig(next(iter(listing(layer.get("errors"))), None), "message"))
    result = whole(layer.get("result"))
    if "用户不存在" in said or "已注销" in said:
        return refusal(PLATFORM, AccessState.NOT_FOUND, NO_SUCH_ACCOUNT)
    if result not in (None, 1):
        state = _RESULTS.get(result or 0) or by_sentence(said) or AccessState.BLOCKED
        return refusal(PLATFORM, state, said or f"result {result}")
    if "captchaConfig" in layer or "captcha" in errors.lower():
        return refusal(PLATFORM, AccessState.CHALLENGE, errors or "captcha")
    if errors:
        return refusal(PLATFORM, by_sentence(errors) or AccessState.BLOCKED, errors)
    return None


def _user(layer: dict[str, Any]) -> dict[str, Any]:
    return mapping(first(layer, "userProfile", "userInfo", "user"))


def _reading(
    user: dict[str, Any], works: list[Any], layers: list[dict[str, Any]], asked: Asked
) -> AccountReading:
    entries = [entry for entry in works if isinstance(entry, dict)]
    owner = _owner(entries)
    author = next((a for entry in entries if _id(a := _author(entry)) == owner), {})
    known = _profile(user)
    cursor = next((plain(layer["pcursor"]) for layer in layers if layer.get("pcursor")), None)
    can = [whole(entry.get("canAddComment")) for entry in entries]
    return listed(
        PLATFORM,
        [_post(entry, owner, asked) for entry in entries],
        asked,
        account_name=known.account_name or plain(first(author, "name", "user_name")) or None,
        account_id=known.account_id or owner or None,
        entity=known.entity,
        # Zero means that the visitor is not logged in, not that comments are closed.
        interactions=Interactions(comments=presence(True if 1 in can else None)),
        counter=known.counter,
        has_more=None if cursor is None else cursor != "no_more",
    )


def _author(entry: dict[str, Any]) -> dict[str, Any]:
    photo = mapping(entry.get("photo")) or entry
    signed = {"id": first(photo, "userEid", "userId"), "name": photo.get("userName")}
    return mapping(first(entry, "author", "user") or photo.get("author")) or signed


def _number(photo: dict[str, Any]) -> str:
    return identifier(first(photo, "id", "photoId", "photo_id"))


def _id(author: dict[str, Any]) -> str:
    return identifier(first(author, "id", "eid", "user_id", "principalId"))


def _owner(entries: list[dict[str, Any]]) -> str:
    """The author of most posts: the id in the profile's address may be of another kind."""
    return most_frequent(_id(_author(entry)) for entry in entries)


def _post(entry: dict[str, Any], owner: str, asked: Asked) -> Post:
    photo = mapping(entry.get("photo")) or entry
    number = _number(photo)
    pinned = first(photo, "profileUserTopPhoto", "isTop", "top")
    live = plain(first(photo, "workType", "type")).lower() in ("live", "playback")
    return make_post(
        number,
        first(photo, "caption", "originCaption", "title"),
        f"https://www.kuaishou.com/short-video/{number}" if number else "",
        when(PLATFORM, number, first(photo, "timestamp", "publishTime", "time"), asked),
        kind=PostKind.LIVE if live else PostKind.ORIGINAL,
        pinned=pinned is True or yes(pinned),
        own=_id(_author(entry)) in ("", owner),
    )


def _profile(user: dict[str, Any]) -> AccountReading:
    profile = mapping(user.get("profile")) or user
    stated = [mapping(holder.get(key)) for key in _BADGES for holder in (user, profile)]
    status = next((badge for badge in stated if badge), {})
    counts = mapping(first(user, "ownerCount", "countsInfo", "counts"))
    return AccountReading(
        PLATFORM,
        account_name=plain(first(profile, "user_name", "name", "userName")) or None,
        account_id=_id(profile) or None,
        entity=certified(status.get("description"))
        if status.get("verified") is not False
        else Entity(),
        counter=whole(first(counts, "photo_public", "open", "photo")),
    )


def _from_page(page: Page, asked: Asked) -> AccountReading | None:
    apollo = assigned(page.source, "__APOLLO_STATE__")
    states = (assigned(page.source, name) for name in ("__INITIAL_STATE__", "INIT_STATE"))
    found = list(objects(apollo or next((state for state in states if state), None)))
    # Apollo keeps authors apart from works; elsewhere a work without an author is someone's.
    works = [obj for obj in found if _looks_like_work(obj, signed=not apollo)][:MOST_ENTRIES]
    user = next((u for obj in found if (u := _embedded_user(obj))), {})
    if works:
        return _reading(user, works, [], asked)
    refused = next((r for obj in found if (r := _refused(obj)) is not None), None)
    if refused is not None:
        return refused
    return conclude(_profile(user), asked) if user else None


def _looks_like_work(obj: dict[str, Any], *, signed: bool) -> bool:
    photo = mapping(obj.get("photo"))
    if photo and "timestamp" in photo:
        return True
    named = first(obj, "id", "photoId") is not None and ("caption" in obj or "poster" in obj)
    return named and "timestamp" in obj and ("author" in obj or not signed)


def _embedded_user(obj: dict[str, Any]) -> dict[str, Any]:
    profile = mapping(obj.get("userProfile"))
    info = mapping(obj.get("userInfo"))
    return profile if profile.get("profile") else info if info.get("name") else {}


_READER: Final = Reader(PLATFORM, _from_json, _from_page)
