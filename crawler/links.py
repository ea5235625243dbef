"""The links of a site: each asked for once a night, dead only after a second failure.

    LinkChecker      asks for the links of the pages that a patrol opened, asks again, consults the
                     ledger and the last night, and says what each link is

Links take turns (`links_turns`): what answered within the last nights is believed, what failed is asked
for every night, what was never asked comes first. `crawler.links_found` says what is a link,
`links_pool` asks, `links_judged` judges, `links_site` walks a whole site.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from checks.facts import LinkReading
from crawler.fetch.origins import host_of
from crawler.links_found import MOST_PARENTS, LinkTarget, link_class, link_targets
from crawler.links_judged import (
    DEAD,
    OK,
    SUSPECTED,
    UNDETERMINED,
    UNREACHED,
    Outcome,
    class_of,
    cut_off,
    down_hosts,
    judge_link,
    worth_a_second,
)
from crawler.links_pool import LinkPool
from crawler.links_turns import choose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from crawler.extract.facts import PageFacts, PageLink
    from crawler.fetch.capture import Capture
    from crawler.fetch.network import Network

__all__ = [
    "LinkChecker",
    "LinkReport",
    "LinkTask",
    "Outcome",
    "judge_link",
    "link_class",
    "link_targets",
    "readings_of",
]

OUR_NETWORK: Final = "our_network"
OUTSIDE_VANTAGE: Final = "outside_vantage"
OUTSIDE: Final = "境外"
"""How the name of a vantage outside the mainland begins (setting `vantage`)."""
SECOND_PASS_PAUSE: Final = 10.0
SECOND_PASS_PAUSE_MAPPED: Final = 0.1


@dataclass(frozen=True, slots=True)
class LinkReport:
    """The state of every link, home page first, in page order, and what asking cost."""

    readings: list[LinkReading]
    requests: int = 0


@dataclass(frozen=True, slots=True)
class LinkTask:
    """The pages whose links are checked.

    `pages` are other pages of the site with their links. `known` gives the outcome of a page that
    the patrol opened tonight already; `soft_404` judges an answer of the site's own host against
    its not-found page, or is None where that host answers with an honest status. `target` is the
    id of the site, by which its last night is remembered.
    """

    home: PageFacts
    known: Callable[[str], Outcome | None] = field(default=lambda _: None)
    soft_404: Callable[[Capture], bool] | None = None
    pages: Sequence[tuple[str, Sequence[PageLink]]] = ()
    target: int | None = None


class LinkChecker:
    """One for a process: links that many sites share are asked for once.

    `ledger` gives, for some addresses, the moment of the first failure on record; `last_night`,
    for a target id, what was known of its links when they were last checked.
    """

    def __init__(
        self,
        network: Network,
        ledger: Callable[[Sequence[str]], Mapping[str, datetime]],
        last_night: Callable[[int], Mapping[str, LinkReading]] = lambda _: {},
    ) -> None:
        self._network = network
        self._ledger = ledger
        self._last_night = last_night
        self._pool = LinkPool(network)

    async def check(self, task: LinkTask) -> LinkReport:
        """Ask for the links whose turn it is; the readings of all of them."""
        before = self._last_night(task.target) if task.target is not None else {}
        chosen = choose(task, before, self._network.settings, self._network.as_of)
        first = await self._ask_all(chosen.asked, task)
        if called_in := chosen.called_in(first):
            first |= await self._ask_all(called_in, task)
        doubtful = [one for one in chosen.asked if worth_a_second(first[one.url])]
        second: dict[str, Outcome] = {}
        if doubtful:
            await asyncio.sleep(self._pause(doubtful))
            second = await self._ask_all(doubtful, task, again=first)
        last = [(one, first[one.url], second.get(one.url)) for one in chosen.asked]
        failing = list(second) + _ruled_out(chosen.asked)
        ledger = self._ledger(failing) if failing else {}
        vantage = self._network.settings.vantage
        told = readings_of(last, ledger, self._network.as_of, before, vantage)
        sent = sum(one.is_asked and task.known(one.url) is None for one in chosen.asked)
        return LinkReport(chosen.in_order({one.url: one for one in told}), sent + len(second))

    async def _ask_all(
        self,
        targets: Sequence[LinkTarget],
        task: LinkTask,
        again: Mapping[str, Outcome] | None = None,
    ) -> dict[str, Outcome]:
        outcomes: dict[str, Outcome] = {}
        asked: list[LinkTarget] = []
        for one in targets:
            known = task.known(one.url) if one.own and again is None else None
            if known is not None:
                outcomes[one.url] = known
            else:
                asked.append(one)

        async def ask(target: LinkTarget) -> Outcome:
            judged = task.soft_404 if target.own else None
            earlier = again[target.url] if again is not None else None
            return await self._pool.ask(target, soft_404=judged, again=earlier)

        told = await asyncio.gather(*(ask(one) for one in asked))
        return outcomes | {one.url: outcome for one, outcome in zip(asked, told, strict=True)}

    def _pause(self, targets: Sequence[LinkTarget]) -> float:
        mapped = all(self._network.origins.mapped(one.url) for one in targets)
        return SECOND_PASS_PAUSE_MAPPED if mapped else SECOND_PASS_PAUSE


def readings_of(
    asked: Sequence[tuple[LinkTarget, Outcome, Outcome | None]],
    ledger: Mapping[str, datetime],
    as_of: datetime,
    before: Mapping[str, LinkReading],
    vantage: str = "",
) -> list[LinkReading]:
    """The reading of each target after both passes, in the order given.

    `ledger` holds first failures of earlier looks; those later than `as_of` are not known yet.
    What could not be reached is undetermined when most hosts are out of reach (trap 8), and from
    a vantage outside the mainland, which many sites do not answer (trap 7).
    """
    final = [(target, second or first) for target, first, second in asked]
    down = down_hosts(final)
    unproven = OUR_NETWORK if cut_off(final) else ""
    if vantage.startswith(OUTSIDE):
        unproven = OUTSIDE_VANTAGE
    readings = []
    for target, first, second in asked:
        failed = ledger.get(target.url)
        failed = failed if failed is not None and failed <= as_of else None
        last = second or first
        state = judge_link(first, second, failed, as_of)
        detail = "" if state == OK else last.detail or last.access.value
        if unproven and last.access in UNREACHED and state != OK:
            state, detail = UNDETERMINED, unproven
        readings.append(
            LinkReading(
                url=target.url,
                parent=target.parent,
                text=target.text,
                state=state,
                status=last.status,
                detail=detail,
                link_class=class_of(target, last),
                first_failed=(failed or as_of) if state in {DEAD, SUSPECTED} else None,
                home=target.home,
                parents=tuple(target.parents[1:MOST_PARENTS]),
                pages=target.pages,
                host_down=state != OK and host_of(target.url) in down,
                final_url=last.final_url,
                chain=last.chain,
                title=last.title,
                title_before=_title_before(last, before.get(target.url)),
                danger=last.danger,
                checked=last.seen,
            )
        )
    return readings


def _title_before(last: Outcome, known: LinkReading | None) -> str:
    """What the page called itself when it last had another name; kept from night to night."""
    if known is None or not last.title or not known.title:
        return ""
    return known.title if known.title != last.title else known.title_before


def _ruled_out(targets: Sequence[LinkTarget]) -> list[str]:
    return [one.url for one in targets if not one.is_asked]
