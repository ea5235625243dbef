"""Bilibili: dynamics, videos, articles, cards, embedded state (accounts.md 5.7).

A live recommendation is no post, a forward is a repost, and the pinned dynamic comes first.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from crawler.fetch.access import AccessState
from crawler.platforms.bilibili_history import read_history
from crawler.platforms.dispatch import Page, Reader
from crawler.platforms.observation import (
    AccountReading,
    Entity,
    Interactions,
    Post,
    PostKind,
    Presence,
)
from crawler.platforms.payload import (
    assigned,
    dig,
    first,
    identifier,
    listing,
    mapping,
    plain,
    whole,
    yes,
)
from crawler.platforms.readings import (
    CANCELLED,
    NO_SUCH_ACCOUNT,
    Asked,
    When,
    certified,
    conclude,
    drift,
    listed,
    make_post,
    most_frequent,
    presence,
    refusal,
    strongest,
    when,
)
from crawler.platforms.refusals import by_sentence

if TYPE_CHECKING:
    from datetime import datetime

PLATFORM: Final = "bilibili"
_CODES: Final = {
    -101: AccessState.LOGIN_WALL,
    -352: AccessState.CHALLENGE,
    -401: AccessState.CHALLENGE,
    -403: AccessState.BLOCKED,
    -412: AccessState.BLOCKED,
    -509: AccessState.RATE_LIMITED,
    -799: AccessState.RATE_LIMITED,
    -404: AccessState.NOT_FOUND,
    -626: AccessState.NOT_FOUND,
    40061: AccessState.NOT_FOUND,
    53013: AccessState.BLOCKED,
    62002: AccessState.DELETED,
    62004: AccessState.DELETED,
}
_OWNER: Final = re.compile(
    r"(?:host_mid=|[?&]mid=|[?&]uid=|space\.bilibili\.com/)(\d{1,20})", re.ASCII
)
_LIVE: Final = frozenset(["DYNAMIC_TYPE_LIVE_RCMD", "DYNAMIC_TYPE_LIVE"])


def read(payload: bytes, *, url: str = "", as_of: datetime) -> AccountReading:
    """What one Bilibili payload or page says of its account."""
    return _READER.read(payload, url=url, as_of=as_of)


def _from_json(value: dict[str, Any], asked: Asked) -> AccountReading:
    refused = _refused(value)
    if refused is not None:
        return refused
    data = mapping(value.get("data"))
    for key, reader in _SHAPES:
        if key in data:
            return reader(data, asked)
    if first(data, "mid", "uid") is not None:
        return _person(data, {}, asked)
    if not data or data.keys() <= {"has_more", "offset", "update_baseline", "update_num"}:
        return refusal(PLATFORM, AccessState.EMPTY_UNPROVEN, "no_items")
    return drift(PLATFORM, "no_known_shape")


def _refused(value: dict[str, Any]) -> AccountReading | None:
    code = whole(value.get("code"))
    said = plain(first(value, "message", "msg") or "")
    if code is None and "data" not in value:
        return drift(PLATFORM, "no_code")
    if code in (None, 0):
        voucher = isinstance(dig(value, "data", "v_voucher"), str) and len(value["data"]) == 1
        return refusal(PLATFORM, AccessState.CHALLENGE, "v_voucher") if voucher else None
    state = _CODES.get(code or 0) or by_sentence(said) or AccessState.BLOCKED
    missing = state is AccessState.NOT_FOUND
    return refusal(PLATFORM, state, NO_SUCH_ACCOUNT if missing else said or f"code {code}")


def _dynamics(data: dict[str, Any], asked: Asked) -> AccountReading:
    items = [item for item in listing(data.get("items")) if isinstance(item, dict)]
    owner = _stated_owner(asked) or _most(_author(item) for item in items)
    mine = next((a for item in items if _mid(a := _author(item)) == owner), {})
    moments = [_moment(item, asked) for item in items]
    posts = [_dynamic(item, at, owner) for item, at in zip(items, moments, strict=True)]
    return listed(
        PLATFORM,
        posts,
        asked,
        moments=moments,
        account_name=plain(mine.get("name")) or None,
        account_id=owner or None,
        entity=_entity(first(mine, "official_verify", "official")),
        interactions=Interactions(comments=_comments(items)),
        has_more=data.get("has_more") if isinstance(data.get("has_more"), bool) else None,
    )


def _modules(item: dict[str, Any]) -> dict[str, Any]:
    """The modules by name; detail pages give them as a list of single entries."""
    modules = item.get("modules")
    if isinstance(modules, list):
        return {key: found for entry in modules for key, found in mapping(entry).items()}
    return mapping(modules)


def _author(item: dict[str, Any]) -> dict[str, Any]:
    return mapping(_modules(item).get("module_author"))


def _mid(author: dict[str, Any]) -> str:
    return identifier(first(author, "mid", "uid"))


def _most(authors: Any) -> str:
    return most_frequent(_mid(author) for author in authors)


def _stated_owner(asked: Asked) -> str:
    match = _OWNER.search(asked.url)
    return match[1] if match else ""


def _number(item: dict[str, Any]) -> str:
    return identifier(first(item, "id_str", "opus_id", "dynamic_id_str", "id"))


def _moment(item: dict[str, Any], asked: Asked) -> When:
    author = _author(item)
    stamp = author.get("pub_ts")
    printed = stamp if stamp not in (None, "", 0, "0") else author.get("pub_time")
    return when(PLATFORM, _number(item), printed, asked)


def _dynamic(item: dict[str, Any], moment: When, owner: str) -> Post:
    number = _number(item)
    kind = plain(item.get("type"))
    tag = plain(dig(_modules(item), "module_tag", "text"))
    return make_post(
        number,
        _title(item),
        f"https://t.bilibili.com/{number}" if number else "",
        moment,
        kind=_kind(kind),
        pinned="置顶" in tag or yes(_author(item).get("is_top")),
        deleted=item.get("visible") is False,
        own=_mid(_author(item)) in ("", owner),
    )


def _kind(name: str) -> PostKind:
    if name in _LIVE:
        return PostKind.LIVE
    return PostKind.REPOST if name == "DYNAMIC_TYPE_FORWARD" else PostKind.ORIGINAL


def _title(item: dict[str, Any]) -> Any:
    body = mapping(_modules(item).get("module_dynamic"))
    major = mapping(body.get("major"))
    parts = [mapping(part) for part in major.values() if isinstance(part, dict)]
    titles = [part.get("title") or dig(part, "summary", "text") for part in parts]
    said = dig(body, "desc", "text") or dig(_modules(item), "module_title", "text")
    return next((words for words in [*titles, said, item.get("content")] if plain(words)), "")


def _comments(items: list[dict[str, Any]]) -> Presence:
    flags = [dig(_modules(item), "module_stat", "comment", "forbidden") for item in items]
    known = [flag for flag in flags if isinstance(flag, bool)]
    return presence(not all(known) if known else None)


def _videos(data: dict[str, Any], asked: Asked) -> AccountReading:
    rows = dig(data, "list", "vlist") or data.get("archives")
    videos = [video for video in listing(rows) if isinstance(video, dict)]
    owner = _stated_owner(asked) or _most(videos)
    posts = [
        make_post(
            first(video, "bvid", "aid"),
            video.get("title"),
            f"https://www.bilibili.com/video/{identifier(first(video, 'bvid')) or ''}",
            When(when("", "", first(video, "created", "pubdate"), asked).at, "api"),
            kind=PostKind.LIVE if yes(video.get("is_live_playback")) else PostKind.ORIGINAL,
            own=_mid(video) in ("", owner) or yes(video.get("is_union_video")),
        )
        for video in videos
    ]
    name = next((plain(v.get("author")) for v in videos if _mid(v) == owner), "")
    count = whole(dig(data, "page", "count"))
    return listed(
        PLATFORM, posts, asked, account_name=name or None, account_id=owner or None, counter=count
    )


def _articles(data: dict[str, Any], asked: Asked) -> AccountReading:
    articles = [a for a in listing(data.get("articles")) if isinstance(a, dict)]
    posts = [
        make_post(
            article.get("id"),
            article.get("title"),
            f"https://www.bilibili.com/read/cv{identifier(article.get('id'))}",
            When(when("", "", article.get("publish_time"), asked).at, "api"),
        )
        for article in articles
    ]
    author = mapping(articles[0].get("author")) if articles else {}
    return listed(PLATFORM, posts, asked, account_name=plain(author.get("name")) or None)


def _card(data: dict[str, Any], asked: Asked) -> AccountReading:
    return _person(mapping(data.get("card")), data, asked)


def _master(data: dict[str, Any], asked: Asked) -> AccountReading:
    return _person(mapping(data.get("info")), data, asked)


def _person(person: dict[str, Any], around: dict[str, Any], asked: Asked) -> AccountReading:
    name = plain(first(person, "name", "uname"))
    if name == "账号已注销":
        return refusal(PLATFORM, AccessState.NOT_FOUND, CANCELLED)
    stated = [_entity(person.get(key)) for key in ("official", "Official", "official_verify")]
    return conclude(
        AccountReading(
            PLATFORM,
            account_name=name or None,
            account_id=_mid(person) or None,
            entity=next((entity for entity in stated if entity.text), Entity()),
            certification=strongest(
                _certification(person.get(key))
                for key in ("official", "Official", "official_verify")
            ),
            counter=whole(around.get("archive_count")),
        ),
        asked,
    )


def _entity(official: Any) -> Entity:
    """An organisation's certification; a person's (0) and none (-1) name no entity."""
    found = mapping(official)
    if whole(found.get("type")) != 1:
        return Entity()
    return certified(first(found, "title", "desc"))


def _certification(official: Any) -> Presence:
    """Type 1 is an organisation, 0 a person, -1 nobody; without a type nothing is said."""
    kind = whole(mapping(official).get("type"))
    return Presence.UNDETERMINED if kind is None else presence(kind == 1)


def _detail(data: dict[str, Any], asked: Asked) -> AccountReading:
    return _dynamics({"items": [mapping(data.get("item"))]}, asked)


def _view(data: dict[str, Any], asked: Asked) -> AccountReading:
    """One video with its owner, as `x/web-interface/view` and a video's page tell it."""
    owner = mapping(data.get("owner"))
    entry = {**data, **owner, "created": data.get("pubdate"), "author": owner.get("name")}
    return _videos({"list": {"vlist": [entry]}}, asked)


def _history(data: dict[str, Any], asked: Asked) -> AccountReading:
    return read_history(data, _stated_owner(asked), asked)


def _from_page(page: Page, asked: Asked) -> AccountReading | None:
    state = mapping(assigned(page.source, "__INITIAL_STATE__"))
    video = mapping(state.get("videoData"))
    if video:
        uploader = _person(mapping(state.get("upData")), {}, asked)
        return replace(_view(video, asked), entity=uploader.entity)
    column = mapping(state.get("readInfo"))
    if column:
        author = mapping(column.get("author"))
        signed = _entity(first(author, "official_verify", "official"))
        return replace(_articles({"articles": [column]}, asked), entity=signed)
    detail = mapping(state.get("detail"))
    return _detail({"item": detail}, asked) if detail.get("modules") else None


_SHAPES: Final = (
    ("items", _dynamics),
    ("cards", _history),
    ("pubdate", _view),
    ("list", _videos),
    ("archives", _videos),
    ("articles", _articles),
    ("card", _card),
    ("info", _master),
    ("item", _detail),
)
_READER: Final = Reader(PLATFORM, _from_json, _from_page)
