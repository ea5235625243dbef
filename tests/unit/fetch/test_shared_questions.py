"""What several wait for: its error reaches who waits, and is told nobody when they are gone."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest

from crawler.fetch.questions import is_broken, shared


class BrokenError(Exception):
    """What a question ends with."""


async def fails() -> int:
    await asyncio.sleep(0.01)
    raise BrokenError


def test_an_error_reaches_everybody_who_waits() -> None:
    async def play() -> None:
        asked = shared(fails())
        told = await asyncio.gather(
            *(asyncio.shield(asked) for _ in range(3)), return_exceptions=True
        )
        assert [type(one) for one in told] == [BrokenError] * 3
        assert is_broken(asked)

    asyncio.run(play())


@pytest.mark.parametrize("quiet", [True, False])
def test_an_error_after_all_have_gone_is_no_fault_of_the_program(quiet: bool) -> None:
    complaints: list[dict[str, Any]] = []

    async def play() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, told: complaints.append(told))
        begin = shared if quiet else asyncio.ensure_future

        async def waits_for(asked: asyncio.Future[int]) -> None:
            await asyncio.shield(asked)

        waiting = asyncio.ensure_future(waits_for(begin(fails())))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        del waiting
        await asyncio.sleep(0.05)
        gc.collect()

    asyncio.run(play())
    assert bool(complaints) is not quiet


def test_an_answer_or_an_open_question_is_not_broken() -> None:
    async def play() -> None:
        asked = shared(asyncio.sleep(0.01, 7))
        assert not is_broken(asked)
        assert await asked == 7
        assert not is_broken(asked)

    asyncio.run(play())
