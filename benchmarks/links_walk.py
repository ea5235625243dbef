"""One walk over a closed web, by this product or by the plainest crawler that could do the job.

    python -m benchmarks.links_walk ours URL…   `crawler.links_sites.check_sites`
    python -m benchmarks.links_walk bare URL…   aiohttp and lexbor, nothing else: no second look, no
                                                budgets, no soft 404, nothing kept but a set of addresses

Prints one JSON line: pages read, requests sent, distinct dead addresses.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections import deque
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from selectolax.lexbor import LexborHTMLParser

from crawler.links_sites import check_sites
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

AT_ONCE = 48
AS_OF = datetime.fromisoformat("2023-03-20T01:00:00+08:00")


def ours(start: Sequence[str]) -> dict[str, Any]:
    """The product's own walk, its throttles lifted, on all cores as it is run."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(
            home=Path(home),
            allow_private=True,
            robots="ignore-for-registered",
            host_delay=0,
            host_concurrency=AT_ONCE,
            ip_concurrency=2 * AT_ONCE,
        )
        shares = check_sites(settings, start, AS_OF)
    return {
        "pages": sum(one.pages for one in shares),
        "requests": sum(one.requests for one in shares),
        "dead": sorted({link.url for one in shares for link in one.failing()}),
    }


def bare(start: Sequence[str]) -> dict[str, Any]:
    """Fetch, parse, follow: what no checker can do without."""
    return asyncio.run(_bare(start))


async def _bare(start: Sequence[str]) -> dict[str, Any]:
    hosts = {urlsplit(url).netloc for url in start}
    queue, seen = deque(start), set(start)
    pages, dead, busy = 0, [], 0
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

        async def work() -> None:
            nonlocal pages, busy
            while queue or busy:
                if not queue:
                    await asyncio.sleep(0.005)
                    continue
                url = queue.popleft()
                busy += 1
                async with session.get(url) as response:
                    body = await response.read()
                busy -= 1
                if response.status >= 400:
                    dead.append(url)
                    continue
                pages += 1
                for node in LexborHTMLParser(body).css("a[href]"):
                    target = urljoin(url, node.attributes["href"] or "").partition("#")[0]
                    if target not in seen and urlsplit(target).netloc in hosts:
                        seen.add(target)
                        queue.append(target)

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return {"pages": pages, "requests": len(seen), "dead": sorted(dead)}


def main() -> None:
    """The command line of one walk."""
    walk = {"ours": ours, "bare": bare}[sys.argv[1]]
    print(json.dumps(walk(sys.argv[2:])))


if __name__ == "__main__":
    main()
