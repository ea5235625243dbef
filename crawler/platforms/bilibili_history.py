"""Bilibili's dynamics before 2022 (`dynamic_svr/v1/dynamic_svr/space_history`).

Bridges and saved answers still have them: the post's head is an object, its body JSON inside
a string.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crawler.platforms.observation import AccountReading, Entity, Post, PostKind
from crawler.platforms.payload import (
    dig,
    first,
    identifier,
    listing,
    mapping,
    parse_json,
    plain,
    whole,
    yes,
)
from crawler.platforms.readings import (
    Asked,
    When,
    certified,
    listed,
    make_post,
    most_frequent,
    when,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLATFORM: Final = "bilibili"
_FORWARD: Final = 1
_LIVE: Final = frozenset([4200, 4308])


def read_history(data: dict[str, Any], stated: str, asked: Asked) -> AccountReading:
    """The dynamics of `data.cards`; `stated` is the owner that the address names, or empty."""
    cards = [mapping(card) for card in listing(data.get("cards"))]
    owner = stated or most_frequent(_author(card) for card in cards)
    mine = next((card for card in cards if _author(card) == owner), {})
    moments = [_moment(card, asked) for card in cards]
    name = plain(dig(mine, "desc", "user_profile", "info", "uname"))
    return listed(
        _PLATFORM,
        [_post(card, at, owner) for card, at in zip(cards, moments, strict=True)],
        asked,
        moments=moments,
        account_name=name or None,
        account_id=owner or None,
        entity=_entity(mine),
        has_more=yes(data.get("has_more")) if "has_more" in data else None,
    )


def _author(card: dict[str, Any]) -> str:
    uid = dig(card, "desc", "uid")
    return identifier(uid) or identifier(dig(card, "desc", "user_profile", "info", "uid"))


def _number(card: dict[str, Any]) -> str:
    return identifier(first(card.get("desc"), "dynamic_id_str", "dynamic_id"))


def _moment(card: dict[str, Any], asked: Asked) -> When:
    return when(_PLATFORM, _number(card), dig(card, "desc", "timestamp"), asked)


def _entity(card: dict[str, Any]) -> Entity:
    verify = mapping(dig(card, "desc", "user_profile", "card", "official_verify"))
    return certified(verify.get("desc")) if whole(verify.get("type")) == 1 else Entity()


def _post(card: dict[str, Any], moment: When, owner: str) -> Post:
    number = _number(card)
    kind = whole(dig(card, "desc", "type"))
    body = card.get("card")
    inner = mapping(parse_json(body) if isinstance(body, str) else body)
    return make_post(
        number,
        next((words for words in _words(inner) if plain(words)), ""),
        f"https://t.bilibili.com/{number}" if number else "",
        moment,
        kind=_kind(kind),
        pinned=yes(dig(card, "extra", "is_space_top")),
        own=_author(card) in ("", owner),
    )


def _kind(kind: int | None) -> PostKind:
    if kind in _LIVE:
        return PostKind.LIVE
    return PostKind.REPOST if kind == _FORWARD else PostKind.ORIGINAL


def _words(body: dict[str, Any]) -> Iterator[Any]:
    """Where the kinds of dynamics keep their words: video, column, text and picture."""
    item = mapping(body.get("item"))
    yield from (item.get("content"), item.get("description"), body.get("dynamic"))
    yield from (body.get("title"), dig(body, "sketch", "title"), dig(body, "vest", "content"))
