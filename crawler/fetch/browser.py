"""The browser tier: Debian's Chromium through scrapy-playwright, once for a page that needs it.

A render costs what two hundred plain fetches cost, so plain HTTP comes first. A page that showed a
site well shows the next one, too; the browser is renewed after a number of renders, and a watchdog
ends what hangs (trap 10).
"""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import structlog
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout
from scrapy import Request

from crawler.fetch.access import AccessState
from crawler.fetch.capture import Capture
from crawler.fetch.classify import read_status
from crawler.fetch.driver import DriverError
from crawler.fetch.idle_pages import IdlePages, close
from crawler.fetch.rendering_page import PageWatch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from playwright.async_api import Page, Response

    from crawler.fetch.network import Network

log = structlog.get_logger()

BROWSER_CRASH = "browser_crash"
BROWSER_OFF = "browser_off"
# Beyond the page's own time: to settle, to be read, to be closed.
GRACE_SECONDS = 15.0
CONTEXT: dict[str, Any] = {
    "ignore_https_errors": True,
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
    "service_workers": "block",
    "accept_downloads": False,
    "viewport": {"width": 1366, "height": 900},
}
_ANY_FAULT = "net::ERR_"
_ERRORS = (
    ("ERR_NAME_NOT_RESOLVED", AccessState.DNS),
    ("ERR_TUNNEL_CONNECTION_FAILED", AccessState.CONNECT),
    ("ERR_CONNECTION", AccessState.CONNECT),
    ("ERR_ADDRESS", AccessState.CONNECT),
    ("ERR_EMPTY_RESPONSE", AccessState.CONNECT),
    ("ERR_BLOCKED_BY_CLIENT", AccessState.OUR_FAULT),
    ("ERR_TIMED_OUT", AccessState.TIMEOUT),
    ("ERR_SSL", AccessState.TLS_ERROR),
    ("ERR_CERT", AccessState.TLS_ERROR),
    ("ERR_TOO_MANY_REDIRECTS", AccessState.REDIRECT_LOOP),
    ("ERR_HTTP_RESPONSE_CODE_FAILURE", AccessState.SERVER_ERROR),
    (_ANY_FAULT, AccessState.CONNECT),
)
# What may be the fault of the page that is used again rather than of the site.
_OF_THE_PAGE = frozenset({BROWSER_CRASH, f"browser {_ANY_FAULT}"})


