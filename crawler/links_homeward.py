"""Hosts that send the visitor of a missing page to their front page (trap 28).

A deep link that ends on the front page looks like a missing page and may be a wish of the editor's.
The host is asked, once a night, for an address that nobody ever published, and for one document that
its front page links to: where the first ends on the front page and the second does not, the front
page stands for what is missing. A host that sends every stranger there proves nothing.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from crawler.extract.addresses import Resolver
from crawler.extract.decode import decode
from crawler.extract.document import parse
from crawler.extract.references import LINK, base_of, read_references
from crawler.fetch.origins import host_of, origin_of
from crawler.fetch.questions import is_broken, shared
from crawler.fetch.robots import bare_host
from crawler.spiders.plan import is_front, not_found_address

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

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
        known = self._known.get(origin)
        if known is None or is_broken(known):
            if len(self._known) >= _MOST:
                return False
            self._known[origin] = shared(self._learn(origin))
        return await asyncio.shield(self._known[origin])

    async def _learn(self, origin: str) -> bool:
        nowhere = await self._get(not_found_address(f"{origin}/", self._seed))
        if not nowhere.good or not nowhere.chain or not is_front(nowhere.final_url):
            return False
        for document in _documents(nowhere):
            known = await self._get(document)
            return known.good and not is_front(known.final_url)
        return False


def _documents(front: Capture) -> Iterator[str]:
    """The documents of its own host that a front page links to."""
    text = decode(front.body, front.header("Content-Type")).text
    tree = parse(text, url=front.final_url).tree
    for link in read_references(tree, Resolver(base_of(tree, front.final_url))):
        own = link.role == LINK and origin_of(link.url) == origin_of(front.final_url)
        if own and _DOCUMENT.search(urlsplit(link.url).path):
            yield link.url


def _went_home(capture: Capture) -> bool:
    """From a document to the front page of the same site, by redirects."""
    if not capture.good or not capture.chain or not is_front(capture.final_url):
        return False
    asked = urlsplit(capture.url)
    same = bare_host(asked.hostname or "") == bare_host(host_of(capture.final_url))
    return same and _DOCUMENT.search(asked.path) is not None
