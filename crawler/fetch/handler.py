"""Scrapy's way to the browser: its downloader calls this handler for every page to be rendered.

Plain exchanges do not come this way: the fetcher hands them to the transport itself, where origin
map, private-address refusal, caps and TLS policy lie. Through Scrapy's engine, with its slots and
signals, each would cost a tenth of a millisecond more and gain nothing: no middleware is switched on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from scrapy.core.downloader.handlers.base import BaseDownloadHandler

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.fetch.browser import Browser
    from crawler.fetch.capture import Capture
    from crawler.fetch.chromium import Chromium
    from crawler.fetch.network import Network


class _Patrolling(Protocol):
    network: Network
    tier: BrowserTier | None


class PatrolDownloadHandler(BaseDownloadHandler):
    """Opens pages in the browser; nothing else comes this way."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._spider = cast("_Patrolling", crawler.spider)

    async def download_request(self, request: Request) -> Response:
        """Render the page."""
        assert self._spider.tier is not None
        return await self._spider.tier.download(request)

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
