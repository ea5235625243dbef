"""One odd site in memory, one night over it in a real home: patrol, record, judge; no server, no browser."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

import judging
from checks.registry import ALL
from checks.ruleset import load as load_ruleset
from crawler.fetch.access import AccessState
from crawler.fetch.capture import Capture, Hop
from crawler.recording import RunMark, record
from crawler.spiders.site import Tools, patrol_site
from crawler.spiders.tickets import site_tickets
from crawler.store import CaptureStore
from database import session_factory
from models import Column, Run, Site, Unit, Verdict
from settings import Settings

AS_OF = datetime.fromisoformat("2023-03-10T01:00:00+08:00")
HOME = "http://www.a.gov.cn/"
_HTML = (("Content-Type", "text/html; charset=utf-8"),)
_STATES = {403: AccessState.BLOCKED, 404: AccessState.NOT_FOUND}


@dataclass(frozen=True)
class Moved:
    """A redirect."""

    to: str


@dataclass(frozen=True)
class Answer:
    """Another status than 200."""

    status: int
    body: str = ""


Page = str | Moved | Answer


@dataclass(frozen=True)
class OddSite:
    """`wanted` are the verdicts that count: check to `outcome reason`; `columns` are registered."""

    name: str
    pages: Mapping[str, Page]
    wanted: Mapping[str, str]
    columns: Sequence[tuple[str, str, str, int]] = ()
    as_of: datetime = AS_OF


@dataclass
class _Fetch:
    site: OddSite
    asked: list[str] = field(default_factory=list)

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes | None = None,
    ) -> Capture:
        del headers, method, body
        self.asked.append(url)
        chain: tuple[Hop, ...] = ()
        there = url
        page = self.site.pages.get(url)
        while isinstance(page, Moved) and len(chain) < 5:
            chain, there = (*chain, Hop(there, 302)), page.to
            page = self.site.pages.get(there)
        if page is None or isinstance(page, Moved):
            page = Answer(404)
        status, text = (page.status, page.body) if isinstance(page, Answer) else (200, page)
        access = _STATES.get(status, AccessState.SERVER_ERROR) if status >= 400 else AccessState.OK
        return Capture(url, there, self.site.as_of, access, status, _HTML, text.encode(), chain)

    async def browse(self, url: str, *, wanted: Sequence[str] = ()) -> list[Capture]:
        del wanted
        moment = self.site.as_of
        return [Capture(url, url, moment, AccessState.OUR_FAULT, detail="browser_off")]


def judged(settings: Settings, site: OddSite) -> dict[str, Any]:
    """The verdicts on a site after one night, by check."""
    sessions = session_factory(settings)
    with sessions.begin() as session:
        unit = Unit(name="某市")
        session.add(unit)
        session.flush()
        row = Site(
            kind="site", identity="4300000001", code="4300000001", name="某市人民政府", unit_id=unit.id,
            home_url=HOME, site_kind="门户", offers_services=True,
        )  # fmt: skip
        session.add(row)
        session.flush()
        for name, url, kind, level in site.columns:
            session.add(
                Column(site_id=row.id, name=name, url=url, kind=kind, level=level, registered=True)
            )
        run = Run(as_of=site.as_of, state="done", ruleset="t", targets=[row.id])
        session.add(run)
        session.flush()
        mark, target = RunMark(run.id, site.as_of), row.id
    with sessions() as session:
        (ticket,) = site_tickets(session, [target], site.as_of)
    store = CaptureStore(settings.capture_store)
    tools = Tools(settings, store.put)
    told = asyncio.run(patrol_site(ticket, _Fetch(site), site.as_of, tools))
    with sessions.begin() as session:
        record(session, mark, told)
        judging.judge_run(session, session.get_one(Run, mark.id), load_ruleset(None, ALL))
        rows = session.scalars(select(Verdict).where(Verdict.run_id == mark.id))
        found = {one.check: f"{one.outcome} {one.reason}" for one in rows}
    sessions.kw["bind"].dispose()
    return found
