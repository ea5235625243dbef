"""A browser that hangs or has shown enough pages is renewed, and takes nobody with it (trap 10)."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from playwright.async_api import TimeoutError as PlaywrightTimeout
from scrapy import Request

from crawler.fetch import browser as tier
from crawler.fetch import chromium
from crawler.fetch.access import AccessState
from crawler.fetch.browser import Browser
from crawler.fetch.capture import Capture
from crawler.fetch.chromium import Chromium
from crawler.fetch.driver import DriverError
from crawler.fetch.network import Network, open_network
from settings import Settings

AS_OF = datetime.fromisoformat("2023-03-10T23:59:59+08:00")


def network(home: Path, **given: Any) -> Network:
    settings = Settings(home=home, browser="off").model_copy(update=given)
    return open_network(settings, AS_OF)


def render(there: Network, urls: list[str], hanging: set[str]) -> tuple[list[str], list[Capture]]:
    """Render all at once; what the browser was asked for, in order, and what came of each page."""
    told: list[str] = []

    async def download(request: Request) -> None:
        told.append(request.url)
        if request.url in hanging:
            await asyncio.sleep(60)
        raise PlaywrightTimeout("shown too slowly")

    async def restart() -> None:
        told.append("restart")
        await asyncio.sleep(0.01)

    async def play() -> list[Capture]:
        browser = Browser(there, download, restart)
        return [one[0] for one in await asyncio.gather(*(browser.render(u, ()) for u in urls))]

    return told, asyncio.run(play())


def test_pages_that_wait_while_the_browser_hangs_are_shown_by_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tier, "GRACE_SECONDS", 0.1)
    urls = [f"http://{name}.test/" for name in "abcd"]
    there = network(tmp_path, browser_pages=1, browser_timeout=0.1)
    asked, shown = render(there, urls, {urls[0]})
    assert asked == [urls[0], "restart", *urls[1:]]
    assert (shown[0].access, shown[0].detail) == (AccessState.OUR_FAULT, "browser_crash watchdog")
    assert [one.access for one in shown[1:]] == [AccessState.TIMEOUT] * 3


def test_pages_that_hang_together_cost_one_renewal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tier, "GRACE_SECONDS", 0.1)
    urls = [f"http://{name}.test/" for name in "abc"]
    there = network(tmp_path, browser_pages=2, browser_timeout=0.1)
    asked, _ = render(there, urls, set(urls[:2]))
    assert asked == [*urls[:2], "restart", urls[2]]


def test_a_browser_is_renewed_after_so_many_pages(tmp_path: Path) -> None:
    urls = [f"http://{name}.test/" for name in "abcde"]
    asked, shown = render(network(tmp_path, browser_pages=1, browser_recycle=2), urls, set())
    assert asked == [*urls[:2], "restart", *urls[2:4], "restart", urls[4]]
    assert len(shown) == len(urls)


def test_a_target_that_is_given_up_while_the_browser_is_renewed_leaves_it_to_the_others(
    tmp_path: Path,
) -> None:
    told: list[str] = []
    begun = asyncio.Event()

    async def download(request: Request) -> None:
        told.append(request.url)
        raise PlaywrightTimeout("shown too slowly")

    async def restart() -> None:
        begun.set()
        await asyncio.sleep(0.05)
        told.append("restart")

    async def play() -> None:
        there = network(tmp_path, browser_pages=2, browser_recycle=1)
        browser = Browser(there, download, restart)
        given_up = asyncio.ensure_future(browser.render("http://a.test/", ()))
        await begun.wait()
        given_up.cancel()
        await asyncio.wait_for(browser.render("http://b.test/", ()), 5)
        assert given_up.cancelled()

    asyncio.run(play())
    assert told == ["http://a.test/", "restart", "http://b.test/", "restart"]


def test_a_driver_that_hangs_is_given_up_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chromium, "CLOSE_SECONDS", 0.05)
    there = Chromium(network(tmp_path), "chromium")
    hangs = SimpleNamespace(close=lambda: asyncio.sleep(60))
    there._handler = cast("Any", SimpleNamespace(browser=hangs))

    async def play() -> None:
        await there.restart()
        with pytest.raises(DriverError):
            await there.download(cast("Any", None), Request("http://a.test/"))

    asyncio.run(play())
