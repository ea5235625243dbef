"""Many sites walked at once, in as many processes as there are cores; or a single one, right here."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from crawler.fetch.network import open_network
from crawler.fetch.origins import host_of
from crawler.fetch.robots import bare_host
from crawler.links_site import MOST_LINKS, MOST_PAGES, SiteLinks, check_site

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from settings import Settings


def check_sites(
    settings: Settings,
    start: Sequence[str],
    as_of: datetime,
    *,
    processes: int = 0,
    most_pages: int = MOST_PAGES,
) -> list[SiteLinks]:
    """Walk the sites of `start` whole: one result for each process's share of them.

    `processes` 0: one for each core, never more than there are sites. Sites of one process share
    what was asked; each process keeps its share of the budgets of addresses.
    """
    count = max(1, min(processes or os.cpu_count() or 1, len(start)))
    if count == 1:
        return [asyncio.run(_share(settings, list(start), as_of, 1, most_pages))]
    shares = [list(start[place::count]) for place in range(count)]
    # Called at the edge, before any loop or thread: a fork saves each process its own start.
    context = multiprocessing.get_context("fork" if threading.active_count() == 1 else "spawn")
    with ProcessPoolExecutor(count, mp_context=context) as pool:
        asked = [pool.submit(_run, settings, one, as_of, count, most_pages) for one in shares]
        return [one.result() for one in asked]


def check_address(
    settings: Settings,
    url: str,
    as_of: datetime,
    *,
    registered: frozenset[str] = frozenset(),
    ledger: Callable[[Sequence[str]], Mapping[str, datetime]] = lambda _: {},
    most_pages: int = MOST_PAGES,
    most_links: int = MOST_LINKS,
) -> SiteLinks:
    """Walk the site of one address in this process.

    `registered` names the hosts, without their www, whose owners asked for the inspection: of
    every other host the robots rules are obeyed.
    """

    async def walk() -> SiteLinks:
        network = open_network(settings, as_of, registered=registered)
        try:
            return await check_site(
                network, [url], ledger=ledger, most_pages=most_pages, most_links=most_links
            )
        finally:
            await network.close()

    return asyncio.run(walk())


def _run(
    settings: Settings, start: list[str], as_of: datetime, shards: int, most_pages: int
) -> SiteLinks:
    return asyncio.run(_share(settings, start, as_of, shards, most_pages))


async def _share(
    settings: Settings, start: list[str], as_of: datetime, shards: int, most_pages: int
) -> SiteLinks:
    hosts = frozenset(bare_host(host_of(url)) for url in start)
    network = open_network(settings, as_of, registered=hosts, shards=shards)
    try:
        return await check_site(network, start, most_pages=most_pages)
    finally:
        await network.close()
