"""scrapy-playwright's download handler, started late, its browser behind our gate."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler.fetch.driver import DriverError, started
from crawler.fetch.executable import launch_options
from crawler.fetch.gate import Gate

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.fetch.network import Network

CLOSE_SECONDS = 60.0
"""The driver itself waits half as long for a browser to end, then kills it."""


class Chromium:
    """One handler of scrapy-playwright with the browser behind it; the gate is open as long."""

    def __init__(self, network: Network, executable: str) -> None:
        self._network = network
        self._executable = executable
        self._gate = Gate(network.origins, network.names)
        self._handler: ScrapyPlaywrightDownloadHandler | None = None
        self._starting = asyncio.Lock()
        self._dead: DriverError | None = None

    async def download(self, crawler: Crawler, request: Request) -> Response:
        """Let the browser open a page. Raises DriverError, each time, where no driver runs."""
        async with self._starting:
            if self._dead is not None:
                raise self._dead
            if self._handler is None:
                try:
                    self._handler = await self._start(crawler)
                except DriverError as error:
                    self._dead = error
                    raise
        response: Response = await self._handler.download_request(request)
        return response

    async def _start(self, crawler: Crawler) -> ScrapyPlaywrightDownloadHandler:
        await self._gate.open()
        options = launch_options(self._executable)
        # The bypass rule sends even loopback addresses through the gate.
        options["proxy"] = {"server": self._gate.address, "bypass": "<-loopback>"}
        crawler.settings.frozen = False
        crawler.settings.setdict(
            {
                "PLAYWRIGHT_LAUNCH_OPTIONS": options,
                "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": self._network.settings.browser_pages,
                "PLAYWRIGHT_PROCESS_REQUEST_HEADERS": None,
            }
        )
        crawler.settings.freeze()
        handler = ScrapyPlaywrightDownloadHandler.from_crawler(crawler)
        await started(handler._launch())  # noqa: SLF001 -- it waits for a signal sent long ago
        return handler

    async def restart(self) -> None:
        """Close the browser; the next page starts a fresh one.

        A browser that hangs is killed by the driver; where that hangs, too, no page is shown any more.
        """
        browser = getattr(self._handler, "browser", None)
        if browser is None:
            return
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                with suppress(PlaywrightError):
                    await browser.close()
        except TimeoutError:
            self._dead = DriverError("driver: it does not answer")

    async def close(self) -> None:
        """Close pages, browser, driver and gate."""
        if self._handler is not None:
            with suppress(PlaywrightError, TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._handler.close()
        await self._gate.close()
