"""One HTTP exchange, bounded in every direction. No redirects, no retries, no manners.

aiohttp underneath (a third of the cost of httpx). The Scrapy download handler, the link checker
and the probes all exchange here, so they cannot disagree about a site.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import aiohttp
import yarl

from crawler.fetch import tls, tolerant
from crawler.fetch.access import AccessState
from crawler.fetch.classify import read_error
from crawler.fetch.failure import ExchangeError
from crawler.fetch.inflate import ACCEPTED, Inflater, Unsupported
from crawler.fetch.names import GuardedResolver, Names
from crawler.fetch.origins import OriginMap, Route, host_of, origin_of

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

_HEADER_LINES = 100
_HEADER_CHARACTERS = 4096
_SHORT = 256
_LINE_BYTES = 32_768
CONNECT_SECONDS = 10.0
_AUTOMATIC = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What to ask. `timeout` is seconds to the last byte, `cap` the bytes of body to keep;

    cap 0 closes the connection as soon as the headers are there.
    """

    url: str
    timeout: float
    cap: int
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    connect_timeout: float = CONNECT_SECONDS


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the body is decoded of its content encoding, at most `cap` bytes.

    `truncated` says that the cap or a broken connection cut it; `notes` are technical words
    about TLS and the body that do not make the answer bad.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    truncated: bool = False
    notes: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """The first header of that name, or an empty string."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


class Transport:
    """Connections for one process. Raises `ExchangeError` where no response came.

    Mapped origins have connections of their own: only they may lead to private addresses. An
    origin that once broke a connection off is asked over a new one each time: servers that hang
    up after every answer without a word would fail every other request over a kept one.
    """

    def __init__(self, origins: OriginMap, names: Names) -> None:
        self._origins = origins
        self._names = names
        self._sessions: dict[tuple[bool, bool], aiohttp.ClientSession] = {}
        self._hung_up: set[str] = set()
        self._tls_issues: dict[str, tuple[ssl.SSLContext, str]] = {}

    async def exchange(self, asked: Outgoing) -> Answer:
        """Ask once; TLS that the strict context refuses is tried again more leniently."""
        try:
            async with asyncio.timeout(asked.timeout):
                return await self._exchange(asked)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise read_error(error) from error

    async def _exchange(self, asked: Outgoing) -> Answer:
        route = self._origins.route(asked.url)
        if not route.mapped:
            await self._names.lookup(host_of(asked.url))
        origin = origin_of(asked.url)
        known = self._tls_issues.get(origin)
        if known is not None:
            return await self._once(asked, route, known[0], known[1])
        try:
            return await self._once(asked, route, tls.strict())
        except (aiohttp.ClientError, OSError, ValueError) as error:
            failed = read_error(error)
            if not _is_handshake(failed, route.url):
                raise
        return await self._less_strictly(asked, route, failed)

    async def _less_strictly(self, asked: Outgoing, route: Route, failed: ExchangeError) -> Answer:
        """Ask again as the server needs it, and note what the strict context objected to."""
        origin = origin_of(asked.url)
        objected = failed.access is AccessState.TLS_ERROR
        note = failed.detail if objected else ""
        *gentler, last = tls.fallbacks(note)
        for context in gentler:
            try:
                answer = await self._once(asked, route, context, note)
            except (aiohttp.ClientError, OSError, ValueError) as error:
                again = read_error(error)
                if again.access is not AccessState.TLS_ERROR:
                    raise
                note = f"{note} {again.detail}"
            else:
                self._tls_issues[origin] = (context, note)
                return answer
        answer = await self._once(asked, route, last, *([note] if note else []))
        session = tls.session(host_of(route.url))
        if objected or (session is not None and session.is_old):
            self._tls_issues[origin] = (last, note or "tls_legacy: protocol")
        return answer

    async def _once(
        self, asked: Outgoing, route: Route, context: ssl.SSLContext, *notes: str
    ) -> Answer:
        headers = {"Accept-Encoding": ACCEPTED, **asked.headers}
        if route.host is not None:
            headers["Host"] = route.host
        kept = origin_of(asked.url) not in self._hung_up
        try:
            async with self._session(mapped=route.mapped, kept=kept).request(
                asked.method,
                yarl.URL(route.url, encoded=True),
                headers=headers,
                data=asked.body,
                allow_redirects=False,
                ssl=context,
                timeout=_patience(asked.connect_timeout),
            ) as response:
                return await _read(response, asked.cap, notes)
        except aiohttp.ClientResponseError:
            return await self._tolerantly(asked, route, headers, context, notes)
        except aiohttp.ClientConnectorError:
            raise
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            self._hung_up.add(origin_of(asked.url))
            raise

    async def _tolerantly(
        self,
        asked: Outgoing,
        route: Route,
        headers: Mapping[str, str],
        context: ssl.SSLContext,
        notes: tuple[str, ...],
    ) -> Answer:
        """Once more, for an answer that is malformed and that browsers show all the same."""
        address = "" if route.mapped else (await self._names.lookup(host_of(route.url)))[0]
        again = tolerant.Asked(
            route.url, address, asked.method, headers, asked.body, asked.cap, asked.connect_timeout
        )
        told = await tolerant.ask(again, context)
        notes = (*notes, "malformed_head", *(() if told.complete else ("incomplete_body",)))
        truncated = told.full or not told.complete
        return Answer(told.status, _headers(told.headers), told.body, truncated, notes)

    def _session(self, *, mapped: bool, kept: bool) -> aiohttp.ClientSession:
        session = self._sessions.get((mapped, kept))
        if session is None:
            session = self._sessions[mapped, kept] = _new_session(
                self._connector(mapped=mapped, kept=kept)
            )
        return session

    def _connector(self, *, mapped: bool, kept: bool) -> aiohttp.TCPConnector:
        if mapped:
            return aiohttp.TCPConnector(limit=0, force_close=not kept)
        resolver = GuardedResolver(self._names)
        return aiohttp.TCPConnector(
            limit=0, resolver=resolver, use_dns_cache=False, force_close=not kept
        )

    async def close(self) -> None:
        """Close every connection."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()
        # Connections that were broken off are closed in the loop's next turn.
        await asyncio.sleep(0)


