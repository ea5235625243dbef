"""The dead-man service is asked after each finished night; that it cannot be is only logged."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from structlog.testing import capture_logs

import errands


class Service(BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(500 if "broken" in self.path else 200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        del args


@pytest.fixture
def service() -> Iterator[str]:
    Service.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def tell(url: str) -> list[str]:
    def never(*args: object, **stated: object) -> None:
        raise AssertionError((args, stated))

    calls = errands.Calls(night=never, probe=never, ask=errands.ask)  # type: ignore[arg-type]
    with capture_logs() as logs:
        errands._tell_dead_man(calls, url)
    assert url == "" or url not in str(logs)
    return [entry["event"] for entry in logs]


def test_the_service_is_asked_once(service: str) -> None:
    assert tell(f"{service}/ping/secret") == []
    assert Service.asked == ["/ping/secret"]


def test_a_service_that_refuses_is_logged(service: str) -> None:
    assert tell(f"{service}/broken") == ["dead_man_refused"]


def test_a_service_that_is_down_is_logged() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    assert tell(f"http://127.0.0.1:{port}/") == ["dead_man_not_reached"]


def test_a_service_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errands, "ASK_SECONDS", 0.1)
    with closing(socket.create_server(("127.0.0.1", 0))) as mute:
        assert tell(f"http://127.0.0.1:{mute.getsockname()[1]}/") == ["dead_man_not_reached"]


@pytest.mark.parametrize("url", ["no address", "http://[", "ftp://127.0.0.1/", "http://a b/"])
def test_an_address_that_is_none_spoils_no_night(url: str) -> None:
    assert tell(url) == ["dead_man_not_reached"]


def test_without_an_address_nothing_is_asked(service: str) -> None:
    del service
    assert tell("") == []
    assert Service.asked == []


def test_asking_raises_what_the_caller_catches() -> None:
    with pytest.raises(httpx.UnsupportedProtocol):
        errands.ask("no address")
