"""Stores finished targets, some in one transaction, outside the event loop."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

import structlog

from crawler.patience import waits
from crawler.recording import LeaseLostError, record_all
from database import DatabaseError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.spiders.patrol import PatrolSpider
    from crawler.spiders.result import TargetResult

log = structlog.get_logger()


MOST = 16
"""Targets in one transaction: half of what may wait, so that the patrol goes on meanwhile."""
GATHER_SECONDS = 0.2
"""How long a result waits for company: a transaction costs as much for one as for ten."""


class StorePipeline:
    """One writer for a process: SQLite has one write lock anyway, and order helps PostgreSQL."""

    def __init__(self, spider: PatrolSpider) -> None:
        self._spider = spider
        self._writing = asyncio.Lock()
        self._waiting: dict[int, TargetResult] = {}
        self._enough = asyncio.Event()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        """The pipeline of the crawler's spider."""
        return cls(cast("PatrolSpider", crawler.spider))

    async def process_item(self, item: Any) -> Any:
        """Store one target's result. A failure ends the shard: nothing more could be stored."""
        shard = self._spider.shard
        self._waiting[id(item)] = item
        if len(self._waiting) >= MOST:
            self._enough.set()
        try:
            async with self._writing:
                # Whoever came before has often taken it along.
                if id(item) in self._waiting and shard.failure is None:
                    await self._store(await self._some())
        except Exception as error:
            # The edge of the job: the shard stops, says why, and the night resumes it.
            log.exception("target_not_stored", run=shard.run.id, target=item.target_id)
            shard.failure = error
        finally:
            shard.waiting.release()
        return item

    async def _some(self) -> list[TargetResult]:
        """The results that wait, oldest first, after a moment in which others may arrive."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._enough.wait(), GATHER_SECONDS)
        some = list(islice(self._waiting.values(), MOST))
        for one in some:
            del self._waiting[id(one)]
        if len(self._waiting) < MOST:
            self._enough.clear()
        return some

    async def _store(self, some: list[TargetResult]) -> None:
        """Write these; where that fails, each alone, so that one costs the others nothing."""
        try:
            await self._patiently(some)
        except Exception as error:
            if len(some) == 1 or _is_everybodys(error):
                raise
            failed = [await self._failure(one) for one in some]
            for first in filter(None, failed):
                raise first from error

    async def _failure(self, one: TargetResult) -> Exception | None:
        """Write one alone; what kept it from being written."""
        try:
            await self._store([one])
        except Exception as error:
            if _is_everybodys(error):
                raise
            return error
        return None

    async def _patiently(self, some: list[TargetResult]) -> None:
        """Write; wait for a server that is away: a target that was seen is worth a minute."""
        for wait in waits(self._spider.shard.settings):
            try:
                return await asyncio.to_thread(self._write, some)
            except DatabaseError as error:
                if not error.away:
                    raise
                log.warning("database_away", run=self._spider.shard.run.id, seconds=wait)
            await asyncio.sleep(wait)
        return await asyncio.to_thread(self._write, some)

    def _write(self, some: list[TargetResult]) -> None:
        shard = self._spider.shard
        with shard.sessions.begin() as session:
            record_all(session, shard.run, some)


def _is_everybodys(error: Exception) -> bool:
    """Whether no target could be written: the run is another's, or the database stays away."""
    return isinstance(error, LeaseLostError) or (isinstance(error, DatabaseError) and error.away)
