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
    from collections.abc import Awaitable, Callable

    from scrapy.crawler import Crawler

    from crawler.fetch.network import Network
    from crawler.fetch.transport import Answer, Outgoing

OUTGOING = "xuncha_outgoing"
_SLOT = "patrol"


class _Patrolling(Protocol):
    network: Network


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
        """Exchange what the fetcher put into the request."""
        outgoing: Outgoing = request.meta[OUTGOING]
        answer = await self._spider.network.transport.exchange(outgoing)
        return AnsweredResponse(request.url, answer)

    async def close(self) -> None:
        """The network is closed by the spider that opened it."""


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
