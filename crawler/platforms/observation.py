"""What every account source returns, whatever the platform (accounts.md section 2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from crawler.fetch.access import AccessState


class EntityKind(StrEnum):
    """How strongly the platform vouches for the entity text."""

    CERTIFIED = "certified"
    REGISTERED = "registered"
    NICKNAME = "nickname"
    NONE = "none"


class PostKind(StrEnum):
    """What a post is; only `original` and, by ruleset policy, `repost` are updates."""

    ORIGINAL = "original"
    REPOST = "repost"
    LIKED = "liked"
    AUTO = "auto"
    LIVE = "live"


class Presence(StrEnum):
    """Whether an interaction function is publicly visible."""

    PRESENT = "present"
    ABSENT = "absent"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Entity:
    """The body behind the account, as the platform states it."""

    text: str | None = None
    kind: EntityKind = EntityKind.NONE


@dataclass(frozen=True, slots=True)
class Post:
    """One post. `published_at` carries its offset; `provenance` is a word of `Provenance`

    (api, feed, detail, post_id, operator). Identifiers stay strings: 64-bit ids do not
    survive a float.
    """

    id: str
    title: str
    url: str
    published_at: datetime | None
    provenance: str
    kind: PostKind = PostKind.ORIGINAL
    pinned: bool = False
    deleted: bool = False
    own: bool = True
    source: str = ""


@dataclass(frozen=True, slots=True)
class Interactions:
    """Interaction functions seen, each with three outcomes."""

    menu: Presence = Presence.UNDETERMINED
    message: Presence = Presence.UNDETERMINED
    comments: Presence = Presence.UNDETERMINED
    consult: Presence = Presence.UNDETERMINED


@dataclass(frozen=True, slots=True)
class MenuLink:
    """One entry of an account's menu; `url` is empty where it opens no web address."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """Another account that this one shows as its neighbour, on the same platform or another."""

    platform: str
    name: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class AccountReading:
    """What one payload or page of a platform says. `counter` is the platform's own post count.

    `counter_before` is that count when the newest post was first read, where an earlier run
    knew it. `certification` is absent only where the platform itself says that no organisation
    is certified; a payload that does not speak of it leaves it undetermined.
    """

    platform: str
    access: AccessState = AccessState.OK
    detail: str = ""
    account_name: str | None = None
    account_id: str | None = None
    entity: Entity = field(default_factory=Entity)
    posts: tuple[Post, ...] = ()
    newest_at: datetime | None = None
    interactions: Interactions = field(default_factory=Interactions)
    counter: int | None = None
    has_more: bool | None = None
    counter_before: int | None = None
    certification: Presence = Presence.UNDETERMINED
    menu: tuple[MenuLink, ...] = ()
    linked: tuple[LinkedAccount, ...] = ()


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a reading rests on, so that another night may use it again where that is the same.

    `key` is a digest of everything but the moment; the reading holds `since` a moment and before
    `until` another one. None is no bound.
    """

    key: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceReading:
    """One source of one account in one run. `proves_silence` is true only for the platform's

    own list or an operator's look; `operator_route` tells independent sources apart (the
    host of a feed, the platform's name, `operator`). `positive_only` says that what it shows may
    prove an update but never counts towards silence, not even beside a second source: a single
    article, a search hit, a list known to lack its newest entries. `grounds` are no part of what
    the source says; None where the reading must be made anew.
    """

    source: str
    reading: AccountReading
    proves_silence: bool = False
    operator_route: str = ""
    capture_ids: tuple[int, ...] = ()
    positive_only: bool = False
    grounds: Grounds | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Observation:
    """All sources of one account in one run; the posts are the union of what they saw."""

    platform: str
    sources: tuple[SourceReading, ...] = ()

    @property
    def posts(self) -> tuple[Post, ...]:
        """Every post that any source saw, each naming its source."""
        return tuple(post for source in self.sources for post in source.reading.posts)
