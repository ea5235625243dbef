"""One site from its home page to its links, over real HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.fetch.access import AccessState
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.network import open_network
from crawler.links import LinkChecker
from crawler.spiders.result import PageRecord, TargetResult
from crawler.spiders.site import Tools, patrol_site
from crawler.spiders.tickets import ColumnTicket, SiteTicket
from crawler.store import CaptureStore
from settings import Settings
from tests.site.trap_server import DeadLinks, TrapServer

AS_OF = datetime.fromisoformat("2023-03-10T23:59:59+08:00")

Patrol = Callable[..., TargetResult]


@pytest.fixture(scope="module")
def server() -> Iterator[TrapServer]:
    with TrapServer() as running:
        yield running


@pytest.fixture
def patrol(server: TrapServer, tmp_path: Path) -> Patrol:
    """Patrol one site; `ledger` states earlier link failures, `columns` registers columns."""
    file = tmp_path / "origins.json"

    def run(
        url: str,
        *,
        ledger: dict[str, datetime] | None = None,
        columns: tuple[ColumnTicket, ...] = (),
        origins: dict[str, str] | None = None,
        **given: Any,
    ) -> TargetResult:
        file.write_text(json.dumps(server.origins() | (origins or {})), encoding="utf-8")
        stated: dict[str, Any] = {
            "home": tmp_path,
            "origin_map": file,
            "page_timeout": 2.0,
            "browser": "off",
        }
        settings = Settings(**(stated | given))
        store = CaptureStore(settings.capture_store)

        async def inside() -> TargetResult:
            network = open_network(settings, AS_OF)
            checker = LinkChecker(network, lambda _: ledger or {})
            ticket = SiteTicket(1, "9900000001", "某市", url, columns=columns)
            tools = Tools(settings, store.put, checker.check)
            try:
                return await patrol_site(ticket, Fetcher(network), AS_OF, tools)
            finally:
                await network.close()

        told = asyncio.run(inside())
        for record in told.pages:
            assert not record.capture.body, "bodies must not stay in memory"
            assert not record.sha256 or len(store.get(record.sha256)) == record.size
        return told

    return run


def pages(told: TargetResult, role: str) -> list[PageRecord]:
    return [one for one in told.pages if one.role == role]


def home(told: TargetResult) -> PageRecord:
    (only,) = pages(told, "home")
    return only


def test_a_site_that_behaves_is_seen_whole(patrol: Patrol) -> None:
    told = patrol("http://plain.test/")
    assert (told.fresh, told.access, told.reason) == (True, AccessState.OK, "")
    facts = home(told).facts
    assert facts is not None
    assert str(facts.newest_date) == "2023-03-09"
    assert {one.capture.url for one in pages(told, "column")} >= {"http://plain.test/xwdt/"}
    assert pages(told, "article")
    assert [one.capture.access for one in pages(told, "not_found")] == [AccessState.NOT_FOUND]
    assert told.links is not None
    assert {link.state for link in told.links} == {"ok"}


def test_two_patrols_of_an_unchanged_site_tell_the_same_in_the_same_order(patrol: Patrol) -> None:
    def story(told: TargetResult) -> list[Any]:
        return [(one.role, one.capture.url, one.sha256, one.facts) for one in told.pages]

    assert story(patrol("http://plain.test/")) == story(patrol("http://plain.test/"))


@pytest.mark.parametrize(
    ("host", "state"),
    [
        ("trap01.test", AccessState.CHALLENGE),
        ("trap02.test", AccessState.CHALLENGE),
        ("trap03.test", AccessState.CHALLENGE),
        ("trap04.test", AccessState.BLOCKED),
        ("trap09.test", AccessState.TIMEOUT),
        ("loop.test", AccessState.REDIRECT_LOOP),
        ("trap13.test", AccessState.ROBOTS_DENIED),
        ("inward.test", AccessState.OUR_FAULT),
    ],
)
def test_a_site_that_cannot_be_seen_gets_a_typed_reason_and_is_left_in_peace_traps_1_2_3_4_9_13(
    patrol: Patrol, server: TrapServer, host: str, state: AccessState
) -> None:
    before = len(server.seen)
    told = patrol(f"http://{host}/", page_timeout=0.6)
    assert (told.fresh, told.access, told.reason) == (False, state, state.value)
    assert told.links is None
    assert len(server.seen) - before <= 24


def test_a_site_that_answers_only_under_www_is_seen_there_trap_6(patrol: Patrol) -> None:
    told = patrol("http://trap06.test/")
    assert told.fresh
    assert home(told).capture.url == "http://www.trap06.test/"
    assert "http://trap06.test/" in [one.capture.url for one in pages(told, "variant")]


def test_a_redirect_inside_the_page_is_followed_and_kept_in_the_chain_trap_6(
    patrol: Patrol,
) -> None:
    told = patrol("http://refresh.test/")
    assert told.fresh
    assert home(told).capture.url == "http://refresh.test/"
    assert home(told).capture.final_url == "http://refresh.test/zw/index.html"
    assert [hop.url for hop in home(told).capture.chain] == ["http://refresh.test/"]


def test_text_labelled_gb2312_and_written_in_gb18030_is_read_trap_11(patrol: Patrol) -> None:
    facts = home(patrol("http://trap11.test/")).facts
    assert facts is not None
    assert facts.title == "镕鎏市人民政府"
    assert facts.encoding == "gb18030"


def test_frames_inside_frames_belong_to_the_page_trap_12(patrol: Patrol) -> None:
    told = patrol("http://trap12.test/")
    assert told.fresh
    facts = home(told).facts
    assert facts is not None
    assert str(facts.newest_date) == "2023-03-09"
    assert len(pages(told, "frame")) == 3


def test_a_registered_column_that_is_a_soft_404_is_no_column_trap_28(patrol: Patrol) -> None:
    gone = ColumnTicket(7, "旧栏目", "http://trap28.test/old/")
    told = patrol("http://trap28.test/", columns=(gone,))
    assert told.fresh
    assert [one.capture.access for one in pages(told, "column")] == [AccessState.SOFT_404]


def test_a_link_to_a_soft_404_is_suspected_and_a_living_one_is_not_trap_28(patrol: Patrol) -> None:
    told = patrol("http://trap28.test/")
    states = {link.url: link.state for link in told.links or []}
    assert states["http://trap28.test/gone.html"] == "suspected"
    assert states["http://trap28.test/art/1.html"] == "ok"


def test_a_link_that_is_sent_to_the_home_page_is_suspected_but_the_home_link_is_not_trap_28(
    patrol: Patrol,
) -> None:
    told = patrol("http://homeward.test/")
    states = {link.url: link.state for link in told.links or []}
    assert states["http://homeward.test/gone.html"] == "suspected"
    assert states["http://homeward.test/index.html"] == "ok"
    assert states["http://homeward.test/art/1.html"] == "ok"


def test_links_are_judged_by_get_and_dead_only_after_a_second_night_traps_29_30(
    patrol: Patrol, server: TrapServer
) -> None:
    DeadLinks.flaky.clear()
    yesterday = AS_OF - timedelta(days=1)
    told = patrol(
        "http://trap30.test/",
        ledger={
            "http://trap30.test/dead.doc": yesterday,
            "http://trap30.test/broken.html": AS_OF - timedelta(hours=2),
        },
    )
    links = {link.url.partition("test/")[2]: link for link in told.links or []}
    assert links["dead.html"].state == "suspected"
    assert (links["dead.doc"].state, links["dead.doc"].link_class) == ("dead", "站内附件")
    assert links["dead.doc"].first_failed == yesterday
    assert links["flaky.html"].state == "ok"
    assert links["refused.html"].state == "blocked"
    assert links["broken.html"].state == "suspected"
    assert links["art/9.html"].link_class == "站外"
    assert links["none.html"].state == "suspected"
    assert not any(url.startswith(("javascript", "mailto", "tel")) for url in links)
    assert "HEAD" not in {method for method, _, _ in server.seen}


def test_a_shared_link_is_asked_for_once_by_all_sites_of_a_process(
    server: TrapServer, tmp_path: Path
) -> None:
    from crawler.extract.facts import PageFacts, PageLink
    from crawler.links import LinkTask

    file = tmp_path / "origins.json"
    file.write_text(json.dumps(server.origins()), encoding="utf-8")
    settings = Settings(home=tmp_path, origin_map=file)
    shared = "http://plain.test/art/77.html"
    homes = [PageFacts(f"http://{n}.test/", links=(PageLink(shared),)) for n in "abc"]

    async def inside() -> list[Any]:
        network = open_network(settings, AS_OF)
        checker = LinkChecker(network, lambda _: {})
        try:
            return await asyncio.gather(*(checker.check(LinkTask(one)) for one in homes))
        finally:
            await network.close()

    reports = asyncio.run(inside())
    assert [report.readings[0].state for report in reports] == ["ok"] * 3
    assert server.count("plain.test", "/art/77.html") == 1


def test_when_most_hosts_are_out_of_reach_our_own_network_is_to_blame_trap_8(
    patrol: Patrol, server: TrapServer
) -> None:
    lost = [f"http://lost{n}.test" for n in range(6)]
    links = "".join(f"<a href='{one}/'>友情链接{one}</a>" for one in lost)

    from tests.site import trap_server

    class Linking(trap_server.Trap):
        host = "linking.test"

        async def answer(self, asked: trap_server.Asked, out: Any) -> None:
            good = asked.path == "/"
            body = trap_server.page(trap_server.rows(trap_server.DAYS) + links)
            trap_server.reply(out, body, status="200 OK" if good else "404 Not Found")

    trap_server.TRAPS = (*trap_server.TRAPS, Linking)
    told = patrol("http://linking.test/", origins=dict.fromkeys(lost, "http://127.0.0.1:9"))
    outside = {link.state for link in told.links or [] if "lost" in link.url}
    assert outside == {"undetermined"}


def test_the_page_budget_of_a_site_is_kept(patrol: Patrol) -> None:
    told = patrol("http://plain.test/", site_pages=3)
    assert told.fresh
    assert len(told.pages) == 3


def test_a_list_filled_by_script_is_not_claimed_to_be_read_without_a_browser_trap_22(
    patrol: Patrol,
) -> None:
    told = patrol("http://trap22.test/")
    assert not told.fresh
    assert told.access is AccessState.EMPTY_SHELL
    assert "browser_off" in home(told).capture.detail
