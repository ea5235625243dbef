"""Links to servers that misbehave: the right outcome, in bounded time and memory."""

from __future__ import annotations

import asyncio
import json
import socket
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from checks.facts import LinkReading
from crawler.extract.facts import PageFacts, PageLink
from crawler.fetch import tls
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.network import Network, open_network
from crawler.links import LinkChecker, LinkReport, LinkTask
from settings import Settings
from tests.site.legacy_tls import LegacyTlsServer
from tests.site.link_traps import LinkTrapServer, secure

AS_OF = datetime.fromisoformat("2023-03-10T23:59:59+08:00")
YESTERDAY = AS_OF - timedelta(days=1)
SITE, TRAPS = "http://www.site.test/", "http://traps.test"


@pytest.fixture(scope="module")
def server() -> Iterator[LinkTrapServer]:
    with LinkTrapServer() as running:
        yield running


Checked = Callable[..., dict[str, LinkReading]]


@pytest.fixture
def checked(server: LinkTrapServer, tmp_path: Path) -> Checked:
    """Check some links of a home page; `before` says that they failed yesterday, too."""

    def check(
        *urls: str,
        before: bool = False,
        origins: dict[str, str] | None = None,
        pages: tuple[tuple[str, tuple[PageLink, ...]], ...] = (),
        last: dict[str, LinkReading] | None = None,
        **given: Any,
    ) -> dict[str, LinkReading]:
        file = tmp_path / "origins.json"
        mapped = {TRAPS: server.origin, SITE.rstrip("/"): server.origin, **(origins or {})}
        file.write_text(json.dumps(mapped), encoding="utf-8")
        stated: dict[str, Any] = {"home": tmp_path, "origin_map": file, "page_timeout": 1.5}
        settings = Settings(**(stated | given))
        home = PageFacts(SITE, links=tuple(PageLink(url, "文字") for url in urls))

        async def inside() -> LinkReport:
            network = open_network(
                settings, AS_OF, registered=frozenset({"site.test", "traps.test"})
            )
            ledger = (lambda asked: dict.fromkeys(asked, YESTERDAY)) if before else (lambda _: {})
            checker = LinkChecker(network, ledger, lambda _: last or {})
            try:
                return await checker.check(LinkTask(home, pages=pages, target=1))
            finally:
                await network.close()

        return {one.url: one for one in asyncio.run(inside()).readings}

    return check


@pytest.mark.parametrize(
    ("path", "state", "status"),
    [
        ("/drip", "ok", 200),
        ("/endless", "ok", 200),
        ("/gigabyte", "ok", 200),
        ("/gigabyte.zip", "ok", 200),
        ("/bomb", "ok", 200),
        ("/round1", "dead", None),
        ("/moved", "ok", 200),
        ("/head-lies", "ok", 200),
        ("/sorry", "dead", 200),
        ("/gb-sorry", "dead", 200),
        ("/cloudflare", "blocked", 403),
        ("/ruishu", "blocked", 412),
        ("/norange.doc", "ok", 200),
        ("/reset", "ok", 200),
        ("/reset-at-once", "dead", None),
        ("/gone", "dead", 404),
    ],
)
def test_each_server_gets_its_outcome_traps_1_4_9_11_28_29_30(
    checked: Checked, server: LinkTrapServer, path: str, state: str, status: int | None
) -> None:
    before = server.sent
    tracemalloc.start()
    began = time.monotonic()
    link = checked(TRAPS + path, SITE, SITE + "ok.html", before=True)[TRAPS + path]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (link.state, link.status) == (state, status)
    assert time.monotonic() - began < 6
    assert peak < 24 << 20
    assert server.sent - before < 24 << 20


def test_a_linked_site_that_changed_hands_is_told_by_what_it_calls_itself_trap_31(
    checked: Checked, server: LinkTrapServer
) -> None:
    url = "http://taken.test/taken"
    link = checked(url, origins={"http://taken.test": server.origin})[url]
    assert (link.state, link.title) == ("ok", "葡京娱乐场官网-百家乐-真人视讯")
    assert link.danger


def test_a_redirect_is_kept_whole(checked: Checked) -> None:
    link = checked(TRAPS + "/moved#part")[TRAPS + "/moved"]
    assert (link.chain, link.final_url) == ((TRAPS + "/moved",), TRAPS + "/there")


def test_one_dead_host_is_one_thing_and_is_not_asked_for_ever(checked: Checked) -> None:
    down = {"http://down.test": "http://127.0.0.1:9"}
    urls = [f"http://down.test/{n}" for n in range(60)]
    told = checked(*urls, SITE + "ok.html", before=True, origins=down)
    assert all(told[url].host_down and told[url].state == "dead" for url in urls)
    assert not told[SITE + "ok.html"].host_down


def test_when_most_hosts_are_out_of_reach_the_fault_is_ours_trap_8(checked: Checked) -> None:
    down = {f"http://h{n}.test": "http://127.0.0.1:9" for n in range(5)}
    told = checked(*(f"{one}/x" for one in down), SITE + "ok.html", before=True, origins=down)
    states = {told[f"{one}/x"].state for one in down}
    assert states == {"undetermined"}
    assert told[SITE + "ok.html"].state == "ok"


