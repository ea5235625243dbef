"""`feed:URL`: a bridge that the operator runs; proof of updates, and only of this account's."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from crawler.fetch.access import AccessState
from crawler.platforms import feed
from crawler.platforms.adapters.look import Look, Task, digest, finish
from crawler.platforms.readings import NOT_THIS_ACCOUNT, Asked, conclude, newest_of
from crawler.platforms.resolve import Resolved, resolve
from crawler.platforms.sources import parse_sources

if TYPE_CHECKING:
    from crawler.fetch.capture import Capture
    from crawler.platforms.observation import AccountReading
    from crawler.platforms.sources import AccountTicket

_ACCEPT: Final = {
    "Accept": "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
}
_SHORTEST_NAME: Final = 2


async def look_at_feed(task: Task) -> Look:
    """Reads the feed and keeps what belongs to the account."""
    capture = await task.fetch.get(task.spec.argument, headers=_ACCEPT)
    reading = task.recall.reading(task, [capture], partial(_read, capture))
    route = urlsplit(task.spec.argument).netloc.lower()
    return finish(task, reading, [capture], route=route)


def _read(capture: Capture, task: Task) -> AccountReading:
    reading = digest(feed.PLATFORM, feed.read, capture, task.as_of)
    if reading.access is not AccessState.OK:
        return reading
    return owned(reading, task, _home(capture.body))


def _home(body: bytes) -> str:
    parsed = feed.parse(body)
    return parsed.home if parsed else ""


def owned(reading: AccountReading, task: Task, home: str) -> AccountReading:
    """The feed's posts with strangers' marked; a feed of another account says nothing.

    By id first: what the links name. Where they name no account, by the id in the feed's own
    address, then by the title that the feed declares.
    """
    wanted = account_ids(task.ticket)
    named = [_account(post.url, task.ticket.platform) for post in reading.posts if wanted]
    home_id = _account(home, task.ticket.platform) if wanted else ""
    if any(named) or home_id:
        posts = tuple(
            replace(post, own=not found or found in wanted)
            for post, found in zip(reading.posts, named, strict=True)
        )
        mine = home_id in wanted or bool(wanted.intersection(named))
        marked = replace(reading, posts=posts, newest_at=newest_of(posts, task.as_of))
        return conclude(marked, _asked(task)) if mine else _strange(reading)
    addressed = any(identity in task.spec.argument for identity in wanted if len(identity) >= 5)
    return reading if addressed or same_name(task.ticket.name, reading) else _strange(reading)


def _asked(task: Task) -> Asked:
    return Asked(task.spec.argument, task.as_of)


def _account(url: str, platform: str) -> str:
    found: Resolved | None = resolve(url) if url else None
    return found.id if found is not None and found.platform == platform else ""


def account_ids(ticket: AccountTicket) -> set[str]:
    """Every id under which the platform may name the account in a link."""
    found = {ticket.platform_id.strip(), _account(ticket.home_url, ticket.platform)}
    for spec in parse_sources(ticket.sources):
        if spec.kind == ticket.platform:
            found.add(spec.argument)
        elif spec.kind in ("weixin-album", "weixin-home") and ticket.platform == "weixin":
            found.add(spec.argument.split("/", 1)[0])
    return {identity for identity in found if identity and _linkable(identity, ticket.platform)}


def _linkable(identity: str, platform: str) -> bool:
    # WeChat links carry the `biz`; a 微信号 never appears in them.
    return platform != "weixin" or identity.startswith("M")


def same_name(name: str, reading: AccountReading) -> bool:
    """Whether the declared title and the registered name name one another."""
    title, wanted = _bare(reading.account_name or ""), _bare(name)
    if min(len(title), len(wanted)) < _SHORTEST_NAME:
        return False
    return wanted in title or title in wanted


def _bare(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _strange(reading: AccountReading) -> AccountReading:
    return replace(
        reading,
        access=AccessState.EMPTY_UNPROVEN,
        detail=NOT_THIS_ACCOUNT,
        posts=(),
        newest_at=None,
    )
