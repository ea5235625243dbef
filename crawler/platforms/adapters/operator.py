"""`operator`: what a person saw, with a date, a link, a text or a screenshot.

An article link alone is enough: the article is fetched and its date read. A dated look at the
account itself is the platform's list seen by human eyes, and proves silence while it is recent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from crawler.extract.facts import Provenance
from crawler.fetch.access import AccessState
from crawler.platforms.adapters.look import Look, Task, finish
from crawler.platforms.adapters.pages import read_article
from crawler.platforms.moments import AHEAD
from crawler.platforms.observation import AccountReading, Post
from crawler.platforms.readings import Asked, When, conclude, listed, make_post, strongest
from crawler.platforms.resolve import post_id, time_of_link

if TYPE_CHECKING:
    from crawler.fetch.capture import Capture
    from crawler.platforms.sources import OperatorLook

PLATFORM: Final = "operator"
LOOK_HOLDS: Final = timedelta(days=2)
NEVER_POSTED: Final = "never_posted"
_MOST_LOOKS: Final = 20
_MOST_FETCHED: Final = 3


async def look_at_operator(task: Task) -> Look:
    """Every look as a post; links without a date are fetched and dated."""
    looks = sorted(
        (look for look in task.ticket.operator_looks if look.seen_at <= task.as_of + AHEAD),
        key=lambda look: look.seen_at,
        reverse=True,
    )[:_MOST_LOOKS]
    posts: list[Post] = []
    captures: list[Capture] = []
    articles: list[AccountReading] = []
    for look in looks:
        stated = _stated(look)
        if stated is None and look.url and len(captures) < _MOST_FETCHED:
            article, found = await read_article(task, look.url)
            captures.append(article)
            articles += [found] if found is not None else []
        elif stated is not None:
            posts.append(stated)
    posts += [post for article in articles for post in article.posts]
    reading = _signed(_reading(task, posts, looks), articles)
    seen = any(_proves(look, task) for look in looks)
    return finish(task, reading, captures, route=PLATFORM, own_list=seen, positive_only=not seen)


def _signed(reading: AccountReading, articles: list[AccountReading]) -> AccountReading:
    """What the account's own articles say beside their dates: its name, its certification."""
    return replace(
        reading,
        account_name=next((one.account_name for one in articles if one.account_name), None),
        certification=strongest(one.certification for one in articles),
        linked=tuple(dict.fromkeys(other for one in articles for other in one.linked)),
    )


def _stated(look: OperatorLook) -> Post | None:
    """The post that a look states, dated by the person or by the id in the link."""
    by_id = None if look.newest_at else time_of_link(look.url)
    if look.newest_at is None and by_id is None:
        return None
    moment = When(look.newest_at or by_id, Provenance.POST_ID if by_id else Provenance.OPERATOR)
    named = post_id(look.url)
    identity = named[1] if named else look.url or f"seen:{look.seen_at.isoformat()}"
    return make_post(identity, look.text or "人工查看", look.url, moment)


def _reading(task: Task, posts: list[Post], looks: list[OperatorLook]) -> AccountReading:
    asked = Asked("", task.as_of)
    if posts:
        return listed(PLATFORM, posts, asked)
    never = bool(looks) and looks[0].never_posted and _recent(looks[0], task)
    state = AccessState.OK if never else AccessState.EMPTY_UNPROVEN
    return conclude(AccountReading(PLATFORM, state, NEVER_POSTED if never else "no_look"), asked)


def _recent(look: OperatorLook, task: Task) -> bool:
    return task.as_of - look.seen_at <= LOOK_HOLDS


def _proves(look: OperatorLook, task: Task) -> bool:
    return look.newest_at is not None and _recent(look, task)
