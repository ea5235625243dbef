"""One crawl process of a test: asks for pages of a host that is nobody's own.

    python -m tests.integration.crawl.shared_budget_process URL COUNT SHARED

The database and the map of origins come from the environment.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

import settings as configuration
from crawler.budget_leases import BudgetLeases
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.network import open_network
from crawler.lease import new_owner
from crawler.shared_budgets import SharedBudgets, Tact
from database import session_factory

TACT = Tact(beat=0.2, poll=0.05, lasting=5.0, visit=0.6, home=3.0, idle=0.5, patience=60.0)


async def ask(url: str, count: int, *, shared: bool) -> int:
    """How many of `count` pages came."""
    settings = configuration.load()
    leases = BudgetLeases(session_factory(settings), new_owner(), TACT.lasting)
    budgets = SharedBudgets(leases, lambda _: False, TACT) if shared else None
    network = open_network(settings, datetime.now(UTC), shards=2, shared=budgets)
    try:
        fetch = Fetcher(network)
        told = await asyncio.gather(*(fetch.get(f"{url}?{number}") for number in range(count)))
        return sum(one.good for one in told)
    finally:
        await network.close()


if __name__ == "__main__":
    sys.stdout.write(
        str(asyncio.run(ask(sys.argv[1], int(sys.argv[2]), shared=sys.argv[3] == "shared")))
    )
