"""Politeness, measured with a small clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from crawler.fetch.manners import Manners, platform_of
from crawler.fetch.origins import OriginMap
from crawler.spiders.lanes import through_lanes
from settings import Settings

MAPPED = OriginMap({"*": "http://127.0.0.1:1"})


def settings(tmp_path: Path, **given: Any) -> Settings:
    return Settings(home=tmp_path, **given)


async def take(manners: Manners, urls: list[str], address: str = "", hold: float = 0.0) -> int:
    """Take all turns at once; the most that were held together."""
    held = most = 0

    async def one(url: str) -> None:
        nonlocal held, most
        async with manners.turn(url, address):
            held += 1
            most = max(most, held)
            await asyncio.sleep(hold)
            held -= 1

    await asyncio.gather(*(one(url) for url in urls))
    return most


def test_one_host_waits_its_delay_between_requests(tmp_path: Path) -> None:
    manners = Manners(settings(tmp_path, host_delay=0.05), OriginMap())
    begun = time.monotonic()
    asyncio.run(take(manners, ["http://a.cn/"] * 5))
    assert 0.2 <= time.monotonic() - begun < 1


def test_the_delay_defaults_to_a_second_and_to_none_for_mapped_origins(tmp_path: Path) -> None:
    assert Manners(settings(tmp_path), OriginMap())._lane("http://a.cn/").delay == 1.0
    assert Manners(settings(tmp_path), MAPPED)._lane("http://a.cn/").delay == 0.0
    slow = Manners(settings(tmp_path, host_delay=0.3), MAPPED)
    assert slow._lane("http://a.cn/").delay == 0.3


def test_account_platforms_have_a_pace_of_their_own_shared_by_their_hosts(tmp_path: Path) -> None:
    manners = Manners(settings(tmp_path), OriginMap(), shards=2)
    lane = manners._lane("https://m.weibo.cn/api")
    assert lane is manners._lane("https://passport.weibo.cn/x")
    assert lane.delay == 20.0  # two processes share the platform's ten seconds
    assert platform_of("api.weixin.qq.com") == ""
    assert Manners(settings(tmp_path), MAPPED)._lane("https://m.weibo.cn/").delay == 0.0


def test_no_more_than_the_budget_at_once_on_a_host_and_on_an_address_trap_14(
    tmp_path: Path,
) -> None:
    given = settings(tmp_path, host_delay=0, host_concurrency=2, ip_concurrency=3)
    same = ["http://a.cn/"] * 6
    assert asyncio.run(take(Manners(given, OriginMap()), same, hold=0.02)) == 2
    many = [f"http://site{n}.cn/" for n in range(9)]
    assert asyncio.run(take(Manners(given, OriginMap()), many, "1.1.1.1", hold=0.02)) == 3


def test_a_request_that_is_called_off_while_it_waits_takes_nobodys_place(tmp_path: Path) -> None:
    given = settings(tmp_path, host_delay=0, host_concurrency=1, ip_concurrency=1)
    manners = Manners(given, OriginMap())

    async def wait(url: str) -> None:
        async with manners.turn(url, "1.1.1.1"):
            pytest.fail("the address is taken")

    async def called_off() -> None:
        async with manners.turn("http://a.cn/", "1.1.1.1"):
            waiting = asyncio.create_task(wait("http://b.cn/"))
            await asyncio.sleep(0.01)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        async with asyncio.timeout(1), manners.turn("http://b.cn/", "1.1.1.1"):
            pass

    asyncio.run(called_off())


def test_a_host_that_asks_for_rest_is_given_it_within_bounds_trap_14(tmp_path: Path) -> None:
    manners = Manners(settings(tmp_path, host_delay=0), OriginMap())

    async def inside() -> float:
        manners.rest("http://a.cn/", 0.1)
        begun = time.monotonic()
        await take(manners, ["http://a.cn/"])
        return time.monotonic() - begun

    assert 0.08 < asyncio.run(inside()) < 1
    manners.rest("http://a.cn/", 1e9)
    assert manners._lane("http://a.cn/").next_at - time.monotonic() <= 120


def test_a_slow_lane_never_holds_up_another() -> None:
    async def work(seconds: float) -> float:
        await asyncio.sleep(seconds)
        return seconds

    async def inside() -> list[float]:
        lanes = {"slow": (1, [0.2, 0.2]), "fast": (2, [0.01, 0.01, 0.01])}
        return [one async for one in through_lanes(lanes, work)]

    assert asyncio.run(inside()) == [0.01, 0.01, 0.01, 0.2, 0.2]


def test_leaving_the_lanes_early_ends_what_is_under_way() -> None:
    ended: list[int] = []

    async def work(number: int) -> int:
        try:
            await asyncio.sleep(0 if number == 0 else 60)
        finally:
            ended.append(number)
        return number

    async def inside() -> None:
        results: AsyncIterator[int] = through_lanes({"a": (3, [0, 1, 2])}, work)
        assert await anext(results) == 0
        await results.aclose()  # type: ignore[attr-defined]
        await asyncio.sleep(0.01)

    asyncio.run(inside())
    assert sorted(ended) == [0, 1, 2]


def test_a_failure_in_a_lane_is_raised_and_not_swallowed() -> None:
    async def work(number: int) -> int:
        raise RuntimeError(number)

    async def inside() -> None:
        async for _ in through_lanes({"a": (1, [1])}, work):
            pass

    with pytest.raises(ExceptionGroup):
        asyncio.run(inside())
