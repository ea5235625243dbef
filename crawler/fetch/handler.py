"""Scrapy's way to the bytes: its downloader calls this handler, which uses the shared transport.

The answer is handed through untouched (`AnsweredResponse.answer`): origin map, private-address
refusal, caps and TLS policy lie in the transport, so Scrapy cannot disagree with the probes.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, cast

from playwright.async_api import Error as PlaywrightError
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler.fetch.browser import Browser, launch_options
from crawler.fetch.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from scrapy.crawler import Crawler

    from crawler.fetch.network import Network
    from crawler.fetch.transport import Answer, Outgoing

OUTGOING = "xuncha_outgoing"
_SLOT = "patrol"


class _Patrolling(Protocol):
    network: Network
    chromium: Chromium


class AnsweredResponse(Response):
    """A response that carries the transport's answer; Scrapy sees its status and body."""

    def __init__(self, url: str, answer: Answer, **kwargs: Any) -> None:
        super().__init__(url, status=answer.status, body=answer.body, **kwargs)
        self.answer = answer


class PatrolDownloadHandler(BaseDownloadHandler):
    """One exchange for each request. Raises `ExchangeError`, which the fetcher understands."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._crawler = crawler
        self._spider = cast("_Patrolling", crawler.spider)

    async def download_request(self, request: Request) -> Response:
        """Exchange what the fetcher put into the request, or render it where that is asked."""
        if request.meta.get("playwright"):
            return await self._spider.chromium.download(self._crawler, request)
        outgoing: Outgoing = request.meta[OUTGOING]
        answer = await self._spider.network.transport.exchange(outgoing)
        return AnsweredResponse(request.url, answer)

    async def close(self) -> None:
        """The network and the browser are closed by the spider that opened them."""


class Chromium:
    """scrapy-playwright's handler, made when the first page needs a browser: most nights' shards

    would otherwise start a driver for nothing. The gate is open as long as the handler.
    """

    def __init__(self, network: Network, executable: str) -> None:
        self._network = network
        self._executable = executable
        self._gate = Gate(network.origins, network.names)
        self._handler: ScrapyPlaywrightDownloadHandler | None = None
        self._starting = asyncio.Lock()

    async def download(self, crawler: Crawler, request: Request) -> Response:
        """Let the browser open a page."""
        async with self._starting:
            if self._handler is None:
                self._handler = await self._start(crawler)
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
        await handler._launch()  # noqa: SLF001 -- it waits for a signal that was sent long ago
        return handler

    async def restart(self) -> None:
        """Close the browser; the next page starts a fresh one."""
        browser = getattr(self._handler, "browser", None)
        if browser is not None:
            with suppress(PlaywrightError):
                await browser.close()

    async def close(self) -> None:
        """Close pages, browser, driver and gate."""
        if self._handler is not None:
            with suppress(PlaywrightError):
                await self._handler.close()
        await self._gate.close()


def browser_of(crawler: Crawler, network: Network, chromium: Chromium) -> Browser:
    """A browser whose pages are downloads of this crawler's engine."""

    async def download(request: Request) -> Response:
        assert crawler.engine is not None
        return await crawler.engine.download_async(request)

    return Browser(network, download, chromium.restart)


def through_engine(crawler: Crawler) -> Callable[[Outgoing], Awaitable[Answer]]:
    """A download function that goes through Scrapy's engine, downloader and middlewares."""

    async def download(outgoing: Outgoing) -> Answer:
        assert crawler.engine is not None
        # One slot: how often and how many at once is the manners' business, host by host.
        meta = {OUTGOING: outgoing, "download_slot": _SLOT}
        request = Request(outgoing.url, meta=meta, dont_filter=True)
        response = await crawler.engine.download_async(request)
        return cast("AnsweredResponse", response).answer

    return download
