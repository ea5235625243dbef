"""Stores each finished target in one transaction, outside the event loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import structlog

from crawler.patience import waits
from crawler.recording import record
from database import DatabaseError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.spiders.patrol import PatrolSpider
    from crawler.spiders.result import TargetResult

log = structlog.get_logger()


class StorePipeline:
    """One writer for a process: SQLite has one write lock anyway, and order helps PostgreSQL."""

    def __init__(self, spider: PatrolSpider) -> None:
        self._spider = spider
        self._writing = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        """The pipeline of the crawler's spider."""
        return cls(cast("PatrolSpider", crawler.spider))

    async def process_item(self, item: Any) -> Any:
        """Store one target's result. A failure ends the shard: nothing more could be stored."""
        shard = self._spider.shard
        try:
            async with self._writing:
                if shard.failure is None:
                    await self._store(item)
        except Exception as error:
            # The edge of the job: the shard stops, says why, and the night resumes it.
            log.exception("target_not_stored", run=shard.run.id, target=item.target_id)
            shard.failure = error
        finally:
            shard.waiting.release()
        return item

    async def _store(self, item: Any) -> None:
        """Write; wait for a server that is away: a target that was seen is worth a minute."""
        for wait in waits(self._spider.shard.settings):
            try:
                return await asyncio.to_thread(self._write, item)
            except DatabaseError as error:
                if not error.away:
                    raise
                log.warning("database_away", run=self._spider.shard.run.id, seconds=wait)
            await asyncio.sleep(wait)
        return await asyncio.to_thread(self._write, item)

    def _write(self, told: TargetResult) -> None:
        shard = self._spider.shard
        with shard.sessions.begin() as session:
            record(session, shard.run, told)
