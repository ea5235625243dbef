"""`xuncha worker`: works on shards until it is told to end.

The database may go away for a while: the worker waits and comes back. What it cannot mend itself
(a full disk, another capture store) ends it with one sentence, and its job goes to another.
"""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

import structlog

from cluster.engine import QUEUE, ClusterError, Pulse, make_app
from cluster.work import Bench, register
from database import DatabaseError

if TYPE_CHECKING:
    from procrastinate import App

    from settings import Settings

log = structlog.get_logger()

POLL_SECONDS = 1.0
PAUSE_SECONDS = 5.0
END_SECONDS = 30.0
"""A shard under way is ended within that; its process is asked, then killed."""


def work(settings: Settings, at_once: int) -> None:
    """Work on `at_once` shards at a time until SIGTERM or SIGINT; what is under way is given back.

    Raises ClusterError when the cluster cannot be used, or this machine cannot go on.
    """
    make_app(settings)  # what is wrong from the beginning is told at once
    bench = Bench(settings)
    asyncio.run(_work(bench, at_once))
    if bench.failure:
        message = f"本机停止领取任务：{bench.failure}"
        raise ClusterError(message)


async def _work(bench: Bench, at_once: int) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, bench.stopping.set)
    while not bench.stopping.is_set():
        await _serve(bench, at_once)
        for _ in range(int(PAUSE_SECONDS / 0.2)):
            if not bench.stopping.is_set():
                await asyncio.sleep(0.2)


async def _serve(bench: Bench, at_once: int) -> None:
    """Serve the queue until told to end, or until the database goes away."""
    from procrastinate.exceptions import ConnectorException  # noqa: PLC0415 -- an optional extra

    try:
        app = make_app(bench.settings, connections=at_once + 2)
        register(app, bench)
        async with app.open_async():
            await _slots(app, bench, at_once)
    except (ConnectorException, DatabaseError) as error:
        log.warning("worker_lost_its_database", error=type(error).__name__)


async def _slots(app: App, bench: Bench, at_once: int) -> None:
    """`at_once` workers of the engine in one process: each is a place that the night can count."""
    pulse = Pulse.of(bench.settings)
    slots = [
        asyncio.ensure_future(
            app.run_worker_async(
                queues=[QUEUE],
                name=f"slot {number + 1}",
                concurrency=1,
                listen_notify=False,
                install_signal_handlers=False,
                fetch_job_polling_interval=POLL_SECONDS,
                update_heartbeat_interval=pulse.beat,
                stalled_worker_timeout=pulse.silent * 3,
                shutdown_graceful_timeout=END_SECONDS,
            )
        )
        for number in range(at_once)
    ]
    log.info("worker_ready", places=at_once)
    watch = asyncio.ensure_future(_until_stopped(bench))
    # A slot ends by itself only when its database is gone: then all begin anew.
    await asyncio.wait([watch, *slots], return_when=asyncio.FIRST_COMPLETED)
    watch.cancel()
    for slot in slots:
        slot.cancel()
    for ended in await asyncio.gather(*slots, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended


async def _until_stopped(bench: Bench) -> None:
    while not bench.stopping.is_set():  # noqa: ASYNC110 -- set from the threads of jobs
        await asyncio.sleep(0.2)
