"""Scrapy's way to the bytes: its downloader calls this handler, which uses the shared transport.

The answer is handed through untouched (`AnsweredResponse.answer`): origin map, private-address
refusal, caps and TLS policy lie in the transport, so Scrapy cannot disagree with the probes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from scrapy.crawler import Crawler

    from crawler.fetch.browser import Browser
    from crawler.fetch.capture import Capture
    from crawler.fetch.chromium import Chromium
    from crawler.fetch.network import Network
    from crawler.fetch.transport import Answer, Outgoing

OUTGOING = "xuncha_outgoing"
_SLOT = "patrol"


class _Patrolling(Protocol):
    network: Network
    tier: BrowserTier | None


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
        self._spider = cast("_Patrolling", crawler.spider)

    async def download_request(self, request: Request) -> Response:
        """Exchange what the fetcher put into the request, or render it where that is asked."""
        if request.meta.get("playwright"):
            assert self._spider.tier is not None
            return await self._spider.tier.download(request)
        outgoing: Outgoing = request.meta[OUTGOING]
        answer = await self._spider.network.transport.exchange(outgoing)
        return AnsweredResponse(request.url, answer)

    async def close(self) -> None:
        """The network and the browser are closed by the spider that opened them."""


class BrowserTier:
    """The browser of one crawler, made when the first page needs it: most shards never do, and

    loading a driver costs a second. Implements what `Fetcher.browse` asks of a browser.
    """

    def __init__(self, crawler: Crawler, network: Network, executable: str) -> None:
        self._crawler = crawler
        self._network = network
        self._executable = executable
        self._chromium: Chromium | None = None
        self._browser: Browser | None = None

    async def render(self, url: str, wanted: Sequence[str]) -> list[Capture]:
        """The page as a person's browser shows it."""
        if self._browser is None:
            from crawler.fetch import browser, chromium  # noqa: PLC0415 -- see the class

            self._chromium = chromium.Chromium(self._network, self._executable)
            restart = self._chromium.restart
            self._browser = browser.Browser(self._network, self._through_engine, restart)
        return await self._browser.render(url, wanted)

    async def _through_engine(self, request: Request) -> Response:
        assert self._crawler.engine is not None
        return await self._crawler.engine.download_async(request)

    async def download(self, request: Request) -> Response:
        """What Scrapy's downloader hands back to us: open the page."""
        assert self._chromium is not None
        return await self._chromium.download(self._crawler, request)

    async def close(self) -> None:
        """Close the browser, if there ever was one."""
        if self._chromium is not None:
            await self._chromium.close()


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
