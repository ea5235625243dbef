"""The front page of a site: under the address that answers, behind the intro page in front of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.fetch.access import AccessState
from crawler.spiders import plan, result
from crawler.spiders.plan import PageRequest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from crawler.spiders.result import PageRecord
    from crawler.spiders.tickets import SiteTicket
    from crawler.spiders.visitor import Visitor

UNREACHED = frozenset(
    {
        AccessState.DNS,
        AccessState.CONNECT,
        AccessState.TIMEOUT,
        AccessState.TLS_ERROR,
        AccessState.REDIRECT_LOOP,
        AccessState.SERVER_ERROR,
    }
)
"""The server itself was not reached: another scheme or host name may do (trap 6)."""


@dataclass(slots=True)
class Front:
    """Finds the home page of one site. `settle` makes an opened page whole: frames, lists, browser."""

    site: SiteTicket
    visitor: Visitor
    settle: Callable[[Sequence[PageRecord]], Awaitable[None]]

    async def open(self) -> PageRecord:
        """The home page with all that belongs to it."""
        url = self.site.jump_url or self.site.home_url
        home = await self.visitor.open(PageRequest(url, result.HOME))
        assert home is not None, "the budget of a site is at least one page"
        if home.capture.access in UNREACHED:
            home = await self._other_address(home)
        await self.settle([home])
        return await self._entered(home)

    async def _other_address(self, home: PageRecord) -> PageRecord:
        """The first address that answers; all are asked at once, so that a dead site costs little."""
        urls = plan.variants(home.capture.url)
        if self.site.jump_url:  # moved by the register: the old address is another way in
            urls = [*dict.fromkeys([*urls, self.site.home_url])]
        others = await self.visitor.open_all(PageRequest(url, result.HOME) for url in urls)
        for record in (home, *others):
            record.role = result.VARIANT
        # That another address knows no such page says less than that this one is broken.
        silent = UNREACHED | {AccessState.NOT_FOUND, AccessState.SOFT_404}
        answering = (one for one in others if one.capture.access not in silent)
        chosen = next(answering, home)
        chosen.role = result.HOME
        return chosen

    async def _entered(self, home: PageRecord) -> PageRecord:
        """The page behind an intro page, where there is one with content: that is the home page."""
        url = plan.entrance(home.facts) if home.good and home.facts is not None else None
        if url is None:
            return home
        behind = await self.visitor.open(
            PageRequest(url, result.HOME, parent=home.capture.final_url)
        )
        if behind is None:
            return home
        await self.settle([behind])
        facts = behind.facts if behind.good else None
        found = facts is not None and bool(facts.rows or len(facts.columns) > plan.FEW_COLUMNS)
        (home if found else behind).role = result.VARIANT
        return behind if found else home
