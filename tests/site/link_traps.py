"""Servers for the traps of link checking that need a stream, a socket or a certificate of their own.

`LinkTrapServer` answers by path on one plain port; `secure()` opens a port with a certificate that
is wrong in a stated way.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import struct
import threading
import warnings
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Self

import trustme

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
GIGABYTE = 1 << 30
BOMB = gzip.compress(b"<html>" + b" " * (64 << 20))
SORRY = "<html><title>提示</title><body>对不起，您访问的页面不存在</body></html>".encode()
GB_SORRY = "<html><meta charset=gb2312><title>提示</title><body>对不起，您要访问的页面不存在或已被刪除镕</body></html>"
TAKEN = "<html><title>葡京娱乐场官网-百家乐-真人视讯</title><meta name=keywords content=博彩平台><body>注册送彩金</body></html>"
CHUNK = b"x" * 65_536


class LinkTrapServer:
    """Listens on loopback, on IPv4 or on IPv6 alone, in a thread of its own."""

    def __init__(self, host: str = "127.0.0.1", context: ssl.SSLContext | None = None) -> None:
        self.host = host
        self.context = context
        self.asked: Counter[str] = Counter()
        self.sent = 0
        self.port = 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    @property
    def origin(self) -> str:
        """Where it listens."""
        scheme = "https" if self.context else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *told: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._serve, self.host, 0, ssl=self.context)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        async with server:
            await self._stop.wait()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError, ValueError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            method, path, _ = head.split(" ", 2)
            self.asked[path] += 1
            await self._answer(method, path, head.lower(), out)
            await out.drain()
        with suppress(OSError):
            out.close()

    async def _answer(  # noqa: PLR0912 -- one branch for each trap
        self, method: str, path: str, head: str, out: asyncio.StreamWriter
    ) -> None:
        page = b"<html><title>x</title><body>" + "这是一个页面。".encode() * 40 + b"</body></html>"
        if path == "/drip":
            out.write(HEAD + b"\r\n<html>")
            while True:
                out.write(b" ")
                await out.drain()
                await asyncio.sleep(0.1)
        elif path in {"/endless", "/gigabyte.zip", "/gigabyte"}:
            await self._pour(out, endless=path == "/endless")
        elif path == "/bomb":
            out.write(
                HEAD
                + f"Content-Encoding: gzip\r\nContent-Length: {len(BOMB)}\r\n\r\n".encode()
                + BOMB
            )
        elif path.startswith("/round"):
            target = f"/round{int(path[6:] or 0) % 3 + 1}"
            out.write(
                f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()
            )
        elif path == "/moved":
            out.write(b"HTTP/1.1 301 Moved\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n")
        elif path == "/head-lies" and method == "HEAD":
            out.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        elif path == "/sorry":
            out.write(HEAD + f"Content-Length: {len(SORRY)}\r\n\r\n".encode() + SORRY)
        elif path == "/gb-sorry":
            sorry = GB_SORRY.encode("gb18030")
            out.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gb2312\r\n")
            out.write(f"Content-Length: {len(sorry)}\r\n\r\n".encode() + sorry)
        elif path == "/taken":
            taken = TAKEN.encode()
            out.write(HEAD + f"Content-Length: {len(taken)}\r\n\r\n".encode() + taken)
        elif path == "/cloudflare":
            out.write(
                b"HTTP/1.1 403 Forbidden\r\ncf-mitigated: challenge\r\nContent-Length: 0\r\n\r\n"
            )
        elif path == "/ruishu":
            out.write(
                b"HTTP/1.1 412 x\r\nSet-Cookie: FSSBBIl1UgzbN7NS=a\r\nContent-Length: 0\r\n\r\n"
            )
        elif path == "/norange.doc" and "\nrange:" in head:
            out.write(b"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n")
        elif path == "/reset":
            out.write(HEAD + b"Content-Length: 100000\r\n\r\n<html>" + CHUNK[:4000])
            await out.drain()
            linger = struct.pack("ii", 1, 0)
            out.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        elif path == "/reset-at-once":
            linger = struct.pack("ii", 1, 0)
            out.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        elif path == "/gone" or "xuncha" in path:
            out.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        else:
            out.write(HEAD + f"Content-Length: {len(page)}\r\n\r\n".encode() + page)

    async def _pour(self, out: asyncio.StreamWriter, *, endless: bool) -> None:
        length = b"" if endless else f"Content-Length: {GIGABYTE}\r\n".encode()
        out.write(HEAD + length + b"\r\n")
        while True:
            out.write(CHUNK)
            self.sent += len(CHUNK)
            await out.drain()
            await asyncio.sleep(0)


def secure(kind: str) -> ssl.SSLContext:
    """A server's side of TLS: `expired`, `elsewhere` (another name), `ending` (within 30 days), `old`

    (nothing newer than TLS 1.1). None is issued by an authority that anybody knows.
    """
    authority = trustme.CA()
    now = datetime.now(UTC)
    ends = {"expired": now - timedelta(days=1), "ending": now + timedelta(days=9)}.get(kind)
    name = "elsewhere.test" if kind == "elsewhere" else "127.0.0.1"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_after=ends or now + timedelta(days=300)).configure_cert(context)
    if kind == "old":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that is the point of it
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("ALL:@SECLEVEL=0")
    context.authority = authority  # type: ignore[attr-defined]
    return context
