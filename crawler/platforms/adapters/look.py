"""What every adapter is given and gives back, and how a capture becomes a reading."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

from crawler.fetch.access import AccessState
from crawler.platforms.observation import AccountReading, SourceReading
from crawler.platforms.readings import (
    ID_TIME_LATER,
    LIST_LACKS_NEWEST,
    NO_STATED_TIMES,
    refusal,
)
from crawler.platforms.refusals import by_status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crawler.fetch.capture import Capture, Fetch
    from crawler.platforms.observation import Grounds, Post
    from crawler.platforms.sources import AccountTicket, SourceSpec

PARTIAL: Final = "partial_body"


class PayloadReader(Protocol):
    """A platform's pure `read`."""

    def __call__(self, payload: bytes, *, url: str = "", as_of: datetime) -> AccountReading:
        """What the payload says."""
        ...


@dataclass(slots=True)
class Credentials:
    """Secrets of owners' interfaces by AppID, and the access tokens got with them this night."""

    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    tokens: dict[str, str] = field(default_factory=dict, repr=False)
    denied: dict[str, AccountReading] = field(default_factory=dict)
    """What an owner's interface said when it gave no token: it is not asked again this night."""


class Recall(Protocol):
    """Who may know from an earlier night what captures say."""

    def reading(self, task: Task, captures: Sequence[Capture], read: Reading) -> AccountReading:
        """What `read` makes of the captures, at most once for a source; used again where that

        gives the same. `read` rests on nothing but the captures, the source, what the register
        says of the account and the moment of the task that it is handed.
        """
        ...

    def grounds(self, source: SourceReading) -> Grounds | None:
        """What the finished reading of a source rests on; None where it is not to be used again."""
        ...


class Afresh:
    """Knows nothing: everything is read."""

    def reading(self, task: Task, captures: Sequence[Capture], read: Reading) -> AccountReading:
        """Made now."""
        del captures
        return read(task)

    def grounds(self, source: SourceReading) -> None:
        """Nothing is kept."""
        del source


@dataclass(frozen=True, slots=True)
class Task:
    """One source of one account to look at."""

    spec: SourceSpec
    ticket: AccountTicket
    fetch: Fetch
    as_of: datetime
    credentials: Credentials = field(default_factory=Credentials)
    recall: Recall = field(default_factory=Afresh)


Reading = Callable[[Task], AccountReading]


@dataclass(frozen=True, slots=True)
class Look:
    """One source read, with the captures that it was read from."""

    reading: SourceReading
    captures: tuple[Capture, ...] = ()


# The fetcher's word for a connection that ended before the body did.
_BROKEN_OFF: Final = "incomplete_body"
Adapter = Callable[[Task], Awaitable[Look]]

# What never reached the platform's own words: the body says nothing.
_UNREACHED: Final = frozenset(
    [
        AccessState.TIMEOUT,
        AccessState.DNS,
        AccessState.CONNECT,
        AccessState.TLS_ERROR,
        AccessState.REDIRECT_LOOP,
        AccessState.TOO_LARGE,
        AccessState.OUR_FAULT,
        AccessState.ROBOTS_DENIED,
    ]
)
_VAGUE: Final = frozenset(
    [AccessState.PARSE_DRIFT, AccessState.EMPTY_SHELL, AccessState.EMPTY_UNPROVEN]
)
# What the fetcher read off the headers says more than a bare status.
_TOLD: Final = frozenset([AccessState.CHALLENGE, AccessState.LOGIN_WALL, AccessState.RATE_LIMITED])


def digest(
    platform: str, reader: PayloadReader, capture: Capture, as_of: datetime
) -> AccountReading:
    """What a capture says: the platform's own words first, then the status, then the fetcher's."""
    if capture.access in _UNREACHED:
        return refusal(platform, capture.access, capture.detail)
    if capture.truncated and _BROKEN_OFF not in capture.detail:
        # Our own cap cut it: what stands in the rest, nobody knows.
        return refusal(platform, AccessState.TOO_LARGE, f"{len(capture.body)} bytes and more")
    reading = reader(capture.body, url=capture.final_url, as_of=as_of)
    refused = _by_status(capture)
    if refused is None and reading.access is AccessState.OK:
        return reading
    if reading.access is not AccessState.OK and reading.access not in _VAGUE:
        return reading
    if refused is not None:
        return refusal(platform, refused, f"http_{capture.status}")
    vague = capture.access is not AccessState.OK
    return refusal(platform, capture.access, capture.detail) if vague else reading


def _by_status(capture: Capture) -> AccessState | None:
    status = capture.status
    if capture.header("verifytype") or capture.header("verifyuuid"):
        return AccessState.CHALLENGE
    if status is None or status < 400:
        return None
    if capture.access in _TOLD:
        return capture.access
    return by_status(status)


def finish(
    task: Task,
    reading: AccountReading,
    captures: Sequence[Capture],
    *,
    route: str,
    own_list: bool = False,
    positive_only: bool = False,
) -> Look:
    """The reading as one source: its posts name it, and what it may prove is settled.

    Only the platform's own list proves silence, and only when nothing says that it is partial:
    no cut body, no id claiming a later time, no post count that grew without a newer post.
    """
    named = replace(
        reading,
        posts=_signed(reading.posts, str(task.spec)),
        counter_before=None if _moved(task.ticket, reading) else task.ticket.last_counter,
    )
    flaw = _flaw(task, reading, captures)
    if flaw:
        named = replace(named, detail=flaw)
    source = SourceReading(
        str(task.spec),
        named,
        proves_silence=own_list and not positive_only and not flaw and _proves(reading),
        operator_route=route,
        positive_only=positive_only or bool(flaw),
    )
    return Look(source, tuple(captures))


def _signed(posts: tuple[Post, ...], source: str) -> tuple[Post, ...]:
    """The posts, each naming its source; those of an earlier night do so already."""
    if all(post.source == source for post in posts):
        return posts
    return tuple(replace(post, source=source) for post in posts)


def _proves(reading: AccountReading) -> bool:
    """Whether a list was read that shows more than what was pinned to its top."""
    free = [post for post in reading.posts if post.own and not post.pinned]
    return reading.access is AccessState.OK and reading.newest_at is not None and bool(free)


def _flaw(task: Task, reading: AccountReading, captures: Sequence[Capture]) -> str:
    if reading.access is not AccessState.OK:
        return ""
    if any(capture.truncated for capture in captures):
        return PARTIAL
    if reading.detail in (ID_TIME_LATER, NO_STATED_TIMES) and task.spec.kind != "xiaohongshu":
        return reading.detail
    return LIST_LACKS_NEWEST if _grew(task.ticket, reading) else ""


def _grew(ticket: AccountTicket, reading: AccountReading) -> bool:
    """The platform counts more posts than last time, yet none of them is newer."""
    if ticket.last_counter is None or reading.counter is None:
        return False
    return reading.counter > ticket.last_counter and not _moved(ticket, reading)


def _moved(ticket: AccountTicket, reading: AccountReading) -> bool:
    """Whether counts cannot be compared: none was stated, or a newer post has come since."""
    if reading.counter is None or reading.newest_at is None:
        return True
    return ticket.last_newest is None or reading.newest_at > ticket.last_newest
