"""A closed web on loopback: hosts that link only to each other, with dead targets planted in it.

Each host is an address of its own (127.0.0.1, 127.0.0.2, …) on one port, so that every tool sees
as many hosts as there are. The answers are built once; the server does nothing but write bytes.
`python -m benchmarks.closed_web --hosts 20 --pages 500` serves until it is ended and prints one
JSON line: the port, and how many addresses are dead.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
from dataclasses import dataclass
from typing import Final

_SENTENCE: Final = (
    "会议强调，要进一步转变工作作风，切实为群众办好事、办实事，推动各项工作落到实处。"
)
_PAGE_BYTES: Final = 30_000
COUNTS: Final = b"/-counts"
_SEEN: dict[tuple[bytes, bytes], int] = {}
_READ: set[tuple[bytes, bytes]] = set()
_REQUEST_END: Final = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the web is: `dead` is the share of targets that answer 404."""

    hosts: int = 20
    pages: int = 500
    links: int = 60
    dead: float = 0.02
    seed: int = 20230320

    @property
    def names(self) -> list[str]:
        """The addresses of the hosts."""
        return [f"127.0.0.{number}" for number in range(1, self.hosts + 1)]


def living(shape: Shape, port: int) -> list[str]:
    """Every page there is; the first of a host is its home page."""
    return [
        f"http://{host}:{port}/{f'p{number}.html' if number else ''}"
        for host in shape.names
        for number in range(shape.pages)
    ]


def planted(shape: Shape, port: int) -> list[str]:
    """Every address that is linked to and leads nowhere."""
    count = round(shape.hosts * shape.pages * shape.dead)
    return [
        f"http://{shape.names[number % shape.hosts]}:{port}/gone/g{number}.html"
        for number in range(count)
    ]


def build(shape: Shape, port: int) -> dict[tuple[str, str], bytes]:
    """The body of every page by host and path. Every page and every dead target is linked to.

    As on real sites most links stay at home; of the others most lead to another site's home page.
    """
    chance = random.Random(shape.seed)
    alive, gone = living(shape, port), planted(shape, port)
    homes = alive[:: shape.pages]
    bodies: dict[tuple[str, str], bytes] = {}
    for place, url in enumerate(alive):
        number = place // shape.pages
        own = alive[number * shape.pages : (number + 1) * shape.pages]
        # The next page of the host, so that every page can be reached from its home page.
        following = own[(place + 1) % shape.pages]
        dead = gone[place % len(gone)] if gone else following
        more = [
            dead,
            *chance.sample(
                gone, int(chance.random() < shape.links * shape.dead % 1 and bool(gone))
            ),
        ]
        outside = chance.sample(homes, min(3, len(homes)))
        rest = max(0, shape.links - len(more) - len(outside) - 1)
        targets = [following, *outside, *more, *chance.choices(own, k=rest)]
        bodies[shape.names[number], "/" + url.split("/", 3)[3]] = _page(place, targets)
    return bodies


def _page(number: int, targets: list[str]) -> bytes:
    rows = "".join(
        f"<li><a href='{url}'>市政府召开第{place}次常务会议</a><span>2023-03-{place % 28 + 1:02}</span></li>"
        for place, url in enumerate(targets)
    )
    head = (
        f"<html><head><meta charset='utf-8'><title>第{number}页</title></head><body><ul>{rows}</ul>"
    )
    missing = _PAGE_BYTES - len(head.encode())
    text = f"<p>{_SENTENCE * 3}</p>"
    filling = text * max(1, missing // len(text.encode()))
    return f"{head}{filling}</body></html>".encode()


class _Web(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, for requests without a body."""

    def __init__(self, answers: dict[tuple[bytes, bytes], tuple[bytes, bytes]]) -> None:
        self._answers = answers
        self._kept = b""
        self._out: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._out = transport

    def data_received(self, data: bytes) -> None:
        self._kept += data
        while _REQUEST_END in self._kept:
            head, _, self._kept = self._kept.partition(_REQUEST_END)
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        assert self._out is not None
        method, path, _ = head.split(b"\r\n", 1)[0].split(b" ", 2)
        lines = head.lower().split(b"\r\n")[1:]
        host = next((one[5:].strip() for one in lines if one.startswith(b"host:")), b"")
        name = host.partition(b":")[0]
        if path == COUNTS:
            self._out.write(b"".join(_answer("200 OK", json.dumps(_counted()).encode())))
            return
        _SEEN[name, path] = _SEEN.get((name, path), 0) + 1
        found = self._answers.get((name, path), _MISSING)
        if method == b"GET" and found is not _MISSING:
            _READ.add((name, path))
        self._out.write(found[0] if method == b"HEAD" else b"".join(found))
        if b"connection: close" in lines:
            self._out.close()


def _counted() -> dict[str, int]:
    """What was asked for since the last question: requests, and living pages sent with a body."""
    told = {"requests": sum(_SEEN.values()), "pages": len(_READ)}
    _SEEN.clear()
    _READ.clear()
    return told


def _answer(status: str, body: bytes) -> tuple[bytes, bytes]:
    # With the header LinkChecker a server tells the tool of that name that it needs no throttle.
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nLinkChecker: any\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode(), body


_MISSING: Final = _answer(
    "404 Not Found", b"<html><title>404 Not Found</title>404 Not Found</html>"
)


async def serve(shape: Shape, port: int) -> None:
    """Serve until cancelled; says on one line of standard output when it listens."""
    loop = asyncio.get_running_loop()
    answers: dict[tuple[bytes, bytes], tuple[bytes, bytes]] = {}
    server = await loop.create_server(lambda: _Web(answers), "0.0.0.0", port)
    port = server.sockets[0].getsockname()[1]
    for (host, path), body in build(shape, port).items():
        answers[host.encode(), path.encode()] = _answer("200 OK", body)
    print(json.dumps({"port": port, "dead": len(planted(shape, port))}), flush=True)
    async with server:
        await server.serve_forever()


def main() -> None:
    """The command line of the server."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.closed_web")
    parser.add_argument("--hosts", type=int, default=20)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--links", type=int, default=60)
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    asyncio.run(serve(Shape(given.hosts, given.pages, given.links), given.port))


if __name__ == "__main__":
    main()
