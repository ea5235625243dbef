"""One round of a crawl on the workers: hand shards out, collect what has ended, rescue what hangs.

Imports the job engine: only for who has it installed.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from cluster.engine import QUEUE, TASK, Pulse, make_app
from cluster.work import ATTEMPTS, register
from crawler.patience import waits
from crawler.store import CaptureStore
from database import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from procrastinate import App

    from crawler.processes import Crew

log = structlog.get_logger()

POLL_SECONDS = 0.5
AWAY = "任务队列所在的数据库没有应答"
FINAL = frozenset({"succeeded", "failed", "cancelled", "aborted"})
_LIVE = (
    "SELECT count(*) AS count FROM procrastinate_workers"
    " WHERE last_heartbeat > now() - make_interval(secs => %(seconds)s)"
)
_STATES = "SELECT id, status::text AS status FROM procrastinate_jobs WHERE id = ANY(%(ids)s)"
_STALE = "SELECT id FROM procrastinate_jobs WHERE status::text IN ('todo', 'doing')"


@dataclass(slots=True)
class _Round:
    """One round of a crawl: what waits, and the jobs under way by their number."""

    app: App
    crew: Crew
    mark: str
    waiting: list[Sequence[int]]
    under_way: dict[int, Sequence[int]]
    pulse: Pulse
    answered: float = field(default_factory=time.monotonic)
    checked: float = field(default_factory=time.monotonic)
    alive: float = field(default_factory=time.monotonic)

    @property
    def is_deserted(self) -> bool:
        """Whether no worker has given a sign of life for too long."""
        return self.checked - self.alive > self.pulse.silent

    async def step(self) -> None:
        """Hand out, collect, and now and then look after the workers."""
        await self.hand_out()
        await self.collect()
        if time.monotonic() - self.checked < self.pulse.beat:
            return
        await self.rescue()
        self.checked = time.monotonic()
        if await live(self.app, self.pulse):
            self.alive = self.checked

    async def hand_out(self) -> None:
        """Keep as many jobs in the queue as may be worked on at once."""
        while self.waiting and len(self.under_way) < self.crew.at_once:
            shard = self.waiting[0]
            number = await self.app.configure_task(name=TASK, queue=QUEUE).defer_async(
                run=self.crew.run_id,
                owner=self.crew.owner,
                targets=list(shard),
                shards=self.crew.at_once,
                mark=self.mark,
            )
            # Only now: what could not be handed out waits on.
            self.under_way[number] = self.waiting.pop(0)

    async def collect(self) -> None:
        """Forget the jobs that have ended; what they left over is seen from the visits."""
        rows = await self.app.connector.execute_query_all_async(_STATES, ids=list(self.under_way))
        states = {row["id"]: row["status"] for row in rows}
        for number in list(self.under_way):
            if states.get(number, "failed") in FINAL:
                del self.under_way[number]

    async def rescue(self) -> None:
        """Take jobs back from workers that give no sign of life."""
        stalled = await self.app.job_manager.get_stalled_jobs(
            queue=QUEUE, seconds_since_heartbeat=self.pulse.silent
        )
        for job in stalled:
            if job.id not in self.under_way:
                continue
            log.warning("worker_lost", run=self.crew.run_id, job=job.id, attempts=job.attempts)
            if job.attempts < ATTEMPTS:
                await self.app.job_manager.retry_job(job)
            else:
                await self.app.job_manager.finish_job(job, Status.FAILED, delete_job=False)

    async def withdraw(self) -> None:
        """Nobody shall begin what is still in the queue."""
        for number in self.under_way:
            await self.app.job_manager.cancel_job_by_id_async(number, abort=True)


async def handed_out(
    crew: Crew, shards: Sequence[Sequence[int]], tick: Callable[[], None]
) -> list[Sequence[int]]:
    """The shards that nobody worked on, because no worker is left; normally none."""
    mark = CaptureStore(crew.settings.capture_store).put(
        f"xuncha run {crew.run_id} of {crew.owner}".encode()
    )
    app = await _opened(crew)
    this = _Round(app, crew, mark, list(shards), {}, Pulse.of(crew.settings))
    try:
        while this.waiting or this.under_way:
            if await _patiently(this) and this.is_deserted:
                return [*this.under_way.values(), *this.waiting]
            await asyncio.sleep(POLL_SECONDS)
            tick()
    finally:
        with suppress(ConnectorException):
            await this.withdraw()
        await app.close_async()
    return []


async def _opened(crew: Crew) -> App:
    """The queue, without the jobs of older nights. Raises DatabaseError when it is away too long."""
    for wait in waits(crew.settings):
        try:
            return await _open(crew)
        except DatabaseError as error:
            if not error.away:
                raise
            log.warning("queue_away", run=crew.run_id, seconds=wait)
        await asyncio.sleep(wait)
    return await _open(crew)


async def _open(crew: Crew) -> App:
    app = make_app(crew.settings)
    register(app, None)
    try:
        await app.open_async()
        await _cancel_older(app)
    except ConnectorException as error:
        await app.close_async()
        raise DatabaseError(AWAY, away=True) from error
    return app


async def _patiently(this: _Round) -> bool:
    """One step; False while the database is away. Raises DatabaseError once that lasts too long."""
    try:
        await this.step()
    except ConnectorException as error:
        log.warning("queue_away", run=this.crew.run_id)
        if time.monotonic() - this.answered > this.crew.settings.database_patience:
            raise DatabaseError(AWAY, away=True) from error
        return False
    this.answered = time.monotonic()
    return True


async def _cancel_older(app: App) -> None:
    """Jobs of a night that was broken off: one night runs at a time, so all of them are."""
    for row in await app.connector.execute_query_all_async(_STALE):
        await app.job_manager.cancel_job_by_id_async(row["id"], abort=True)


async def live(app: App, pulse: Pulse) -> int:
    """How many places workers that give signs of life have."""
    row = await app.connector.execute_query_one_async(_LIVE, seconds=pulse.silent)
    return int(row["count"])
