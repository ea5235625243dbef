"""One due time is run by one process, once, on SQLite and on PostgreSQL (trap 42)."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

import leases
from leases import Claim

pytestmark = pytest.mark.integration

Sessions = sessionmaker[Session]
DUE = datetime.fromisoformat("2026-12-31T01:00:00+08:00")
LASTING = timedelta(minutes=4)
SECOND = timedelta(seconds=1)


def take(
    sessions: Sessions,
    owner: str,
    *,
    due: datetime = DUE,
    now: datetime | None = None,
    resumed: bool = True,
) -> Claim | None:
    return leases.take(
        sessions, Claim("nightly", owner, due), now=now or due, lasting=LASTING, resumed=resumed
    )


def taken(sessions: Sessions, owner: str, **stated: datetime) -> Claim:
    claim = take(sessions, owner, **stated)  # type: ignore[arg-type]
    assert claim is not None
    return claim


def test_of_many_that_try_at_once_one_succeeds(session_factory: Sessions) -> None:
    together = threading.Barrier(6)

    def attempt(number: int) -> Claim | None:
        together.wait()
        return take(session_factory, f"process {number}")

    with ThreadPoolExecutor(6) as pool:
        claims = [claim for claim in pool.map(attempt, range(6)) if claim is not None]
    assert len(claims) == 1
    assert leases.find(session_factory)["nightly"].owner == claims[0].owner


def test_a_due_that_was_run_is_never_run_again(session_factory: Sessions) -> None:
    leases.finish(session_factory, taken(session_factory, "a"), DUE + SECOND)
    assert take(session_factory, "b", now=DUE + timedelta(days=9)) is None


def test_an_older_due_is_never_run_after_a_newer_one(session_factory: Sessions) -> None:
    leases.finish(session_factory, taken(session_factory, "a"), DUE)
    assert take(session_factory, "b", due=DUE - timedelta(days=1), now=DUE) is None


def test_a_clock_that_was_years_ahead_stops_nothing_once_it_is_right(
    session_factory: Sessions,
) -> None:
    wrong = DUE + timedelta(days=900)
    taken(session_factory, "another:1:machine", due=wrong, now=wrong)
    assert leases.is_held(leases.find(session_factory)["nightly"], wrong)
    assert not leases.is_held(leases.find(session_factory)["nightly"], DUE)
    assert taken(session_factory, "b").owner == "b"


def test_the_next_due_is_free_and_knows_the_one_before(session_factory: Sessions) -> None:
    leases.finish(session_factory, taken(session_factory, "a"), DUE)
    claim = taken(session_factory, "b", due=DUE + timedelta(days=1))
    assert claim.previous == DUE


def test_the_next_due_waits_while_the_one_before_runs(session_factory: Sessions) -> None:
    taken(session_factory, "a")
    assert take(session_factory, "b", due=DUE + SECOND) is None


def test_a_lease_of_a_process_that_died_runs_out(session_factory: Sessions) -> None:
    taken(session_factory, "a")
    assert take(session_factory, "b", now=DUE + LASTING - SECOND) is None
    assert taken(session_factory, "b", now=DUE + LASTING).owner == "b"


def test_a_job_that_is_not_resumed_waits_for_its_next_due(session_factory: Sessions) -> None:
    taken(session_factory, "a")
    later = DUE + LASTING + SECOND
    assert take(session_factory, "b", now=later, resumed=False) is None
    assert take(session_factory, "b", due=later, now=later, resumed=False) is not None


def test_a_process_of_this_machine_that_is_gone_is_not_waited_for(
    session_factory: Sessions,
) -> None:
    ask = "import leases; print(leases.this_process())"
    told = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    owner = told.stdout.strip()
    assert owner.startswith(socket.gethostname())
    taken(session_factory, owner)
    assert taken(session_factory, "b", now=DUE + SECOND).owner == "b"


def test_a_process_of_this_machine_that_runs_is_waited_for(session_factory: Sessions) -> None:
    taken(session_factory, leases.this_process())
    assert take(session_factory, "b", now=DUE + SECOND) is None


def test_a_process_of_another_machine_is_never_said_to_be_gone(session_factory: Sessions) -> None:
    taken(session_factory, "elsewhere/4026531836:999999999:0a1b2c3d")
    assert take(session_factory, "b", now=DUE + SECOND) is None


def test_a_long_job_keeps_its_lease(session_factory: Sessions) -> None:
    claim = taken(session_factory, "a")
    clock = [DUE + timedelta(hours=3)]
    brief = timedelta(seconds=0.4)
    with leases.kept(session_factory, claim, clock=lambda: clock[0], lasting=brief) as lost:
        wait_until(lambda: leases.find(session_factory)["nightly"].until == clock[0] + brief)
        assert take(session_factory, "b", now=clock[0]) is None
        assert not lost.is_set()


def test_a_process_that_hung_learns_that_its_lease_is_gone(session_factory: Sessions) -> None:
    claim = taken(session_factory, "a")
    taken(session_factory, "b", now=DUE + LASTING)
    brief = timedelta(seconds=0.4)
    with leases.kept(session_factory, claim, clock=lambda: DUE, lasting=brief) as lost:
        assert lost.wait(5)
    assert not leases.finish(session_factory, claim, DUE)
    assert leases.find(session_factory)["nightly"].owner == "b"


def test_the_end_of_a_job_is_noted_when_the_database_is_back(
    session_factory: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "FINISH_WAITS", (0.0, 0.0))
    claim = taken(session_factory, "a")
    rename(session_factory, "leases", "away")
    monkeypatch.setattr(
        "leases.time.sleep", lambda _seconds: rename(session_factory, "away", "leases")
    )
    assert leases.finish(session_factory, claim, DUE + SECOND)
    assert leases.find(session_factory)["nightly"].owner == ""


def test_the_first_moment_is_noted_once(session_factory: Sessions) -> None:
    assert leases.first(session_factory, "schedule", DUE) == DUE
    assert leases.first(session_factory, "schedule", DUE + timedelta(days=5)) == DUE


def rename(sessions: Sessions, old: str, new: str) -> None:
    with sessions.begin() as session:
        session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


def wait_until(holds: object) -> None:
    assert callable(holds)
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
