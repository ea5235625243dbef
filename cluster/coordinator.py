"""The night's side of a cluster: hands shards out, takes them back from dead workers, waits.

engine     how `crawler.coverage` crawls when a night runs with `--cluster`
places     how many shards the workers that are up can work on at once

A worker that is silent loses its job to another; what it had stored is kept and not fetched
again. When no worker is left, this machine does the rest itself.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from cluster.addresses import by_address, looked_up
from cluster.engine import Pulse, make_app
from crawler import processes
from crawler.coverage import Engine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crawler.processes import Crew
    from settings import Settings

log = structlog.get_logger()

POLL_SECONDS = 0.5
CUT = 4
"""Shards for each place where one can be worked on: who is done early takes another."""


def engine(settings: Settings) -> Engine:
    """The crawl of a night on many machines. Raises ClusterError at once when it cannot be."""
    make_app(settings)
    return Engine(
        crawl=_crawl,
        gather=lambda found: by_address(found, looked_up(settings, found)),
        cut=CUT,
    )


def places(settings: Settings) -> int:
    """How many shards can be worked on at once; waits a little for the first worker."""
    return asyncio.run(_places(settings))


async def _places(settings: Settings) -> int:
    app, pulse = make_app(settings), Pulse.of(settings)
    from cluster.rounds import live  # noqa: PLC0415 -- the engine is an optional extra

    async with app.open_async():
        for _ in range(int(pulse.silent / POLL_SECONDS)):
            if up := await live(app, pulse):
                return up
            await asyncio.sleep(POLL_SECONDS)
    return 0


def _crawl(crew: Crew, shards: Sequence[Sequence[int]], tick: Callable[[], None]) -> None:
    """As `processes.crawl`, on the workers; what they leave is left over."""
    from cluster.rounds import handed_out  # noqa: PLC0415 -- the engine is an optional extra

    left = asyncio.run(handed_out(crew, shards, tick))
    if left:
        log.error("cluster_without_workers", run=crew.run_id, shards=len(left))
        processes.crawl(crew, left, tick)
