"""`page:URL` and article links: any public page, read by the page extractor or its platform."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from crawler.extract.facts import PageFacts, PageKind, Provenance
from crawler.extract.page import read_page
from crawler.fetch.access import AccessState
from crawler.platforms import appstore, weibo, weixin, yidian
from crawler.platforms.adapters.feeds import account_ids, same_name
from crawler.platforms.adapters.look import Look, Task, digest, finish
from crawler.platforms.moments import BEIJING
from crawler.platforms.observation import AccountReading
from crawler.platforms.payload import decode, markup
from crawler.platforms.readings import Asked, When, drift, listed, make_post, refusal
from crawler.platforms.refusals import by_page
from crawler.platforms.resolve import resolve

if TYPE_CHECKING:
    from datetime import date

    from crawler.fetch.capture import Capture
    from crawler.platforms.adapters.look import PayloadReader
    from crawler.platforms.observation import Post

PLATFORM: Final = "page"
_READERS: Final[dict[str, PayloadReader]] = {
    "weixin": weixin.read,
    "weibo": weibo.read,
    "yidian": yidian.read,
}
_REFUSALS: Final = {
    PageKind.CHALLENGE: AccessState.CHALLENGE,
    PageKind.SOFT_404: AccessState.SOFT_404,
    PageKind.EMPTY_SHELL: AccessState.EMPTY_SHELL,
}


async def look_at_page(task: Task) -> Look:
    """A public page of the account: its newest row, or its own publish date. Never silence."""
    url = task.spec.argument
    capture = await task.fetch.get(url)
    route = urlsplit(url).netloc.lower()
    reading = task.recall.reading(task, [capture], partial(read_any, capture))
    return finish(task, reading, [capture], route=route, positive_only=True)


async def read_article(task: Task, url: str) -> tuple[Capture, AccountReading | None]:
    """What the page behind a link says; None where it could not be read.

    A post of another author is marked as not own, and nothing else is told of that author.
    """
    capture = await task.fetch.get(url)
    reading = read_any(capture, task)
    if reading.access is not AccessState.OK:
        return capture, None
    mine = _author_fits(task, reading)
    posts = tuple(_claimed(post, own=mine and post.own) for post in reading.posts)
    if not mine:
        return capture, AccountReading(reading.platform, posts=posts)
    return capture, replace(reading, posts=posts)


def read_any(capture: Capture, task: Task) -> AccountReading:
    """A page by its platform's reader where there is one, else by the page extractor."""
    known = resolve(capture.url)
    reader = _READERS.get(known.platform) if known else None
    if reader is not None and known is not None:
        return digest(known.platform, reader, capture, task.as_of)
    if capture.body.lstrip()[:1] == b"{":
        return digest(PLATFORM, appstore.read, capture, task.as_of)
    return digest(PLATFORM, _read_page, capture, task.as_of)


def _author_fits(task: Task, reading: AccountReading) -> bool:
    """By id where the page names one, else by name; a page that names nobody is taken at its word."""
    wanted = account_ids(task.ticket)
    if reading.account_id and reading.account_id in wanted:
        return True
    return not reading.account_name or same_name(task.ticket.name, reading)


def _claimed(post: Post, *, own: bool) -> Post:
    moment = When(post.published_at, post.provenance)
    return make_post(post.id or post.url, post.title, post.url, moment, kind=post.kind, own=own)


def _read_page(payload: bytes, *, url: str = "", as_of: datetime) -> AccountReading:
    facts = read_page(payload, url=url, as_of=as_of)
    state = facts.access if facts.access is not AccessState.OK else _REFUSALS.get(facts.page_kind)
    if state is AccessState.EMPTY_SHELL:
        # Too short for the extractor, a page may still say in words that it refuses.
        text = decode(payload)
        state = by_page(markup(text), text) or state
    if state is not None:
        return refusal(PLATFORM, state, facts.access_detail)
    posts = _rows(facts) or _self(facts, url)
    return listed(PLATFORM, posts, Asked(url, as_of)) if posts else drift(PLATFORM, "no_dates")


def _rows(facts: PageFacts) -> list[Post]:
    if facts.page_kind is PageKind.ARTICLE and facts.published_on:
        return []
    return [
        make_post(
            row.url,
            row.title,
            row.url,
            When(_at(row.date), row.provenance or Provenance.LIST_ROW),
            pinned=row.pinned,
            own=row.own,
        )
        for row in facts.rows
        if row.date is not None
    ]


def _self(facts: PageFacts, url: str) -> list[Post]:
    if facts.published_on is None:
        return []
    return [make_post(url, facts.title, url, When(_at(facts.published_on), Provenance.DETAIL))]


def _at(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING)
