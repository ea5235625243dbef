"""Answers that a strict parser refuses and every browser shows: alive for links and for probes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from crawler.fetch import tolerant
from crawler.fetch.capture import Capture
from crawler.fetch.failure import ExchangeError
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.network import open_network
from crawler.probes import ProbeTarget, ask_all
from settings import Settings
from tests.site.link_traps import LinkTrapServer

AT = datetime.fromisoformat("2023-03-10T08:15:30+08:00")
BODY = b"<html><title>x</title><body>" + "这是一个页面。".encode() * 40 + b"</body></html>"
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
ANSWERS = {
    "twice": b"HTTP/1.1 200 OK\r\n" + LENGTH * 2 + b"\r\n" + BODY,
    "list": b"HTTP/1.1 200 OK\r\n" + LENGTH[:-2] + b", %d\r\n\r\n" % len(BODY) + BODY,
    "blank": b"HTTP/1.1 200 OK\r\nContent-Type : text/html\r\n" + LENGTH + b"\r\n" + BODY,
    "none": b"HTTP/1.1 200 OK\r\nthis is no header\r\n" + LENGTH + b"\r\n" + BODY,
    "both": b"HTTP/1.1 200 OK\r\n" + LENGTH + b"Transfer-Encoding: chunked\r\n\r\n"
    b"%x\r\n" % len(BODY) + BODY + b"\r\n0\r\n\r\n",
    "odd-version": b"HTTP/2 200 OK\r\n" + LENGTH + b"\r\n" + BODY,
    "nul": b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n" + LENGTH + b"\r\n" + BODY,
    "lines": b"HTTP/1.1 200 OK\n" + LENGTH.replace(b"\r", b"") + b"\n" + BODY,
    "no-reason": b"HTTP/1.1 200\r\n" + LENGTH + b"\r\n" + BODY,
    "encoding": b"HTTP/1.1 200 OK\r\nContent-Encoding: UTF-8\r\n" + LENGTH + b"\r\n" + BODY,
    "moved": b"HTTP/1.1 302 Found\r\nLocation: /" + "页".encode("gbk") + b"\r\nContent-Length: 0\r\n\r\n",
    "/%D2%B3": b"HTTP/1.1 200 OK\r\n" + LENGTH + b"\r\n" + BODY,
}  # fmt: skip


class MalformedServer(LinkTrapServer):
    """Says by path what ANSWERS hold."""

    async def _answer(self, method: str, path: str, head: str, out: asyncio.StreamWriter) -> None:
        found = ANSWERS.get(path) or ANSWERS.get(path.strip("/"))
        if found is None:
            await super()._answer(method, path, head, out)
        else:
            out.write(found)


@pytest.fixture(scope="module")
def server() -> Iterator[MalformedServer]:
    with MalformedServer() as running:
        yield running


@pytest.fixture
def settings(server: MalformedServer, tmp_path: Path) -> Settings:
    file = tmp_path / "origins.json"
    file.write_text(json.dumps({"*": server.origin}), encoding="utf-8")
    return Settings(home=tmp_path, origin_map=file, page_timeout=3.0, probe_timeout=3.0)


def fetched(settings: Settings, url: str) -> Capture:
    async def inside() -> Capture:
        network = open_network(settings, AT)
        try:
            return await Fetcher(network, retries=0).get(url)
        finally:
            await network.close()

    return asyncio.run(inside())


@pytest.mark.parametrize("name", [name for name in ANSWERS if name.isascii() and "/" not in name])
def test_an_answer_that_browsers_show_is_read(settings: Settings, name: str) -> None:
    capture = fetched(settings, f"http://q.test/{name}")
    assert (capture.access.value, capture.status, capture.body) == ("ok", 200, BODY)


def test_a_redirect_goes_to_the_very_bytes_that_were_written(settings: Settings) -> None:
    assert fetched(settings, "http://q.test/moved").final_url == "http://q.test/%D2%B3"


def test_a_site_that_answers_malformed_is_open(settings: Settings) -> None:
    targets = [
        ProbeTarget(place, f"http://q{place}.test/{name}", canary=False)
        for place, name in enumerate(["twice", "none", "both"])
    ]
    answers = asyncio.run(ask_all(settings, targets, AT))
    assert {one.state for one in answers.values()} == {"ok"}


@given(st.binary(max_size=300), st.integers(0, 64))
@trials(max_examples=200, deadline=None)
def test_no_bytes_break_the_lenient_reading(tail: bytes, cap: int) -> None:
    async def read(data: bytes) -> tolerant.Reply:
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        asked = tolerant.Asked("http://q.test/", "", "GET", {}, None, cap, 1.0)
        return await tolerant._reply(reader, asked)

    for start in (
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ):
        try:
            reply = asyncio.run(read(start + tail))
        except (ExchangeError, ValueError):
            continue
        assert len(reply.body) <= cap
