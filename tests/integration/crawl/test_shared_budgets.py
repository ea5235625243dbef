"""Budgets hold for all crawl processes together: a host that is nobody's own is asked by each."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

import database
from crawler.budget_leases import BudgetLeases
from crawler.fetch.failure import ExchangeError
from crawler.fetch.manners import Manners
from crawler.fetch.origins import OriginMap
from crawler.lease import new_owner
from crawler.shared_budgets import HOST_BUSY, SharedBudgets, Tact
from models import BudgetLease
from settings import Settings, environment
from tests.conftest import ROOT, SettingsFor

pytestmark = pytest.mark.integration

DELAY = 0.15
EACH = 7
QUICK = Tact(beat=0.05, poll=0.02, lasting=2.0, visit=0.2, home=0.5, idle=0.1, patience=20.0)


class Lane:
    """What manners hand over: when the next request may start."""

    next_at = 0.0


class Counting(ThreadingHTTPServer):
    """A slow host that notes when requests came and how many it served at once."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.guard = threading.Lock()
        self.came: list[float] = []
        self.inside = self.most = 0


class _Answering(BaseHTTPRequestHandler):
    server: Counting

    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            self.send_error(404)
            return
        with self.server.guard:
            self.server.came.append(time.monotonic())
            self.server.inside += 1
            self.server.most = max(self.server.most, self.server.inside)
        time.sleep(2 * DELAY)
        with self.server.guard:
            self.server.inside -= 1
        body = "<title>徽标</title>正文".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silent."""


@pytest.fixture
def cdn() -> Iterator[Counting]:
    server = Counting()
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield server
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture(params=["sqlite", "postgresql"])
def prepared(request: pytest.FixtureRequest, settings_for: SettingsFor, cdn: Counting) -> Settings:
    """Settings under which cdn.example leads to the counting host, at the pace of the field."""
    url = ""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_server_running")
        url = server.url(server.create())
    made = settings_for(database_url=url, host_delay=DELAY, host_concurrency=2)
    made.home.mkdir(parents=True, exist_ok=True)
    origins = made.home / "origins.json"
    origins.write_text(f'{{"*": "http://127.0.0.1:{cdn.server_address[1]}"}}', encoding="utf-8")
    made = made.model_copy(update={"origin_map": origins})
    database.upgrade(made)
    return made


def start(settings: Settings, how: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.integration.crawl.shared_budget_process",
            "http://cdn.example/badge.js",
            str(EACH),
            how,
        ],
        cwd=ROOT,
        env={**os.environ, **environment(settings)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_processes_ask_one_foreign_host_no_faster_than_one_may_trap_14(
    prepared: Settings, cdn: Counting
) -> None:
    both = [start(prepared, "shared") for _ in range(2)]
    assert [int(one.communicate(timeout=120)[0]) for one in both] == [EACH, EACH]
    assert len(cdn.came) == 2 * EACH
    # A loaded machine delays single requests; over five in a row the pace must hold.
    windows = [later - first for first, later in zip(cdn.came, cdn.came[5:], strict=False)]
    assert min(windows) > 5 * DELAY * 0.75
    assert cdn.most <= 2


@pytest.fixture
def sessions(session_factory: sessionmaker[Session]) -> sessionmaker[Session]:
    return session_factory


def leases(sessions: sessionmaker[Session], owner: str, lasting: float = 30.0) -> BudgetLeases:
    return BudgetLeases(sessions, owner, lasting)


def test_a_lease_has_one_holder_and_hands_over_the_moment_of_the_next_request(
    sessions: sessionmaker[Session],
) -> None:
    first, second = leases(sessions, "甲"), leases(sessions, "乙")
    assert first.take("cdn.example", home=False) == 0
    assert second.take("cdn.example", home=False) is None
    assert first.renew() == {"cdn.example": True}, "the holder sees that somebody waits"
    first.release({"cdn.example": 60.0})
    wait = second.take("cdn.example", home=False)
    assert wait is not None
    assert 30 < wait <= 60
    assert second.renew() == {"cdn.example": False}


def test_the_process_at_home_on_a_host_goes_before_visitors(
    sessions: sessionmaker[Session],
) -> None:
    home, visitor, other = (leases(sessions, name) for name in "甲乙丙")
    assert visitor.take("www.hunan.example", home=False) == 0
    assert home.take("www.hunan.example", home=True) is None
    visitor.release({"www.hunan.example": 0.0})
    assert other.take("www.hunan.example", home=False) is None
    assert home.take("www.hunan.example", home=True) is not None


def test_a_killed_process_loses_its_leases_by_being_silent(sessions: sessionmaker[Session]) -> None:
    assert leases(sessions, "甲", 0.0).take("cdn.example", home=False) == 0
    assert leases(sessions, "乙").take("cdn.example", home=False) == 0
    assert leases(sessions, "甲").renew() == {}


def test_a_killed_process_of_this_machine_is_not_waited_for(
    sessions: sessionmaker[Session],
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    dead = f"{socket.gethostname()}:{gone.pid}:killed"
    assert leases(sessions, dead).take("cdn.example", home=True) == 0
    mine = new_owner()
    assert leases(sessions, mine).take("cdn.example", home=False) == 0
    assert leases(sessions, new_owner()).take("cdn.example", home=False) is None


def test_a_clock_that_was_set_back_holds_no_host_up_for_as_long(
    sessions: sessionmaker[Session],
) -> None:
    """The database's clock: what was noted before lies a day ahead now."""
    silent, resting = leases(sessions, "甲"), leases(sessions, "乙")
    silent.take("cdn.example", home=False)
    leases(sessions, "丙").take("cdn.example", home=True)
    resting.take("weibo.com", home=True)
    resting.release({"weibo.com": 10.0})
    day = 86_400.0
    with sessions.begin() as session:
        moments = (BudgetLease.until, BudgetLease.next_at, BudgetLease.home_until)
        session.execute(update(BudgetLease).values({one: one + day for one in moments}))
    assert leases(sessions, "丁").take("cdn.example", home=False) == 0
    assert leases(sessions, "丁").take("weibo.com", home=True) == 0


