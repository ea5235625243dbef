"""整体联动: which mandated reposts an account has made, by title, link and time.

completions   account id → how many tasks were due to it in a window, and how many it reposted
reposts       account id → each task due to it with the post that made it, if any
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select

from checks.deadlines import beijing_day
from crawler.platforms.names import canonical
from models import Account, Item, RelayTask, Unit
from report.plain import Relay

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from models import Window

ALIKE = 0.75
"""Share of pairs of characters that two titles have in common (Dice); retitled reposts keep more."""
SHORTEST = 6
"""Characters below which only an equal title counts: short titles resemble each other."""
BY_LINK, BY_TITLE = "链接", "标题"
_SEPARATORS = re.compile(r"[、，,;；\s]+")
_EVERYBODY = frozenset({"", "全部", "所有", "全体"})
# What names an article in an address of WeChat; the rest is who shared it, and how.
_WEIXIN = ("__biz", "mid", "idx")


@dataclass(frozen=True, slots=True)
class Post:
    """One dated post, with what it is compared by."""

    title: str
    url: str
    day: date
    plain: str
    pairs: frozenset[str]
    link: str

    @classmethod
    def of(cls, title: str, url: str, day: date) -> Post:
        """The post with its words made plain, once for all tasks."""
        text = plain(title)
        return cls(title, url, day, text, pairs(text), link(url))


@dataclass(frozen=True, slots=True)
class Task:
    """One mandated repost. Empty `platforms` and `units` mean everybody."""

    title: str
    published_on: date
    due_on: date
    url: str = ""
    platforms: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    pairs: frozenset[str] = field(default_factory=frozenset)
    number: str = ""
    printed: str = ""

    def binds(self, platform: str, units: Iterable[str]) -> bool:
        """Whether an account of that platform, under those units, must repost it."""
        return (not self.platforms or platform in self.platforms) and (
            not self.units or not self.units.isdisjoint(units)
        )

    def made_by(self, title: str, url: str, day: date) -> bool:
        """Whether a post of that day is the repost: the same link, or nearly the same title."""
        return self.published_on <= day <= self.due_on and bool(
            self.seen_in(Post.of(title, url, day))
        )

    def seen_in(self, post: Post) -> str:
        """How a post is known as the repost, whenever it was made: `链接`, `标题` or not at all."""
        if self.url and post.link == link(self.url):
            return BY_LINK
        return BY_TITLE if _alike(self, post.plain, post.pairs) else ""


@dataclass(frozen=True, slots=True)
class Repost:
    """A task that was due to an account, with the post that is its repost.

    `late` says that it was made after the last day: it is shown and does not count.
    """

    task: Task
    post: Post | None = None
    how: str = ""
    late: bool = False

    @property
    def done(self) -> bool:
        """Whether it counts as made."""
        return self.post is not None and not self.late


def plain(title: str) -> str:
    """A title as it is compared: letters, digits and characters alone."""
    folded = unicodedata.normalize("NFKC", title[:300]).casefold()
    return "".join(one for one in folded if one.isalnum())


def pairs(text: str) -> frozenset[str]:
    """The neighbouring characters of a text."""
    return frozenset(text[place : place + 2] for place in range(len(text) - 1))


@lru_cache(maxsize=4096)  # a task's address is compared with every post
def link(url: str) -> str:
    """An address as it is compared: without scheme, `www.`, fragment and who shared it."""
    try:
        parts = urlsplit(url.strip()[:2000])
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return url
    if host == "mp.weixin.qq.com":
        asked = parse_qs(parts.query, max_num_fields=50) if parts.query.count("&") < 50 else {}
        named = [asked[key][0] for key in _WEIXIN if key in asked]
        if len(named) == len(_WEIXIN):
            return f"{host}/s?{'&'.join(named)}"
        return f"{host}{parts.path}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}" if host else url


def alike(task: Task, title: str) -> bool:
    """Whether a plain title is the task's: equal, containing it, or alike by pairs."""
    return _alike(task, title, pairs(title))


