"""The night's side of a cluster: hands shards out, takes them back from dead workers, waits.

engine     how `crawler.coverage` crawls when a night runs with `--cluster`

A worker that is silent loses its job to another; what it had stored is kept and not fetched
again. When no worker is left, this machine does the rest itself.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from cluster.addresses import by_address, looked_up
from cluster.engine import QUEUE, TASK, Pulse, make_app
from cluster.work import ATTEMPTS, register
from crawler import processes
from crawler.coverage import Engine
from crawler.store import CaptureStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from procrastinate import App

    from crawler.processes import Crew
    from settings import Settings

log = structlog.get_logger()

POLL_SECONDS = 0.5
CUT = 4
"""Shards for each place where one can be worked on: who is done early takes another."""
FINAL = frozenset({"succeeded", "failed", "cancelled", "aborted"})
_LIVE = (
    "SELECT count(*) AS count FROM procrastinate_workers"
    " WHERE last_heartbeat > now() - make_interval(secs => %(seconds)s)"
)
_STATES = "SELECT id, status::text AS status FROM procrastinate_jobs WHERE id = ANY(%(ids)s)"
_STALE = "SELECT id FROM procrastinate_jobs WHERE status::text IN ('todo', 'doing')"


def engine(settings: Settings) -> Engine:
    """The crawl of a night on many machines. Raises ClusterError at once when it cannot be."""
    make_app(settings)
    return Engine(
        crawl=_crawl,
        gather=lambda found: by_address(found, looked_up(settings, found)),
        cut=CUT,
    )


def places(settings: Settings) -> int:
    """How many shards the workers that are up can work on at once; waits a little for the first."""
    return asyncio.run(_places(settings))


async def _places(settings: Settings) -> int:
    pulse = Pulse.of(settings)
    async with make_app(settings).open_async() as app:
        for _ in range(int(pulse.silent / POLL_SECONDS)):
            if live := await _live(app, pulse):
                return live
            await asyncio.sleep(POLL_SECONDS)
    return 0


def _crawl(crew: Crew, shards: Sequence[Sequence[int]], tick: Callable[[], None]) -> None:
    """As `processes.crawl`, on the workers; what they leave is left over."""
    left = asyncio.run(_handed_out(crew, shards, tick))
    if left:
        log.error("cluster_without_workers", run=crew.run_id, shards=len(left))
        processes.crawl(crew, left, tick)


@dataclass(slots=True)
class _Round:
    """One round of a crawl: what waits, and the jobs under way by their number."""

    app: App
    crew: Crew
    mark: str
    waiting: list[Sequence[int]]
    under_way: dict[int, Sequence[int]]

    async def hand_out(self) -> None:
        """Keep as many jobs in the queue as may be worked on at once."""
        while self.waiting and len(self.under_way) < self.crew.at_once:
            shard = self.waiting.pop(0)
            number = await self.app.configure_task(name=TASK, queue=QUEUE).defer_async(
                run=self.crew.run_id,
                owner=self.crew.owner,
                targets=list(shard),
                shards=self.crew.at_once,
                mark=self.mark,
            )
            self.under_way[number] = shard

    async def collect(self) -> None:
        """Forget the jobs that have ended; what they left over is seen from the visits."""
        rows = await self.app.connector.execute_query_all_async(_STATES, ids=list(self.under_way))
        states = {row["id"]: row["status"] for row in rows}
        for number in list(self.under_way):
            if states.get(number, "failed") in FINAL:
                del self.under_way[number]

    async def rescue(self, silent: float) -> None:
        """Take jobs back from workers that give no sign of life."""
        stalled = await self.app.job_manager.get_stalled_jobs(
            queue=QUEUE, seconds_since_heartbeat=silent
        )
        for job in stalled:
            if job.id not in self.under_way:
                continue
            log.warning("worker_lost", run=self.crew.run_id, job=job.id, attempts=job.attempts)
            if job.attempts < ATTEMPTS:
                await self.app.job_manager.retry_job(job)
            else:
                from procrastinate.jobs import Status  # noqa: PLC0415 -- an optional extra

                await self.app.job_manager.finish_job(job, Status.FAILED, delete_job=False)

    async def withdraw(self) -> None:
        """Nobody shall begin what is still in the queue."""
        for number in self.under_way:
            await self.app.job_manager.cancel_job_by_id_async(number, abort=True)


async def _handed_out(
    crew: Crew, shards: Sequence[Sequence[int]], tick: Callable[[], None]
) -> list[Sequence[int]]:
    """The shards that nobody worked on, because no worker is left; normally none."""
    pulse = Pulse.of(crew.settings)
    mark = CaptureStore(crew.settings.capture_store).put(
        f"xuncha run {crew.run_id} of {crew.owner}".encode()
    )
    app = make_app(crew.settings)
    register(app, None)
    async with app.open_async():
        await _cancel_older(app)
        this = _Round(app, crew, mark, list(shards), {})
        checked = seen = time.monotonic()
        try:
            while this.waiting or this.under_way:
                await this.hand_out()
                await asyncio.sleep(POLL_SECONDS)
                tick()
                await this.collect()
                if time.monotonic() - checked < pulse.beat:
                    continue
                checked = time.monotonic()
                await this.rescue(pulse.silent)
                if await _live(app, pulse):
                    seen = checked
                elif checked - seen > pulse.silent:
                    return [*this.under_way.values(), *this.waiting]
        finally:
            await this.withdraw()
    return []


async def _cancel_older(app: App) -> None:
    """Jobs of a night that was broken off: one night runs at a time, so all of them are."""
    for row in await app.connector.execute_query_all_async(_STALE):
        await app.job_manager.cancel_job_by_id_async(row["id"], abort=True)


async def _live(app: App, pulse: Pulse) -> int:
    row = await app.connector.execute_query_one_async(_LIVE, seconds=pulse.silent)
    return int(row["count"])
