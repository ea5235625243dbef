"""Servers that hang up after an answer without having said so: the next visitor is not lost."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from pathlib import Path

import pytest

from crawler.fetch.access import AccessState
from crawler.fetch.capture import Capture
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.network import open_network
from settings import Settings

pytestmark = pytest.mark.integration

AS_OF = datetime.fromisoformat("2023-03-10T23:59:59+08:00")
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 11\r\n\r\n<p>page</p>"
TOGETHER = 6
TIMEOUT = 3.0


class Moody:
    """Answers one request on each connection; whoever asks twice on one is hung up on.

    The first answers wait for one another, so that a client holds several connections at once.
    `dead` hangs up on everybody.
    """

    def __init__(self, *, dead: bool = False) -> None:
        self.dead = dead
        self.connections = 0
        self.dropped = 0
        self.closing: list[bool] = []
        self._all_here = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self.connections == TOGETHER:
            self._all_here.set()
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.closing.append(b"connection: close" in head.lower())
            if not self.dead:
                await self._all_here.wait()
                out.write(ANSWER)
                await out.drain()
                if await reader.read(1):
                    self.dropped += 1
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            out.close()


async def visit(server: Moody, home: Path, later: int, *, retries: int) -> list[Capture]:
    """Some visits at once, then `later` ones after one another; the captures of the later ones."""
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    origins = home / "origins.json"
    port = listening.sockets[0].getsockname()[1]
    origins.write_text(json.dumps({"*": f"http://127.0.0.1:{port}"}), encoding="utf-8")
    settings = Settings(home=home, origin_map=origins, page_timeout=TIMEOUT, browser="off")
    network = open_network(settings, AS_OF, registered=frozenset({"moody.test"}))
    exchange = network.transport.exchange

    async def ask(number: int) -> Capture:
        fetcher = Fetcher(network, download=exchange, retries=retries)
        return await fetcher.get(f"http://moody.test/{number}.html")

    async with listening:
        try:
            if not server.dead:
                first = await asyncio.gather(*(ask(number) for number in range(TOGETHER)))
                assert {one.access for one in first} == {AccessState.OK}
            return [await ask(100 + number) for number in range(later)]
        finally:
            await network.close()


def test_one_retry_is_enough_where_every_kept_connection_is_broken_off(tmp_path: Path) -> None:
    async def play() -> None:
        server = Moody()
        told = await visit(server, tmp_path, 1, retries=1)
        assert [one.access for one in told] == [AccessState.OK]
        assert server.dropped == 2

    asyncio.run(play())


def test_an_origin_that_hung_up_once_is_asked_over_new_connections(tmp_path: Path) -> None:
    async def play() -> None:
        server = Moody()
        told = await visit(server, tmp_path, 5, retries=0)
        assert [one.access for one in told] == [AccessState.CONNECT] + [AccessState.OK] * 4
        assert server.dropped == 2
        assert server.closing == [False] * TOGETHER + [True] * 4

    asyncio.run(play())


def test_a_server_that_hangs_up_on_everybody_stays_unreached(tmp_path: Path) -> None:
    async def play() -> None:
        server = Moody(dead=True)
        told = await visit(server, tmp_path, 2, retries=1)
        assert {(one.access, one.detail) for one in told} == {(AccessState.CONNECT, "disconnected")}

    asyncio.run(play())
