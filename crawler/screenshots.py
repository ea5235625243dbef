"""Pictures of pages, as evidence: taken after judging, of what lies behind newly flagged findings.

    take_screenshots     PNG by address, for as many as a browser shows in time

A browser of its own, with images on; it leaves through the same gate and obeys the same map.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import structlog
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright

from crawler.fetch.browser import CONTEXT
from crawler.fetch.driver import started
from crawler.fetch.executable import find_browser, launch_options
from crawler.fetch.gate import Gate
from crawler.fetch.network import open_network
from crawler.fetch.rendering_page import PageWatch

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from playwright.async_api import Browser, BrowserContext

    from crawler.fetch.network import Network
    from settings import Settings

log = structlog.get_logger()

MOST_HEIGHT = 6000
CLOSE_SECONDS = 10.0


def take_screenshots(settings: Settings, urls: Iterable[str], as_of: datetime) -> dict[str, bytes]:
    """PNG bytes by address. Addresses that gave no picture are left out; never raises for a page.

    Empty when there is no browser. Not to be called inside a running event loop.
    """
    executable = find_browser(settings)
    wanted = list(dict.fromkeys(urls))
    if executable is None or not wanted:
        return {}
    return asyncio.run(_take(settings, executable, wanted, as_of))


async def screenshot(network: Network, context: BrowserContext, url: str) -> bytes | None:
    """One page, its top `MOST_HEIGHT` pixels; None when it could not be shown."""
    limit = network.settings.browser_timeout
    watch = PageWatch(network, images=True)
    page = await context.new_page()
    try:
        async with asyncio.timeout(limit + CLOSE_SECONDS):
            await watch.attach(page)
            await page.goto(url, wait_until="domcontentloaded", timeout=limit * 1000)
            await watch.settle(page)
            width, height = await page.evaluate(
                "() => [innerWidth, Math.max(innerHeight, document.documentElement.scrollHeight)]"
            )
            clip: Any = {"x": 0, "y": 0, "width": width, "height": min(height, MOST_HEIGHT)}
            return await page.screenshot(full_page=True, clip=clip, timeout=limit * 1000)
    except (PlaywrightError, TimeoutError) as error:
        log.warning("no_screenshot", url=url, why=str(error).splitlines()[:1])
        return None
    finally:
        # Pages before their context; a page that will not close goes with the browser.
        await _quietly(page.close())


async def _take(
    settings: Settings, executable: str, urls: list[str], as_of: datetime
) -> dict[str, bytes]:
    network = open_network(settings, as_of)
    gate = Gate(network.origins, network.names)
    await gate.open()
    try:
        driver = async_playwright()
        playwright = await started(driver.start())
        try:
            taken: dict[str, bytes] = {}
            for start in range(0, len(urls), settings.browser_recycle):
                batch = urls[start : start + settings.browser_recycle]
                options: dict[str, Any] = launch_options(executable, images=True)
                options["proxy"] = {"server": gate.address, "bypass": "<-loopback>"}
                browser = await playwright.chromium.launch(**options)
                try:
                    taken |= await _batch(network, browser, batch)
                finally:
                    await _quietly(browser.close())
            return taken
        finally:
            await _quietly(playwright.stop())
    except (PlaywrightError, TimeoutError) as error:
        log.warning("browser_failed", why=str(error).splitlines()[:1])
        return {}
    finally:
        await gate.close()
        await network.close()


async def _batch(network: Network, browser: Browser, urls: list[str]) -> dict[str, bytes]:
    async with asyncio.timeout(network.settings.browser_timeout):
        context = await browser.new_context(**CONTEXT)
    places = asyncio.Semaphore(network.settings.browser_pages)

    async def one(url: str) -> bytes | None:
        async with places:
            return await screenshot(network, context, url)

    pictures = await asyncio.gather(*(one(url) for url in urls))
    return {url: picture for url, picture in zip(urls, pictures, strict=True) if picture}


async def _quietly(closing: Any) -> None:
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await closing
    except (PlaywrightError, TimeoutError):
        return
