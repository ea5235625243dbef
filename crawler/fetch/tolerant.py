"""A second reading of answers that a strict parser refuses and every browser shows.

Old servers repeat `Content-Length`, put a blank before a colon, send lines that are no headers, or
state a length beside chunks. Their sites are open for visitors, so they are no outage: what the
strict parser threw away is asked for once more on a connection of its own and read leniently.
Bounded like everything else; raises `ExchangeError` for what is no HTTP at all.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from crawler.fetch.access import AccessState
from crawler.fetch.failure import ExchangeError
from crawler.fetch.inflate import Inflater, Unsupported

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

_STATUS: Final = re.compile(rb"(?:HTTP/\d(?:\.\d)?|ICY)\s{1,4}(\d{3})(?:\s|$)")
_LINES: Final = 300
_BLANK_LINES: Final = 3
_INTERIM: Final = 5
_PIECE: Final = 16_384
_LINE_BYTES: Final = 65_536


class Asked(NamedTuple):
    """What to ask: the address that is really connected to, and the body's cap in bytes.

    `address` is the number that was checked for the host; empty where the host may be used.
    """

    url: str
    address: str
    method: str
    headers: Mapping[str, str]
    body: bytes | None
    cap: int
    connect_timeout: float


class Reply(NamedTuple):
    """What came back; `complete` is False where the body ended too early or could not be followed."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    full: bool
    complete: bool


async def ask(asked: Asked, context: ssl.SSLContext) -> Reply:
    """One exchange. The caller holds the clock."""
    parts = urlsplit(asked.url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    opening = asyncio.open_connection(
        asked.address or host,
        parts.port or (443 if secure else 80),
        ssl=context if secure else None,
        server_hostname=host if secure else None,
        limit=_LINE_BYTES,
    )
    async with asyncio.timeout(asked.connect_timeout):
        reader, writer = await opening
    try:
        writer.write(_request(asked))
        return await _reply(reader, asked)
    except (ValueError, EOFError) as error:  # a line without an end
        raise ExchangeError(AccessState.SERVER_ERROR, "malformed_response") from error
    finally:
        writer.close()


def _request(asked: Asked) -> bytes:
    parts = urlsplit(asked.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Host": parts.netloc.rpartition("@")[2], **asked.headers, "Connection": "close"}
    if asked.body is not None:
        headers["Content-Length"] = str(len(asked.body))
    lines = [f"{asked.method} {path} HTTP/1.1", *(f"{key}: {val}" for key, val in headers.items())]
    # A line break in a value would be a header of somebody else's making.
    head = "".join(line.replace("\r", "").replace("\n", "") + "\r\n" for line in lines)
    return head.encode("utf-8", "replace") + b"\r\n" + (asked.body or b"")


async def _reply(reader: asyncio.StreamReader, asked: Asked) -> Reply:
    status, headers = await _head(reader)
    for _ in range(_INTERIM):
        if not 100 <= status < 200:
            break
        status, headers = await _head(reader)
    if not asked.cap:
        return Reply(status, headers, b"", full=False, complete=True)
    named = {name.lower(): value for name, value in headers}
    try:
        inflater = Inflater(named.get(b"content-encoding", b"").decode("latin-1"), asked.cap)
    except Unsupported as error:
        raise ExchangeError(AccessState.UNDECODABLE, f"content_encoding {error}") from error
    if b"chunked" in named.get(b"transfer-encoding", b"").lower():
        complete = await _chunks(reader, inflater)
    else:
        stated = named.get(b"content-length", b"").partition(b",")[0].strip()
        complete = await _plain(reader, inflater, int(stated) if stated.isdigit() else None)
    return Reply(status, headers, inflater.body, inflater.full, complete and not inflater.broken)


async def _head(
    reader: asyncio.StreamReader,
) -> tuple[int, tuple[tuple[bytes, bytes], ...]]:
    """The status and whatever looks like a header; other lines are passed over."""
    line = b""
    for _ in range(_BLANK_LINES):
        line = (await reader.readline()).strip()
        if line:
            break
    found = _STATUS.match(line)
    if found is None:
        raise ExchangeError(AccessState.SERVER_ERROR, "malformed_response")
    headers: list[tuple[bytes, bytes]] = []
    for _ in range(_LINES):
        line = (await reader.readline()).strip()
        if not line:
            break
        name, colon, value = line.partition(b":")
        if colon and name.strip():
            headers.append((name.strip(), value.strip()))
    return int(found[1]), tuple(headers)


async def _plain(reader: asyncio.StreamReader, inflater: Inflater, length: int | None) -> bool:
    """A body of a stated length, or to the end of the connection."""
    left = length
    while not inflater.full and not inflater.broken and left != 0:
        piece = await reader.read(_PIECE if left is None else min(_PIECE, left))
        if not piece:
            return left is None
        inflater.feed(piece)
        left = None if left is None else left - len(piece)
    return True


async def _chunks(reader: asyncio.StreamReader, inflater: Inflater) -> bool:
    """A body in chunks; False where their sizes cannot be followed."""
    while not inflater.full and not inflater.broken:
        size = (await reader.readline()).partition(b";")[0].strip()
        if not re.fullmatch(rb"[0-9a-fA-F]{1,8}", size):
            return False
        if int(size, 16) == 0:
            return True
        if not await _plain(reader, inflater, int(size, 16)):
            return False
        await reader.readline()
    return True
