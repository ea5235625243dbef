"""What the fetcher makes of servers that misbehave."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.fetch.access import AccessState
from crawler.fetch.capture import Capture
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.network import Network, open_network
from settings import Settings
from tests.site.trap_server import TooMany, TrapServer

AS_OF = datetime.fromisoformat("2023-03-10T23:59:59+08:00")

Work = Callable[[Network], Awaitable[Any]]


@pytest.fixture(scope="module")
def server() -> Iterator[TrapServer]:
    with TrapServer() as running:
        yield running


@pytest.fixture
def working(server: TrapServer, tmp_path: Path) -> Callable[..., Any]:
    """Run a coroutine with a network that leads to the trap server."""
    file = tmp_path / "origins.json"

    def run(work: Work, *, origins: dict[str, str] | None = None, **given: Any) -> Any:
        file.write_text(json.dumps(server.origins() | (origins or {})), encoding="utf-8")
        stated: dict[str, Any] = {
            "home": tmp_path,
            "origin_map": file,
            "page_timeout": 2.0,
            "browser": "off",
        }
        settings = Settings(**(stated | given))

        async def inside() -> Any:
            network = open_network(settings, AS_OF, registered=frozenset({"registered.test"}))
            try:
                return await work(network)
            finally:
                await network.close()

        return asyncio.run(inside())

    return run


@pytest.fixture
def got(working: Callable[..., Any]) -> Callable[..., Capture]:
    """The capture of one address."""

    def get(url: str, **given: Any) -> Capture:
        captured = working(lambda network: Fetcher(network).get(url), **given)
        assert isinstance(captured, Capture)
        return captured

    return get


def test_a_good_page_keeps_its_original_address_and_the_stated_clock(
    got: Callable[..., Capture],
) -> None:
    capture = got("https://plain.test/")
    assert (capture.access, capture.status) == (AccessState.OK, 200)
    assert capture.final_url == "https://plain.test/"
    assert capture.fetched_at == AS_OF
    assert "市政府".encode() in capture.body


@pytest.mark.parametrize("host", ["trap01.test", "trap02.test"])
def test_a_challenge_by_status_and_mark_is_a_challenge_and_never_an_outage_trap_1_2(
    got: Callable[..., Capture], host: str
) -> None:
    capture = got(f"http://{host}/")
    assert capture.access is AccessState.CHALLENGE
    assert not capture.access.targets_fault


def test_a_challenge_is_asked_for_once_and_not_retried_trap_1(
    got: Callable[..., Capture], server: TrapServer
) -> None:
    before = server.count("trap01.test", "/once")
    got("http://trap01.test/once")
    assert server.count("trap01.test", "/once") - before == 1


@pytest.mark.parametrize("status", ["403", "405", "418", "493"])
def test_a_refusal_is_blocked_and_not_the_sites_fault_trap_4(
    got: Callable[..., Capture], status: str
) -> None:
    capture = got(f"http://trap04.test/{status}")
    assert capture.access is AccessState.BLOCKED
    assert not capture.access.targets_fault


def test_an_expired_or_unknown_certificate_is_an_issue_and_not_an_outage_trap_5(
    got: Callable[..., Capture], server: TrapServer
) -> None:
    secure = {"https://secure.test": f"https://127.0.0.1:{server.tls_port}"}
    capture = got("https://secure.test/", origins=secure)
    assert capture.access is AccessState.OK
    assert capture.detail.startswith("tls_certificate")


def test_a_circle_of_redirects_is_a_loop_with_its_chain_trap_6(got: Callable[..., Capture]) -> None:
    capture = got("http://loop.test/a")
    assert capture.access is AccessState.REDIRECT_LOOP
    assert [hop.url for hop in capture.chain] == ["http://loop.test/a", "http://loop.test/b"]


def test_a_cookie_and_a_return_to_the_same_address_is_no_loop_trap_6(
    got: Callable[..., Capture],
) -> None:
    assert got("http://cookie.test/").access is AccessState.OK


def test_a_server_that_says_nothing_is_a_timeout_within_the_budget_trap_9(
    got: Callable[..., Capture],
) -> None:
    begun = time.monotonic()
    capture = got("http://trap09.test/", page_timeout=0.5)
    assert capture.access is AccessState.TIMEOUT
    assert time.monotonic() - begun < 2


def test_a_slow_drip_ends_with_the_budget_of_the_page_trap_9(got: Callable[..., Capture]) -> None:
    capture = got("http://drip.test/", page_timeout=0.6)
    assert capture.access is AccessState.TIMEOUT
    assert 0.5 < capture.elapsed < 1.5


def test_robots_are_obeyed_for_hosts_that_nobody_registered_trap_13(
    got: Callable[..., Capture], server: TrapServer
) -> None:
    capture = got("http://trap13.test/secret")
    assert capture.access is AccessState.ROBOTS_DENIED
    assert server.count("trap13.test", "/secret") == 0


def test_registered_sites_asked_for_the_inspection_trap_13(
    working: Callable[..., Any], server: TrapServer
) -> None:
    async def work(network: Network) -> Capture:
        network.robots._exempt = frozenset({"trap13.test"})
        return await Fetcher(network).get("http://www.trap13.test/")

    assert working(work).access is AccessState.OK
    assert working(work, robots="obey").access is AccessState.OK  # exempted by hand again


def test_a_robots_file_that_is_a_page_forbids_nothing_trap_13(got: Callable[..., Capture]) -> None:
    assert got("http://robots-challenge.test/").access is AccessState.OK


def test_a_429_is_retried_after_a_rest_and_then_answers_trap_14(
    got: Callable[..., Capture],
) -> None:
    TooMany.asked_before.clear()
    assert got("http://trap14.test/", page_timeout=15).access is AccessState.OK


def test_a_host_that_keeps_refusing_the_rate_is_rate_limited_trap_14(
    got: Callable[..., Capture],
) -> None:
    capture = got("http://trap14.test/always", page_timeout=5)
    assert capture.access is AccessState.RATE_LIMITED
    assert not capture.access.targets_fault


def test_a_compressed_bomb_is_cut_at_the_cap(got: Callable[..., Capture]) -> None:
    capture = got("http://bomb.test/", body_cap=100_000)
    assert (len(capture.body), capture.truncated) == (100_000, True)
    assert capture.access is AccessState.OK


def test_a_body_shorter_than_promised_is_kept_and_marked(got: Callable[..., Capture]) -> None:
    capture = got("http://short.test/")
    assert capture.access is AccessState.OK
    assert capture.truncated
    assert "incomplete_body" in capture.detail


def test_a_redirect_into_our_own_network_is_refused_before_it_is_followed(
    got: Callable[..., Capture],
) -> None:
    capture = got("http://inward.test/")
    assert (capture.access, capture.detail) == (AccessState.OUR_FAULT, "private_address")
    assert capture.chain[0].url == "http://inward.test/"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://localhost:1/",
        "http://[::1]:1/",
        "http://2130706433:1/",
        "http://0x7f.1:1/",
        "http://[::ffff:10.0.0.1]/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
def test_addresses_inside_our_own_network_are_refused_in_every_spelling(
    got: Callable[..., Capture], url: str
) -> None:
    capture = got(url)
    assert (capture.access, capture.detail) == (AccessState.OUR_FAULT, "private_address")


def test_something_that_is_no_http_is_a_malformed_answer(got: Callable[..., Capture]) -> None:
    assert got("http://garbage.test/").access in {AccessState.SERVER_ERROR, AccessState.CONNECT}


def test_addresses_that_are_none_come_back_as_captures(got: Callable[..., Capture]) -> None:
    for url in ("", "javascript:void(0)", "http://", "http:///x", "ftp://plain.test/", "::"):
        capture = got(url)
        assert (capture.access, capture.detail) == (AccessState.OUR_FAULT, "invalid_url")


def test_a_refused_connection_is_retried_and_then_told(got: Callable[..., Capture]) -> None:
    closed = {"http://closed.test": "http://127.0.0.1:9"}
    capture = got("http://closed.test/", origins=closed)
    assert (capture.access, capture.detail) == (AccessState.CONNECT, "refused")


def test_without_a_browser_browsing_says_so(working: Callable[..., Any]) -> None:
    captures = working(lambda network: Fetcher(network).browse("http://plain.test/"))
    assert [(one.access, one.detail) for one in captures] == [
        (AccessState.OUR_FAULT, "browser_off")
    ]
