"""A whole site walked link by link: every page of its own, every link of every page.

    check_site       walks from some addresses, asks for every link once, and twice where it failed
    SiteLinks        what it found: a reading for each link, in the order of discovery

Pages of the start addresses' hosts are read and followed, everything else is only asked for. For
reports, trials and benchmarks; the nightly patrol hands over the pages it opened anyway.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from crawler.extract.access import Look, fingerprint_of, read_access
from crawler.extract.addresses import Resolver
from crawler.extract.decode import decode
from crawler.extract.document import parse
from crawler.extract.references import FRAME, INDIRECT, LINK, base_of, read_references
from crawler.fetch.access import AccessState
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.origins import host_of, origin_of
from crawler.fetch.questions import shared
from crawler.fetch.robots import bare_host
from crawler.links import SECOND_PASS_PAUSE, SECOND_PASS_PAUSE_MAPPED, readings_of
from crawler.links_found import LinkTarget, Targets
from crawler.links_judged import GONE, REFUSED, Outcome, worth_a_second
from crawler.links_pool import LinkPool, outcome_of
from crawler.spiders.plan import is_front

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from checks.facts import LinkReading
    from crawler.extract.access import NotFoundFingerprint
    from crawler.extract.document import Document
    from crawler.fetch.capture import Capture
    from crawler.fetch.network import Network

WORKERS: Final = 48
MOST_PAGES: Final = 20_000
MOST_LINKS: Final = 400_000
PAGE_BYTES: Final = 2 * 1024 * 1024
_FOLLOWED: Final = frozenset({LINK, FRAME, INDIRECT})
_SMALL: Final = 6_000
_FINGERPRINTS: Final = 200


@dataclass(slots=True)
class SiteLinks:
    """What a walk found: `pages` were read, `requests` sent, `seconds` of wall time spent.

    `unread` are the start addresses that gave no page, each with what they gave instead.
    """

    readings: list[LinkReading] = field(default_factory=list)
    pages: int = 0
    requests: int = 0
    seconds: float = 0.0
    unread: dict[str, Outcome] = field(default_factory=dict)

    def failing(self) -> list[LinkReading]:
        """The links that are dead or suspected, in the order of discovery."""
        return [one for one in self.readings if one.state in {"dead", "suspected"}]


async def check_site(
    network: Network,
    start: Sequence[str],
    *,
    ledger: Callable[[Sequence[str]], Mapping[str, datetime]] = lambda _: {},
    most_pages: int = MOST_PAGES,
    most_links: int = MOST_LINKS,
    workers: int = WORKERS,
) -> SiteLinks:
    """Walk the sites of `start` whole. Never raises for what they do.

    `ledger` gives the first failures on record: only they make a failing link dead. At most
    `most_pages` pages are read and `most_links` addresses kept in view.
    """
    begun = time.monotonic()
    bounds = _Bounds(most_pages, most_links)
    walk = _Walk(network, start, bounds, LinkPool(network, at_once=workers))
    await walk.run(workers)
    doubtful = [one for one in walk.targets.values() if worth_a_second(walk.first[one.url])]
    second = await walk.again(doubtful)
    asked = [(one, walk.first[one.url], second.get(one.url)) for one in walk.targets.values()]
    failing = [one.url for one, first, _ in asked if first.access is not AccessState.OK]
    told = SiteLinks(
        readings_of(asked, ledger(failing), network.as_of, {}, network.settings.vantage),
        walk.pages,
        walk.requests,
    )
    told.unread = {url: walk.first[url] for url in start if url not in walk.opened}
    told.seconds = round(time.monotonic() - begun, 3)
    return told


class _Bounds(NamedTuple):
    pages: int
    links: int


class _Walk:
    """One walk: a queue of targets, the workers that empty it, and what they learned."""

    def __init__(
        self, network: Network, start: Sequence[str], bounds: _Bounds, pool: LinkPool
    ) -> None:
        self._network = network
        self._pool = pool
        self._own = frozenset(bare_host(host_of(url)) for url in start)
        self._found = Targets(start[0] if start else "", bounds.links, own=self._own)
        self._fetcher = Fetcher(
            network, download=network.transport.exchange, cap=PAGE_BYTES, retries=1
        )
        self._left = bounds.pages
        self._queue: deque[LinkTarget] = deque()
        self._more = asyncio.Condition()
        self._working = 0
        self._fingerprints: dict[str, asyncio.Task[NotFoundFingerprint | None]] = {}
        self.first: dict[str, Outcome] = {}
        self.opened: set[str] = set()
        self.pages = 0
        for url in start:
            self._queue.append(LinkTarget(url, "", "站内", own=True))

    @property
    def targets(self) -> dict[str, LinkTarget]:
        return self._found.found

    @property
    def requests(self) -> int:
        return self._fetcher.requests + self._pool.requests

    async def run(self, workers: int) -> None:
        """Until nothing is left to ask."""
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(self._work())

    async def again(self, doubtful: Sequence[LinkTarget]) -> dict[str, Outcome]:
        """A second look at what failed, after a pause."""
        if not doubtful:
            return {}
        mapped = all(self._network.origins.mapped(one.url) for one in doubtful)
        local = mapped or self._network.settings.allow_private
        await asyncio.sleep(SECOND_PASS_PAUSE_MAPPED if local else SECOND_PASS_PAUSE)

        async def ask(target: LinkTarget) -> Outcome:
            first = self.first[target.url]
            return await self._pool.ask(target, soft_404=await self._judge_of(target), again=first)

        told = await asyncio.gather(*(ask(one) for one in doubtful))
        return {one.url: outcome for one, outcome in zip(doubtful, told, strict=True)}

    async def _work(self) -> None:
        while (target := await self._next()) is not None:
            fresh: list[LinkTarget] = []
            try:
                fresh = await self._visit(target)
            finally:
                async with self._more:
                    self._working -= 1
                    self._queue.extend(fresh)
                    if fresh or not self._working:
                        self._more.notify_all()

    async def _next(self) -> LinkTarget | None:
        async with self._more:
            await self._more.wait_for(lambda: self._queue or not self._working)
            if not self._queue:
                return None
            self._working += 1
            return self._queue.popleft()

    async def _visit(self, target: LinkTarget) -> list[LinkTarget]:
        """Ask for one target; of a page of our own, the links that nobody named before."""
        page = target.own and not target.is_file and target.role in _FOLLOWED and target.is_asked
        if not page or self._left <= 0 or self._pool.is_slow(target.url):
            self.first[target.url] = await self._pool.ask(target)
            return []
        self._left -= 1
        headers = {"Referer": target.parent} if target.parent else None
        capture = await self._fetcher.get(target.url, headers=headers)
        self._pool.note(capture)
        if not target.parents and capture.good:
            self._adopt(capture.final_url)
        outcome, document = await self._read(capture)
        self.first[target.url] = outcome
        if document is None:
            return []
        self.pages += 1
        if not target.parents:
            self.opened.add(target.url)
        links = read_references(
            document.tree, Resolver(base_of(document.tree, document.url)), self.targets
        )
        fresh = self._found.add(capture.final_url, links, home=not target.parents)
        return [one for one in fresh if one.url not in self.first]

    async def _read(self, capture: Capture) -> tuple[Outcome, Document | None]:
        """What a page of our own is, and the page itself where there is one to read."""
        outcome = outcome_of(capture)
        if not capture.good or not self._is_own(capture.final_url) or not _is_page(capture):
            return outcome, None
        text = decode(capture.body, capture.header("Content-Type")).text
        document = parse(text, url=capture.final_url)
        if len(text) <= _SMALL:
            access, detail = read_access(document, Look(capture.status, capture.headers))
            if access in GONE | REFUSED:
                return outcome._replace(access=access, detail=detail[:80]), None
        fingerprint = await self._fingerprint(capture.final_url)
        if fingerprint is not None and fingerprint.matches(document) and not is_front(capture.url):
            return outcome._replace(access=AccessState.SOFT_404, detail="soft_404"), None
        return outcome, document

    def _adopt(self, url: str) -> None:
        """A start address that sends its visitors to another host has moved there."""
        host = bare_host(host_of(url))
        self._own |= {host}
        self._found.adopt(host)

    def _is_own(self, url: str) -> bool:
        return bare_host(host_of(url)) in self._own

    async def _judge_of(self, target: LinkTarget) -> Callable[[Capture], bool] | None:
        """How to tell the host's not-found page, where it hides behind a good status."""
        if not target.own or target.is_file:
            return None
        fingerprint = await self._fingerprint(target.url)
        if fingerprint is None:
            return None

        def judge(capture: Capture) -> bool:
            text = decode(capture.body, capture.header("Content-Type")).text
            document = parse(text, url=capture.final_url)
            return fingerprint.matches(document) and not is_front(capture.url)

        return judge

    async def _fingerprint(self, url: str) -> NotFoundFingerprint | None:
        """What the host of `url` answers for a page that cannot exist, asked for once (trap 28)."""
        origin = origin_of(url)
        if origin not in self._fingerprints:
            if len(self._fingerprints) >= _FINGERPRINTS:
                return None
            self._fingerprints[origin] = shared(self._learn(origin))
        return await asyncio.shield(self._fingerprints[origin])

    async def _learn(self, origin: str) -> NotFoundFingerprint | None:
        seed = f"{origin} {self._network.as_of.isoformat()}"
        word = hashlib.sha256(seed.encode()).hexdigest()[:12]
        capture = await self._fetcher.get(f"{origin}/xuncha-{word}.html")
        if not capture.good:
            return None
        text = decode(capture.body, capture.header("Content-Type")).text
        document = parse(text, url=capture.final_url)
        access, _ = read_access(document, Look(capture.status, capture.headers))
        return None if access in REFUSED else fingerprint_of(document)


def _is_page(capture: Capture) -> bool:
    return "html" in capture.header("Content-Type").lower() or capture.body[:1] == b"<"
