"""What is done with one browser page: route it, let it settle, take what it shows."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from playwright.async_api import Error as PlaywrightError

from crawler.fetch.access import AccessState
from crawler.fetch.capture import Capture
from crawler.fetch.classify import REDIRECTS, read_status
from crawler.fetch.failure import ExchangeError
from crawler.fetch.gate import MARK
from crawler.fetch.idle_pages import close
from crawler.fetch.transport import Outgoing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playwright.async_api import Page, Request, Response, Route

    from crawler.fetch.network import Network
    from crawler.fetch.transport import Answer

POLL_SECONDS = 0.25
LEAST_POLLS = 2
SETTLE_SECONDS = 4.0
CHALLENGE_SECONDS = 10.0
MOST_WANTED = 20
WANTED_BYTES = 4 * 1024 * 1024
_ROUTE_SECONDS = 15.0
_HOPS = 5
_USELESS = frozenset({"image", "media", "font"})
_DROPPED = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection"})
_ABORTS = {
    AccessState.TIMEOUT: "timedout",
    AccessState.DNS: "namenotresolved",
    AccessState.CONNECT: "connectionrefused",
    AccessState.OUR_FAULT: "blockedbyclient",
}
_CHALLENGED = frozenset({202, 412, 503, 521})
# Visible text and links: what a list adds when its script has run.
_MEASURE = """() => [document.readyState, document.body ? document.body.innerText.length : 0,
 document.links.length, document.images.length]"""


@dataclass  # no slots: playwright keeps a note on the object whose methods listen
class PageWatch:
    """Listens to one page: the last answer of its main frame, and the answers that are wanted."""

    network: Network
    wanted: Sequence[str] = ()
    main: Response | None = None
    kept: list[Response] = field(default_factory=list)
    images: bool = False
    attached: bool = False

    async def attach(self, page: Page) -> None:
        """Before the page goes anywhere."""
        page.on("response", self._heard)
        page.on("dialog", _dismiss)
        page.on("popup", _shut)
        if self.network.cookies and self.wanted:
            await page.context.add_cookies(_jar(self.network.cookies))
        if self.network.origins:
            await page.route(self.network.origins.mapped, self._answer)
        self.attached = True

    async def detach(self, page: Page) -> None:
        """What the page does from now on is no longer of this render."""
        page.remove_listener("response", self._heard)
        page.remove_listener("dialog", _dismiss)
        page.remove_listener("popup", _shut)
        await page.unroute_all(behavior="ignoreErrors")

    def _heard(self, response: Response) -> None:
        request = response.request
        if request.is_navigation_request() and request.frame.parent_frame is None:
            self.main = response
        elif len(self.kept) < MOST_WANTED and any(one in response.url for one in self.wanted):
            self.kept.append(response)

    async def _answer(self, route: Route, request: Request) -> None:
        """A mapped origin is answered from where the map points, under its own address."""
        try:
            if request.resource_type in _USELESS and not self.images:
                await route.abort()
                return
            try:
                answer = await self._ask(request)
            except ExchangeError as failed:
                await route.abort(_ABORTS.get(failed.access, "failed"))
                return
            await _fulfil(route, request, answer)
        except PlaywrightError:
            # The page went away while it was being answered.
            return

    async def _ask(self, request: Request) -> Answer:
        url, headers = request.url, await request.all_headers()
        headers = {k: v for k, v in headers.items() if not k.startswith(":") and k != "host"}
        headers.pop("accept-encoding", None)
        for _ in range(_HOPS):
            answer = await self.network.transport.exchange(
                Outgoing(
                    url,
                    _ROUTE_SECONDS,
                    self.network.settings.body_cap,
                    request.method,
                    headers,
                    request.post_data_buffer,
                )
            )
            moved = answer.status in REDIRECTS and answer.header("Location")
            if not moved or request.is_navigation_request():
                return answer
            url = urljoin(url, answer.header("Location"))
        return answer

    async def captures(self, page: Page, url: str, begun: float) -> list[Capture]:
        """The rendered page, then what was wanted of its answers."""
        markup = await page.content()
        rendered = self._rendered(page.url, markup, url, time.monotonic() - begun)
        received = [await self._received(one) for one in self.kept]
        return [rendered, *(one for one in received if one is not None)]

    def _rendered(self, final_url: str, markup: str, url: str, elapsed: float) -> Capture:
        cap = self.network.settings.body_cap
        # With a byte order mark, so that a charset label of the source page misleads nobody.
        body = b"\xef\xbb\xbf" + markup.encode("utf-8", "replace")
        status = self.main.status if self.main is not None else 200
        access, detail = read_status(status, (), b"")
        if self.main is not None and MARK in self.main.headers:
            access, detail = AccessState.OUR_FAULT, "gate_refused"
        elif access is AccessState.CHALLENGE or status in _CHALLENGED:
            # Let the body say whether the challenge still stands.
            access, detail = AccessState.OK, f"http_{status}"
        return Capture(
            url=url,
            final_url=final_url,
            fetched_at=self.network.as_of,
            access=access,
            status=status,
            headers=(("Content-Type", "text/html; charset=utf-8"),),
            body=body[:cap],
            elapsed=round(elapsed, 3),
            rendered=True,
            truncated=len(body) > cap,
            vantage=self.network.settings.vantage,
            detail=detail,
        )

    async def _received(self, response: Response) -> Capture | None:
        try:
            body = await response.body()
            headers = tuple((await response.all_headers()).items())
        except PlaywrightError:
            return None
        access, detail = read_status(response.status, headers, body)
        return Capture(
            url=response.url,
            final_url=response.url,
            fetched_at=self.network.as_of,
            access=access,
            status=response.status,
            headers=tuple((k, v) for k, v in headers if k not in _DROPPED),
            body=body[:WANTED_BYTES],
            rendered=True,
            truncated=len(body) > WANTED_BYTES,
            vantage=self.network.settings.vantage,
            detail=detail,
        )

    async def settle(self, page: Page) -> None:
        """Wait until the page stops growing; never for an idle network (trap 9).

        A page under a challenge gets longer: its script reloads it when it is content.
        """
        begun = time.monotonic()
        last: Any = None
        calm = 0
        while time.monotonic() - begun < self._patience():
            await asyncio.sleep(POLL_SECONDS)
            try:
                now = await page.evaluate(_MEASURE)
            except PlaywrightError:
                if page.is_closed():
                    raise
                last, calm = None, 0  # the page is on its way to another address
                continue
            calm = calm + 1 if now == last else 0
            last = now
            if calm >= LEAST_POLLS and not self._challenged() and now[1]:
                return

    def _patience(self) -> float:
        return CHALLENGE_SECONDS if self._challenged() else SETTLE_SECONDS

    def _challenged(self) -> bool:
        return self.main is not None and self.main.status in _CHALLENGED


def _jar(cookies: Mapping[str, str]) -> list[Any]:
    """Operators' cookies as the browser takes them; it sends each to its own domain alone."""
    pairs = ((domain, pair) for domain, header in cookies.items() for pair in header.split("; "))
    return [
        {
            "name": pair.partition("=")[0],
            "value": pair.partition("=")[2],
            "domain": f".{domain}",
            "path": "/",
            "sameSite": "Lax",
        }
        for domain, pair in pairs
    ]


async def _fulfil(route: Route, request: Request, answer: Answer) -> None:
    headers: dict[str, str] = {}
    for name, value in answer.headers:
        key = name.lower()
        if key == "set-cookie" and key in headers:
            headers[key] += f"\n{value}"
        elif key not in _DROPPED:
            headers[key] = value
    target = answer.header("Location")
    if answer.status in REDIRECTS and target and request.is_navigation_request():
        # A redirect of an answered request is not seen by the route; a fresh navigation is.
        headers.pop("location", None)
        headers["content-type"] = "text/html; charset=utf-8"
        script = f"<script>location.replace({_quoted(urljoin(request.url, target))})</script>"
        await route.fulfill(status=200, headers=headers, body=script)
        return
    await route.fulfill(status=answer.status, headers=headers, body=answer.body)


def _quoted(url: str) -> str:
    escaped = url.replace("\\", "%5C").replace('"', "%22").replace("<", "%3C")
    return f'"{escaped}"'


async def _dismiss(dialog: Any) -> None:
    # Only a page that may be left can be used again.
    await (dialog.accept() if dialog.type == "beforeunload" else dialog.dismiss())


async def _shut(popup: Page) -> None:
    await close(popup)
