"""Pages of the browser that one render leaves to the next: a new page costs as much as what it shows.

A page is left only by a render that went well, and waits as a blank one, so that no script of the
last site runs on; where somebody waits for it already, it goes straight to the next address.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError

if TYPE_CHECKING:
    from playwright.async_api import Page

BLANK = "about:blank"
CLOSE_SECONDS = 5.0


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

    async def leave(self, page: Page, *, wanted: bool) -> None:
        """Keep a page for the next render, blank unless it is `wanted` at once."""
        if page.is_closed():
            return
        try:
            if not wanted:
                await page.goto(BLANK, timeout=CLOSE_SECONDS * 1000)
        except PlaywrightError:
            # What cannot even be made blank shows nobody anything.
            await close(page)
        except asyncio.CancelledError:
            # Its target was given up meanwhile; a page that nobody knew would take a place for ever.
            self._pages.append(page)
            raise
        else:
            self._pages.append(page)

    def forget(self) -> None:
        """The browser goes, and with it its pages."""
        self._pages.clear()


async def close(page: Page | None) -> None:
    """Close a page; one that will not close goes with its browser."""
    if page is None or page.is_closed():
        return
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await page.close()
    except (PlaywrightError, TimeoutError):
        return