@lru_cache(maxsize=16)
def _patience(connect_timeout: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, sock_connect=connect_timeout)


def _is_handshake(failed: ExchangeError, url: str) -> bool:
    """Whether a lenient handshake may do better: some old servers hang up without a word."""
    hung_up = url.startswith("https:") and failed.detail in {"reset", "disconnected"}
    return failed.access is AccessState.TLS_ERROR or hung_up


def _new_session(connector: aiohttp.BaseConnector) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=_AUTOMATIC,
        max_line_size=_LINE_BYTES,
        max_field_size=_LINE_BYTES,
    )


async def _read(response: aiohttp.ClientResponse, cap: int, notes: tuple[str, ...]) -> Answer:
    headers = _headers(response.raw_headers)
    if not cap:
        response.close()
        return Answer(response.status, headers, notes=notes)
    try:
        inflater = Inflater(response.headers.get("Content-Encoding", ""), cap)
    except Unsupported as error:
        response.close()
        raise ExchangeError(AccessState.UNDECODABLE, f"content_encoding {error}") from error
    complete = await _fill(inflater, response, cap)
    if inflater.full or not complete:
        response.close()
    if not complete:
        notes = (*notes, "incomplete_body")
    truncated = inflater.full or not complete
    return Answer(response.status, headers, inflater.body, truncated, notes)


async def _fill(inflater: Inflater, response: aiohttp.ClientResponse, cap: int) -> bool:
    """Read until the body or the cap ends. False when the connection or the coding broke."""
    wire = 0
    try:
        content = response.content
        while not content.at_eof():
            chunk = await content.readany()
            wire += len(chunk)
            inflater.feed(chunk)
            if inflater.full or inflater.broken or wire > cap:
                break
    except aiohttp.ClientPayloadError:
        # A wrong Content-Length is common and browsers show such pages.
        return False
    return not inflater.broken


def _headers(raw: tuple[tuple[bytes, bytes], ...]) -> tuple[tuple[str, str], ...]:
    return tuple(
        [
            _short_header(*one) if len(one[0]) + len(one[1]) <= _SHORT else _header(*one)
            for one in raw[:_HEADER_LINES]
        ]
    )


def _header(name: bytes, value: bytes) -> tuple[str, str]:
    return _text(name[:_HEADER_CHARACTERS]), _value(name, value)[:_HEADER_CHARACTERS]


# Most headers of a host are the same for all of its pages; long ones would take memory.
_short_header = lru_cache(maxsize=1024)(_header)


def _value(name: bytes, raw: bytes) -> str:
    # A browser goes to the very bytes of a Location, in whatever encoding they were written.
    if raw.isascii():
        return raw.decode("ascii")
    if name.lower() == b"location":
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in raw)
    return _text(raw)


def _text(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
