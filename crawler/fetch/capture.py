"""The capture: one response, as every later stage sees it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from crawler.fetch.access import AccessState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a redirect chain: the address asked and the status it answered."""

    url: str
    status: int


# A value, and nobody changes one: each of the tens of thousands of pages of a night passes through
# four or five of them, and the guard of `frozen` doubles the cost of making one.
@dataclass(slots=True, unsafe_hash=True)
class Capture:
    """One response. `url` is what was asked, `final_url` where it ended; both original, never mapped.

    `fetched_at` is the run's stated clock; `elapsed` is seconds of wall time to the last byte.
    `body` is decoded of its transfer and content encoding, at most the body cap; `truncated`
    says that the cap cut it. `status` is None when no response line came.
    """

    url: str
    final_url: str
    fetched_at: datetime
    access: AccessState = AccessState.OK
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    chain: tuple[Hop, ...] = ()
    elapsed: float = 0.0
    encoding: str = ""
    rendered: bool = False
    truncated: bool = False
    vantage: str = ""
    detail: str = ""
    screenshot: bytes | None = field(default=None, repr=False)

    @property
    def good(self) -> bool:
        """True when the body may be read for facts."""
        return self.access is AccessState.OK

    def header(self, name: str) -> str:
        """The first header of that name, or an empty string."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    def with_access(self, access: AccessState, detail: str = "") -> Capture:
        """The same capture under another access state."""
        return replace(self, access=access, detail=detail or self.detail)


class Fetch(Protocol):
    """How a spider or a platform source gets bytes. Never raises for a target's behaviour:

    every failure comes back as a capture with its access state. Origin map, manners, robots
    policy and private-address refusal are inside.
    """

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes | None = None,
    ) -> Capture:
        """One HTTP exchange with redirects followed."""
        ...

    async def browse(self, url: str, *, wanted: Sequence[str] = ()) -> list[Capture]:
        """The page in a real browser: first the rendered page, then the responses it received

        whose address contains one of `wanted`. Without a browser: one capture, `our_fault`,
        detail `browser_off`.
        """
        ...
