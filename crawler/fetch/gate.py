"""The browser's only way out: a proxy on loopback that knows the origin map and our limits.

A page can redirect, open sockets and resolve names by itself; what it cannot do is get past its
proxy. So private addresses are refused here, whatever way a page takes to them, and the address
that was checked is the one that is connected to. TLS stays between the browser and the site.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from crawler.fetch.failure import ExchangeError
from crawler.fetch.origins import host_of

if TYPE_CHECKING:
    from crawler.fetch.names import Names
    from crawler.fetch.origins import OriginMap

_HEAD_BYTES = 65_536
_CONNECT_SECONDS = 10.0
_IDLE_SECONDS = 30.0
_MAPPED_LOOKUP_SECONDS = 3.0
_CHUNK = 65_536
MARK = "x-xuncha-gate"
_REFUSED = (
    f"HTTP/1.1 502 Bad Gateway\r\n{MARK}: refused\r\nContent-Type: text/plain\r\n"
    "Content-Length: 7\r\nConnection: close\r\n\r\nrefused"
).encode()
_HOP_HEADERS = (b"proxy-connection:", b"connection:", b"proxy-authorization:")


class _Asked(NamedTuple):
    """The head of one proxy request."""

    method: str
    target: str
    headers: list[bytes]


class Gate:
    """Listens on loopback while a browser runs; `address` is what the browser is told."""

    def __init__(self, origins: OriginMap, names: Names) -> None:
        self._origins = origins
        self._names = names
        self._server: asyncio.Server | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self.refused = 0

    @property
    def address(self) -> str:
        """`http://127.0.0.1:PORT`; only after `open`."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def open(self) -> None:
        """Begin to listen on a free port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_HEAD_BYTES)

    async def close(self) -> None:
        """Stop listening and end what is under way."""
        if self._server is not None:
            self._server.close()
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        try:
            await self._pass_on(reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        except (ExchangeError, ValueError):
            self.refused += 1
            with suppress(OSError):
                writer.write(_REFUSED)
                await writer.drain()
        finally:
            self._under_way.discard(task)
            writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = _head(await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _IDLE_SECONDS))
        if asked.method == "CONNECT":
            host, _, port = asked.target.rpartition(":")
            beyond = await self._connect(f"https://{host}:{port}", host.strip("[]"), int(port))
            writer.write(b"HTTP/1.1 200 Connection Established\r\n\r\n")
        else:
            beyond = await self._forward(asked)
        await _join(reader, writer, *beyond)

    async def _forward(self, asked: _Asked) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """One plain HTTP request: the same head, asked of the server that answers for it."""
        route = self._origins.route(asked.target)
        parts = urlsplit(route.url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(asked.target)
        port = parts.port or 80
        if route.mapped:
            beyond = await _dial(parts.hostname, port)
        else:
            beyond = await self._connect(asked.target, host_of(asked.target), port)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        kept = [one for one in asked.headers if not one.lower().startswith(_HOP_HEADERS)]
        head = [f"{asked.method} {path} HTTP/1.1".encode(), *kept, b"Connection: close", b"", b""]
        beyond[1].write(b"\r\n".join(head))
        return beyond

    async def _connect(
        self, origin: str, host: str, port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to a checked address. A mapped TLS origin cannot be reached this way."""
        if self._origins.mapped(origin):
            raise ValueError(origin)
        patience = _MAPPED_LOOKUP_SECONDS if self._origins else _CONNECT_SECONDS
        addresses = await asyncio.wait_for(self._names.lookup(host), patience)
        return await _dial(addresses[0], port)


async def _dial(host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.wait_for(asyncio.open_connection(host, port), _CONNECT_SECONDS)


def _head(raw: bytes) -> _Asked:
    lines = raw.split(b"\r\n")
    method, target, _ = lines[0].decode("latin-1").split(" ", 2)
    return _Asked(method, target, [line for line in lines[1:] if line])


async def _join(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    far_reader: asyncio.StreamReader,
    far_writer: asyncio.StreamWriter,
) -> None:
    """Carry bytes both ways until either side is done or both are idle."""
    ways = [
        asyncio.ensure_future(_carry(reader, far_writer)),
        asyncio.ensure_future(_carry(far_reader, writer)),
    ]
    try:
        await ways[1]
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        far_writer.close()


async def _carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while piece := await asyncio.wait_for(source.read(_CHUNK), _IDLE_SECONDS):
        sink.write(piece)
        await sink.drain()
