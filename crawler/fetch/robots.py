"""robots.txt: asked once a night per origin, obeyed as the deployment says (trap 13)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from protego import Protego

from crawler.fetch.classify import REDIRECTS
from crawler.fetch.failure import ExchangeError
from crawler.fetch.origins import host_of, origin_of
from crawler.fetch.questions import shared
from crawler.fetch.transport import Outgoing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from crawler.fetch.transport import Answer
    from settings import Settings

# The name that a robots.txt would use for us.
PRODUCT = "xuncha"
_CAP = 512 * 1024
_TIMEOUT = 10.0
_HOPS = 5


class Robots:
    """May a page be asked for? An answer that is no robots file forbids nothing."""

    def __init__(
        self,
        settings: Settings,
        registered: frozenset[str],
        ask: Callable[[Outgoing], Awaitable[Answer]],
    ) -> None:
        self._agent = settings.agent
        self._exempt = registered if settings.robots == "ignore-for-registered" else frozenset()
        self._ask = ask
        self._timeout = min(_TIMEOUT, settings.page_timeout)
        self._rules: dict[str, asyncio.Task[Protego | None]] = {}

    async def allowed(self, url: str) -> bool:
        """True when the policy and the host's robots.txt allow `url`."""
        if bare_host(host_of(url)) in self._exempt:
            return True
        origin = origin_of(url)
        if origin not in self._rules:
            self._rules[origin] = shared(self._fetch(origin))
        rules = await asyncio.shield(self._rules[origin])
        return rules is None or rules.can_fetch(url, PRODUCT)

    async def _fetch(self, origin: str) -> Protego | None:
        url = f"{origin}/robots.txt"
        headers = {"User-Agent": self._agent, "Accept": "text/plain,*/*"}
        seen: set[str] = set()
        while url not in seen and len(seen) < _HOPS:
            seen.add(url)
            try:
                answer = await self._ask(Outgoing(url, self._timeout, _CAP, headers=headers))
            except ExchangeError:
                return None
            if answer.status not in REDIRECTS or not answer.header("Location"):
                return _parse(answer)
            try:
                url = urljoin(url, answer.header("Location"))
            except ValueError:
                return None
        return None


def bare_host(host: str) -> str:
    """A host without its leading www: both belong to one registered site."""
    return host.removeprefix("www.")


def _parse(answer: Answer) -> Protego | None:
    """A page (a challenge, an error page, the home page) in the place of robots.txt is none."""
    if answer.status != 200 or answer.body.lstrip()[:1] == b"<":
        return None
    return Protego.parse(answer.body.decode("utf-8", "replace"))