def test_rows_of_nights_gone_by_are_thrown_away(sessions: sessionmaker[Session]) -> None:
    one = leases(sessions, "甲")
    one.take("old.example", home=False)
    one.release({"old.example": 0.0})
    one.take("new.example", home=False)
    with sessions.begin() as session:
        session.execute(
            update(BudgetLease).where(BudgetLease.key == "old.example").values(next_at=1.0)
        )
    one.throw_away_old()
    with sessions() as session:
        assert session.scalars(select(BudgetLease.key)).all() == ["new.example"]


@asynccontextmanager
async def budgets(
    sessions: sessionmaker[Session], owner: str, tact: Tact = QUICK, *, home: bool = False
) -> Any:
    made = SharedBudgets(leases(sessions, owner, tact.lasting), lambda _: home, tact)
    try:
        yield made
    finally:
        await made.close()


async def turns(of: SharedBudgets, number: int, lane: Lane, told: list[str], name: str) -> None:
    for _ in range(number):
        async with of.held("cdn.example", lane):
            told.append(name)
            await asyncio.sleep(0.01)


def test_who_holds_a_host_gives_it_away_while_it_still_wants_it(
    sessions: sessionmaker[Session],
) -> None:
    async def inside() -> list[str]:
        told: list[str] = []
        async with budgets(sessions, "甲") as first, budgets(sessions, "乙") as second:
            await asyncio.gather(
                turns(first, 60, Lane(), told, "甲"), turns(second, 60, Lane(), told, "乙")
            )
        return told

    told = asyncio.run(inside())
    changes = sum(before != after for before, after in pairwise(told))
    assert (told.count("甲"), told.count("乙")) == (60, 60)
    assert changes >= 2, "neither went through before the other began"
    with sessions() as session:
        held = select(func.count()).select_from(BudgetLease).where(BudgetLease.owner != "")
        assert session.scalar(held) == 0, "what is closed holds nothing"


def test_a_visitor_that_waits_too_long_lets_the_host_be_and_those_behind_it_do_not_wait(
    sessions: sessionmaker[Session],
) -> None:
    other = leases(sessions, "乙")
    assert other.take("cdn.example", home=False) == 0
    tact = Tact(beat=0.05, poll=0.02, lasting=5.0, patience=0.3)

    async def inside() -> float:
        async with budgets(sessions, "甲", tact) as mine:
            with pytest.raises(ExchangeError, match=HOST_BUSY):
                await turns(mine, 1, Lane(), [], "甲")
            begun = time.monotonic()
            with pytest.raises(ExchangeError, match=HOST_BUSY):
                await turns(mine, 1, Lane(), [], "甲")
            return time.monotonic() - begun

    assert asyncio.run(inside()) < 0.25


def test_a_database_that_is_away_for_a_moment_is_waited_for(
    sessions: sessionmaker[Session],
) -> None:
    class Away(BudgetLeases):
        tries = 0

        def take(self, key: str, *, home: bool) -> float | None:
            self.tries += 1
            if self.tries < 4:
                message = "数据库被占用"
                raise database.DatabaseError(message)
            return super().take(key, home=home)

    away = Away(sessions, "甲", 5.0)
    tact = Tact(beat=0.05, poll=0.02, lasting=5.0, patience=20.0)

    async def inside() -> list[str]:
        told: list[str] = []
        mine = SharedBudgets(away, lambda _: True, tact)
        await turns(mine, 1, Lane(), told, "甲")
        await mine.close()
        return told

    assert asyncio.run(inside()) == ["甲"]
    assert away.tries == 4


def test_what_is_shared_is_paced_as_by_one_process_and_mapped_origins_without_delay_are_not(
    tmp_path: Path,
) -> None:
    class Noting:
        def __init__(self) -> None:
            self.keys: list[str] = []

        @asynccontextmanager
        async def held(self, key: str, _lane: Any) -> Any:
            self.keys.append(key)
            yield

        async def close(self) -> None:
            """Nothing is held."""

    async def asked(origins: OriginMap, **given: Any) -> list[str]:
        noting = Noting()
        settings = Settings(home=tmp_path, **given)
        manners = Manners(settings, origins, shards=6, shared=noting)
        for url in ("http://a.cn/x", "https://m.weibo.cn/y"):
            async with manners.turn(url, "1.1.1.1" if not origins.mapped(url) else ""):
                pass
        assert manners._lane("https://m.weibo.cn/").delay in {0.0, 0.01}
        return noting.keys

    free = asyncio.run(asked(OriginMap(), host_delay=0.01, platform_delay=0.01))
    assert free == ["a.cn", "address 1.1.1.1", "weibo.cn", "address 1.1.1.1"]
    mapped = OriginMap({"*": "http://127.0.0.1:1"})
    assert asyncio.run(asked(mapped)) == []
    assert asyncio.run(asked(mapped, host_delay=0.01)) == ["a.cn"]
