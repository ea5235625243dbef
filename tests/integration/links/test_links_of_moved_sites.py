"""Sites that moved: the register's 跳转网址 is where they are asked, judged and linked from."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.fetch.fetcher import Fetcher
from crawler.fetch.network import open_network
from crawler.probes import probe_round
from crawler.probes_kept import unpacked
from crawler.spiders.result import TargetResult
from crawler.spiders.site import Tools, patrol_site
from crawler.spiders.tickets import SiteTicket, registered_hosts, site_tickets
from crawler.store import CaptureStore
from database import session_factory, upgrade
from models import ProbeDay, Site, Unit
from settings import Settings
from tests.site.trap_server import TrapServer

AT = datetime.fromisoformat("2023-03-10T08:15:30+08:00")
NOWHERE = "http://127.0.0.1:9"
OLD, NEW = "http://old.test/", "http://plain.test/"


@pytest.fixture(scope="module")
def server() -> Iterator[TrapServer]:
    with TrapServer() as running:
        yield running


@pytest.fixture
def settings(server: TrapServer, tmp_path: Path) -> Settings:
    file = tmp_path / "origins.json"
    gone = {
        f"{scheme}://{name}": NOWHERE
        for scheme in ("http", "https")
        for name in ("old.test", "www.old.test", "new.test", "www.new.test")
    }
    file.write_text(json.dumps(server.origins() | gone), encoding="utf-8")
    return Settings(home=tmp_path, origin_map=file, probe_timeout=1.0, browser="off")


def patrolled(settings: Settings, ticket: SiteTicket) -> TargetResult:
    async def inside() -> TargetResult:
        network = open_network(settings, AT)
        try:
            tools = Tools(settings, CaptureStore(settings.capture_store).put)
            return await patrol_site(ticket, Fetcher(network), AT, tools)
        finally:
            await network.close()

    return asyncio.run(inside())


@pytest.mark.parametrize(("home", "jump"), [(OLD, NEW), (NEW, "http://new.test/")])
def test_a_moved_site_is_patrolled_where_it_answers(
    settings: Settings, home: str, jump: str
) -> None:
    told = patrolled(settings, SiteTicket(1, "9900000001", "某市", home, jump_url=jump))
    assert told.fresh
    assert [one.capture.url for one in told.pages if one.role == "home"] == [NEW]


def test_the_register_tells_probes_and_patrols_alike(settings: Settings) -> None:
    upgrade(settings)
    sessions = session_factory(settings)
    with sessions.begin() as session:
        unit = Unit(name="某市")
        session.add(unit)
        session.flush()
        for place, extra in enumerate(({"跳转网址": NEW}, {}, {"跳转网址": "http://new.test/"})):
            home = NEW if place == 2 else OLD
            named = {"identity": str(place), "name": str(place), "unit_id": unit.id}
            session.add(Site(kind="site", home_url=home, extra=extra, **named))
        session.add(
            Site(kind="site", identity="x", name="x", unit_id=unit.id, home_url=NEW, canary=True)
        )
    told = probe_round(settings, sessions, AT)
    with sessions() as session:
        days = session.execute(select(Site.identity, ProbeDay.rounds).join(ProbeDay)).all()
        assert registered_hosts(session) == {"old.test", "new.test", "plain.test"}
        tickets = site_tickets(session, [1, 2, 3])
    states = {identity: unpacked(rounds)[0].state for identity, rounds in days}
    assert states == {"0": "ok", "1": "connect", "2": "ok", "x": "ok"}
    assert (told.ok, told.failed) == (3, 1)
    assert [one.jump_url for one in tickets] == [NEW, "", "http://new.test/"]
