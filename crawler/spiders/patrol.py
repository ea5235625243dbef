"""The spider of a night: works through the targets of one shard and yields one item for each."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog
from scrapy import Spider

from crawler.fetch.access import AccessState
from crawler.fetch.executable import find_browser
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.handler import BrowserTier
from crawler.fetch.network import open_network
from crawler.fetch.origins import host_of
from crawler.fetch.questions import is_broken, shared
from crawler.fetch.robots import bare_host
from crawler.links import LinkChecker
from crawler.logs import about
from crawler.operator_cookies import opened
from crawler.patience import patiently, waits
from crawler.platforms.adapters.look import Credentials
from crawler.recording import RunMark, crashed
from crawler.recording_tables import first_failures
from crawler.shared_budgets import SharedBudgets
from crawler.spiders.account import AccountTask, patrol_account
from crawler.spiders.ahead import ReadAhead
from crawler.spiders.lanes import through_lanes
from crawler.spiders.platform_watch import PlatformWatch
from crawler.spiders.result import failed
from crawler.spiders.site import Tools, patrol_site
from crawler.spiders.tickets import SiteTicket
from crawler.store import CaptureStore
from crawler.watchdog import beat
from database import READING, DatabaseError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from scrapy.crawler import Crawler
    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session, sessionmaker

    from crawler.spiders.result import TargetResult
    from settings import Settings

log = structlog.get_logger()

# Finished targets that may wait for the database: more would only cost memory.
WAITING = 8
# Accounts of one platform that may wait for its manners at once.
PLATFORM_WIDTH = 4
# Scrapy's own end of an item, after it is stored.
_PIPELINE_SECONDS = 0.05


@dataclass(slots=True)
class Shard:
    """What one crawl process was given, and what went wrong in it."""

    settings: Settings
    run: RunMark
    sites: Sequence[SiteTicket]
    accounts: Sequence[AccountTask]
    canaries: Sequence[AccountTask]
    sessions: sessionmaker[Session]
    registered: frozenset[str] = frozenset()
    shards: int = 1
    waiting: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(WAITING))
    failure: Exception | None = field(default=None)
    life: Path | None = None


class PatrolSpider(Spider):
    """One target is one coroutine; Scrapy downloads, and its pipeline stores what is yielded."""

    name = "patrol"

    def __init__(self, shard: Shard, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shard = shard
        settings = shard.settings
        self.network = open_network(
            settings,
            shard.run.as_of,
            registered=shard.registered,
            shards=shard.shards,
            shared=_shared(shard),
        )
        self.network.cookies = patiently(settings, self._cookies)
        self.credentials = Credentials(settings.owners_secrets())
        self.tier: BrowserTier | None = None
        self.store = CaptureStore(settings.capture_store)
        self.watch = PlatformWatch(shard.run.as_of)
        self.ahead = ReadAhead(self._reading, self.network.as_of, [site.id for site in shard.sites])
        self.links = LinkChecker(self.network, self._ledger, self.ahead.links)
        self._canaries: dict[int, asyncio.Task[TargetResult]] = {}
        with shard.sessions() as session:
            self._database: Engine = session.get_bind().engine

    def _cookies(self) -> dict[str, str]:
        with self.shard.sessions() as session:
            return opened(session, self.shard.settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> PatrolSpider:
        """The browser's pages go through the engine of this crawler."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        executable = find_browser(spider.shard.settings)
        if executable is not None:
            spider.tier = BrowserTier(crawler, spider.network, executable)
            spider.network.browser = spider.tier
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """One `TargetResult` for each target, as each is done."""
        lanes: dict[str, tuple[int, list[SiteTicket | AccountTask]]] = {
            "sites": (self.shard.settings.targets_at_once, list(self.shard.sites))
        }
        for account in self.shard.accounts:
            lanes.setdefault(f"accounts {account.lane}", (PLATFORM_WIDTH, []))[1].append(account)
        alive = asyncio.ensure_future(beat(self.shard.life)) if self.shard.life else None
        try:
            async with aclosing(through_lanes(lanes, self.visit, waiting=WAITING)) as results:
                async for told in results:
                    await self.shard.waiting.acquire()  # released when the pipeline has stored it
                    yield told
                    if self.shard.failure is not None:
                        return
            await self._all_stored()
        finally:
            if alive is not None:
                alive.cancel()
            for asked in self._canaries.values():
                asked.cancel()
            if self.tier is not None:
                await self.tier.close()
            await self.network.close()

    async def _all_stored(self) -> None:
        """Wait for the pipeline: Scrapy looks only every five seconds whether it is done."""
        for _ in range(WAITING):
            await self.shard.waiting.acquire()
        await asyncio.sleep(_PIPELINE_SECONDS)

    async def visit(self, task: SiteTicket | AccountTask) -> TargetResult:
        """One target. Whatever fails in our own code costs this target alone."""
        with about(run=self.shard.run.id, target=task.id):
            try:
                async with asyncio.timeout(self.shard.settings.target_seconds):
                    return await self._patiently(task)
            except TimeoutError:
                log.exception("target_stuck")
                return failed(task.id, AccessState.OUR_FAULT, "target_stuck")
            except Exception:
                # The one boundary where everything is caught: a night accounts for every target.
                log.exception("target_crashed")
                return crashed(task.id)

    async def _patiently(self, task: SiteTicket | AccountTask) -> TargetResult:
        """Begin anew when the database was away for a moment: that is no target's fault."""
        for wait in waits(self.shard.settings):
            try:
                return await self._visited(task)
            except DatabaseError as error:
                if not error.away:
                    raise
                log.warning("database_away", seconds=wait)
            await asyncio.sleep(wait)
        return await self._visited(task)

    async def _visited(self, task: SiteTicket | AccountTask) -> TargetResult:
        if isinstance(task, SiteTicket):
            return await self._site(task)
        return await self._account(task)

    async def _site(self, ticket: SiteTicket) -> TargetResult:
        fetch = Fetcher(self.network)
        tools = Tools(
            self.shard.settings, self.store.put, self.links.check, self.ahead.pages, self.store
        )
        told = await patrol_site(ticket, fetch, self.shard.run.as_of, tools)
        return _counted(told, fetch)

    async def _account(self, task: AccountTask) -> TargetResult:
        if task.lane in self.watch.stopped:
            return failed(task.id, AccessState.BLOCKED, "platform_stopped")
        told = await (self._asked(task) if task.canary else self._observed(task))
        self.watch.note(task.lane, told)
        if self.watch.refused(told) and not task.canary:
            asked = await self._canary(task.lane)
            self.watch.judge_refusal(task.lane, asked.access if asked else None)
        return told

    async def _canary(self, platform: str) -> TargetResult | None:
        """What the platform shows of its canary tonight; asked once after a refusal."""
        task = next((one for one in self.shard.canaries if one.lane == platform), None)
        if task is None:
            return None
        return await self._asked(task)

    async def _asked(self, canary: AccountTask) -> TargetResult:
        """A canary's own visit and the question after a refusal are one look."""
        asked = self._canaries.get(canary.id)
        if asked is None or is_broken(asked):
            # A look that broke off (the database was away) is none: it is taken anew.
            asked = self._canaries[canary.id] = shared(self._observed(canary))
        return await asyncio.shield(asked)

    async def _observed(self, task: AccountTask) -> TargetResult:
        fetch = Fetcher(self.network, as_operator=True)
        told = await patrol_account(
            task,
            fetch,
            self.shard.run.as_of,
            self.store.put,
            check_links=self.links.check,
            credentials=self.credentials,
        )
        return _counted(told, fetch)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A connection that takes no lock: the pipeline writes meanwhile.

        No session: each site of a night is asked for, and the mapper would cost as much again.
        """
        with self._database.connect().execution_options(**READING) as connection:
            yield connection

    def _ledger(self, urls: Sequence[str]) -> dict[str, datetime]:
        with self._reading() as connection:
            return first_failures(connection, urls)


def _shared(shard: Shard) -> SharedBudgets | None:
    """Budgets that hold for all processes of the night, where there are several."""
    if shard.shards < 2:
        return None
    hosts = frozenset(bare_host(host_of(site.home_url)) for site in shard.sites)
    return SharedBudgets.of(shard.sessions, hosts, platforms=bool(shard.accounts))


def _counted(told: TargetResult, fetch: Fetcher) -> TargetResult:
    told.requests += fetch.requests
    told.bytes += fetch.bytes
    return told
