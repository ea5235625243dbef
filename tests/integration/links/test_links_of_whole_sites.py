"""Every link of two whole copies of real sites: what leads nowhere is found, nothing else is."""

from __future__ import annotations

import asyncio
import csv
import json
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.fetch.network import open_network
from crawler.links_site import SiteLinks, check_site
from settings import Settings
from tests.integration.patrol.static_sites import StaticSites

pytestmark = [pytest.mark.integration, pytest.mark.corpus]

AS_OF = datetime.fromisoformat("2021-01-05T01:00:00+08:00")
NOWHERE = "http://127.0.0.1:9"


def walked(host: str, folder: Path, scratch: Path) -> SiteLinks:
    """The whole site, as the second of two nights sees it."""
    with StaticSites({host: folder}) as sites:
        origins = scratch / "origins.json"
        origins.write_text(json.dumps(sites.origins(elsewhere=NOWHERE)), encoding="utf-8")
        settings = Settings(home=scratch, origin_map=origins, browser="off")
        before = AS_OF - timedelta(days=1)

        async def walk() -> SiteLinks:
            network = open_network(settings, AS_OF, registered=frozenset({host}))
            try:
                return await check_site(
                    network, [f"http://{host}/"], ledger=lambda urls: dict.fromkeys(urls, before)
                )
            finally:
                await network.close()

        return asyncio.run(walk())


def written_absolute(folder: Path, url: str, parent: str) -> bool:
    """Whether the page names the address with its host: that lies outside the copy."""
    path = urlsplit(parent).path
    file = folder / (
        path.lstrip("/") if not path.endswith("/") else f"{path}index.html".lstrip("/")
    )
    tree = LexborHTMLParser(file.read_bytes())
    for node in tree.css("[href], [src]"):
        for name in ("href", "src"):
            value = (node.attributes.get(name) or "").strip()
            if urljoin(parent, value) == url:
                return value.startswith(("http:", "https:", "//"))
    return False


@pytest.mark.parametrize("host", ["rsj.gzdaozhen.gov.cn", "www.gxpopss.cn"])
def test_exactly_the_references_that_lead_nowhere_are_dead(
    corpus: Path, tmp_path: Path, host: str
) -> None:
    mirrors = corpus / "mirrors"
    with (mirrors / "known-missing.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["host"] == host]
    missing = {row["path"] for row in rows if row["live_or_comment"] == "live"}
    told = walked(host, mirrors / host, tmp_path)
    dead = set()
    for link in told.readings:
        assert link.state in {"ok", "dead", "undetermined"}
        if link.state != "dead" or written_absolute(mirrors / host, link.url, link.parent):
            continue
        if link.link_class == "非法链接":  # an address on the disk of whoever wrote the page
            place = urlsplit(link.parent).path.rpartition("/")[0]
            dead.add(f"{place}/{link.url.replace('file:///', 'file:/')}")
        elif urlsplit(link.url).hostname == host:
            dead.add(unquote(urlsplit(link.url).path))
    assert dead == missing
    assert told.pages >= 90
    assert all(link.parent for link in told.failing())
