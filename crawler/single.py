"""One page, fetched as a patrol would fetch it, for `xuncha inspect URL`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from crawler.fetch.fetcher import Fetcher
from crawler.fetch.network import open_network

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.fetch.capture import Capture
    from settings import Settings


def fetch_one(settings: Settings, url: str, as_of: datetime) -> Capture:
    """The capture of `url`, with redirects, manners, origin map and robots policy as in a night."""
    return asyncio.run(_fetch(settings, url, as_of))


async def _fetch(settings: Settings, url: str, as_of: datetime) -> Capture:
    network = open_network(settings, as_of)
    try:
        return await Fetcher(network).get(url)
    finally:
        await network.close()
