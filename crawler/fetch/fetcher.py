"""The fetcher: how everything that observes gets its pages. One for each target.

It follows redirects on original addresses, retries what a retry can settle, keeps to robots
and manners, and turns whatever happens into a capture. It never raises for a target's behaviour.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin

from w3lib.url import safe_url_string

from crawler.fetch import tls
from crawler.fetch.access import AccessState
from crawler.fetch.capture import Capture, Hop
from crawler.fetch.classify import REDIRECTS, read_status
from crawler.fetch.failure import ExchangeError
from crawler.fetch.origins import host_of
from crawler.fetch.transport import CONNECT_SECONDS, Outgoing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.fetch.network import Download, Network
    from crawler.fetch.transport import Answer

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LANGUAGE = "zh-CN,zh;q=0.9"
BROWSER_OFF = "browser_off"
CONDITIONS = frozenset({"If-None-Match", "If-Modified-Since"})
"""Headers by which somebody asked for a page only if it changed: a 304 is a good answer then."""
MOST_HOPS = 10
MOST_RETRIES = 2
_PAUSE = 1.5
# Nearly all addresses; to take them apart and together again costs a tenth of their fetch.
_ORDINARY = re.compile(
    r"https?://(?:[a-z0-9]+[.-])*[a-z][a-z0-9]*(?::\d{2,4})?/"
    # A question mark with nothing behind it is left out of an address.
    r"[A-Za-z0-9_./=&-]*(?:\?[A-Za-z0-9_./=&?-]+)?"
)
_MAPPED_PAUSE = 0.05
_REST_AFTER_429 = 30.0
_RETRIED = frozenset(
    {
        AccessState.CONNECT,
        AccessState.DNS,
        AccessState.SERVER_ERROR,
        AccessState.RATE_LIMITED,
        AccessState.TIMEOUT,
    }
)


@dataclass(slots=True)
class _Journey:
    """One page's way: the addresses passed, the cookies met on it, the seconds left.

    Cookies live as long as the journey: a server that sets one and sends the visitor back to
    the same address means no harm and makes no loop.
    """

    url: str
    method: str
    body: bytes | None
    headers: dict[str, str]
    left: float
    asked: str = ""
    chain: list[Hop] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    elapsed: float = 0.0

    def cookie(self) -> str:
        """The Cookie header for the present host."""
        if not self.cookies:
            return ""
        held = self.cookies.get(host_of(self.url), {})
        return "; ".join(f"{name}={value}" for name, value in held.items())

    def keep_cookies(self, answer: Answer) -> None:
        """Keep what the host set; at most 20 cookies."""
        held = self.cookies.setdefault(host_of(self.url), {})
        for name, value in answer.headers:
            if name.lower() == "set-cookie" and len(held) < 20:
                key, _, content = value.partition(";")[0].partition("=")
                held[key.strip()] = content.strip()

    def go(self, answer: Answer) -> None:
        """Follow one redirect."""
        self.chain.append(Hop(self.url, answer.status))
        self.keep_cookies(answer)
        self.url = _joined(self.url, answer.header("Location").strip())
        if answer.status == 303 or (answer.status in {301, 302} and self.method == "POST"):
            self.method, self.body = "GET", None


def canonical(url: str) -> str:
    """The address as it is sent: no fragment, odd characters percent-encoded."""
    if _ORDINARY.fullmatch(url):
        return url
    try:
        return safe_url_string(urldefrag(url.strip()).url)
    except (ValueError, UnicodeError):
        return ""


def _joined(base: str, location: str) -> str:
    """Where a redirect leads; empty when it names no address."""
    try:
        return canonical(urljoin(base, location))
    except ValueError:
        return ""


class Fetcher:
    """Implements `Fetch` on a shared network and counts what one target cost.

    `download` performs one exchange (default: the network's), `cap` is the most bytes of a body
    that are read, `retries` the attempts after the first, `timeout` the seconds of a page.
    `as_operator` sends the cookies that operators lent to the platform they belong to.
    """

    def __init__(
        self,
        network: Network,
        *,
        download: Download | None = None,
        cap: int | None = None,
        retries: int = MOST_RETRIES,
        timeout: float | None = None,
        connect_timeout: float = CONNECT_SECONDS,
        as_operator: bool = False,
    ) -> None:
        self._network = network
        self._download = download or network.download
        self._cap = network.settings.body_cap if cap is None else cap
        self._retries = retries
        self._timeout = timeout or network.settings.page_timeout
        self._connect_timeout = connect_timeout
        self._as_operator = as_operator
        self.requests = 0
        self.bytes = 0

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes | None = None,
    ) -> Capture:
        """One HTTP exchange with redirects followed; every failure is a capture, too."""
        asked = self._headers(headers)
        journey = _Journey(canonical(url), method, body, asked, self._timeout, url)
        try:
            return await self._travel(journey)
        except ExchangeError as failed:
            return self._capture(journey, None, failed.access, failed.detail)

    async def browse(self, url: str, *, wanted: Sequence[str] = ()) -> list[Capture]:
        """The page in a real browser, or one capture with the detail `browser_off`."""
        browser, asked = self._network.browser, canonical(url)
        if browser is None:
            return [self._not_browsed(url, AccessState.OUR_FAULT, BROWSER_OFF)]
        try:
            await self._permit(asked)
            if not self._network.origins.mapped(asked):
                # A name that leads nowhere, or inward, needs no browser to be told so.
                await self._network.names.lookup(host_of(asked))
        except ExchangeError as failed:
            return [self._not_browsed(url, failed.access, failed.detail)]
        # The page keeps the pace of its host; what it loads, it loads as for any visitor.
        async with self._network.manners.turn(asked):
            pass
        self.requests += 1
        captures = await browser.render(asked, wanted)
        self.bytes += sum(len(capture.body) for capture in captures)
        return [replace(captures[0], url=url), *captures[1:]]

    def _not_browsed(self, url: str, access: AccessState, detail: str) -> Capture:
        journey = _Journey(canonical(url), "GET", None, {}, 0.0, url)
        return self._capture(journey, None, access, detail)

    async def _travel(self, journey: _Journey) -> Capture:
        for _ in range(MOST_HOPS + 1):
            mark = (journey.url, journey.cookie())
            if mark in journey.seen:
                raise ExchangeError(AccessState.REDIRECT_LOOP, "same_address")
            journey.seen.add(mark)
            answer, access, detail = await self._step(journey)
            if answer.status not in REDIRECTS or not answer.header("Location"):
                return self._capture(journey, answer, access, detail)
            journey.go(answer)
        raise ExchangeError(AccessState.REDIRECT_LOOP, "too_many_hops")

    async def _step(self, journey: _Journey) -> tuple[Answer, AccessState, str]:
        """One address, with the retries that the time of the page allows."""
        await self._permit(journey.url)
        for attempt in range(self._retries + 1):
            try:
                answer = await self._exchange(journey)
            except ExchangeError as failed:
                if not await self._pause(journey, failed.access, attempt, failed.detail):
                    raise
                continue
            access, detail = read_status(answer.status, answer.headers, answer.body)
            if answer.status in REDIRECTS and answer.header("Location"):
                return answer, AccessState.OK, ""
            if answer.status == 304 and not CONDITIONS.isdisjoint(journey.headers):
                return answer, AccessState.OK, "not_modified"
            if access is AccessState.RATE_LIMITED:
                self._network.manners.rest(journey.url, _retry_after(answer))
            if not await self._pause(journey, access, attempt, detail):
                return answer, access, detail
        raise ExchangeError(AccessState.OUR_FAULT, "retries")  # the last attempt always returns

    async def _permit(self, url: str) -> None:
        if not url.startswith(("http://", "https://")) or not host_of(url):
            raise ExchangeError(AccessState.OUR_FAULT, "invalid_url")
        if not await self._network.robots.allowed(url):
            raise ExchangeError(AccessState.ROBOTS_DENIED, "robots_txt")

    async def _exchange(self, journey: _Journey) -> Answer:
        network = self._network
        address = ""
        if not network.origins.mapped(journey.url):
            address = (await network.names.lookup(host_of(journey.url)))[0]
        headers = dict(journey.headers)
        lent = network.cookie_for(host_of(journey.url)) if self._as_operator else ""
        held = (lent, journey.cookie())
        if cookie := "; ".join(one for one in held if one):
            headers["Cookie"] = cookie
        async with network.manners.turn(journey.url, address):
            started = time.monotonic()
            self.requests += 1
            try:
                answer = await self._download(
                    Outgoing(
                        journey.url,
                        journey.left,
                        self._cap,
                        journey.method,
                        headers,
                        journey.body,
                        self._connect_timeout,
                    )
                )
            finally:
                spent = time.monotonic() - started
                journey.left -= spent
                journey.elapsed += spent
        self.bytes += len(answer.body)
        return answer

    async def _pause(
        self, journey: _Journey, access: AccessState, attempt: int, detail: str
    ) -> bool:
        """Wait before another attempt; False when none is due."""
        if access not in _RETRIED or detail in {"name_not_found", "http_501", "http_505"}:
            return False
        pause = _MAPPED_PAUSE if self._network.origins.mapped(journey.url) else _PAUSE
        pause *= (attempt + 1) * random.uniform(0.8, 1.2)  # noqa: S311 -- jitter, no secret
        if attempt >= self._retries or journey.left <= pause + 1:
            return False
        await asyncio.sleep(pause)
        journey.left -= pause
        return True

    def _headers(self, more: Mapping[str, str] | None) -> dict[str, str]:
        agent = self._network.settings.agent
        return {
            "User-Agent": agent,
            "Accept": ACCEPT,
            "Accept-Language": LANGUAGE,
            **(more or {}),
        }

    def _capture(
        self, journey: _Journey, answer: Answer | None, access: AccessState, detail: str
    ) -> Capture:
        notes = [detail, *(answer.notes if answer else ()), *self._tls_notes(journey.url)]
        return Capture(
            url=journey.asked,
            final_url=journey.url or journey.asked,
            fetched_at=self._network.as_of,
            access=access,
            status=answer.status if answer else None,
            headers=answer.headers if answer else (),
            body=answer.body if answer else b"",
            chain=tuple(journey.chain),
            elapsed=round(journey.elapsed, 3),
            truncated=bool(answer and answer.truncated),
            vantage=self._network.settings.vantage,
            detail=" ".join(note for note in notes if note),
        )

    def _tls_notes(self, url: str) -> tuple[str, ...]:
        if not url.startswith("https:") or self._network.origins.mapped(url):
            return ()
        session = tls.session(host_of(url))
        return session.notes(self._network.as_of) if session is not None else ()


def _retry_after(answer: Answer) -> float:
    """Seconds that the server asks for; a date or nothing gives our own guess."""
    value = answer.header("Retry-After").strip()
    return float(value[:6]) if value.isascii() and value.isdigit() else _REST_AFTER_429