class Browser:
    """Pages of one browser, at most `browser_pages` at once.

    `download` hands a request to scrapy-playwright's handler, `restart` renews its browser.
    """

    def __init__(
        self,
        network: Network,
        download: Callable[[Request], Awaitable[Any]],
        restart: Callable[[], Awaitable[None]],
    ) -> None:
        self._network = network
        self._download = download
        self._restart = restart
        self._places = network.settings.browser_pages
        self._free = asyncio.Semaphore(self._places)
        self._renewal: asyncio.Task[None] | None = None
        self._sound = asyncio.Event()
        self._sound.set()
        self._opened = 0
        self._idle = IdlePages()
        self._waiting = 0

    async def render(self, url: str, wanted: Sequence[str]) -> list[Capture]:
        """The page as a person's browser shows it; failures come back as a capture, too."""
        captures: list[Capture] = []
        while not captures:
            # Whoever waited meanwhile must not be lost to the browser that is about to go.
            await self._sound.wait()
            self._waiting += 1
            async with AsyncExitStack() as place:
                try:
                    await place.enter_async_context(self._free)
                finally:
                    self._waiting -= 1
                if self._sound.is_set():
                    self._opened += 1
                    captures = await self._shown(url, wanted)
                    crashed = captures and captures[0].detail.startswith(BROWSER_CRASH)
                    if crashed or self._opened >= self._network.settings.browser_recycle:
                        self._begin_renewal()
        if self._renewal is not None and not self._sound.is_set():
            # A target that is given up meanwhile must not take the renewal with it.
            await asyncio.shield(self._renewal)
        return captures

    async def _shown(self, url: str, wanted: Sequence[str]) -> list[Capture]:
        """What is seen on a page left by another render, or on a fresh one.

        Nothing where the browser has to be renewed first. Answers that are wanted are an
        account's: what the last page still asks for must not be taken for them, so they get a page
        of their own; one that was left makes room for it, since no more pages than places may be
        open.
        """
        left = self._idle.take()
        if wanted:
            await self._put_away(left, well=False)
            if not self._sound.is_set():
                return []
            left = None
        captures = await self._rendered(url, wanted, left)
        if left is None or captures[0].detail not in _OF_THE_PAGE:
            return captures
        # The last site may have done it: a page can still be on its way elsewhere.
        return await self._rendered(url, wanted, None) if self._sound.is_set() else []

    async def _rendered(self, url: str, wanted: Sequence[str], left: Page | None) -> list[Capture]:
        begun = time.monotonic()
        limit = self._network.settings.browser_timeout
        watch = PageWatch(self._network, wanted)
        request = self._request(url, watch, limit, left)
        well = False
        try:
            async with asyncio.timeout(limit + GRACE_SECONDS):
                await self._download(request)
                page: Page = request.meta["playwright_page"]
                if not watch.attached:
                    return [self._failed(url, AccessState.OUR_FAULT, BROWSER_CRASH, begun)]
                await watch.settle(page)
                captures = await watch.captures(page, url, begun)
                await watch.detach(page)
        except PlaywrightTimeout:
            return [self._failed(url, AccessState.TIMEOUT, "browser_timeout", begun)]
        except DriverError as error:
            log.warning("browser_failed", why=str(error)[:200])
            return [self._failed(url, AccessState.OUR_FAULT, BROWSER_OFF, begun)]
        except PlaywrightError as error:
            return [self._failed(url, *_reading(error, watch.main), begun)]
        except TimeoutError:
            return [self._failed(url, AccessState.OUR_FAULT, f"{BROWSER_CRASH} watchdog", begun)]
        else:
            well = not wanted
            return captures
        finally:
            await self._put_away(request.meta.get("playwright_page"), well=well)

    async def _put_away(self, page: Page | None, *, well: bool) -> None:
        gone = False
        try:
            if page is not None and well and self._sound.is_set():
                gone = await self._idle.leave(page, wanted=self._waiting > 0)
            else:
                gone = await close(page)
        finally:
            if not gone:
                # Not closed, or its target was given up meanwhile: it still has the place of a
                # page, and the next one would wait for it in vain.
                self._begin_renewal()

    def _request(self, url: str, watch: PageWatch, limit: float, left: Page | None) -> Request:
        async def prepare(page: Page, request: Request) -> None:
            # Known before the page goes anywhere, so that it is closed whatever happens.
            request.meta["playwright_page"] = page
            await watch.attach(page)

        request = Request(
            url,
            meta={
                "playwright": True,
                "playwright_include_page": True,
                "playwright_context": "patrol",
                "playwright_context_kwargs": CONTEXT,
                "playwright_page_init_callback": prepare,
                "playwright_page_goto_kwargs": {
                    "wait_until": "domcontentloaded",
                    "timeout": limit * 1000,
                },
                "download_slot": "browser",
            },
            dont_filter=True,
        )
        if left is not None:
            request.meta["playwright_page"] = left
        return request

    def _failed(self, url: str, access: AccessState, detail: str, begun: float) -> Capture:
        return Capture(
            url=url,
            final_url=url,
            fetched_at=self._network.as_of,
            access=access,
            elapsed=round(time.monotonic() - begun, 3),
            rendered=True,
            vantage=self._network.settings.vantage,
            detail=detail,
        )

    def _begin_renewal(self) -> None:
        """Let no page be opened until the browser is a fresh one."""
        if self._sound.is_set():
            self._sound.clear()
            self._renewal = asyncio.ensure_future(self._renew())

    async def _renew(self) -> None:
        """Wait until no page is open, then start over with a fresh browser."""
        for _ in range(self._places):
            await self._free.acquire()
        try:
            self._opened = 0
            self._idle.forget()
            await self._restart()
        finally:
            self._sound.set()
            for _ in range(self._places):
                self._free.release()


def _reading(error: PlaywrightError, main: Response | None) -> tuple[AccessState, str]:
    """What a navigation error of Chromium means; one that names no network fault is ours.

    An answer without a body is an error page to Chromium, but its status says more.
    """
    text = str(error)
    if main is not None and "ERR_HTTP_RESPONSE_CODE_FAILURE" in text:
        return read_status(main.status, (), b"")
    for mark, access in _ERRORS:
        if mark in text:
            return access, f"browser {mark}"
    return AccessState.OUR_FAULT, BROWSER_CRASH
