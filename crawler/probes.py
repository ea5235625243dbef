"""Availability rounds: can each site be opened within the legal fifteen seconds (W2.1)?

    probe_round      asks every site once and enters the answers; the same minute counts once
    ProbeSummary     what one round saw

A failing address is not yet a failing site: the other scheme and the www variant are asked together
before it counts. Where the register names a jump address (跳转网址) the site lives there, and the
old home address is only another way in. Refusals and challenges prove a live server that declines programs; a round in
which the canaries fail proves an outage of our own. Both leave the counts.
"""

from __future__ import annotations

import asyncio
import re
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
from crawler.moved import jump_address
from crawler.probes_kept import (
    FAILING,
    MAINTENANCE,
    MAINTENANCE_ERROR,
    OPEN,
    OUTAGE,
    Answer,
    enter,
)
from crawler.spiders.plan import variants
from models import Site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from sqlalchemy.orm import Session, sessionmaker

    from crawler.fetch.capture import Capture
    from crawler.fetch.network import Network
    from settings import Settings

AT_ONCE = 200
ADDRESS_AT_ONCE = 32
# Seconds after which a request that still waits no longer holds a place at its address: it costs the
# address nothing, and a shared platform with dead sites on it would hold up all the others.
PLACE_SECONDS = 1.0
# Seconds after which the variants are asked beside a registered address that has not answered.
PATIENCE = 3.0
# The legal clock stops at the last byte of the page. Nobody waits for more than this of it.
PAGE_BYTES = 1024 * 1024
_SHORT_BODY = 32_768
CLOSED_STATES = frozenset({"关停"})
_BEIJING = timezone(timedelta(hours=8))

_NOTICE = re.compile(
    r"(?:系统|网站|平台|本站|服务器|网络|数据库|机房).{0,12}(?:正在|进行|例行)?(?:维护|升级|改版|改造|检修|割接|迁移)(?:中|期间|公告|通知|，|。|！|,|$)|"
    r"(?:正在|例行|停机|停服|升级)(?:维护|升级|改版|检修)|暂停(?:服务|访问|开放|运行)|暂时(?:关闭|无法提供服务|停止)|under (?:maintenance|construction)",
    re.IGNORECASE,
)
_NOTICE_TEXT = 400
_DECLINING = frozenset({AccessState.CHALLENGE, AccessState.BLOCKED, AccessState.RATE_LIMITED})


class ProbeTarget(NamedTuple):
    """One site to ask; `jump_url` is where the register says that it moved, or empty."""

    id: int
    home_url: str
    canary: bool
    jump_url: str = ""

    @property
    def addresses(self) -> list[str]:
        """Where it may answer: the address it lives at first, the variants and the old one after."""
        first = self.jump_url or self.home_url
        others = [*variants(first), self.home_url, *variants(self.home_url)]
        return list(dict.fromkeys([first, *others]))


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

    def _suspected(self) -> int:
        return self.states.get(MAINTENANCE, 0) + self.states.get(MAINTENANCE_ERROR, 0)

    def sentence(self) -> str:
        """One line for an operator."""
        told = (
            f"{self.at.astimezone(_BEIJING):%Y-%m-%d %H:%M} 探测 {self.sites} 个网站：打开 {self.ok}，"
            f"打不开 {self.failed}，不计 {self.excluded}，用时 {self.seconds:.1f} 秒"
        )
        if suspected := self._suspected():
            told += f"；{suspected} 个疑似维护升级，请先与主办单位核实"
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
        select(Site.id, Site.home_url, Site.canary, Site.extra)
        .where(Site.retired.is_(False), Site.running_state.not_in(CLOSED_STATES))
        .order_by(Site.position, Site.id)
    )
    return [
        ProbeTarget(row.id, row.home_url, row.canary, jump_address(row.extra or {})) for row in rows
    ]


async def ask_all(
    settings: Settings, targets: Sequence[ProbeTarget], at: datetime
) -> dict[int, Answer]:
    """The answer of every site; never raises for what a site does.

    A probe is one request an hour or so: it takes no turns, or six hundred sites on a few shared
    addresses would not be asked within a minute.
    """
    urls = (url for target in targets for url in (target.home_url, target.jump_url) if url)
    hosts = frozenset(bare_host(host_of(url)) for url in urls)
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
        urls = target.addresses
        first = asyncio.ensure_future(_one(network, urls[0]))
        answered, _ = await asyncio.wait([first], timeout=PATIENCE)
        if answered and first.result().state not in FAILING:
            return first.result()
        others = [asyncio.ensure_future(_one(network, url)) for url in urls[1:]]
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
    """One GET, redirects included, against the legal clock, to the last byte of the page."""
    limit = network.settings.probe_timeout
    fetcher = Fetcher(network, cap=PAGE_BYTES, retries=0, timeout=limit, connect_timeout=limit)
    capture = await fetcher.get(url)
    state = AccessState.TIMEOUT.value if capture.elapsed >= limit else _state(capture)
    return Answer(state, round(capture.elapsed * 1000))


def _state(capture: Capture) -> str:
    """A good status may carry a challenge, a refusal or a notice of maintenance; only these count.

    A notice stands alone: a page with much to read that speaks of maintenance is an ordinary page.
    """
    spoke = capture.good or capture.access is AccessState.SERVER_ERROR
    if not spoke or not capture.body or len(capture.body) > _SHORT_BODY:
        return capture.access.value
    text = decode(capture.body, capture.header("Content-Type")).text
    document = parse(text, url=capture.final_url)
    said = f"{document.title} {document.visible_text()}"
    if len(said) <= _NOTICE_TEXT and _NOTICE.search(said):
        return MAINTENANCE if capture.good else MAINTENANCE_ERROR
    if not capture.good:
        return capture.access.value
    found, _ = read_access(document, Look(capture.status, capture.headers))
    return found.value if found in _DECLINING else AccessState.OK.value


def _our_outage(targets: Iterable[ProbeTarget], answers: dict[int, Answer]) -> bool:
    """Whether the fault is ours: most canaries fail, or, without canaries, nearly everything."""
    asked = list(targets)
    watched = [target for target in asked if target.canary]
    failing = sum(answers[target.id].state in FAILING for target in watched or asked)
    if watched:
        return failing * 2 > len(watched)
    return len(asked) >= 10 and failing * 10 >= len(asked) * 8


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
        """Hold a place at the address, until the answer is there or has been long in coming."""
        del url
        if not address:
            yield
            return
        places = self._by_address.setdefault(address, asyncio.Semaphore(ADDRESS_AT_ONCE))
        await places.acquire()
        timer = asyncio.get_running_loop().call_later(PLACE_SECONDS, places.release)
        try:
            yield
        finally:
            if timer.when() > asyncio.get_running_loop().time():
                timer.cancel()
                places.release()

    def rest(self, url: str, seconds: float) -> None:
        """A probe is not repeated, so there is nothing to hold back."""

    async def close(self) -> None:
        """Nothing is shared with other processes: a round of probes is one process."""
