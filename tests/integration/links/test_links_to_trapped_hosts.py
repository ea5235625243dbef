"""Links to every host of the trap server, as the second of two nights sees them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from checks.facts import LinkReading
from crawler.extract.facts import PageFacts, PageLink
from crawler.fetch.network import open_network
from crawler.links import LinkChecker, LinkReport, LinkTask
from settings import Settings
from tests.site import trap_server
from tests.site.trap_server import TrapServer

AS_OF = datetime.fromisoformat("2023-03-10T23:59:59+08:00")
YESTERDAY = AS_OF - timedelta(days=1)
SITE = "http://plain.test/"

Checked = Callable[[Sequence[str]], dict[str, LinkReading]]


@pytest.fixture(scope="module")
def server() -> Iterator[TrapServer]:
    with TrapServer() as running:
        yield running


@pytest.fixture
def checked(server: TrapServer, tmp_path: Path) -> Checked:
    """Check some links of a home page that failed yesterday, too."""

    def check(urls: Sequence[str]) -> dict[str, LinkReading]:
        trap_server.TooMany.asked_before.clear()
        file = tmp_path / "origins.json"
        file.write_text(json.dumps(server.origins()), encoding="utf-8")
        settings = Settings(home=tmp_path, origin_map=file, page_timeout=1.0, browser="off")
        home = PageFacts(SITE, links=tuple(PageLink(url, "文字") for url in urls))

        async def inside() -> LinkReport:
            network = open_network(settings, AS_OF, registered=frozenset({"plain.test"}))
            checker = LinkChecker(network, lambda asked: dict.fromkeys(asked, YESTERDAY))
            try:
                return await checker.check(LinkTask(home))
            finally:
                await network.close()

        return {one.url: one for one in asyncio.run(inside()).readings}

    return check


@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("http://plain.test/art/1.html", "ok"),
        ("http://trap01.test/", "blocked"),  # 瑞数
        ("http://trap02.test/", "blocked"),  # 加速乐
        ("http://trap03.test/", "blocked"),  # 360: a good status
        ("http://trap04.test/403", "blocked"),
        ("http://trap04.test/405", "blocked"),
        ("http://trap04.test/418", "blocked"),
        ("http://trap04.test/493", "blocked"),
        ("http://www.trap06.test/", "ok"),
        ("http://loop.test/", "dead"),
        ("http://cookie.test/", "ok"),
        ("http://trap09.test/", "dead"),  # takes the connection and says nothing
        ("http://drip.test/", "ok"),  # too slow to be read, but there
        ("http://trap11.test/", "ok"),
        ("http://trap12.test/", "ok"),
        ("http://trap13.test/", "undetermined"),  # its robots.txt forbids
        (
            "http://robots-challenge.test/",
            "ok",
        ),  # a page in the place of robots.txt forbids nothing
        ("http://trap14.test/always", "blocked"),
        ("http://trap28.test/art/1.html", "ok"),
        ("http://homeward.test/", "ok"),
        ("http://homeward.test/art/1.html", "ok"),
        ("http://homeward.test/zw/old.html", "dead"),  # where missing pages are sent to the front
        ("http://homeward.test/gone.html", "ok"),  # a shallow address may be meant to lead there
        ("http://trap29.test/x.pdf", "ok"),
        ("http://bomb.test/", "ok"),
        ("http://short.test/", "ok"),
        ("http://inward.test/", "suspected"),  # sends its visitors into somebody's own network
        ("http://garbage.test/", "dead"),
        ("http://refresh.test/", "ok"),
    ],
)
def test_each_host_gets_its_outcome_traps_1_to_14_28_to_30(
    checked: Checked, url: str, state: str
) -> None:
    told = checked([url, SITE + "art/2.html", SITE + "art/3.html"])
    assert told[url].state == state, told[url]
    assert told[SITE + "art/2.html"].state == "ok"


def test_a_front_page_is_believed_where_missing_pages_are_told_honestly_trap_28(
    checked: Checked, server: TrapServer
) -> None:
    checked(["http://homeward.test/zw/1.html", "http://homeward.test/zw/2.html"])
    asked = [path for _, host, path in server.seen if host == "homeward.test" and "xuncha" in path]
    assert len(set(asked)) == 1, "the host is asked once for what it does not have"
    assert all(count <= 2 for count in map(asked.count, asked))
