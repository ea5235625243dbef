"""Pages of the browser that one render leaves to the next: a new page costs as much as what it shows.

A page is left only by a render that went well, and waits as a blank one, so that no script of the
last site runs on; where somebody waits for it already, it goes straight to the next address.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError

if TYPE_CHECKING:
    from playwright.async_api import Page

BLANK = "about:blank"
CLOSE_SECONDS = 5.0
SILENCE_SECONDS = 1.0
_BETWEEN_SECONDS = 0.05


class IdlePages:
    """Those that are open and show nothing that matters."""

    def __init__(self) -> None:
        self._pages: list[Page] = []

    def take(self) -> Page | None:
        """One that is still open, for its next address; None where there is none."""
        while self._pages:
            page = self._pages.pop()
            if not page.is_closed():
                return page
        return None

    async def leave(self, page: Page, *, wanted: bool) -> bool:
        """Keep a page for the next render, blank unless it is `wanted` at once.

        False where it can neither be kept nor closed.
        """
        if page.is_closed():
            return True
        try:
            if not wanted:
                await page.goto(BLANK, timeout=CLOSE_SECONDS * 1000)
        except PlaywrightError:
            # What cannot even be made blank shows nobody anything.
            return await close(page)
        self._pages.append(page)
        return True

    def forget(self) -> None:
        """The browser goes, and with it its pages."""
        self._pages.clear()


async def close(page: Page | None) -> bool:
    """Close a page. False for one that will not close: it goes with its browser.

    Until then it holds the place of another page.
    """
    if page is None or page.is_closed():
        return True
    try:
        with suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(SILENCE_SECONDS):
                await _silence(page)
        async with asyncio.timeout(CLOSE_SECONDS):
            await page.close()
    except TimeoutError:
        return False
    except PlaywrightError:
        return page.is_closed()
    return True


async def _silence(page: Page) -> None:
    """Let no script of a page run on: one that loads itself for ever misses its own closing.

    Challenges do that to a browser they do not believe (trap 1).
    """
    session = await page.context.new_cdp_session(page)
    await session.send("Emulation.setScriptExecutionDisabled", {"value": True})
    while not page.is_closed():
        try:
            await session.send("Page.stopLoading")
        except PlaywrightError:
            # Between two addresses there is nothing to stop.
            await asyncio.sleep(_BETWEEN_SECONDS)
        else:
            return
