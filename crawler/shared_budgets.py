"""The budgets of hosts, platforms and addresses, kept by all crawl processes of a night together.

    SharedBudgets    one for a process; `crawler.fetch.manners` asks it before every request

Targets that share a host or an address sit in one process, but links lead everywhere: to a common
CDN, the badge service, the portal of the province. Such a host is used by one process at a time.
While a process holds the lease of a host it keeps the pace alone, as if there were no others; when
others wait it gives the host away after a while, together with the moment from which the next
request may go out. A process that is killed loses its leases by being silent.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import structlog

from crawler.budget_leases import BudgetLeases
from crawler.fetch.access import AccessState
from crawler.fetch.failure import ExchangeError
from crawler.fetch.manners import platform_of
from crawler.fetch.robots import bare_host
from crawler.lease import new_owner
from database import DatabaseError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sqlalchemy.orm import Session, sessionmaker

    from crawler.fetch.manners import Paced

log = structlog.get_logger()

_Told = TypeVar("_Told")
HOST_BUSY = "host_busy"
"""Other processes use the host; what was wanted there is left for another night."""


@dataclass(frozen=True, slots=True)
class Tact:
    """Seconds: between two looks at our leases, between two tries to take one, how long a silent

    process is believed, the turn of a visitor and of the process at home there while others wait,
    how long an unused lease is kept, and how long a visitor waits before it lets a host be.
    """

    beat: float = 2.0
    poll: float = 1.0
    lasting: float = 30.0
    visit: float = 5.0
    home: float = 60.0
    idle: float = 10.0
    patience: float = 300.0


@dataclass(slots=True)
class _Place:
    """One lease, as this process sees it."""

    key: str
    lane: Paced
    home: bool
    held: bool = False
    closing: bool = False
    inside: int = 0
    since: float = 0.0
    confirmed: float = 0.0
    left: float = 0.0
    again: float = 0.0
    given_up: float | None = None
    taking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def is_open(self, lasting: float) -> bool:
        """Whether a request may begin."""
        return self.held and not self.closing and time.monotonic() - self.confirmed < lasting

    def is_due(self, tact: Tact, *, wanted: bool) -> bool:
        """Whether to give the lease away."""
        now = time.monotonic()
        unused = 0.0 if self.inside else now - self.left
        if not wanted:
            return unused > tact.idle
        return not self.inside or now - self.since >= (tact.home if self.home else tact.visit)


class SharedBudgets:
    """The leases of one process. `is_home` tells hosts of the process's own targets."""

    def __init__(
        self, leases: BudgetLeases, is_home: Callable[[str], bool], tact: Tact | None = None
    ) -> None:
        self._leases = leases
        self._is_home = is_home
        self._tact = tact or Tact()
        self._places: dict[str, _Place] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="budgets")
        self._beating: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def held(self, key: str, lane: Paced) -> AsyncIterator[None]:
        """Hold the lease of `key` for one request; `lane.next_at` is set to when it may start.

        Raises ExchangeError (our_fault, `host_busy`) when a visitor has waited too long, and
        DatabaseError when the database was away as long.
        """
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = _Place(key, lane, self._is_home(key))
        while not place.is_open(self._tact.lasting):
            await self._take(place)
        place.inside += 1
        try:
            yield
        finally:
            place.inside -= 1
            place.left = time.monotonic()

    @classmethod
    def of(
        cls, sessions: sessionmaker[Session], hosts: frozenset[str], *, platforms: bool
    ) -> SharedBudgets:
        """Those of a crawl process at home on `hosts` (without www.) and, it may be, on platforms."""
        tact = Tact()

        def is_home(key: str) -> bool:
            return bare_host(key) in hosts or (platforms and bool(platform_of(key)))

        return cls(BudgetLeases(sessions, new_owner(), tact.lasting), is_home, tact)

    async def close(self) -> None:
        """Give everything back; the database may be gone, leases then end by themselves."""
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.wait([self._beating])
        with suppress(DatabaseError):
            await self._release([one for one in self._places.values() if one.held])
        self._thread.shutdown(wait=False)

    async def _take(self, place: _Place) -> None:
        """Until the lease is ours. One coroutine asks, the others of this process wait for it."""
        begun = time.monotonic()
        async with place.taking:
            while not place.is_open(self._tact.lasting):
                self._refuse_if_hopeless(place, begun)
                if place.held or time.monotonic() < place.again:
                    # We are giving it away, or have just done so: the others come first.
                    await asyncio.sleep(self._tact.poll)
                    continue
                wait = await self._asked(place, begun)
                if wait is None:
                    await asyncio.sleep(self._tact.poll)
                    continue
                now = time.monotonic()
                place.held, place.closing, place.given_up = True, False, None
                place.since = place.confirmed = place.left = now
                place.lane.next_at = max(place.lane.next_at, now + wait)
                self._start_beating()

    async def _asked(self, place: _Place, begun: float) -> float | None:
        """As `BudgetLeases.take`; a database that is busy or away is waited for, within reason."""
        try:
            return await self._in_thread(lambda: self._leases.take(place.key, home=place.home))
        except DatabaseError as error:
            if time.monotonic() - begun > self._tact.patience:
                raise
            log.warning("budgets_away", why=str(error))
            return None

    def _refuse_if_hopeless(self, place: _Place, begun: float) -> None:
        """A visitor does not wait for ever, nor the ones behind it again."""
        now = time.monotonic()
        if place.home:
            return
        if place.given_up is not None and now - place.given_up < self._tact.patience:
            raise ExchangeError(AccessState.OUR_FAULT, HOST_BUSY)
        if now - begun > self._tact.patience:
            place.given_up = now
            raise ExchangeError(AccessState.OUR_FAULT, HOST_BUSY)

    def _start_beating(self) -> None:
        if self._beating is None:
            self._beating = asyncio.ensure_future(self._beat())

    async def _beat(self) -> None:
        with suppress(DatabaseError):
            await self._in_thread(self._leases.throw_away_old)
        while True:
            await asyncio.sleep(self._tact.beat)
            try:
                await self._look()
            except DatabaseError as error:
                log.warning("budgets_away", why=str(error))

    async def _look(self) -> None:
        """Keep what is in use, give away what is not, or has been long enough while others wait."""
        mine = [place for place in self._places.values() if place.held]
        if not mine:
            return
        asked = time.monotonic()
        wanted = await self._in_thread(self._leases.renew)
        for place in mine:
            if place.key not in wanted:
                place.held = place.closing = False
                continue
            place.confirmed = asked
            place.closing = place.closing or place.is_due(self._tact, wanted=wanted[place.key])
        ended = [place for place in mine if place.closing and not place.inside]
        await self._release(ended)
        for place in ended:
            if wanted.get(place.key):
                place.again = time.monotonic() + 2 * self._tact.poll
            elif not place.taking.locked():
                self._places.pop(place.key, None)

    async def _release(self, places: list[_Place]) -> None:
        now = time.monotonic()
        rests = {place.key: max(0.0, place.lane.next_at - now) for place in places}
        await self._in_thread(lambda: self._leases.release(rests))
        for place in places:
            place.held = place.closing = False

    async def _in_thread(self, work: Callable[[], _Told]) -> _Told:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
