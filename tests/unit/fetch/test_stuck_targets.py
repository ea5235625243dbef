"""A target that takes for ever is given up with a typed reason; the others are visited (trap 10)."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from crawler.fetch.access import AccessState
from crawler.spiders.patrol import PatrolSpider
from crawler.spiders.result import TargetResult

SECONDS = 0.05
STUCK, WELL = 1, 2


class Patrol:
    """What `PatrolSpider.visit` asks of its spider."""

    def __init__(self) -> None:
        settings = SimpleNamespace(target_seconds=SECONDS)
        self.shard = SimpleNamespace(run=SimpleNamespace(id=1), settings=settings)

    async def _patiently(self, task: Any) -> TargetResult:
        if task.id == STUCK:
            await asyncio.sleep(60)
        return TargetResult(task.id, fresh=True, access=AccessState.OK)


def test_a_target_that_never_ends_is_given_up_and_the_others_are_visited() -> None:
    visit: Any = PatrolSpider.visit

    async def inside() -> list[TargetResult]:
        patrol = Patrol()
        tasks = [SimpleNamespace(id=one) for one in (STUCK, WELL)]
        return list(await asyncio.gather(*(visit(patrol, one) for one in tasks)))

    stuck, well = asyncio.run(inside())
    told = (stuck.fresh, stuck.access, stuck.reason)
    assert told == (False, AccessState.OUR_FAULT, "target_stuck")
    assert (well.target_id, well.fresh) == (WELL, True)
