"""How a reading is made: posts gathered, times cross-checked, the newest own one found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from crawler.extract.facts import Provenance
from crawler.fetch.access import AccessState
from crawler.platforms.identifiers import DISAGREEMENT, time_of
from crawler.platforms.moments import BEIJING, Dated, from_anything, plausible
from crawler.platforms.observation import (
    AccountReading,
    Entity,
    EntityKind,
    Interactions,
    MenuLink,
    Post,
    PostKind,
    Presence,
)
from crawler.platforms.payload import identifier, link, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

MOST_POSTS: Final = 500
COUNTING: Final = frozenset([PostKind.ORIGINAL, PostKind.REPOST])
# Details that later stages may ask for by name.
EMPTY_LIST: Final = "empty_list"
NO_TIMES: Final = "no_usable_times"
ID_TIME_LATER: Final = "id_time_later"
NO_STATED_TIMES: Final = "no_stated_times"
CANCELLED: Final = "account_cancelled"
NO_SUCH_ACCOUNT: Final = "no_such_account"
NOT_THIS_ACCOUNT: Final = "not_this_account"
LIST_LACKS_NEWEST: Final = "list_lacks_newest"
GONE: Final = frozenset([CANCELLED, NO_SUCH_ACCOUNT])
MOST_MENU: Final = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """What a payload was asked for: its address, if known, and the clock of the capture."""

    url: str
    as_of: datetime


@dataclass(frozen=True, slots=True)
class When:
    """A publish time with its provenance. `doubt`: the id claims a later time than the platform.

    `stated`: the platform gave a time of its own, as every list but Xiaohongshu's does.
    """

    at: datetime | None
    provenance: str
    doubt: bool = False
    stated: bool = True


def when(platform: str, post_id: str, printed: Any, asked: Asked) -> When:
    """The publish time of a post: the platform's own, made exact by the id where it is vague.

    Without a usable time of its own the post is dated by its id (provenance `post_id`).
    """
    stated = from_anything(printed, asked.as_of)
    by_id = time_of(platform, post_id)
    if by_id is not None and not plausible(by_id, asked.as_of):
        by_id = None
    if stated is None:
        return When(by_id, Provenance.POST_ID if by_id else Provenance.API, stated=False)
    if by_id is not None and stated.slack and _same(stated, by_id):
        return When(by_id, Provenance.POST_ID)
    return When(stated.at, Provenance.API, by_id is not None and by_id > stated.at + DISAGREEMENT)


def _same(stated: Dated, by_id: datetime) -> bool:
    room = stated.slack + timedelta(minutes=2)
    return stated.at - room <= by_id <= stated.at + room


def make_post(
    post_id: Any,
    title: Any,
    url: Any,
    moment: When,
    *,
    kind: PostKind = PostKind.ORIGINAL,
    pinned: bool = False,
    deleted: bool = False,
    own: bool = True,
) -> Post:
    """A post from untrusted parts: bounded text, a web address or none, Beijing time."""
    return Post(
        id=identifier(post_id),
        title=plain(title),
        url=link(url),
        published_at=moment.at.astimezone(BEIJING) if moment.at is not None else None,
        provenance=moment.provenance,
        kind=kind,
        pinned=pinned,
        deleted=deleted,
        own=own,
    )


def newest_of(posts: Iterable[Post], as_of: datetime) -> datetime | None:
    """The newest own post: no likes, live records, machine posts, deleted or future ones."""
    moments = [
        post.published_at
        for post in posts
        if post.own
        and not post.deleted
        and post.kind in COUNTING
        and post.published_at is not None
        and plausible(post.published_at, as_of)
    ]
    return max(moments, default=None)


def conclude(reading: AccountReading, asked: Asked) -> AccountReading:
    """The reading with doubled posts dropped, bounded, and its newest own post found.

    A list none of whose own posts has a usable time is `parse_drift`.
    """
    posts = tuple(distinct(reading.posts))[:MOST_POSTS]
    newest = newest_of(posts, asked.as_of)
    counting = [p for p in posts if p.own and not p.deleted and p.kind in COUNTING]
    drifted = reading.access is AccessState.OK and newest is None and bool(counting)
    return replace(
        reading,
        posts=posts,
        newest_at=newest,
        access=AccessState.PARSE_DRIFT if drifted else reading.access,
        detail=NO_TIMES if drifted else reading.detail,
    )


def distinct(posts: Iterable[Post]) -> list[Post]:
    """Posts once each, by id or address, in order; the first dated one wins."""
    kept: dict[str, Post] = {}
    for position, post in enumerate(posts):
        key = post.id or post.url or f"#{position}"
        known = kept.get(key)
        if known is None or (known.published_at is None and post.published_at is not None):
            kept[key] = post
    return list(kept.values())


def listed(
    platform: str,
    posts: Sequence[Post],
    asked: Asked,
    *,
    moments: Sequence[When] = (),
    **facts: Any,
) -> AccountReading:
    """The reading of a list page: without one post it is `empty_unproven`, never empty.

    What the posts' `moments` leave in doubt is told in the detail.
    """
    reading = AccountReading(platform, posts=tuple(posts), **facts)
    if not posts:
        return replace(reading, access=AccessState.EMPTY_UNPROVEN, detail=EMPTY_LIST)
    return conclude(replace(reading, detail=reading.detail or _doubts(moments)), asked)


def _doubts(moments: Sequence[When]) -> str:
    if any(moment.doubt for moment in moments):
        return ID_TIME_LATER
    return NO_STATED_TIMES if moments and not any(m.stated for m in moments) else ""


def refusal(platform: str, access: AccessState, detail: str = "") -> AccountReading:
    """A payload that says nothing of the account."""
    return AccountReading(platform, access=access, detail=plain(detail))


def drift(platform: str, detail: str = "") -> AccountReading:
    """A payload of no shape that we know."""
    return refusal(platform, AccessState.PARSE_DRIFT, detail)


def most_frequent(names: Iterable[str]) -> str:
    """The name that occurs most, the earliest among equals; empty names do not count."""
    counted = Counter(name for name in names if name)
    return next((name for name, _ in counted.most_common(1)), "")


def certified(text: Any) -> Entity:
    """The entity that a platform certifies, or none when the text is empty."""
    words = plain(text)
    return Entity(words, EntityKind.CERTIFIED) if words else Entity()


def nickname(text: Any) -> Entity:
    """The account's own name, where a payload names nobody behind it."""
    words = plain(text)
    return Entity(words, EntityKind.NICKNAME) if words else Entity()


