"""Politeness: how often and how many at once, by host, by address and by account platform.

集约化 platforms put dozens of sites on one address, so a budget by host alone would still be a
burst (trap 14). Mapped origins (tests, demos, staging) are not slowed down unless a delay is set.
With `shared`, the budgets of this process and of the others are one (`crawler.shared_budgets`).
"""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from crawler.fetch.origins import host_of

if TYPE_CHECKING:
    from types import TracebackType

    from crawler.fetch.origins import OriginMap
    from settings import Settings

HOST_DELAY = 1.0
PLATFORM_DELAY = 10.0
MAPPED_CONCURRENCY = 8
LONGEST_REST = 120.0
LONGEST_MAPPED_REST = 0.5

# Account platforms. Official programming interfaces are not slowed down like pages for people.
_PLATFORMS = (
    "weibo.cn", "weibo.com", "mp.weixin.qq.com", "channels.weixin.qq.com", "weixin.sogou.com",
    "toutiao.com", "douyin.com", "kuaishou.com", "bilibili.com", "xiaohongshu.com",
)  # fmt: skip


@lru_cache(maxsize=4096)
def platform_of(host: str) -> str:
    """The account platform that a host belongs to, or an empty string."""
    return next((name for name in _PLATFORMS if host == name or host.endswith(f".{name}")), "")


class Paced(Protocol):
    """A queue with the moment (monotonic) from which its next request may start."""

    next_at: float


class Shared(Protocol):
    """Budgets that several processes keep together."""

    def held(self, key: str, lane: Paced) -> AbstractAsyncContextManager[None]:
        """Hold `key` for one request; `lane.next_at` is set to when it may start."""
        ...

    async def close(self) -> None:
        """Give everything back."""
        ...


@dataclass(slots=True)
class _Lane:
    """A queue for one host or platform: `delay` seconds from one start to the next.

    `shared`: the name under which the other processes know it; empty where it is ours alone.
    """

    delay: float
    turns: asyncio.Semaphore
    next_at: float = 0.0
    shared: str = ""
    pacing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def pace(self) -> None:
        """Wait until the next request may start."""
        if not self.delay and self.next_at <= time.monotonic():
            return
        async with self.pacing:
            wait = self.next_at - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            self.next_at = time.monotonic() + self.delay


class _Turn(AbstractAsyncContextManager[None]):
    """A place in each of these lanes, for one request.

    A class by itself: there is one for each request, and a generator costs four times as much.
    """

    __slots__ = ("_held", "_inside", "_lanes", "_shared")

    def __init__(self, lanes: list[_Lane], shared: Shared | None) -> None:
        self._lanes = lanes
        self._shared = shared
        self._inside: list[_Lane] = []
        self._held: AsyncExitStack | None = None

    async def __aenter__(self) -> None:
        try:
            for lane in self._lanes:
                await lane.turns.acquire()
                self._inside.append(lane)
                if self._shared is not None and lane.shared:
                    self._held = self._held or AsyncExitStack()
                    await self._held.enter_async_context(self._shared.held(lane.shared, lane))
                await lane.pace()
        except BaseException:
            # As much when the request is called off while it waits: the place is somebody else's.
            await self.__aexit__(*sys.exc_info())
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._held is not None:
                await self._held.__aexit__(kind, error, trace)
        finally:
            for lane in self._inside:
                lane.turns.release()


class Manners:
    """The budgets of one process. With several, and no `shared`, each takes its share of an address."""

    def __init__(
        self,
        settings: Settings,
        origins: OriginMap,
        *,
        shards: int = 1,
        shared: Shared | None = None,
    ) -> None:
        self._settings = settings
        self._origins = origins
        self._shared = shared
        self._shards = 1 if shared else max(1, shards)
        self._lanes: dict[str, _Lane] = {}
        self._addresses: dict[str, _Lane] = {}

    def turn(self, url: str, address: str = "") -> AbstractAsyncContextManager[None]:
        """Hold a place for one request to `url`, answered by `address` where it is known."""
        lane = self._lane(url)
        return _Turn([lane, self._address(address)] if address else [lane], self._shared)

    async def close(self) -> None:
        """Give back what is shared with other processes."""
        if self._shared is not None:
            await self._shared.close()

    def rest(self, url: str, seconds: float) -> None:
        """Leave a host alone for a while: Retry-After, or our own guess after a 429."""
        longest = LONGEST_MAPPED_REST if self._origins.mapped(url) else LONGEST_REST
        lane = self._lane(url)
        lane.next_at = max(lane.next_at, time.monotonic() + min(max(seconds, 0.0), longest))

    def _lane(self, url: str) -> _Lane:
        host = host_of(url)
        platform = platform_of(host)
        key = platform or host
        if key not in self._lanes:
            mapped = self._origins.mapped(url)
            lane = self._new_lane(platform=bool(platform), mapped=mapped)
            lane.shared = "" if mapped and not lane.delay else key
            self._lanes[key] = lane
        return self._lanes[key]

    def _new_lane(self, *, platform: bool, mapped: bool) -> _Lane:
        wanted = self._settings.platform_delay if platform else self._settings.host_delay
        if mapped and not wanted:
            return _Lane(0.0, asyncio.Semaphore(MAPPED_CONCURRENCY))
        if platform:
            delay = PLATFORM_DELAY if wanted is None else wanted
            return _Lane(delay * self._shards, asyncio.Semaphore(1))
        delay = HOST_DELAY if wanted is None else wanted
        return _Lane(delay, asyncio.Semaphore(self._settings.host_concurrency))

    def _address(self, address: str) -> _Lane:
        if address not in self._addresses:
            share = max(1, self._settings.ip_concurrency // self._shards)
            turns = asyncio.Semaphore(share)
            self._addresses[address] = _Lane(0.0, turns, shared=f"address {address}")
        return self._addresses[address]
