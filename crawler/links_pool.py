"""Asks for links: each address once a night in a process, whoever carries it.

HEAD lies (trap 29), so a GET is sent. Of a file a few bytes are asked for by range; of a page the
beginning is read, because a missing page may hide behind a good status and a site that changed
hands says so in its title. An answer too long or too slow to be read is an answer all the same.

Links are grouped by host: a host never holds more places than its manners let it use, so that the
four hundred links of one slow site keep nobody else waiting, and a host that takes its time over
every answer is left for another night once it has had its share.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from crawler.extract.access import Look, read_access
from crawler.extract.dark_links import danger_of
from crawler.extract.decode import decode
from crawler.extract.document import parse
from crawler.extract.meta import read_meta
from crawler.fetch.access import AccessState
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.manners import MAPPED_CONCURRENCY
from crawler.fetch.origins import host_of
from crawler.fetch.questions import shared
from crawler.links_homeward import Homeward
from crawler.links_judged import GONE, HOST_DOWN, HOST_SLOW, REFUSED, UNREACHED, Outcome, ruled_out

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crawler.fetch.capture import Capture
    from crawler.fetch.network import Network
    from crawler.links_found import LinkTarget

    Judge = Callable[[Capture], bool]

AT_ONCE: Final = 48
PAGE_BYTES: Final = 65_536
FILE_BYTES: Final = 2_048
DOWN_AFTER: Final = 3
"""Links of one host that must fail to connect before the rest of it is given up for the pass."""
HOST_SECONDS: Final = 300.0
"""Seconds of answering that a slow host gets in one night; fast ones never come near it."""
SLOW: Final = 5.0
"""Mean seconds for an answer from which a host is slow."""
_REMEMBERED: Final = 200_000
_SHORT: Final = 16_384
_CHAIN: Final = 10
_TITLE: Final = 120


class _Host:
    """What the pool knows of one host: its places, its failures in a row, what it cost."""

    __slots__ = ("answers", "failing", "places", "seconds")

    def __init__(self, places: int) -> None:
        self.places = asyncio.Semaphore(places)
        self.failing = 0
        self.answers = 0
        self.seconds = 0.0

    @property
    def is_slow(self) -> bool:
        """Whether it has had its share of the night."""
        return self.seconds >= HOST_SECONDS and self.seconds >= SLOW * self.answers

    def note(self, capture: Capture) -> None:
        """One more answer, or none."""
        self.answers += 1
        self.seconds += capture.elapsed


class LinkPool:
    """One for a process. `requests` counts what was sent."""

    def __init__(self, network: Network, *, at_once: int = AT_ONCE) -> None:
        self.network = network
        self.requests = 0
        self._at_once = asyncio.Semaphore(at_once)
        self._remembered: dict[str, Outcome] = {}
        self._pending: dict[str, asyncio.Task[Outcome]] = {}
        self._hosts: dict[str, _Host] = {}
        self._homeward = Homeward(self._beginning, network.as_of.isoformat())

    async def ask(
        self, target: LinkTarget, *, soft_404: Judge | None = None, again: Outcome | None = None
    ) -> Outcome:
        """The outcome for one target. `again` is the first pass's failure, to be asked once more.

        `soft_404` judges answers of the site's own host; such answers are not shared with others.
        """
        known = ruled_out(target)
        if known is not None:
            return known
        if soft_404 is not None:
            return await self._request(target, soft_404, again)
        key = f"{'again ' if again else ''}{target.url}"
        if key in self._remembered:
            return self._remembered[key]
        if key not in self._pending:
            self._pending[key] = shared(self._request(target, None, again))
        try:
            outcome = await asyncio.shield(self._pending[key])
        finally:
            self._pending.pop(key, None)
        if len(self._remembered) < _REMEMBERED:
            self._remembered[key] = outcome
        return outcome

    async def _request(
        self, target: LinkTarget, soft_404: Judge | None, again: Outcome | None
    ) -> Outcome:
        host = self._host(target.url)
        async with host.places, self._at_once:
            if again is None and host.failing >= DOWN_AFTER:
                return Outcome(AccessState.CONNECT, None, HOST_DOWN)
            if host.is_slow:
                return again or Outcome(AccessState.OUR_FAULT, None, HOST_SLOW)
            if target.is_file:
                outcome = await self._file(target)
            else:
                # What timed out over its body is asked for its headers alone.
                slow = again is not None and again.access is AccessState.TIMEOUT
                outcome = await self._page(target, soft_404, 0 if slow else PAGE_BYTES)
            host.failing = host.failing + 1 if outcome.access in UNREACHED else 0
            return outcome

    def is_slow(self, url: str) -> bool:
        """Whether the host of `url` has had its share of the night."""
        return self._host(url).is_slow

    def note(self, capture: Capture) -> None:
        """Count what somebody else asked of a host, too."""
        self._host(capture.url).note(capture)

    def _host(self, url: str) -> _Host:
        name = host_of(url)
        if name not in self._hosts:
            places = self.network.settings.host_concurrency
            if self.network.origins.mapped(url):
                places = max(places, MAPPED_CONCURRENCY)
            self._hosts[name] = _Host(places)
        return self._hosts[name]

    async def _file(self, target: LinkTarget) -> Outcome:
        capture = await self._get(target, FILE_BYTES, {"Range": f"bytes=0-{FILE_BYTES // 2 - 1}"})
        plain = {AccessState.OK, *GONE, *UNREACHED}
        if capture.access not in plain and capture.status is not None:
            # An empty file has no range, and some firewalls dislike the word.
            capture = await self._get(target, 0, {})
        if capture.good and _is_page(capture) and not target.url.endswith((".html", ".htm")):
            return _read(capture, target)
        return outcome_of(capture)

    async def _page(self, target: LinkTarget, soft_404: Judge | None, cap: int) -> Outcome:
        capture = await self._get(target, cap, {})
        missing = soft_404 is not None and capture.good and capture.body and soft_404(capture)
        if missing or (not target.own and await self._homeward.stands_for_missing(capture)):
            return outcome_of(capture)._replace(access=AccessState.SOFT_404, detail="soft_404")
        if capture.good and capture.body and _is_page(capture):
            return _read(capture, target)
        return outcome_of(capture)

    async def _get(self, target: LinkTarget, cap: int, more: Mapping[str, str]) -> Capture:
        headers = {"Referer": target.parent, **more} if target.parent else dict(more)
        return await self._beginning(target.url, cap, headers)

    async def _beginning(
        self, url: str, cap: int = PAGE_BYTES, headers: Mapping[str, str] | None = None
    ) -> Capture:
        download = self.network.transport.exchange
        fetcher = Fetcher(self.network, download=download, cap=cap, retries=0)
        capture = await fetcher.get(url, headers=headers)
        self.requests += fetcher.requests
        self.note(capture)
        return capture


def outcome_of(capture: Capture) -> Outcome:
    """What a capture says of the link that led to it."""
    moved = bool(capture.chain)
    return Outcome(
        capture.access,
        capture.status,
        capture.detail[:80],
        capture.final_url if moved else "",
        tuple(hop.url for hop in capture.chain[:_CHAIN]) if moved else (),
    )


def _is_page(capture: Capture) -> bool:
    return "html" in capture.header("Content-Type").lower() or capture.body[:1] == b"<"


def _read(capture: Capture, target: LinkTarget) -> Outcome:
    """The outcome of a page under a good status: it may say that there is no page (trap 28)."""
    outcome = outcome_of(capture)
    short = len(capture.body) <= _SHORT and not capture.truncated
    if target.own and not short:
        return outcome
    document = parse(
        decode(capture.body, capture.header("Content-Type")).text, url=capture.final_url
    )
    if short:
        access, detail = read_access(document, Look(capture.status, capture.headers))
        if access is AccessState.SOFT_404 or access in REFUSED:
            return outcome._replace(access=access, detail=detail[:80])
    if target.own:
        return outcome
    meta = read_meta(document)
    more = f"{meta.get('Keywords', '')} {meta.get('Description', '')}"
    danger = danger_of(document.title, more)
    return outcome._replace(title=document.title[:_TITLE], danger=danger)
