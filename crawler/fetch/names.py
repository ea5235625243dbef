"""Host names to addresses: looked up once, shared, and never into our own network.

A target that names a private, loopback, link-local or metadata address (literally or through
DNS) is refused before a connection is made, and the address that was checked is the one that is
connected to.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from crawler.fetch.access import AccessState
from crawler.fetch.failure import ExchangeError
from crawler.fetch.questions import shared

PRIVATE_ADDRESS = "private_address"
LOOKUP_SECONDS = 10.0
_KEEP_SECONDS = 300.0
_KEEP_FAILURE_SECONDS = 20.0
_KEPT_NAMES = 20_000
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_WORLD = ipaddress.ip_network("2000::/3")
"""The only IPv6 addresses that lie in the world; the rest leads inward or nowhere, among it
IPv4 in other clothes (`::127.0.0.1`, `64:ff9b:1::/48`) and the old site-local `fec0::/10`."""
_ASSIGNMENTS = ipaddress.ip_network("192.0.0.0/24")
"""Protocol assignments, which Python calls global in part."""


def is_public(address: str) -> bool:
    """False for every address that lies inside a private or reserved network."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        embedded = parsed.ipv4_mapped or parsed.sixtofour
        if embedded is None and parsed in _NAT64:
            embedded = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if embedded is not None:
            return is_public(str(embedded))
        if parsed not in _WORLD:
            return False
    elif parsed in _ASSIGNMENTS:
        return False
    return parsed.is_global and not parsed.is_multicast


class Names:
    """A cache of looked-up names. Raises `ExchangeError` for a name that may not be visited.

    getaddrinfo blocks a thread for as long as a dead name server hangs, so the lookups have
    threads of their own and never starve the rest.
    """

    def __init__(self, *, allow_private: bool = False, threads: int = 48) -> None:
        self.allow_private = allow_private
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="names")
        self._known: dict[str, tuple[float, tuple[str, ...] | ExchangeError]] = {}
        self._pending: dict[str, asyncio.Future[tuple[str, ...]]] = {}

    async def lookup(self, host: str) -> tuple[str, ...]:
        """The addresses of `host` that may be visited, at least one."""
        literal = _literal(host)
        if literal:
            return self._allowed((literal,))
        known = self._known.get(host)
        if known and known[0] > time.monotonic():
            return _unless_failed(known[1])
        pending = self._pending.get(host)
        if pending is None:
            pending = shared(self._ask(host))
            self._pending[host] = pending
            pending.add_done_callback(lambda _: self._pending.pop(host, None))
        try:
            return await asyncio.wait_for(asyncio.shield(pending), LOOKUP_SECONDS)
        except TimeoutError as error:
            raise ExchangeError(AccessState.DNS, "dns_timeout") from error

    async def _ask(self, host: str) -> tuple[str, ...]:
        ask = partial(socket.getaddrinfo, host, None, type=socket.SOCK_STREAM)
        try:
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(self._threads, ask)
            addresses = self._allowed(tuple(dict.fromkeys(str(entry[4][0]) for entry in found)))
        except (OSError, UnicodeError) as error:
            failed = ExchangeError(AccessState.DNS, _dns_detail(error))
            self._keep(host, failed, _KEEP_FAILURE_SECONDS)
            raise failed from error
        except ExchangeError as refused:
            self._keep(host, refused, _KEEP_SECONDS)
            raise
        self._keep(host, addresses, _KEEP_SECONDS)
        return addresses

    def _keep(self, host: str, answer: tuple[str, ...] | ExchangeError, seconds: float) -> None:
        if len(self._known) >= _KEPT_NAMES:
            self._known.pop(next(iter(self._known)))
        self._known[host] = (time.monotonic() + seconds, answer)

    def _allowed(self, addresses: tuple[str, ...]) -> tuple[str, ...]:
        allowed = addresses if self.allow_private else tuple(filter(is_public, addresses))
        if not allowed:
            raise ExchangeError(AccessState.OUR_FAULT, PRIVATE_ADDRESS)
        return allowed

    def close(self) -> None:
        """Let the threads go; a lookup under way is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class GuardedResolver(AbstractResolver):
    """Gives aiohttp the very addresses that were checked."""

    def __init__(self, names: Names) -> None:
        self._names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Checked addresses of `host`; the family is left to the connector."""
        del family
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": socket.AF_INET6 if ":" in address else socket.AF_INET,
                "proto": 0,
                "flags": socket.AI_NUMERICHOST,
            }
            for address in await self._names.lookup(host)
        ]

    async def close(self) -> None:
        """The names are shared and closed by their owner."""


def _literal(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host.strip("[]").partition("%")[0]))
    except ValueError:
        return ""


def _unless_failed(answer: tuple[str, ...] | ExchangeError) -> tuple[str, ...]:
    if isinstance(answer, ExchangeError):
        raise ExchangeError(answer.access, answer.detail)
    return answer


def _dns_detail(error: Any) -> str:
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        return "dns_temporary"
    if isinstance(error, UnicodeError):
        return "invalid_name"
    return "name_not_found"
