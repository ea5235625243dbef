"""Who may write a night: one process at a time, and whoever took it over shuts the others out.

The crawl itself is left out here: every target is given its visit at once.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

import nightly
from crawler import coverage, lease, patience
from crawler.lease import RunLease
from crawler.processes import NoStoreError
from crawler.recording import LeaseLostError
from database import DatabaseError
from models import Judgement, Run, Site, Unit, Visit
from nightly import NightError, NightReport, run_night
from review import windows
from settings import Settings
from tests.integration.night.night_world import wait_until

pytestmark = pytest.mark.integration

FIRST = datetime.fromisoformat("2023-03-10T01:00:00+08:00")
LATER = FIRST + timedelta(days=1)
Night = Callable[..., NightReport]


@pytest.fixture
def night(
    database_settings: Settings,
    session_factory: sessionmaker[Session],
    monkeypatch: pytest.MonkeyPatch,
) -> Night:
    """A night over two sites that costs no crawl; `meanwhile` happens when it is over."""
    with session_factory.begin() as session:
        unit = Unit(name="某市")
        session.add(unit)
        session.flush()
        for code in ("9900000001", "9900000002"):
            home = f"http://{code}.test/"
            session.add(Site(identity=code, code=code, name=code, unit_id=unit.id, home_url=home))
    event: dict[str, Callable[[RunLease], None]] = {}

    def cover(_settings: Any, sessions: Any, held: RunLease, *_rest: Any) -> None:
        with sessions.begin() as session:
            done = set(session.scalars(select(Visit.target_id).where(Visit.run_id == held.run_id)))
            for target in set(session.get_one(Run, held.run_id).targets) - done:
                session.add(Visit(run_id=held.run_id, target_id=target, fresh=True, access="ok"))
        if "meanwhile" in event:
            event.pop("meanwhile")(held)

    monkeypatch.setattr(coverage, "cover", cover)

    def run(as_of: datetime, meanwhile: Any = None, **given: Any) -> NightReport:
        if meanwhile is not None:
            event["meanwhile"] = meanwhile
        return run_night(database_settings, session_factory, as_of=as_of, **given)

    return run


@pytest.fixture
def runs(session_factory: sessionmaker[Session]) -> Callable[[], list[Run]]:
    def read() -> list[Run]:
        with session_factory() as session:
            return list(session.scalars(select(Run).order_by(Run.id)))

    return read


@pytest.fixture
def gone() -> Iterator[int]:
    """The number of a process that was killed and that nobody has asked for yet."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    process.kill()
    assert wait_until(lambda: lease._is_zombie(str(process.pid)), seconds=10)
    yield process.pid
    process.wait()


def _broken_off(sessions: sessionmaker[Session], owner: str, **given: Any) -> int:
    """A night that was left in its crawl, with a lease that has not run out."""
    stated = {"lease_until": datetime.now(UTC) + timedelta(hours=1), "selection": []} | given
    with sessions.begin() as session:
        targets = list(session.scalars(select(Site.id).order_by(Site.id)))[:1]
        run = Run(
            as_of=FIRST, state="crawling", ruleset="x", targets=targets, lease_owner=owner, **stated
        )
        session.add(run)
        session.flush()
        return run.id


def test_a_resumed_night_keeps_its_own_moment_and_targets(
    night: Night, gone: int, session_factory: sessionmaker[Session]
) -> None:
    run = _broken_off(session_factory, f"{socket.gethostname()}:{gone}:ab")
    told = night(LATER, resume=True)
    assert (told.run, told.as_of, told.targets, told.state) == (run, FIRST, 1, "done")


def test_with_none_to_resume_a_new_night_begins(
    night: Night, runs: Callable[[], list[Run]]
) -> None:
    assert night(FIRST, resume=True).targets == 2
    assert night(LATER, resume=True).targets == 2
    assert [run.state for run in runs()] == ["done", "done"]


def test_a_night_that_came_to_its_end_is_told_again_and_not_repeated(
    night: Night, runs: Callable[[], list[Run]]
) -> None:
    first = night(FIRST)
    again = night(FIRST, resume=True)
    assert again.to_json() == first.to_json() | {"seconds": round(first.seconds, 2)}
    assert again.exit_code == first.exit_code == 0
    assert len(runs()) == 1
    assert night(FIRST, resume=True, only=["9900000001"]).targets == 1


