"""Whose turn it is: which links of a site are asked for tonight, and which an earlier answer speaks for.

    choose      the links of the pages that a patrol opened, divided in two
    Chosen      the two halves; what was believed can be called in after all

A link of the home page that answered is believed for some nights, and these are spread: each night
asks for about as many. One that failed, or that led to a page that changed hands, is asked for every
night. The links of other pages have a budget and a longer belief.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from checks.facts import LinkReading
from crawler.fetch.origins import host_of
from crawler.links_found import MOST_PARENTS, LinkTarget, Targets
from crawler.links_judged import OK, UNREACHED, cut_off
from crawler.turns import is_due

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from crawler.links import LinkTask
    from crawler.links_judged import Outcome
    from settings import Settings

MOST_ELSEWHERE: Final = 3_000
"""Links of pages other than the home page that are kept in view for one site."""
BELIEVED: Final = timedelta(days=7)
"""How long a good answer to a link of another page stands before it is asked for again."""


@dataclass(slots=True)
class Chosen:
    """`asked` are the links to ask for; `home` all those of the home page, in page order; `believed`

    the readings of home links, and `elsewhere` those of other pages, that an earlier answer gave.
    """

    home: list[LinkTarget]
    asked: list[LinkTarget]
    believed: dict[str, LinkReading] = field(default_factory=dict)
    elsewhere: list[LinkReading] = field(default_factory=list)

    def called_in(self, outcomes: Mapping[str, Outcome]) -> list[LinkTarget]:
        """What is to be asked for after all, and is believed no more.

        Whether a host is down, or our own network, is told from all of its links: those that were
        believed might answer.
        """
        told = [(one, outcomes[one.url]) for one in self.asked]
        failing = {host_of(one.url) for one, outcome in told if outcome.access in UNREACHED}
        everything = cut_off(told)
        more = [
            one
            for one in self.home
            if one.url in self.believed and (everything or host_of(one.url) in failing)
        ]
        for one in more:
            del self.believed[one.url]
        self.asked += more
        return more

    def in_order(self, readings: Mapping[str, LinkReading]) -> list[LinkReading]:
        """Home page first, in page order, then the other pages."""
        known = {**readings, **self.believed}
        home = [known[one.url] for one in self.home]
        own = {one.url for one in self.home}
        others = [readings[one.url] for one in self.asked if one.url not in own]
        return home + others + self.elsewhere


def choose(
    task: LinkTask, before: Mapping[str, LinkReading], settings: Settings, as_of: datetime
) -> Chosen:
    """Divide the links of a site. `before` is what was known of them, with the moments of asking."""
    targets = Targets(task.home.url, settings.home_links)
    targets.add(task.home.url, task.home.links, home=True)
    home = list(targets.found.values())
    targets.widen(MOST_ELSEWHERE if settings.site_links else 0)
    for page, links in task.pages:
        targets.add(page, links)
    chosen = Chosen(home, [])
    for one in home:
        known = before.get(one.url) if task.known(one.url) is None else None
        if known is None or _is_due(known, as_of, settings.link_nights):
            chosen.asked.append(one)
        else:
            chosen.believed[one.url] = _still(one, known)
    others = list(targets.found.values())[len(home) :]
    due: list[tuple[datetime | None, LinkTarget]] = []
    for one in others:
        known = before.get(one.url)
        answered = known.checked if known is not None and known.state == OK else None
        if answered is not None and as_of - answered < BELIEVED:
            chosen.elsewhere.append(_again(one, answered))
        else:
            due.append((answered, one))
    due.sort(key=_turn)
    chosen.asked += [one for _, one in due[: settings.site_links]]
    return chosen


def _is_due(known: LinkReading, as_of: datetime, nights: int) -> bool:
    """Whether a link of the home page is to be asked for."""
    if known.state != OK or known.danger or not known.home or known.checked is None:
        return True
    return is_due(known.url, known.checked, as_of, nights)


def _still(target: LinkTarget, known: LinkReading) -> LinkReading:
    """The reading of an earlier night, in its place on tonight's pages: mostly where it was."""
    parents = tuple(target.parents[1:MOST_PARENTS])
    place = (target.parent, target.text, parents, target.pages)
    if place == (known.parent, known.text, known.parents, known.pages) and not known.host_down:
        return known
    return replace(
        known,
        parent=target.parent,
        text=target.text,
        home=True,
        parents=parents,
        pages=target.pages,
        host_down=False,
    )


def _again(target: LinkTarget, answered: datetime) -> LinkReading:
    return LinkReading(
        url=target.url,
        parent=target.parent,
        text=target.text,
        state=OK,
        status=None,
        detail="",
        link_class=target.link_class,
        home=False,
        pages=target.pages,
        checked=answered,
    )


def _turn(due: tuple[datetime | None, LinkTarget]) -> float:
    """Never asked comes first, then the oldest answer; the sort keeps page order among equals."""
    return due[0].timestamp() if due[0] is not None else 0.0
