"""Results are stored together, and one that cannot be stored costs the others nothing."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from crawler.fetch.access import AccessState
from crawler.recording import LeaseLostError
from crawler.spiders import pipeline
from crawler.spiders.result import TargetResult
from database import DatabaseError
from settings import Settings


class Writer(pipeline.StorePipeline):
    """Writes into a list; a target of `bad` fails the whole transaction, as a database does."""

    def __init__(self, bad: dict[int, Exception]) -> None:
        self.shard = SimpleNamespace(
            settings=Settings(database_patience=0),
            run=SimpleNamespace(id=1),
            waiting=asyncio.Semaphore(0),
            failure=None,
        )
        super().__init__(cast("Any", SimpleNamespace(shard=self.shard)))
        self.bad = bad
        self.written: list[list[int]] = []
        self.tried = 0

    def _write(self, some: list[TargetResult]) -> None:
        self.tried += 1
        for one in some:
            if one.target_id in self.bad:
                raise self.bad[one.target_id]
        self.written.append([one.target_id for one in some])

    async def take(self, count: int) -> None:
        results = [TargetResult(n, fresh=True, access=AccessState.OK) for n in range(count)]
        await asyncio.gather(*(self.process_item(one) for one in results))


def played(bad: dict[int, Exception], count: int) -> Writer:
    async def play() -> Writer:
        writer = Writer(bad)
        await writer.take(count)
        return writer

    return asyncio.run(play())


def test_results_that_arrive_together_are_written_together_in_their_order() -> None:
    writer = played({}, pipeline.MOST + 3)
    assert writer.written == [
        list(range(pipeline.MOST)),
        list(range(pipeline.MOST, pipeline.MOST + 3)),
    ]
    assert writer.shard.waiting._value == pipeline.MOST + 3


def test_what_cannot_be_stored_costs_the_others_nothing_and_ends_the_shard() -> None:
    writer = played({0: ValueError("odd"), 2: ValueError("odd, too")}, 5)
    assert writer.written == [[1], [3], [4]]
    assert str(writer.shard.failure) == "odd"


@pytest.mark.parametrize(
    "error", [LeaseLostError("taken over"), DatabaseError("gone", away=True)], ids=["lease", "away"]
)
def test_what_concerns_every_target_is_not_tried_sixteen_times(error: Exception) -> None:
    writer = played({3: error}, 5)
    assert (writer.written, writer.shard.failure) == ([], error)
    assert writer.tried <= 2