def test_a_night_that_is_not_resumed_is_closed_by_the_next_and_its_rest_can_write_no_more(
    night: Night, gone: int, session_factory: sessionmaker[Session], runs: Callable[[], list[Run]]
) -> None:
    owner = f"{socket.gethostname()}:{gone}:ab"
    run = _broken_off(session_factory, owner)
    night(LATER)
    assert [one.state for one in runs()] == ["failed", "done"]
    with session_factory.begin() as session, pytest.raises(LeaseLostError):
        lease.keep(session, RunLease(run, owner, 60))


@pytest.mark.parametrize(
    "owner",
    [f"{socket.gethostname()}:{os.getpid()}:ab", "elsewhere:1:ab"],
    ids=["here", "elsewhere"],
)
def test_a_night_at_work_is_neither_resumed_nor_joined_by_another(
    owner: str, night: Night, session_factory: sessionmaker[Session]
) -> None:
    _broken_off(session_factory, owner)
    with pytest.raises(NightError, match="仍在运行"):
        night(FIRST, resume=True)
    with pytest.raises(NightError, match="正在运行"):
        night(LATER)


@pytest.mark.parametrize(
    "moved", [timedelta(seconds=-1), timedelta(days=2)], ids=["runs out", "of a clock set back"]
)
def test_the_lease_of_a_process_elsewhere_runs_out(
    moved: timedelta, night: Night, session_factory: sessionmaker[Session]
) -> None:
    until = datetime.now(UTC) + moved
    run = _broken_off(session_factory, "elsewhere:1:ab", lease_until=until)
    assert night(LATER, resume=True).run == run


def test_a_night_that_is_taken_over_before_it_is_judged_writes_no_verdict(
    night: Night, session_factory: sessionmaker[Session], runs: Callable[[], list[Run]]
) -> None:
    def taken(held: RunLease) -> None:
        with session_factory.begin() as session:
            session.get_one(Run, held.run_id).lease_owner = "elsewhere:1:ab"

    with pytest.raises(NightError, match="已由另一个进程接管"):
        night(FIRST, meanwhile=taken)
    assert [run.state for run in runs()] == ["crawling"]
    with session_factory() as session:
        assert session.scalars(select(Judgement)).all() == []


@pytest.mark.parametrize("failure", [DatabaseError("数据库无法连接"), NoStoreError("磁盘已满")])
def test_a_night_that_fails_gives_its_lease_up_and_is_resumed_by_the_same_process(
    failure: Exception, night: Night, runs: Callable[[], list[Run]]
) -> None:
    def fail(_held: RunLease) -> None:
        raise failure

    with pytest.raises((NightError, DatabaseError), match=str(failure)):
        night(FIRST, meanwhile=fail)
    assert [run.lease_until for run in runs()] == [None]
    assert night(LATER, resume=True).as_of == FIRST
    assert [run.state for run in runs()] == ["done"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_night_whose_database_goes_away_while_it_is_judged_is_judged_once(
    moment: str,
    night: Night,
    runs: Callable[[], list[Run]],
    session_factory: sessionmaker[Session],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before the commit, or between the commit and its answer."""
    ending, tried = nightly._finish, list[str]()

    def ends(*given: Any) -> NightReport:
        tried.append("judged")
        if len(tried) == 1:
            if moment == "after":
                ending(*given)
            raise DatabaseError("数据库无法连接", away=True)
        return ending(*given)

    monkeypatch.setattr(nightly, "_finish", ends)
    monkeypatch.setattr(patience, "waits", lambda _settings: [0.0])
    told = night(FIRST)
    assert (told.state, told.targets, len(tried)) == ("done", 2, 2)
    assert [run.state for run in runs()] == ["done"]
    with session_factory() as session:
        assert len(session.scalars(select(Judgement)).all()) == 1


def test_of_two_nights_that_begin_at_once_one_is_refused(
    night: Night, runs: Callable[[], list[Run]], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    both_are_opening, refused = threading.Barrier(2), threading.Event()
    containing = windows.containing

    def slowly(*given: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            both_are_opening.wait(timeout=0.5)
        return containing(*given)

    def begin(moment: datetime) -> None:
        try:
            night(moment, meanwhile=lambda _held: refused.wait(10))
        except NightError as error:
            said.append(str(error))
            refused.set()

    monkeypatch.setattr(windows, "containing", slowly)
    threads = [threading.Thread(target=begin, args=(one,)) for one in (FIRST, LATER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 1
    assert "正在运行" in said[0]
    assert [run.state for run in runs()] == ["done"]
