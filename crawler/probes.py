"""Availability rounds: can each site be opened within the legal fifteen seconds (W2.1)?

    probe_round      asks every site once and enters the answers; the same minute counts once
    ProbeSummary     what one round saw

A failing address is not yet a failing site: the other scheme and the www variant are asked together
before it counts. Refusals and challenges prove a live server that declines programs; a round in
which the canaries fail proves an outage of our own. Both leave the counts.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from crawler.extract.access import Look, read_access
from crawler.extract.decode import decode
from crawler.extract.document import parse
from crawler.fetch.access import AccessState
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.manners import Manners
from crawler.fetch.network import open_network
from crawler.fetch.origins import host_of
from crawler.fetch.robots import bare_host
from crawler.spiders.plan import variants
from models import ProbeDay, Site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session, sessionmaker

    from crawler.fetch.capture import Capture
    from crawler.fetch.network import Network
    from settings import Settings

AT_ONCE = 200
ADDRESS_AT_ONCE = 32
# Seconds after which the variants are asked beside a registered address that has not answered.
PATIENCE = 4.0
HEAD_BYTES = 65_536
_SHORT_BODY = 32_768
OUTAGE = "our_outage"
CLOSED_STATES = frozenset({"关停"})
_BEIJING = timezone(timedelta(hours=8))

# What counts against a site; every other state that is not `ok` leaves both counts.
FAILING = frozenset(
    {
        AccessState.TIMEOUT,
        AccessState.CONNECT,
        AccessState.DNS,
        AccessState.TLS_ERROR,
        AccessState.SERVER_ERROR,
    }
)
# The server spoke: for availability it is open, whatever it said.
OPEN = frozenset(
    {
        AccessState.OK,
        AccessState.NOT_FOUND,
        AccessState.SOFT_404,
        AccessState.EMPTY_SHELL,
        AccessState.UNDECODABLE,
        AccessState.TOO_LARGE,
        AccessState.LOGIN_WALL,
    }
)


_DECLINING = frozenset({AccessState.CHALLENGE, AccessState.BLOCKED, AccessState.RATE_LIMITED})


class Answer(NamedTuple):
    """How one site answered in one round."""

    state: str
    milliseconds: int


class ProbeTarget(NamedTuple):
    """One site to ask."""

    id: int
    home_url: str
    canary: bool


@dataclass(slots=True)
class ProbeSummary:
    """What one round saw, in sites. `held` says that the round was taken for our own outage."""

    at: datetime
    sites: int = 0
    ok: int = 0
    failed: int = 0
    excluded: int = 0
    held: bool = False
    seconds: float = 0.0
    states: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The object that `probe --json` prints."""
        return {
            "at": self.at.astimezone(_BEIJING).isoformat(),
            "sites": self.sites,
            "ok": self.ok,
            "failed": self.failed,
            "excluded": self.excluded,
            "held": self.held,
            "states": self.states,
            "seconds": round(self.seconds, 2),
        }

    def sentence(self) -> str:
        """One line for an operator."""
        told = (
            f"{self.at.astimezone(_BEIJING):%Y-%m-%d %H:%M} 探测 {self.sites} 个网站：打开 {self.ok}，"
            f"打不开 {self.failed}，不计 {self.excluded}，用时 {self.seconds:.1f} 秒"
        )
        return f"{told}。哨兵网站同时打不开，视为本机网络故障，本轮不计" if self.held else told


def probe_round(
    settings: Settings, session_factory: sessionmaker[Session], at: datetime
) -> ProbeSummary:
    """Ask every registered site once and enter the answers under the minute of `at`.

    A second round in the same minute replaces the first. Raises database.DatabaseError.
    """
    begun = time.monotonic()
    with session_factory() as session:
        targets = _targets(session)
    answers = asyncio.run(ask_all(settings, targets, at))
    held = _our_outage(targets, answers)
    if held:
        answers = {site: answer._replace(state=OUTAGE) for site, answer in answers.items()}
    with session_factory.begin() as session:
        enter(session, at, answers, settings.vantage)
    return _summary(at, answers, held=held, seconds=time.monotonic() - begun)


def _targets(session: Session) -> list[ProbeTarget]:
    rows = session.execute(
        select(Site.id, Site.home_url, Site.canary)
        .where(Site.retired.is_(False), Site.running_state.not_in(CLOSED_STATES))
        .order_by(Site.position, Site.id)
    )
    return [ProbeTarget(*row) for row in rows]


async def ask_all(
    settings: Settings, targets: Sequence[ProbeTarget], at: datetime
) -> dict[int, Answer]:
    """The answer of every site; never raises for what a site does.

    A probe is one request an hour or so: it takes no turns, or six hundred sites on a few shared
    addresses would not be asked within a minute.
    """
    hosts = frozenset(bare_host(host_of(target.home_url)) for target in targets)
    network = open_network(settings, at, registered=hosts)
    network.manners = Unhurried()
    at_once = asyncio.Semaphore(AT_ONCE)
    try:
        answers = await asyncio.gather(*(_ask(network, target, at_once) for target in targets))
    finally:
        await network.close()
    return {target.id: answer for target, answer in zip(targets, answers, strict=True)}


