"""Many targets at once, each lane at its own pace; results come as they are done."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence

_Task = TypeVar("_Task")
_Done = TypeVar("_Done")


async def through_lanes(
    lanes: Mapping[str, tuple[int, Sequence[_Task]]],
    work: Callable[[_Task], Awaitable[_Done]],
    *,
    waiting: int = 32,
) -> AsyncGenerator[_Done]:
    """Work through every lane at its width; at most `waiting` results wait to be taken.

    A slow lane (an account platform with ten seconds between requests) never holds up another.
    Closing the iteration cancels what is under way and waits until it is gone.
    """
    results: asyncio.Queue[_Done | None] = asyncio.Queue(waiting)

    async def walk(tasks: list[_Task]) -> None:
        while tasks:
            await results.put(await work(tasks.pop()))

    async def run_all() -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for width, tasks in lanes.values():
                    left = list(reversed(tasks))
                    for _ in range(min(width, len(left))):
                        group.create_task(walk(left))
        except asyncio.CancelledError:
            raise  # nobody reads on: a full queue would hold the last word for ever
        except BaseException:
            await results.put(None)
            raise
        await results.put(None)

    running = asyncio.ensure_future(run_all())
    try:
        while (done := await results.get()) is not None:
            yield done
        await running
    finally:
        running.cancel()
        await asyncio.wait([running])
