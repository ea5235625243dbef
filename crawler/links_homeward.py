"""Hosts that send the visitor of a missing page to their front page (trap 28).

A deep link that ends on the front page looks like a missing page and may be a wish of the editor's.
The host is asked, once a night, for an address that nobody ever published: where that ends on
the front page as well, the front page stands for what is missing.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from crawler.fetch.origins import host_of, origin_of
from crawler.fetch.robots import bare_host
from crawler.spiders.plan import is_front, not_found_address

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from crawler.fetch.capture import Capture

    Get = Callable[[str], Awaitable[Capture]]

_MOST: Final = 2_000
"""Hosts that are asked in one night; after that every front page is believed."""
_DOCUMENT: Final = re.compile(r"/[^/]+/[^/]*(?:\d{3}|\.\w{2,5}$)")


class Homeward:
    """Remembers how each host answers for what it does not have. `get` asks for an address."""

    def __init__(self, get: Get, seed: str) -> None:
        self._get = get
        self._seed = seed
        self._known: dict[str, asyncio.Task[bool]] = {}

    async def stands_for_missing(self, capture: Capture) -> bool:
        """Whether a link to a document ended on a front page that stands for missing pages."""
        if not _went_home(capture):
            return False
        origin = origin_of(capture.url)
        if origin not in self._known:
            if len(self._known) >= _MOST:
                return False
            self._known[origin] = asyncio.ensure_future(self._learn(origin))
        return await asyncio.shield(self._known[origin])

    async def _learn(self, origin: str) -> bool:
        nowhere = await self._get(not_found_address(f"{origin}/", self._seed))
        return nowhere.good and bool(nowhere.chain) and is_front(nowhere.final_url)


def _went_home(capture: Capture) -> bool:
    """From a document to the front page of the same site, by redirects."""
    if not capture.good or not capture.chain or not is_front(capture.final_url):
        return False
    asked = urlsplit(capture.url)
    same = bare_host(asked.hostname or "") == bare_host(host_of(capture.final_url))
    return same and _DOCUMENT.search(asked.path) is not None
