"""What earlier nights left of the sites of a shard, read some sites ahead.

    ReadAhead      gives of each site, once, its pages and its links of an earlier night

A statement costs more than what it reads of one site, and a connection costs as much again; sites
come in the order in which the shard has them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.links_memory import links_of, newest_links
from crawler.site_memory import decode, kept_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from sqlalchemy import Connection

    from checks.facts import LinkReading
    from crawler.links_memory import LinksLeft
    from crawler.site_memory import KeptPage

AT_ONCE: Final = 50
"""Sites: each some tens of KiB, packed as they were stored."""


class ReadAhead:
    """`reading` opens a connection that takes no lock; `order` holds the sites as they come."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        as_of: datetime,
        order: Sequence[int],
    ) -> None:
        self._reading = reading
        self._as_of = as_of
        self._order = order
        self._places = {one: place for place, one in enumerate(order)}
        self._ready: set[int] = set()
        self._asked: set[int] = set()
        self._pages: dict[int, bytes] = {}
        self._links: dict[int, LinksLeft] = {}

    def pages(self, site: int) -> dict[str, KeptPage]:
        """The pages as a night before this one left them, by address; empty when none did."""
        if site not in self._ready:
            self._read(site)
        self._ready.discard(site)
        payload = self._pages.pop(site, None)
        return decode(payload) if payload is not None else {}

    def links(self, site: int) -> dict[str, LinkReading]:
        """The links by address (`crawler.links_memory`); for a site that `pages` was asked of."""
        left = self._links.pop(site, None)
        return links_of(left) if left is not None else {}

    def _read(self, site: int) -> None:
        """A site and those that come next; one that begins anew is read anew, alone."""
        wanted = [site]
        if site not in self._asked and site in self._places:
            place = self._places[site]
            following = self._order[place + 1 : place + AT_ONCE]
            wanted += [one for one in following if one not in self._asked]
        with self._reading() as connection:
            self._pages |= kept_of(connection, wanted, self._as_of)
            self._links |= newest_links(connection, wanted, self._as_of)
        self._asked.update(wanted)
        self._ready.update(wanted)