_STRENGTH: Final = (
    EntityKind.CERTIFIED, EntityKind.REGISTERED, EntityKind.NICKNAME, EntityKind.NONE,
)  # fmt: skip


def merge(
    platform: str, readings: Sequence[AccountReading], asked: Asked, *, needs_list: bool = False
) -> AccountReading:
    """Several payloads of one account as one reading.

    Posts are united and the strongest entity kept. Any good list makes it `ok`; otherwise the
    first refusal speaks. With `needs_list` good profiles alone are `empty_unproven`.
    """
    posts = [post for reading in readings for post in reading.posts]
    refused = next((r for r in readings if r.access is not AccessState.OK), None)
    listing = any(r.posts and r.access is AccessState.OK for r in readings)
    spoken = None if listing else refused
    access, detail = (
        (spoken.access, spoken.detail) if spoken else (AccessState.OK, _doubt(readings))
    )
    if access is AccessState.OK and needs_list and not posts:
        access, detail = AccessState.EMPTY_UNPROVEN, EMPTY_LIST
    merged = AccountReading(
        platform,
        access=access,
        detail=detail,
        account_name=next((r.account_name for r in readings if r.account_name), None),
        account_id=next((r.account_id for r in readings if r.account_id), None),
        entity=min((r.entity for r in readings), key=_weakness, default=Entity()),
        posts=tuple(posts),
        interactions=_interactions([r.interactions for r in readings]),
        counter=next((r.counter for r in readings if r.counter is not None), None),
        has_more=next((r.has_more for r in readings if r.has_more is not None), None),
        certification=strongest(r.certification for r in readings),
        menu=tuple(dict.fromkeys(entry for r in readings for entry in r.menu))[:MOST_MENU],
        linked=tuple(dict.fromkeys(one for r in readings for one in r.linked))[:MOST_MENU],
    )
    return conclude(merged, asked)


def _weakness(entity: Entity) -> int:
    return _STRENGTH.index(entity.kind)


def _doubt(readings: Sequence[AccountReading]) -> str:
    return next((r.detail for r in readings if r.detail), "")


def _interactions(seen: Sequence[Interactions]) -> Interactions:
    return Interactions(
        menu=strongest(i.menu for i in seen),
        message=strongest(i.message for i in seen),
        comments=strongest(i.comments for i in seen),
        consult=strongest(i.consult for i in seen),
    )


def strongest(presences: Iterable[Presence]) -> Presence:
    """Present anywhere is present; absent somewhere is absent; otherwise not established."""
    found = set(presences)
    order = (Presence.PRESENT, Presence.ABSENT)
    return next((p for p in order if p in found), Presence.UNDETERMINED)


def presence(value: bool | None) -> Presence:
    """A seen flag as one of three outcomes; None is not established."""
    if value is None:
        return Presence.UNDETERMINED
    return Presence.PRESENT if value else Presence.ABSENT


def menu_of(entries: Iterable[tuple[Any, Any]]) -> tuple[MenuLink, ...]:
    """Names and addresses of menu entries, bounded; what is no web address stays without one."""
    found = (MenuLink(plain(name, 60), link(url)) for name, url in entries)
    return tuple(dict.fromkeys(entry for entry in found if entry.name or entry.url))[:MOST_MENU]


_CONSULT: Final = (
    "咨询",
    "投诉",
    "留言",
    "信箱",
    "举报",
    "建议",
    "问政",
    "互动",
    "信访",
    "热线",
    "意见",
)


def consults(names: Iterable[str]) -> bool:
    """Whether one of these menu names offers to ask, complain or suggest."""
    return any(word in name for name in names for word in _CONSULT)
