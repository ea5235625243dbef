"""What becomes of a job that fails, is killed, gives way, or outlives its next due time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

import leases
from database import DatabaseError
from jobs import Job, jobs
from models import Run
from nightly import NightError
from runner import Outcome, Runner
from settings import Settings
from tests.integration.scheduler.scheduler_world import Counted, Sessions, beijing

pytestmark = pytest.mark.integration

DUE = beijing("2026-03-01T01:00")
AFTER = timedelta(minutes=5)
"""Longer than a lease lasts."""
Start = Callable[[datetime], Runner]


class Killed(BaseException):
    """Stands for kill -9: nothing of ours runs after it."""


def fails(error: BaseException) -> Callable[[object], None]:
    def raise_it(_progress: object) -> None:
        raise error

    return raise_it


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture
def night(sqlite_settings: Settings) -> Job:
    return jobs(sqlite_settings)[0]


@pytest.fixture
def start(session_factory: Sessions, database_settings: Settings, counted: Counted) -> Start:
    def start_at(now: datetime) -> Runner:
        runner = Runner(database_settings, session_factory, counted.calls, clock=lambda: now)
        runner.began(beijing("2026-02-01T00:00"))
        return runner

    return start_at


def open_names(runner: Runner, now: datetime) -> list[str]:
    return [job.name for job in runner.open_jobs(now)]


def test_a_job_that_fails_is_told_and_not_tried_again(
    start: Start, counted: Counted, night: Job
) -> None:
    counted.in_the_night = fails(NightError("名录是空的"))
    with capture_logs() as logs:
        execution = start(DUE).run_due(night, DUE)
    assert (execution.outcome, execution.exit_code) == (Outcome.FAILED, 1)
    assert str(execution) == "nightly（应于 2026-03-01 01:00）执行失败：名录是空的"
    assert [one["job"] for one in logs if one["event"] == "job_failed"] == ["nightly"]
    assert counted.asked == []
    assert "nightly" not in open_names(start(DUE + AFTER), DUE + AFTER)


def test_a_night_without_its_database_goes_on_when_it_is_back(
    start: Start, counted: Counted, night: Job
) -> None:
    counted.in_the_night = fails(DatabaseError("数据库无法连接"))
    execution = start(DUE).run_due(night, DUE)
    assert (execution.outcome, execution.exit_code) == (Outcome.STOPPED, 1)
    assert "nightly" in open_names(start(DUE + AFTER), DUE + AFTER)


def test_a_night_that_was_killed_is_taken_up_once_by_another(
    start: Start, counted: Counted, night: Job, session_factory: Sessions
) -> None:
    counted.in_the_night = fails(Killed())
    with pytest.raises(Killed):
        start(DUE).run_due(night, DUE)
    with session_factory.begin() as session:
        session.add(Run(as_of=DUE, state="crawling", ruleset="x", selection=[]))
    counted.in_the_night = lambda _progress: None

    assert start(DUE).run_due(night, DUE).outcome is Outcome.BUSY
    later = DUE + AFTER
    other = start(later)
    assert other.run_due(night, later).outcome is Outcome.RAN
    assert other.run_due(night, later).outcome is Outcome.DONE
    assert counted.resumed == [False, True]


def test_a_night_of_an_older_due_time_is_not_taken_up(
    start: Start, counted: Counted, night: Job, session_factory: Sessions
) -> None:
    with session_factory.begin() as session:
        session.add(Run(as_of=DUE - timedelta(hours=9), state="crawling", ruleset="x"))
    start(DUE).run_due(night, DUE)
    assert counted.resumed == [False]


def test_a_second_look_that_was_killed_is_not_taken_up_as_a_night(
    start: Start, counted: Counted, night: Job, session_factory: Sessions
) -> None:
    with session_factory.begin() as session:
        session.add(Run(as_of=DUE, state="crawling", ruleset="x", selection=["7"]))
    start(DUE).run_due(night, DUE)
    assert counted.resumed == [False]


def test_a_probe_round_that_was_killed_is_not_repeated(start: Start, counted: Counted) -> None:
    runner = start(DUE)
    probe = jobs(runner.settings)[1]
    at = probe.next(DUE)
    counted.in_the_round = fails(Killed())
    with pytest.raises(Killed):
        runner.run_due(probe, at)
    counted.in_the_round = lambda _at: None
    assert start(at + AFTER).run_due(probe, at + AFTER).outcome is Outcome.DONE
    assert counted.probes == [at]


def test_a_night_gives_way_when_the_process_is_to_end(
    start: Start, counted: Counted, night: Job
) -> None:
    runner = start(DUE)

    def stop_in_the_middle(progress: Callable[[int, int], None]) -> None:
        progress(1, 9)
        runner.stopping.set()
        progress(2, 9)
        raise AssertionError("the night went on")

    counted.in_the_night = stop_in_the_middle
    assert runner.run_due(night, DUE).outcome is Outcome.STOPPED
    assert counted.asked == []
    counted.in_the_night = lambda _progress: None
    assert "nightly" in open_names(start(DUE + AFTER), DUE + AFTER)


def test_a_night_gives_way_when_another_process_took_its_lease(
    database_settings: Settings, session_factory: Sessions, counted: Counted, night: Job
) -> None:
    settings = database_settings.model_copy(update={"lease_seconds": 0.2})
    other = leases.Claim("nightly", "other", DUE)

    def hang(progress: Callable[[int, int], None]) -> None:
        assert leases.take(session_factory, other, now=DUE + AFTER, lasting=AFTER, resumed=True)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            progress(1, 9)
            time.sleep(0.01)

    counted.in_the_night = hang
    runner = Runner(settings, session_factory, counted.calls, clock=lambda: DUE)
    assert runner.run_due(night, DUE).outcome is Outcome.STOPPED
    assert leases.find(session_factory)["nightly"].owner == "other"


def test_a_night_that_outlives_its_lease_is_not_doubled_by_its_own_process(
    start: Start, counted: Counted, night: Job
) -> None:
    begun, over = threading.Event(), threading.Event()

    def long(_progress: object) -> None:
        begun.set()
        over.wait(10)

    counted.in_the_night = long
    runner = start(DUE)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(runner.run_due, night, DUE)
        assert begun.wait(10)
        tomorrow = DUE + timedelta(days=1)
        assert "nightly" not in open_names(runner, tomorrow)
        assert runner.run_due(night, tomorrow).outcome is Outcome.BUSY
        over.set()
        assert running.result().outcome is Outcome.RAN
    assert open_names(runner, tomorrow).count("nightly") == 1
    assert len(counted.nights) == 1
