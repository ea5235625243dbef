"""Whatever becomes of crawl processes: every target is accounted for, and none outlives its night."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from crawler import coverage, processes
from crawler.lease import RunLease
from models import Run, Site, Unit, Visit
from settings import Settings
from tests.integration.night.night_world import ROOT, is_running, wait_until

pytestmark = pytest.mark.integration

AS_OF = datetime.fromisoformat("2023-03-10T01:00:00+08:00")
HELD = RunLease(1, "here:1", 60)
Cover = Callable[[Callable[[int], bool]], list[list[int]]]


@pytest.fixture
def cover(
    session_factory: sessionmaker[Session],
    database_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Cover:
    """Cover forty sites with processes that end at once at a target for which `kills` holds;

    gives the shards that were started.
    """
    with session_factory.begin() as session:
        unit = Unit(name="某市")
        session.add(unit)
        session.flush()
        for n in range(40):
            home = f"http://s{n}.test/"
            session.add(Site(identity=f"{n}", code=f"{n}", name="", unit_id=unit.id, home_url=home))
        session.flush()
        targets = list(session.scalars(select(Site.id).order_by(Site.id)))
        session.add(
            Run(
                id=1, as_of=AS_OF, state="crawling", ruleset="x",
                targets=targets, lease_owner=HELD.owner,
            )
        )  # fmt: skip

    def run(kills: Callable[[int], bool]) -> list[list[int]]:
        started: list[list[int]] = []

        def crawl(_crew: Any, shards: Sequence[Sequence[int]], _tick: Any) -> None:
            for shard in shards:
                started.append(list(shard))
                for target in shard:
                    if kills(target):
                        break
                    with session_factory.begin() as session:
                        session.add(Visit(run_id=1, target_id=target, fresh=True, access="ok"))

        monkeypatch.setattr(processes, "crawl", crawl)
        coverage.cover(database_settings, session_factory, HELD, 2, None)
        return started

    return run


def _unread(sessions: sessionmaker[Session]) -> dict[int, str]:
    with sessions() as session:
        visits = session.scalars(select(Visit)).all()
    assert len(visits) == 40
    return {one.target_id: one.reason for one in visits if not one.fresh}


def test_a_target_that_kills_every_process_costs_itself_alone(
    cover: Cover, session_factory: sessionmaker[Session]
) -> None:
    cover(lambda target: target == 5)
    assert _unread(session_factory) == {5: "crawler_crash"}


def test_a_process_that_died_once_costs_nothing(
    cover: Cover, session_factory: sessionmaker[Session]
) -> None:
    died: list[int] = []

    def once(target: int) -> bool:
        if target != 5 or died:
            return False
        died.append(target)
        return True

    assert len(cover(once)) == 2 + 2
    assert _unread(session_factory) == {}


@pytest.mark.parametrize(("few", "started"), [(64, 2 + 2 + 5 + 40), (10, 2 + 2 + 5)])
def test_when_nothing_gets_through_it_is_not_tried_for_ever(
    few: int,
    started: int,
    cover: Cover,
    session_factory: sessionmaker[Session],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(coverage, "FEW", few)
    assert len(cover(lambda _: True)) == started
    assert set(_unread(session_factory).values()) == {"crawler_crash"}
    assert len(_unread(session_factory)) == 40


PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]])
print(child.pid, flush=True)
time.sleep(60)
"""
CHILD = "import time; from crawler import orphans; {}orphans.end_with_parent(); time.sleep(60)"


@pytest.mark.parametrize("elsewhere", ["", "orphans.sys.platform = 'darwin'; "])
def test_a_child_ends_with_its_parent_also_where_the_kernel_does_not_see_to_it(
    elsewhere: str,
) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, CHILD.format(elsewhere)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    # The thread that watches stands for the whole: it is started last.
    threads = Path(f"/proc/{child}/task")
    assert wait_until(lambda: len(list(threads.iterdir())) > 1, seconds=20), "no watch"
    assert is_running(child)
    parent.kill()
    parent.communicate()
    assert wait_until(lambda: not is_running(child), seconds=10)
