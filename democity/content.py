"""Items of columns and what they say: made from the seed when asked for, and forgotten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from democity import words
from democity.plans import Listing
from democity.schedule import Schedule, last_full_day
from democity.seed import draw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from democity.plans import ColumnPlan, SitePlan

FUTURE = 400_000
"""The number of the one item of a column that is dated after every night."""

BACKDATED = 400_001
"""The number of the one item of a column that appears under a day long past."""

REPEATED = 400_002
"""The number of the one item that stands in many columns of a site."""

_PATTERNS: dict[str, tuple[tuple[str, str], ...]] = {
    "动态要闻": words.NEWS,
    "通知公告": words.NOTICES,
    "政策文件": words.POLICIES,
    "政策解读": words.READINGS,
    "人事": words.PERSONNEL,
    "规划": words.PLANS,
    "财政": words.FINANCE,
}


class Item(NamedTuple):
    """One item: its number in the column, the ordinal of its day, its title."""

    k: int
    day: int
    title: str


class Entry(NamedTuple):
    """One row to be shown: the item, and how its date is printed when that is not the truth."""

    item: Item
    pinned: bool = False
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Now:
    """The clock of the city at one request. `limit` is the last day whose items are out; `night`

    counts the nights of the scenario from 1.
    """

    clock: datetime
    limit: int
    night: int = 1

    @classmethod
    def at(cls, clock: datetime, night: int = 1) -> Now:
        """That moment."""
        return cls(clock, last_full_day(clock), night)

    def earlier(self, days: int) -> Now:
        """As if nothing of the last days were out yet."""
        return replace(self, limit=self.limit - days)


NEVER = Now(datetime.min.replace(tzinfo=UTC), 0)
"""For parts of a page that do not depend on the day."""


def item(site: SitePlan, column: ColumnPlan, k: int) -> Item:
    """Item `k` of the column, whether or not it is out yet."""
    own = column.schedule
    body = site.sponsor
    made = _item(own.key, own.anchor, own.gap, own.stopped, column.kind, body, k)
    if site.look.title_dates and made.k % 3 == 0:
        return made._replace(title=f"{made.title}（报名截止2023年12月31日）")
    return made


@lru_cache(maxsize=30_000)
def _item(key: int, anchor: int, gap: int, stopped: bool, kind: str, body: str, k: int) -> Item:
    day = Schedule(key, anchor, gap, 0, stopped).day(k)
    return Item(k, day, _title(draw(key, k, 3), kind, body))


def _title(number: int, kind: str, body: str) -> str:
    patterns = _PATTERNS.get(kind, words.OTHERS)
    before, after = patterns[number % len(patterns)]
    topic = words.TOPICS[(number >> 8) % len(words.TOPICS)]
    place = words.PLACES[(number >> 20) % len(words.PLACES)]
    return f"{before}{topic}{after}".replace("{body}", body).replace("{place}", place)


def shown(site: SitePlan, column: ColumnPlan, now: Now) -> range:
    """The numbers of the items that are on the site, newest first."""
    del site
    return range(0) if column.blank else column.schedule.shown(now.limit)


def exists(site: SitePlan, column: ColumnPlan, k: int, now: Now) -> bool:
    """Whether that item's page answers."""
    if k == BACKDATED:
        return _backdates(site, column, now)
    if k == REPEATED:
        return _repeats(site, column)
    return k in shown(site, column, now) or (k == FUTURE and site.look.future_row)


def entries(
    site: SitePlan, column: ColumnPlan, now: Now, start: int, count: int
) -> Iterator[Entry]:
    """Rows `start` to `start + count` of the column, with the traps of the site on page one."""
    numbers = shown(site, column, now)
    if start == 0 and numbers:
        yield from _traps(site, column, now, numbers)
    for k in numbers[start : start + count]:
        yield Entry(item(site, column, k))


def _traps(site: SitePlan, column: ColumnPlan, now: Now, numbers: range) -> Iterator[Entry]:
    look = site.look
    for place in range(min(look.pinned, len(numbers) - 1)):
        yield Entry(item(site, column, numbers[-1 - place]), pinned=True)
    if look.pinned_newest:
        yield Entry(item(site, column, numbers[0]), pinned=True)
    if look.future_row:
        yield Entry(future(site, column, now))
    if _backdates(site, column, now):
        yield Entry(backdated(site, column, now))
    if _repeats(site, column):
        yield Entry(repeated(site))
    if look.impossible_row:
        year = now.clock.year
        yield Entry(item(site, column, numbers[-1]), printed=f"{year}-06-31")


def named(site: SitePlan, column: ColumnPlan, k: int, now: Now) -> Item:
    """The item of that number, be it one of the special ones."""
    if k == FUTURE:
        return future(site, column, now)
    if k == BACKDATED:
        return backdated(site, column, now)
    return repeated(site) if k == REPEATED else item(site, column, k)


def _repeats(site: SitePlan, column: ColumnPlan) -> bool:
    """Whether the item that stands in many columns stands in this one."""
    if not site.flaws.repeated or column.blank:
        return False
    chosen = [one.number for one in site.columns if one.listing is Listing.ITEMS]
    return column.number in chosen[: site.flaws.repeated]


def repeated(site: SitePlan) -> Item:
    """The item that was posted to many columns."""
    title = _title(draw(site.key, 77), "动态要闻", site.sponsor)
    return Item(REPEATED, site.flaws.repeated_on, f"{title}（图文）")


def without_source(site: SitePlan, column: ColumnPlan) -> bool:
    """Whether the articles of a column do not say where they come from."""
    how = site.flaws.source
    return how == "none" or (how == "news" and column.kind != "动态要闻")


def future(site: SitePlan, column: ColumnPlan, now: Now) -> Item:
    """The item dated on the last day of the year: nobody can have published it yet."""
    made = item(site, column, 0)
    return Item(FUTURE, now.clock.date().replace(month=12, day=31).toordinal(), made.title)


def _backdates(site: SitePlan, column: ColumnPlan, now: Now) -> bool:
    """Whether the item appears; where its day is said, in the news alone."""
    if not site.look.backdated_row or now.night < 2:
        return False
    return not site.look.backdated_days or column.kind == "动态要闻"


def backdated(site: SitePlan, column: ColumnPlan, now: Now) -> Item:
    """The item that nobody saw on the first night and that claims to be older than that night.

    Nights that follow each other day by day see it under the same day. `backdated_days` before
    the first of them, or some twenty where the site does not say.
    """
    days = site.look.backdated_days
    if days:
        day = now.clock.date().toordinal() - (now.night - 2) - days
        return Item(
            BACKDATED, day, f"{item(site, column, column.schedule.shown(day)[0]).title}（补录）"
        )
    numbers = column.schedule.shown(now.limit - (now.night - 2))
    before = item(site, column, numbers[min(8, len(numbers) - 2)])
    return Item(BACKDATED, before.day, f"{before.title}（补录）")


def paragraphs(key: int, k: int) -> list[str]:
    """The text of an article: four to eight sentences in a few paragraphs."""
    count = 4 + draw(key, k, 9) % 5
    return [
        words.SENTENCES[draw(key, k, 11, place) % len(words.SENTENCES)]
        + words.SENTENCES[draw(key, k, 13, place) % len(words.SENTENCES)]
        for place in range(count)
    ]
