"""The browser's only way out, and what it does with pages that try others."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.fetch.gate import Gate
from crawler.fetch.names import Names
from crawler.fetch.origins import OriginMap
from crawler.screenshots import take_screenshots
from settings import Settings
from tests.site.trap_server import TrapServer

AS_OF = datetime.fromisoformat("2023-03-10T23:59:59+08:00")


@pytest.fixture(scope="module")
def server() -> Iterator[TrapServer]:
    with TrapServer() as running:
        yield running


def through_gate(server: TrapServer, request: str, *, allow_private: bool = False) -> bytes:
    """What a proxy client gets for one raw request."""

    async def inside() -> bytes:
        names = Names(allow_private=allow_private)
        gate = Gate(OriginMap(server.origins()), names)
        await gate.open()
        try:
            port = int(gate.address.rpartition(":")[2])
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request.encode())
            answer = await asyncio.wait_for(reader.read(-1), 5)
            writer.close()
            return answer
        finally:
            await gate.close()
            names.close()

    return asyncio.run(inside())


def test_a_mapped_request_is_answered_under_its_own_host(server: TrapServer) -> None:
    answer = through_gate(
        server, "GET http://plain.test/xwdt/ HTTP/1.1\r\nHost: plain.test\r\nConnection: x\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert server.count("plain.test", "/xwdt/") >= 1


@pytest.mark.parametrize(
    "request_line",
    [
        "GET http://169.254.169.254/latest/ HTTP/1.1",
        "GET http://localhost:1/ HTTP/1.1",
        "CONNECT 127.0.0.1:22 HTTP/1.1",
        "CONNECT [::1]:443 HTTP/1.1",
        "CONNECT plain.test:443 HTTP/1.1",
        "GET ftp://plain.test/ HTTP/1.1",
        "nonsense",
        "CONNECT nowhere HTTP/1.1",
    ],
)
def test_nothing_gets_into_our_own_network_past_the_gate(
    server: TrapServer, request_line: str
) -> None:
    answer = through_gate(server, f"{request_line}\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 502")


def test_a_tunnel_carries_bytes_both_ways_where_it_is_allowed(server: TrapServer) -> None:
    answer = through_gate(
        server,
        f"CONNECT 127.0.0.1:{server.port} HTTP/1.1\r\n\r\n"
        "GET /xwdt/ HTTP/1.1\r\nHost: plain.test\r\n\r\n",
        allow_private=True,
    )
    assert answer.startswith(b"HTTP/1.1 200 Connection Established\r\n\r\nHTTP/1.1 200 OK")


@pytest.fixture
def shooting(server: TrapServer, tmp_path: Path) -> Callable[..., dict[str, bytes]]:
    def run(*urls: str, **given: Any) -> dict[str, bytes]:
        file = tmp_path / "origins.json"
        file.write_text(json.dumps(server.origins()), encoding="utf-8")
        stated: dict[str, Any] = {"home": tmp_path, "origin_map": file, "browser_timeout": 5.0}
        return take_screenshots(Settings(**(stated | given)), urls, AS_OF)

    return run


@pytest.mark.e2e
@pytest.mark.skipif(not shutil.which("chromium"), reason="needs Chromium")
def test_pictures_are_taken_of_pages_that_show_and_of_no_others(
    shooting: Callable[..., dict[str, bytes]],
) -> None:
    pictures = shooting("https://plain.test/", "http://trap22.test/", "http://garbage.test/")
    assert set(pictures) == {"https://plain.test/", "http://trap22.test/"}
    assert all(picture.startswith(b"\x89PNG") for picture in pictures.values())


def test_without_a_browser_there_are_no_pictures(
    shooting: Callable[..., dict[str, bytes]],
) -> None:
    assert shooting("http://plain.test/", browser="off") == {}