def test_from_abroad_what_is_not_reached_proves_nothing_trap_7(checked: Checked) -> None:
    urls = ("http://down.test/x", TRAPS + "/gone", SITE + "ok.html")
    down = {"http://down.test": "http://127.0.0.1:9"}
    told = checked(*urls, before=True, origins=down, vantage="境外 1")
    assert [told[url].state for url in urls] == ["undetermined", "dead", "ok"]
    assert told[urls[0]].detail == "outside_vantage"


def test_inner_and_broken_addresses_are_told_without_a_request(checked: Checked) -> None:
    told = checked(
        "http://10.1.2.3/oa/", "http://oa/x", "http://localhost:8080/", "http:///x", before=True
    )
    assert {one.link_class for one in told.values()} == {"内网地址", "非法链接"}
    assert told["http://10.1.2.3/oa/"].detail == "private_address literal"
    assert told["http://oa/x"].link_class == "内网地址"
    assert told["http:///x"].state == "dead"


@pytest.mark.parametrize(
    ("error", "state", "detail"),
    [
        (socket.EAI_NONAME, "dead", "name_not_found"),
        (socket.EAI_AGAIN, "suspected", "dns_temporary"),
    ],
)
def test_a_name_that_does_not_exist_is_dead_and_a_silent_resolver_proves_nothing(
    checked: Checked, monkeypatch: pytest.MonkeyPatch, error: int, state: str, detail: str
) -> None:
    def resolve(host: str, *_: Any, **__: Any) -> Any:
        raise socket.gaierror(error, "no answer")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr("crawler.links.SECOND_PASS_PAUSE", 0.1)
    link = checked("http://nowhere.example/", SITE + "ok.html", before=True)[
        "http://nowhere.example/"
    ]
    assert (link.state, link.detail) == (state, detail)


def test_a_server_on_ipv6_alone_is_reached(checked: Checked) -> None:
    try:
        with LinkTrapServer("::1") as sixth:
            told = checked("http://six.test/", origins={"http://six.test": sixth.origin})
    except AssertionError:
        pytest.skip("no IPv6 on this machine")
    assert told["http://six.test/"].state == "ok"


@pytest.mark.parametrize("kind", ["expired", "elsewhere", "old"])
def test_a_certificate_or_an_old_protocol_never_makes_a_link_dead_trap_5(
    checked: Checked, kind: str
) -> None:
    with LinkTrapServer(context=secure(kind)) as strange:
        told = checked("https://tls.test/", origins={"https://tls.test": strange.origin})
    assert told["https://tls.test/"].state == "ok"


def detail_of(tmp_path: Path, origin: str) -> str:
    """What a fetch of a real address notes of its TLS."""

    async def ask() -> str:
        settings = Settings(home=tmp_path, allow_private=True)
        network: Network = open_network(settings, datetime.now().astimezone())
        try:
            capture = await Fetcher(network).get(f"{origin}/")
            again = await Fetcher(network).get(f"{origin}/")
            assert capture.good
            assert (again.access, again.detail) == (capture.access, capture.detail)
            return capture.detail
        finally:
            await network.close()

    return asyncio.run(ask())


@pytest.mark.parametrize("trusted", [True, False])
def test_a_server_that_renegotiates_the_old_way_is_fetched_and_reported_trap_5(
    tmp_path: Path, trusted: bool
) -> None:
    with LegacyTlsServer() as legacy:
        for context in (tls.strict(), tls.renegotiating()) if trusted else ():
            legacy.authority.configure_trust(context)
        told = detail_of(tmp_path, legacy.origin)
    tls.strict.cache_clear()
    tls.renegotiating.cache_clear()
    assert "tls_legacy: UNSAFE_LEGACY_RENEGOTIATION_DISABLED" in told
    assert ("tls_certificate" in told) is not trusted, "its certificate is verified all the same"


def test_an_end_within_thirty_days_is_noted_with_the_capture_trap_5(tmp_path: Path) -> None:
    context = secure("ending")
    trusting = tls.strict()
    context.authority.configure_trust(trusting)  # type: ignore[attr-defined]

    with LinkTrapServer(context=context) as ending:
        told = detail_of(tmp_path, ending.origin)
    tls.strict.cache_clear()
    assert told.startswith("tls_expires: 20")


def test_links_of_other_pages_are_asked_in_turn_and_believed_for_a_week(
    checked: Checked, server: LinkTrapServer
) -> None:
    page = SITE + "a.html"
    links = (PageLink(SITE + "other.html", "甲"), PageLink(SITE + "old.html", "乙"))
    asked = checked(SITE, pages=((page, links),))
    assert {(one.home, one.parent, one.state) for one in asked.values()} == {(False, page, "ok")}
    fresh = LinkReading(SITE + "other.html", page, "", "ok", 200, "", "站内", checked=YESTERDAY)
    old = LinkReading(
        SITE + "old.html", page, "", "ok", 200, "", "站内", checked=AS_OF - timedelta(days=8)
    )
    server.asked.clear()
    told = checked(SITE, pages=((page, links),), last={one.url: one for one in (fresh, old)})
    assert told[fresh.url].checked == YESTERDAY
    assert told[old.url].checked is None
    assert (server.asked["/other.html"], server.asked["/old.html"]) == (0, 1)


def test_a_name_that_changed_between_nights_is_kept(checked: Checked) -> None:
    url = TRAPS + "/page"
    before = LinkReading(url, SITE, "", "ok", 200, "", "站外", title="某协会")
    told = checked(url, last={url: before})[url]
    assert (told.title, told.title_before) == ("x", "某协会")
