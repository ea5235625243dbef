"""A crawl process from outside: targets in, whole transactions out, nothing lost or doubled."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from crawler import factcodec
from crawler.store import CaptureStore
from database import session_factory, upgrade
from models import Capture, Column, Fact, Item, Link, Run, Site, Unit, Visit
from settings import Settings, environment
from tests.site.trap_server import TrapServer

AS_OF = datetime.fromisoformat("2023-03-10T23:59:59+08:00")
ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def server() -> Iterator[TrapServer]:
    with TrapServer() as running:
        yield running


class House:
    """A scratch home with some sites, one run, and crawl processes that work on it."""

    def __init__(self, server: TrapServer, home: Path, hosts: list[str], **given: Any) -> None:
        home.mkdir(parents=True, exist_ok=True)
        file = home / "origins.json"
        file.write_text(json.dumps(server.origins()), encoding="utf-8")
        stated: dict[str, Any] = {
            "home": home,
            "origin_map": file,
            "page_timeout": 2.0,
            "browser": "off",
        }
        self.settings = Settings(**(stated | given))
        upgrade(self.settings)
        self.sessions: sessionmaker[Session] = session_factory(self.settings)
        self.targets_file = home / "targets.json"
        with self.sessions.begin() as session:
            unit = Unit(name="某市")
            session.add(unit)
            session.flush()
            sites = [
                Site(
                    kind="site",
                    identity=f"99000000{n:02}",
                    code=f"99000000{n:02}",
                    name=host,
                    unit_id=unit.id,
                    home_url=f"http://{host}/",
                )
                for n, host in enumerate(hosts)
            ]
            session.add_all(sites)
            session.flush()
            self.targets = [site.id for site in sites]
            run = Run(
                as_of=AS_OF,
                state="crawling",
                ruleset="test",
                targets=self.targets,
                lease_owner="here:1",
            )
            session.add(run)
            session.flush()
            self.run = run.id
        self.targets_file.write_text(json.dumps(self.targets), encoding="utf-8")

    def start(self, owner: str = "here:1") -> subprocess.Popen[str]:
        command = [sys.executable, "-W", "error::ResourceWarning", "-m", "crawler.shard"]
        return subprocess.Popen(
            [*command, str(self.run), "--targets", str(self.targets_file), "--owner", owner],
            cwd=ROOT,
            env={**os.environ, **environment(self.settings)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def crawl(self, owner: str = "here:1") -> tuple[int, str]:
        process = self.start(owner)
        told, _ = process.communicate(timeout=120)
        return process.returncode, told

    def visits(self) -> dict[str, tuple[bool, str]]:
        with self.sessions() as session:
            rows = session.execute(
                select(Site.name, Visit.fresh, Visit.reason).join(Visit, Visit.target_id == Site.id)
            )
            return {name: (fresh, reason) for name, fresh, reason in rows}

    def count(self, table: Any) -> int:
        with self.sessions() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def house(server: TrapServer, tmp_path: Path) -> Callable[..., House]:
    def make(*hosts: str, **given: Any) -> House:
        return House(server, tmp_path / "home", list(hosts), **given)

    return make


@pytest.fixture(scope="module")
def crawled(server: TrapServer, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Five sites after one crawl process."""
    hosts = ["plain.test", "trap01.test", "trap12.test", "loop.test", "trap30.test"]
    there = House(server, tmp_path_factory.mktemp("house"), hosts)
    assert there.crawl() == (0, "")
    return there


def test_every_target_ends_with_a_visit_and_a_typed_reason(crawled: House) -> None:
    assert crawled.visits() == {
        "plain.test": (True, ""),
        "trap01.test": (False, "challenge"),
        "trap12.test": (True, ""),
        "loop.test": (False, "redirect_loop"),
        "trap30.test": (True, ""),
    }


def test_bodies_facts_items_and_found_columns_are_stored_under_the_stated_clock(
    crawled: House,
) -> None:
    store = CaptureStore(crawled.settings.capture_store)
    with crawled.sessions() as session:
        for capture in session.scalars(select(Capture)):
            assert capture.fetched_at == AS_OF
            assert not capture.sha256 or len(store.get(capture.sha256)) == capture.size
        assert session.scalar(select(func.count()).where(Item.first_seen_at == AS_OF))
        found = session.scalars(select(Column).where(Column.registered.is_(False))).all()
        assert {column.url for column in found} >= {"http://plain.test/xwdt/"}
        for fact in session.scalars(select(Fact).where(Fact.kind == factcodec.PAGE)):
            assert factcodec.decode_page(fact.payload).url


def test_links_that_fail_enter_their_ledger_once_a_night_trap_30(crawled: House) -> None:
    with crawled.sessions() as session:
        links = {link.url: link for link in session.scalars(select(Link))}
    dead = links["http://trap30.test/dead.html"]
    assert (dead.failures, dead.first_failed_at, dead.state) == (1, AS_OF, "suspected")
    assert "http://trap30.test/refused.html" not in links


def test_a_second_start_fetches_nothing_and_doubles_nothing(
    crawled: House, server: TrapServer
) -> None:
    before = [crawled.count(table) for table in (Visit, Capture, Fact, Item)]
    asked = len(server.seen)
    assert crawled.crawl() == (0, "")
    assert [crawled.count(table) for table in (Visit, Capture, Fact, Item)] == before
    assert len(server.seen) == asked


def test_a_process_that_lost_its_lease_writes_nothing(house: Callable[..., House]) -> None:
    there = house("plain.test")
    status, told = there.crawl(owner="elsewhere:2")
    assert status == 1
    assert "接管" in told
    assert there.count(Visit) == there.count(Capture) == 0


def test_a_process_killed_at_work_leaves_whole_targets_and_is_taken_up_again(
    house: Callable[..., House],
) -> None:
    there = house("plain.test", "trap09.test", "trap12.test", "homeward.test", page_timeout=1.5)
    process = there.start()
    while there.count(Visit) == 0 and process.poll() is None:
        time.sleep(0.02)
    process.kill()
    process.communicate()
    with there.sessions() as session:
        seen = set(session.scalars(select(Visit.target_id)))
        assert set(session.scalars(select(Capture.target_id))) == seen
    assert there.crawl()[0] == 0
    visits = there.visits()
    assert len(visits) == there.count(Visit) == 4
    assert visits["trap09.test"] == (False, "timeout")
    assert visits["plain.test"] == (True, "")


@pytest.mark.e2e
@pytest.mark.skipif(not shutil.which("chromium"), reason="needs Chromium")
def test_the_browser_reads_what_a_script_fills_and_passes_what_any_browser_passes_traps_2_10_22(
    house: Callable[..., House],
) -> None:
    there = house(
        "trap22.test", "trap02.test", "trap01.test", "plain.test",
        browser="auto", browser_timeout=10.0, browser_recycle=2,
    )  # fmt: skip
    status, told = there.crawl()
    assert (status, told) == (0, "")
    visits = there.visits()
    assert visits["trap22.test"] == (True, "")
    assert visits["trap02.test"] == (True, "")
    assert visits["trap01.test"] == (False, "challenge")
    with there.sessions() as session:
        rendered = session.execute(
            select(Capture.role, Fact.payload)
            .join(Fact, Fact.capture_id == Capture.id)
            .where(Capture.rendered.is_(True), Capture.url == "http://trap22.test/")
        ).one()
        plain = session.scalars(select(Capture.role).where(Capture.url == "http://trap22.test/"))
        assert set(plain) == {"plain", "home"}
    assert rendered.role == "home"
    assert str(factcodec.decode_page(rendered.payload).newest_date) == "2023-03-09"
