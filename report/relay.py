"""整体联动: which mandated reposts an account has made, by title, link and time.

completions   account id → how many tasks were due to it in a window, and how many it reposted
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from checks.deadlines import beijing_day
from crawler.platforms.names import canonical
from models import Account, Item, RelayTask, Unit
from report.plain import Relay

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sqlalchemy.orm import Session

    from models import Window

ALIKE = 0.75
"""Share of pairs of characters that two titles have in common (Dice); retitled reposts keep more."""
SHORTEST = 6
"""Characters below which only an equal title counts: short titles resemble each other."""
_SEPARATORS = re.compile(r"[、，,;；\s]+")
_EVERYBODY = frozenset({"", "全部", "所有", "全体"})


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

    def binds(self, platform: str, units: Iterable[str]) -> bool:
        """Whether an account of that platform, under those units, must repost it."""
        return (not self.platforms or platform in self.platforms) and (
            not self.units or not self.units.isdisjoint(units)
        )

    def made_by(self, title: str, url: str, day: date) -> bool:
        """Whether a post of that day is the repost: the same link, or nearly the same title."""
        if not self.published_on <= day <= self.due_on:
            return False
        if self.url and url == self.url:
            return True
        return alike(self, plain(title))


def plain(title: str) -> str:
    """A title as it is compared: letters, digits and characters alone."""
    folded = unicodedata.normalize("NFKC", title[:300]).casefold()
    return "".join(one for one in folded if one.isalnum())


def pairs(text: str) -> frozenset[str]:
    """The neighbouring characters of a text."""
    return frozenset(text[place : place + 2] for place in range(len(text) - 1))


def alike(task: Task, title: str) -> bool:
    """Whether a plain title is the task's: equal, containing it, or alike by pairs."""
    wanted = task.title
    if title == wanted:
        return bool(title)
    if min(len(title), len(wanted)) < SHORTEST:
        return False
    if wanted in title:
        return True
    mine = pairs(title)
    return 2 * len(mine & task.pairs) >= ALIKE * (len(mine) + len(task.pairs))


def completions(session: Session, window: Window) -> dict[int, Relay]:
    """Each account to which a task of the window was due, with what it reposted.

    Accounts that were not read well stand here too: whether their nothing proves anything is
    for the caller to say.
    """
    tasks = _tasks(session, window)
    if not tasks:
        return {}
    above = _units(session)
    posts = _posts(session, min(one.published_on for one in tasks))
    found: dict[int, Relay] = {}
    accounts = select(Account).where(Account.retired.is_(False), Account.canary.is_(False))
    for account in session.scalars(accounts):
        mine = [task for task in tasks if task.binds(account.platform, above[account.unit_id])]
        if mine:
            made = sum(any(task.made_by(*post) for post in posts[account.id]) for task in mine)
            found[account.id] = Relay(len(mine), made)
    return found


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


def _posts(session: Session, since: date) -> defaultdict[int, list[tuple[str, str, date]]]:
    """The dated posts of each account from a day on."""
    found: defaultdict[int, list[tuple[str, str, date]]] = defaultdict(list)
    chosen = (
        select(Item.target_id, Item.title, Item.url, Item.published_at)
        .join(Account, Account.id == Item.target_id)
        .where(Item.published_at.is_not(None))
    )
    for target, title, url, published in session.execute(chosen):
        assert published is not None, "asked for"
        day = beijing_day(published)
        if day >= since:
            found[target].append((title, url, day))
    return found
