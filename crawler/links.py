"""The links of home pages: each asked for once a night, dead only after a second failure.

    link_targets     pure: which links of a page are worth a request, with their class
    LinkChecker      asks, asks again, consults the ledger, and says what each link is

HEAD lies (trap 29), so a GET is sent and the connection closed after the headers. A refusal is
never a dead link. What failed tonight is `suspected` until an earlier night's failure, at least
six hours before, confirms it (trap 30).
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urldefrag, urlsplit

from checks.facts import LinkReading
from crawler.fetch.access import AccessState
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.names import PRIVATE_ADDRESS
from crawler.fetch.origins import host_of
from crawler.fetch.robots import bare_host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from crawler.extract.facts import PageFacts, PageLink
    from crawler.fetch.capture import Capture
    from crawler.fetch.network import Network

OK, DEAD, SUSPECTED = "ok", "dead", "suspected"
BLOCKED, UNDETERMINED = "blocked", "undetermined"

CONFIRMED_AFTER = timedelta(hours=6)
AT_ONCE = 48
SECOND_PASS_PAUSE = 10.0
SECOND_PASS_PAUSE_MAPPED = 0.1
SOFT_404_BYTES = 65_536
_REMEMBERED = 200_000
_BEIJING = timezone(timedelta(hours=8))
_TEXT = 120

_GONE = frozenset({AccessState.NOT_FOUND, AccessState.SOFT_404, AccessState.DELETED})
_BROKEN = frozenset(
    {
        AccessState.DNS,
        AccessState.CONNECT,
        AccessState.TIMEOUT,
        AccessState.SERVER_ERROR,
        AccessState.REDIRECT_LOOP,
    }
)
_REFUSED = frozenset(
    {
        AccessState.BLOCKED,
        AccessState.CHALLENGE,
        AccessState.RATE_LIMITED,
        AccessState.LOGIN_WALL,
    }
)
# Failures that a fault of our own network would show as well.
_UNREACHED = frozenset({AccessState.DNS, AccessState.CONNECT, AccessState.TIMEOUT})
_FILES = (
    ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".pdf", ".zip", ".rar", ".7z", ".wps",
    ".et", ".ofd", ".txt", ".csv", ".mp3", ".mp4",
)  # fmt: skip


class Outcome(NamedTuple):
    """What one request for a link gave."""

    access: AccessState
    status: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LinkReport:
    """The state of every link of a home page, in page order, and what asking cost."""

    readings: list[LinkReading]
    requests: int = 0


@dataclass(frozen=True, slots=True)
class LinkTask:
    """The home page whose links are checked.

    `known` gives the outcome of a page that the patrol opened tonight already; `soft_404`
    judges an answer of the site's own host against its not-found page, or is None where that
    host answers with an honest status.
    """

    home: PageFacts
    known: Callable[[str], Outcome | None] = field(default=lambda _: None)
    soft_404: Callable[[Capture], bool] | None = None


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """One link worth a request."""

    url: str
    text: str
    link_class: str
    own: bool


def link_targets(home: PageFacts, most: int) -> list[LinkTarget]:
    """Distinct http links of a page in page order; scripts, mail, phone and fragments are none."""
    found: dict[str, LinkTarget] = {}
    page = urldefrag(home.url).url
    for link in home.links:
        url = urldefrag(link.url.strip()).url
        if not url.startswith(("http://", "https://")) or url == page or url in found:
            continue
        if len(found) >= most:
            break
        own = _same_site(url, page)
        found[url] = LinkTarget(url, link.text[:_TEXT], link_class(link, own=own), own)
    return list(found.values())


def link_class(link: PageLink, *, own: bool) -> str:
    """The class an operator reads: where the link leads and what it is."""
    where = "站内" if own else "站外"
    if not host_of(link.url):
        return "非法链接"
    if link.role == "img":
        return f"{where}图片"
    path = urlsplit(link.url).path.lower()
    if link.role == "attachment" or path.endswith(_FILES):
        return f"{where}附件"
    return f"{where}资源" if link.role in {"script", "style"} else where


def judge_link(
    first: Outcome, second: Outcome | None, failed_before: datetime | None, as_of: datetime
) -> str:
    """The state of a link after both passes, given the first failure that the ledger knows."""
    final = second or first
    if AccessState.OK in {first.access, final.access}:
        return OK
    if _REFUSED & {first.access, final.access}:
        return BLOCKED
    if final.detail.startswith(PRIVATE_ADDRESS):
        return SUSPECTED
    if final.access in _GONE:
        return DEAD if _confirmed(failed_before, as_of) else SUSPECTED
    if final.access in _BROKEN:
        earlier_night = failed_before is not None and _day(failed_before) < _day(as_of)
        return DEAD if earlier_night and _confirmed(failed_before, as_of) else SUSPECTED
    return UNDETERMINED


def _confirmed(failed_before: datetime | None, as_of: datetime) -> bool:
    return failed_before is not None and as_of - failed_before >= CONFIRMED_AFTER


def _day(moment: datetime) -> date:
    return moment.astimezone(_BEIJING).date()


def _same_site(url: str, page: str) -> bool:
    """Whether a link stays on the site: the same host, with or without www."""
    return bare_host(host_of(url)) == bare_host(host_of(page))


class LinkChecker:
    """One for a process: links that many sites share are asked for once.

    `ledger` gives, for some addresses, the moment of the first failure on record.
    """

    def __init__(
        self,
        network: Network,
        ledger: Callable[[Sequence[str]], Mapping[str, datetime]],
    ) -> None:
        self._network = network
        self._ledger = ledger
        self._most = network.settings.home_links
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._remembered: dict[bytes, Outcome] = {}
        self._pending: dict[bytes, asyncio.Task[Outcome]] = {}

    async def check(self, task: LinkTask) -> LinkReport:
        """Ask for every link of a home page; those that fail are asked for twice."""
        targets = link_targets(task.home, self._most)
        first = dict(zip(targets, await self._ask_all(targets, task), strict=True))
        doubtful = [one for one in targets if _worth_a_second(first[one])]
        second: dict[LinkTarget, Outcome] = {}
        if doubtful:
            await asyncio.sleep(self._pause(doubtful))
            asked = await self._ask_all(doubtful, task, again=True)
            second = dict(zip(doubtful, asked, strict=True))
        return LinkReport(self._readings(task, first, second), len(first) + len(second))

    def _readings(
        self,
        task: LinkTask,
        first: Mapping[LinkTarget, Outcome],
        second: Mapping[LinkTarget, Outcome],
    ) -> list[LinkReading]:
        as_of = self._network.as_of
        ledger = self._ledger([one.url for one in second]) if second else {}
        cut_off = _cut_off(first, second)
        readings = []
        for target, outcome in first.items():
            before = ledger.get(target.url)
            before = before if before and before <= as_of else None
            last = second.get(target, outcome)
            state = judge_link(outcome, second.get(target), before, as_of)
            detail = last.detail or last.access.value
            if cut_off and last.access in _UNREACHED and state != OK:
                state, detail = UNDETERMINED, "our_network"
            failing = state in {DEAD, SUSPECTED}
            readings.append(
                LinkReading(
                    url=target.url,
                    parent=task.home.url,
                    text=target.text,
                    state=state,
                    status=last.status,
                    detail="" if state == OK else detail,
                    link_class=_class_of(target, last),
                    first_failed=(before or as_of) if failing else None,
                )
            )
        return readings

    async def _ask_all(
        self, targets: Iterable[LinkTarget], task: LinkTask, *, again: bool = False
    ) -> list[Outcome]:
        return await asyncio.gather(*(self._ask(one, task, again=again) for one in targets))

    async def _ask(self, target: LinkTarget, task: LinkTask, *, again: bool) -> Outcome:
        if target.own:
            known = None if again else task.known(target.url)
            return known or await self._request(target, task)
        key = hashlib.blake2b(f"{again} {target.url}".encode(), digest_size=8).digest()
        if key in self._remembered:
            return self._remembered[key]
        if key not in self._pending:
            self._pending[key] = asyncio.ensure_future(self._request(target, task))
        try:
            outcome = await asyncio.shield(self._pending[key])
        finally:
            self._pending.pop(key, None)
        if len(self._remembered) < _REMEMBERED:
            self._remembered[key] = outcome
        return outcome

    async def _request(self, target: LinkTarget, task: LinkTask) -> Outcome:
        judged = task.soft_404 if target.own else None
        fetcher = Fetcher(
            self._network,
            download=self._network.transport.exchange,
            cap=SOFT_404_BYTES if judged else 0,
            retries=0,
        )
        async with self._at_once:
            capture = await fetcher.get(target.url, headers={"Referer": task.home.url})
        if judged and capture.good and judged(capture):
            return Outcome(AccessState.SOFT_404, capture.status, "soft_404")
        return Outcome(capture.access, capture.status, capture.detail[:80])

    def _pause(self, targets: Sequence[LinkTarget]) -> float:
        mapped = all(self._network.origins.mapped(one.url) for one in targets)
        return SECOND_PASS_PAUSE_MAPPED if mapped else SECOND_PASS_PAUSE


def _worth_a_second(outcome: Outcome) -> bool:
    return outcome.access in _GONE | _BROKEN and not outcome.detail.startswith(PRIVATE_ADDRESS)


def _cut_off(first: Mapping[LinkTarget, Outcome], second: Mapping[LinkTarget, Outcome]) -> bool:
    """Whether so many hosts are out of reach that the fault is more likely ours (trap 8)."""
    hosts = {host_of(target.url) for target in first}
    reached = {
        host_of(target.url)
        for target, outcome in first.items()
        if second.get(target, outcome).access not in _UNREACHED
    }
    return len(hosts) >= 4 and len(hosts - reached) * 2 > len(hosts)


def _class_of(target: LinkTarget, outcome: Outcome) -> str:
    return "内网地址" if outcome.detail.startswith(PRIVATE_ADDRESS) else target.link_class
