"""The clock itself: it fires, makes good, ends when asked, and two never run one due twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler
from structlog.testing import capture_logs

import clockwork
import database
import leases
import scheduler
from runner import Outcome
from settings import Settings, environment
from tests.conftest import ROOT
from tests.integration.scheduler.scheduler_world import Counted, beijing

pytestmark = pytest.mark.integration

EVENING = "2026-12-30T22:00:00"
JUST_BEFORE = "2026-12-31T00:59:59"


@pytest.fixture
def counted() -> Counted:
    return Counted()


@contextmanager
def served(settings: Settings, counted: Counted, at: str) -> Iterator[None]:
    """A scheduler that began to serve at this moment, on a clock that goes on from there."""
    note_beginning(settings)
    stopping = threading.Event()
    with time_machine.travel(beijing(at), tick=True), ThreadPoolExecutor(1) as pool:
        serving = pool.submit(scheduler.serve_until, settings, stopping, counted.calls)
        try:
            yield
        finally:
            stopping.set()
            serving.result(timeout=30)


def note_beginning(settings: Settings) -> None:
    """The schedule has long been served: a start that took too long still makes the due good."""
    factory = database.session_factory(settings)
    leases.first(factory, "schedule", beijing(EVENING))
    factory.kw["bind"].dispose()


def wait_until(holds: Callable[[], bool], *, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def test_the_night_begins_when_it_is_due(sqlite_settings: Settings, counted: Counted) -> None:
    with served(sqlite_settings, counted, JUST_BEFORE):
        wait_until(lambda: len(counted.nights) == 1)
    late = counted.nights[0] - beijing("2026-12-31T01:00:00")
    assert timedelta(0) <= late < timedelta(seconds=15)


def test_a_night_missed_in_an_outage_runs_once_at_the_start(
    database_settings: Settings, counted: Counted
) -> None:
    with served(database_settings, counted, EVENING):
        pass
    with served(database_settings, counted, "2026-12-31T03:00:00"):
        wait_until(lambda: len(counted.nights) == 1 and len(counted.probes) == 1)
        # The kept job of the clock fires as well: the lease must have refused one of the two.
        time.sleep(0.5)
    assert len(counted.nights) == 1
    assert len(counted.probes) == 1


def test_a_night_missed_for_too_long_is_given_up_and_logged(
    sqlite_settings: Settings, counted: Counted
) -> None:
    with served(sqlite_settings, counted, EVENING):
        pass
    with capture_logs() as logs, served(sqlite_settings, counted, "2026-12-31T07:30:00"):
        wait_until(lambda: any(entry["event"] == "job_missed" for entry in logs))
    missed = [(one["job"], one["due"]) for one in logs if one["event"] == "job_missed"]
    assert missed == [("nightly", "2026-12-31T01:00:00+08:00")]
    assert counted.nights == []


def test_two_schedulers_of_two_homes_share_a_database_and_no_due(
    database_settings: Settings, counted: Counted, tmp_path: Path
) -> None:
    here = database_settings.model_copy(update={"database_url": database_settings.database})
    note_beginning(here)
    there = here.model_copy(update={"home": tmp_path / "there"})
    stopping = threading.Event()
    with time_machine.travel(beijing(JUST_BEFORE), tick=True), ThreadPoolExecutor(2) as pool:
        serving = [
            pool.submit(scheduler.serve_until, one, stopping, counted.calls)
            for one in (here, there)
        ]
        wait_until(lambda: len(counted.nights) > 0)
        time.sleep(0.5)
        stopping.set()
        for one in serving:
            one.result(timeout=30)
    assert len(counted.nights) == 1


def test_a_second_scheduler_of_one_home_keeps_its_clock_in_memory(
    sqlite_settings: Settings, counted: Counted
) -> None:
    with capture_logs() as logs, served(sqlite_settings, counted, JUST_BEFORE):
        wait_until(lambda: any(entry["event"] == "schedule_started" for entry in logs))
        stopping = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            second = pool.submit(scheduler.serve_until, sqlite_settings, stopping, counted.calls)
            wait_until(lambda: any(one["event"] == "schedule_in_memory" for one in logs))
            wait_until(lambda: len(counted.nights) > 0)
            time.sleep(0.3)
            stopping.set()
            second.result(timeout=30)
    assert len(counted.nights) == 1


def test_a_kept_clock_that_is_broken_stops_nobody(
    sqlite_settings: Settings, counted: Counted
) -> None:
    (sqlite_settings.home / "schedule.sqlite3").write_bytes(b"no database at all" * 100)
    with served(sqlite_settings, counted, JUST_BEFORE):
        wait_until(lambda: len(counted.nights) == 1)


def test_a_changed_time_replaces_the_kept_one(sqlite_settings: Settings, counted: Counted) -> None:
    with served(sqlite_settings, counted, EVENING):
        pass
    later = sqlite_settings.model_copy(update={"nightly_at": "22:10"})
    with served(later, counted, "2026-12-30T22:09:59"):
        wait_until(lambda: len(counted.nights) == 1)
    late = counted.nights[0] - beijing("2026-12-30T22:10:00")
    assert timedelta(0) <= late < timedelta(seconds=15)


def test_a_night_gives_way_within_seconds_and_the_next_start_takes_it_up(
    sqlite_settings: Settings, counted: Counted
) -> None:
    begun = threading.Event()

    def long(progress: Callable[[int, int], None]) -> None:
        begun.set()
        while True:
            progress(1, 9)
            time.sleep(0.02)

    counted.in_the_night = long
    with served(sqlite_settings, counted, JUST_BEFORE):
        assert begun.wait(15)
        asked = time.monotonic()
    assert time.monotonic() - asked < 10

    counted.in_the_night = lambda _progress: None
    with served(sqlite_settings, counted, "2026-12-31T01:06:00"):
        wait_until(lambda: len(counted.nights) == 2)


def test_a_clock_that_has_stopped_ends_the_process_aloud(
    sqlite_settings: Settings, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "SILENT_SECONDS", 0.2)
    monkeypatch.setattr(clockwork, "LOOK_SECONDS", 3600)
    with pytest.raises(scheduler.ScheduleError, match="时钟停止了"):
        scheduler.serve_until(sqlite_settings, threading.Event(), counted.calls)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_cleanly(sqlite_settings: Settings, number: int) -> None:
    code = "import scheduler, settings; scheduler.serve(settings.load())"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, **environment(sqlite_settings), "PYTHONUNBUFFERED": "1"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        told = iter(process.stdout.readline, "")
        before = next(line for line in told if "schedule_started" in line)
        process.send_signal(number)
        after = process.stdout.read()
        assert process.wait(timeout=30) == 0, before + after
    assert "schedule_ended" in after
    assert "Traceback" not in after


def test_of_processes_that_run_one_job_at_once_one_does(database_settings: Settings) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.integration.scheduler.one_of_many"],
            env={**os.environ, **environment(database_settings)},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    told = sorted(process.communicate(timeout=120)[0].splitlines()[-1] for process in processes)
    assert told[-1] == "ran 1"
    assert told[0] in {"busy 0", "done 0"}


def test_by_hand_a_job_runs_however_late_but_not_twice(
    sqlite_settings: Settings, counted: Counted
) -> None:
    late = beijing("2026-12-31T23:00:00")
    first = scheduler.run_once(sqlite_settings, "nightly", late, counted.calls)
    second = scheduler.run_once(sqlite_settings, "nightly", late, counted.calls)
    assert (first.outcome, first.exit_code) == (Outcome.RAN, 4)
    assert str(second) == "nightly（应于 2026-12-31 01:00）这一次已经执行过，没有重复执行"
    assert counted.nights == [late]


def test_a_job_that_does_not_exist_is_named_in_chinese(
    sqlite_settings: Settings, counted: Counted
) -> None:
    with pytest.raises(scheduler.ScheduleError, match=r"没有名为“nightyl”的任务（已有：nightly、"):
        scheduler.run_once(sqlite_settings, "nightyl", beijing(EVENING), counted.calls)


def test_the_list_tells_last_and_next_in_beijing_time(
    database_settings: Settings, counted: Counted
) -> None:
    now = beijing("2026-12-31T03:00:00")
    scheduler.run_once(database_settings, "nightly", now, counted.calls)
    rows: dict[str, dict[str, Any]] = {
        row["name"]: row for row in scheduler.listing(database_settings, now)
    }
    assert rows["nightly"] == {
        "name": "nightly",
        "description": "夜间巡查：全部网站和账号",
        "last": "2026-12-31T01:00:00+08:00",
        "next": "2027-01-01T01:00:00+08:00",
        "running": False,
    }
    assert rows["second-look"]["last"] is None
    assert rows["second-look"]["next"] == "2026-12-31T14:00:00+08:00"


def test_the_list_tells_what_is_running(sqlite_settings: Settings) -> None:
    now = beijing("2026-12-31T01:00:00")
    factory = database.session_factory(sqlite_settings)
    claim = leases.Claim("nightly", leases.this_process(), now)
    leases.take(factory, claim, now=now, lasting=timedelta(minutes=4), resumed=True)
    factory.kw["bind"].dispose()
    assert [row["name"] for row in scheduler.listing(sqlite_settings, now) if row["running"]] == [
        "nightly"
    ]


def test_a_job_handed_over_as_the_clock_stops_is_left_to_the_next_start() -> None:
    threads = clockwork._Threads(1)
    threads.start(BackgroundScheduler(), "default")
    threads.shutdown(wait=True)
    threads.submit_job(Job(BackgroundScheduler()), [beijing(EVENING)])
