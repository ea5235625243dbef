"""A site that sends its visitors into our own network, in every spelling, gets nobody there."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from crawler.fetch.access import AccessState
from crawler.fetch.capture import Capture
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.network import open_network
from crawler.fetch.origins import OriginMap
from settings import Settings

pytestmark = pytest.mark.integration

OUTSIDE = "http://tempting.test"


class Server(ThreadingHTTPServer):
    """Sends everybody to `location` where it has one; `asked` counts who came."""

    daemon_threads = True

    def __init__(self) -> None:
        self.location = ""
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), Answers)


class Answers(BaseHTTPRequestHandler):
    """The site's answer."""

    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(302 if self.server.location else 200)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def site() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def inside() -> Iterator[Server]:
    """What stands in our own network and must not be asked."""
    with serving() as server:
        yield server


@pytest.fixture
def fetched(tmp_path: Path, site: Server) -> Callable[[], Capture]:
    """Open the tempting site as a patrol would."""

    def fetch() -> Capture:
        async def opened() -> Capture:
            settings = Settings(home=tmp_path, browser="off", page_timeout=5)
            network = open_network(settings, datetime(2026, 12, 1, tzinfo=UTC))
            mapped = OriginMap({OUTSIDE: f"http://127.0.0.1:{site.server_address[1]}"})
            network.origins = mapped
            network.transport._origins = mapped
            try:
                return await Fetcher(network).get(f"{OUTSIDE}/")
            finally:
                await network.close()

        return asyncio.run(opened())

    return fetch


@pytest.mark.parametrize(
    "spelling",
    [
        "http://127.0.0.1:{port}/",
        "//127.0.0.1:{port}/",
        "http://2130706433:{port}/",
        "http://017700000001:{port}/",
        "http://127.1:{port}/",
        "http://[::ffff:7f00:1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://localhost.:{port}/",
        "http://LocalHost:{port}/",
        "http://www.example.test@127.0.0.1:{port}/",
        "http://127.0.0.1:{port}#@www.example.test/",
        "http://127.0.0.1:{port}\\@www.example.test/",
        "http://１２７.０.０.１:{port}/",
        "http:/\t/127.0.0.1:{port}/",
    ],
)
def test_no_spelling_of_our_own_machine_is_followed(
    fetched: Callable[[], Capture], site: Server, inside: Server, spelling: str
) -> None:
    location = spelling.format(port=inside.server_address[1])
    site.location = location.encode("utf-8").decode("latin-1")
    capture = fetched()
    assert site.asked, "the trap was never reached"
    assert inside.asked == []
    assert capture.access is not AccessState.OK


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:6379/_INFO", "data:text/html,x"],
)
def test_nothing_but_http_is_followed(
    fetched: Callable[[], Capture], site: Server, location: str
) -> None:
    site.location = location
    capture = fetched()
    assert site.asked
    assert b"root:" not in capture.body
    assert capture.access is not AccessState.OK


def test_a_name_of_the_world_that_is_answered_with_our_own_address_leads_nowhere(
    fetched: Callable[[], Capture],
    site: Server,
    inside: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The name server is the attacker's; that it changes its answer is in test_rebinding.py."""
    turned: list[str] = []

    def getaddrinfo(host: str, *_: Any, **__: Any) -> list[Any]:
        turned.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    site.location = f"http://turns.test:{inside.server_address[1]}/"
    capture = fetched()
    assert turned
    assert inside.asked == []
    assert (capture.access, capture.detail) == (AccessState.OUR_FAULT, "private_address")
