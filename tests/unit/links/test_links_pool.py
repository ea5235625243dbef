"""How the pool of links shares its places: by host, each address once, slow hosts within bounds."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from crawler.extract.facts import PageFacts, PageLink
from crawler.fetch.access import AccessState
from crawler.fetch.capture import Capture
from crawler.fetch.network import open_network
from crawler.fetch.origins import host_of
from crawler.links import LinkChecker, LinkReport, LinkTask

AS_OF = datetime.fromisoformat("2023-03-10T01:00:00+08:00")
SITE = "http://www.site.test/"


class Web:
    """Answers in place of the fetcher; counts what it was asked and how many at once."""

    def __init__(
        self, seconds: Callable[[str], float], access: AccessState = AccessState.OK
    ) -> None:
        self.seconds = seconds
        self.access = access
        self.asked: Counter[str] = Counter()
        self.at_once: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    async def get(self, url: str) -> Capture:
        host = host_of(url)
        self.asked[url] += 1
        self.at_once[host] += 1
        self.most[host] = max(self.most[host], self.at_once[host])
        await asyncio.sleep(0.001)
        self.at_once[host] -= 1
        status = 200 if self.access is AccessState.OK else None
        return Capture(
            url=url, final_url=url, fetched_at=AS_OF, access=self.access, status=status,
            elapsed=self.seconds(url),
        )  # fmt: skip


def checked(
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    web: Web,
    *tasks: LinkTask,
    first_failed: datetime | None = None,
) -> list[LinkReport]:
    async def get(_: Any, url: str, **__: Any) -> Capture:
        return await web.get(url)

    monkeypatch.setattr("crawler.links_pool.Fetcher.get", get)
    monkeypatch.setattr("crawler.links.SECOND_PASS_PAUSE", 0.0)

    async def inside() -> list[LinkReport]:
        network = open_network(settings, AS_OF)
        checker = LinkChecker(
            network, lambda urls: dict.fromkeys(urls, first_failed) if first_failed else {}
        )
        try:
            return list(await asyncio.gather(*(checker.check(task) for task in tasks)))
        finally:
            await network.close()

    return asyncio.run(inside())


def home(*urls: str, site: str = SITE) -> LinkTask:
    return LinkTask(PageFacts(site, links=tuple(PageLink(url) for url in urls)))


def test_a_host_that_takes_fourteen_seconds_for_every_answer_gets_its_share_and_no_more(
    monkeypatch: pytest.MonkeyPatch, settings_for: Any
) -> None:
    slow = [f"http://slow.test/{n}.html" for n in range(300)]
    quick = [f"http://quick.test/{n}.html" for n in range(90)]
    web = Web(lambda url: 14.0 if "slow" in url else 0.1)
    (told,) = checked(monkeypatch, settings_for(), web, home(*slow, *quick))
    states = Counter((host_of(one.url), one.state, one.detail) for one in told.readings)
    asked = sum("slow" in url for url in web.asked)
    assert asked * 14 < 400, "seconds of answering"
    assert states == {
        ("slow.test", "ok", ""): asked,
        ("slow.test", "undetermined", "host_slow"): 300 - asked,
        ("quick.test", "ok", ""): 90,
    }


def test_no_host_holds_more_places_than_its_manners(
    monkeypatch: pytest.MonkeyPatch, settings_for: Any
) -> None:
    urls = [f"http://h{n % 3}.test/{n}" for n in range(120)]
    web = Web(lambda _: 0.1)
    checked(monkeypatch, settings_for(host_concurrency=2), web, home(*urls))
    assert web.most == {"h0.test": 2, "h1.test": 2, "h2.test": 2}


def test_what_many_sites_link_to_is_asked_for_once(
    monkeypatch: pytest.MonkeyPatch, settings_for: Any
) -> None:
    web = Web(lambda _: 0.1)
    sites = [home("http://www.gov.cn/", site=f"http://s{n}.test/") for n in range(50)]
    told = checked(monkeypatch, settings_for(), web, *sites)
    assert web.asked == {"http://www.gov.cn/": 1}
    assert all(one.readings[0].state == "ok" for one in told)


@pytest.mark.parametrize(
    ("hours", "access", "state"),
    [
        (None, AccessState.NOT_FOUND, "suspected"),
        (5.9, AccessState.NOT_FOUND, "suspected"),
        (6, AccessState.NOT_FOUND, "dead"),
        (6, AccessState.DNS, "dead"),  # another Beijing day
        (0.9, AccessState.CONNECT, "suspected"),
        (24, AccessState.CHALLENGE, "blocked"),
        (24, AccessState.ROBOTS_DENIED, "undetermined"),
        (24, AccessState.TLS_ERROR, "undetermined"),
    ],
)
def test_dead_is_what_failed_twice_hours_apart_trap_30(
    monkeypatch: pytest.MonkeyPatch,
    settings_for: Any,
    hours: float | None,
    access: AccessState,
    state: str,
) -> None:
    failed = AS_OF - timedelta(hours=hours) if hours is not None else None
    web = Web(lambda _: 0.1, access)
    (told,) = checked(
        monkeypatch, settings_for(), web, home("http://a.test/x"), first_failed=failed
    )
    assert told.readings[0].state == state
