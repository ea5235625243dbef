"""What the fetchers of one process share: connections, names, budgets, rules, the browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.fetch.manners import Manners
from crawler.fetch.names import Names
from crawler.fetch.origins import OriginMap
from crawler.fetch.robots import Robots
from crawler.fetch.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime
    from typing import Protocol

    from crawler.fetch.capture import Capture
    from crawler.fetch.manners import Shared
    from crawler.fetch.transport import Answer, Outgoing
    from settings import Settings

    class Browse(Protocol):
        """A real browser: the rendered page first, then the responses that were wanted."""

        async def render(self, url: str, wanted: Sequence[str]) -> list[Capture]:
            """At least one capture; never raises for what the page does."""
            ...

    Download = Callable[[Outgoing], Awaitable[Answer]]


@dataclass(slots=True)
class Network:
    """Made once for a process, at its edge; closed there.

    `download` performs one exchange: Scrapy's downloader in a patrol, the bare transport
    elsewhere. `registered` holds the hosts of registered sites without their leading www.
    """

    settings: Settings
    as_of: datetime
    origins: OriginMap
    names: Names
    transport: Transport
    manners: Manners
    robots: Robots
    download: Download
    browser: Browse | None = None
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Operators' own `Cookie` headers by domain, sent to that domain and its hosts alone."""

    def cookie_for(self, host: str) -> str:
        """The operator's cookies for a host, or nothing."""
        fitting = (d for d in self.cookies if host == d or host.endswith(f".{d}"))
        return next((self.cookies[domain] for domain in fitting), "")

    async def close(self) -> None:
        """Close connections and threads."""
        await self.manners.close()
        await self.transport.close()
        self.names.close()


def open_network(
    settings: Settings,
    as_of: datetime,
    *,
    registered: frozenset[str] = frozenset(),
    shards: int = 1,
    shared: Shared | None = None,
) -> Network:
    """A network that exchanges through its own transport; nothing is connected yet.

    `shards` processes work beside each other; `shared` are the budgets that they keep together.
    """
    origins = OriginMap(settings.origins())
    names = Names(allow_private=settings.allow_private)
    transport = Transport(origins, names)
    return Network(
        settings=settings,
        as_of=as_of,
        origins=origins,
        names=names,
        transport=transport,
        manners=Manners(settings, origins, shards=shards, shared=shared),
        robots=Robots(settings, registered, transport.exchange),
        download=transport.exchange,
    )