def _alike(task: Task, title: str, mine: frozenset[str]) -> bool:
    wanted = task.title
    if title == wanted:
        return bool(title)
    if min(len(title), len(wanted)) < SHORTEST:
        return False
    if wanted in title:
        return True
    enough = ALIKE * (len(mine) + len(task.pairs))
    if 2 * min(len(mine), len(task.pairs)) < enough:
        return False
    return 2 * len(mine & task.pairs) >= enough


def completions(session: Session, window: Window) -> dict[int, Relay]:
    """Each account to which a task of the window was due, with what it reposted.

    Accounts that were not read well stand here too: whether their nothing proves anything is
    for the caller to say.
    """
    return {
        account: Relay(len(mine), sum(one.done for one in mine))
        for account, mine in reposts(session, window).items()
    }


def reposts(session: Session, window: Window) -> dict[int, tuple[Repost, ...]]:
    """Account id → the tasks of the window that were due to it, in the order of the tasks."""
    tasks = _tasks(session, window)
    if not tasks:
        return {}
    above = _units(session)
    posts = _posts(session, min(one.published_on for one in tasks))
    found: dict[int, tuple[Repost, ...]] = {}
    accounts = select(Account).where(Account.retired.is_(False), Account.canary.is_(False))
    for account in session.scalars(accounts):
        mine = [task for task in tasks if task.binds(account.platform, above[account.unit_id])]
        if mine:
            found[account.id] = tuple(_repost(task, posts[account.id]) for task in mine)
    return found


def _repost(task: Task, posts: Sequence[Post]) -> Repost:
    """The first post on time that is the repost; else the first one that came too late."""
    late: Repost | None = None
    for post in posts:
        if post.day < task.published_on or (late and post.day > task.due_on):
            continue
        how = task.seen_in(post)
        if how and post.day <= task.due_on:
            return Repost(task, post, how)
        if how:
            late = Repost(task, post, how, late=True)
    return late or Repost(task)


def _tasks(session: Session, window: Window) -> list[Task]:
    chosen = (
        select(RelayTask)
        .where(RelayTask.published_on >= window.starts_on, RelayTask.published_on <= window.ends_on)
        .order_by(RelayTask.id)
    )
    names = frozenset(session.scalars(select(Unit.name)))
    return [_task(one, window, names) for one in session.scalars(chosen)]


def _task(row: RelayTask, window: Window, names: frozenset[str]) -> Task:
    words = [one for one in _SEPARATORS.split(row.scope) if one not in _EVERYBODY]
    title = plain(row.title)
    return Task(
        title,
        row.published_on,
        row.due_on or window.ends_on,
        row.original_url,
        frozenset(found for one in words if (found := canonical(one))),
        frozenset(words) & names,
        pairs(title),
        row.number,
        row.title,
    )


def _units(session: Session) -> Mapping[int, frozenset[str]]:
    """Each unit's own name with those above it."""
    rows = {one.id: one for one in session.scalars(select(Unit))}
    told: dict[int, frozenset[str]] = {}
    for start in rows:
        names: set[str] = set()
        at: int | None = start
        while at is not None and at in rows and rows[at].name not in names:
            names.add(rows[at].name)
            at = rows[at].parent_id
        told[start] = frozenset(names)
    return told


def _posts(session: Session, since: date) -> defaultdict[int, list[Post]]:
    """The dated posts of each account from a day on, the oldest first."""
    found: defaultdict[int, list[Post]] = defaultdict(list)
    chosen = (
        select(Item.target_id, Item.title, Item.url, Item.published_at)
        .join(Account, Account.id == Item.target_id)
        .where(Item.published_at.is_not(None))
        .order_by(Item.published_at, Item.id)
    )
    for target, title, url, published in session.execute(chosen):
        assert published is not None, "asked for"
        day = beijing_day(published)
        if day >= since:
            found[target].append(Post.of(title, url, day))
    return found