async def _ask(network: Network, target: ProbeTarget, at_once: asyncio.Semaphore) -> Answer:
    async with at_once:
        first = asyncio.ensure_future(_one(network, target.home_url))
        answered, _ = await asyncio.wait([first], timeout=PATIENCE)
        if answered and first.result().state not in FAILING:
            return first.result()
        others = [asyncio.ensure_future(_one(network, url)) for url in variants(target.home_url)]
        return await _best([first, *others])


async def _best(asked: Sequence[asyncio.Task[Answer]]) -> Answer:
    """The first answer that proves an open site; else one that leaves the counts; else the failure

    of the registered address, which comes first.
    """
    try:
        for done in asyncio.as_completed(asked):
            answer = await done
            if answer.state in OPEN:
                return answer
        answers = [task.result() for task in asked]
    finally:
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
    return next((one for one in answers if one.state not in FAILING), answers[0])


async def _one(network: Network, url: str) -> Answer:
    """One GET, redirects included, against the legal clock; the body's beginning is read."""
    limit = network.settings.probe_timeout
    fetcher = Fetcher(network, cap=HEAD_BYTES, retries=0, timeout=limit, connect_timeout=limit)
    capture = await fetcher.get(url)
    state = AccessState.TIMEOUT if capture.elapsed >= limit else _state(capture)
    return Answer(state.value, round(capture.elapsed * 1000))


def _state(capture: Capture) -> AccessState:
    """A good status may carry a challenge or a refusal; only these are looked for."""
    if not capture.good or len(capture.body) > _SHORT_BODY:
        return capture.access
    text = decode(capture.body, capture.header("Content-Type")).text
    look = Look(capture.status, capture.headers)
    found, _ = read_access(parse(text, url=capture.final_url), look)
    return found if found in _DECLINING else AccessState.OK


def _our_outage(targets: Iterable[ProbeTarget], answers: dict[int, Answer]) -> bool:
    """Whether the fault is ours: most canaries fail, or, without canaries, nearly everything."""
    asked = list(targets)
    watched = [target for target in asked if target.canary]
    failing = sum(answers[target.id].state in FAILING for target in watched or asked)
    if watched:
        return failing * 2 > len(watched)
    return len(asked) >= 10 and failing * 10 >= len(asked) * 8


def enter(session: Session, at: datetime, answers: dict[int, Answer], vantage: str) -> None:
    """Add one round to the day's row of every site; the same minute is replaced. No commit."""
    local = at.astimezone(_BEIJING)
    minute = local.hour * 60 + local.minute
    known = _days(session, local.date(), list(answers))
    for site_id, answer in answers.items():
        row = known.get(site_id)
        if row is None:
            row = ProbeDay(site_id=site_id, day=local.date(), rounds=[])
            session.add(row)
        entry = [minute, answer.state, answer.milliseconds, vantage]
        row.rounds = sorted([*(one for one in row.rounds if one[0] != minute), entry])
        row.counted, row.failed, row.excluded = counts(row.rounds)
    session.flush()


def counts(rounds: Iterable[Sequence[Any]]) -> tuple[int, int, int]:
    """Counted, failed and excluded rounds of one day."""
    states = [one[1] for one in rounds]
    failed = sum(state in FAILING for state in states)
    opened = sum(state in OPEN for state in states)
    return failed + opened, failed, len(states) - failed - opened


def _days(session: Session, day: date, site_ids: Sequence[int]) -> dict[int, ProbeDay]:
    found: dict[int, ProbeDay] = {}
    for start in range(0, len(site_ids), 500):
        chosen = select(ProbeDay).where(
            ProbeDay.day == day, ProbeDay.site_id.in_(site_ids[start : start + 500])
        )
        found |= {row.site_id: row for row in session.scalars(chosen.with_for_update())}
    return found


def _summary(
    at: datetime, answers: dict[int, Answer], *, held: bool, seconds: float
) -> ProbeSummary:
    states = Counter(answer.state for answer in answers.values())
    ok = sum(states[state] for state in OPEN)
    failed = sum(states[state] for state in FAILING)
    return ProbeSummary(
        at=at,
        sites=len(answers),
        ok=ok,
        failed=failed,
        excluded=len(answers) - ok - failed,
        held=held,
        seconds=seconds,
        states=dict(sorted(states.items())),
    )


class Unhurried(Manners):
    """No pauses between probes; still not everything at once on one address."""

    def __init__(self) -> None:
        self._by_address: dict[str, asyncio.Semaphore] = {}

    @asynccontextmanager
    async def turn(self, url: str, address: str = "") -> AsyncIterator[None]:
        """Hold a place at the address."""
        del url
        if not address:
            yield
            return
        async with self._by_address.setdefault(address, asyncio.Semaphore(ADDRESS_AT_ONCE)):
            yield

    def rest(self, url: str, seconds: float) -> None:
        """A probe is not repeated, so there is nothing to hold back."""
