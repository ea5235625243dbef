"""A week on a stated clock, over the turn of the year: every job when due, once (trap 42)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta

import pytest

import database
import leases
from errands import notices_file
from jobs import Spread, jobs
from models import Finding
from runner import Execution, Outcome, Runner
from settings import Settings
from tests.integration.scheduler.scheduler_world import Counted, Sessions, World, beijing

pytestmark = pytest.mark.integration

DAYS = [date(2026, 12, 28) + timedelta(days=number) for number in range(7)]
BEGIN, END = beijing("2026-12-28T00:00"), beijing("2027-01-04T00:00")
RESTARTS = (beijing("2026-12-29T13:10"), beijing("2027-01-02T01:00:30"))
DOWN, UP = beijing("2026-12-30T22:40"), beijing("2026-12-31T03:40")
DAWN, DUSK = beijing("2027-01-03T06:00"), beijing("2027-01-03T18:00")
"""A round of another machine hangs from dawn to dusk: no probe of that daylight is made."""
LOOK = timedelta(minutes=30)
Woken = list[tuple[datetime, Execution]]
"""What was executed, and when."""


@contextmanager
def process(settings: Settings, counted: Counted) -> Iterator[Runner]:
    """A scheduler process: its own engine, nothing remembered from the one before."""
    factory = database.session_factory(settings)
    yield Runner(settings, factory, counted.calls)
    factory.kw["bind"].dispose()


def wake(runner: Runner, now: datetime, together: threading.Barrier) -> Woken:
    """What a process does at a moment: jobs that fire now, then whatever it finds open."""
    fired = [job for job in jobs(runner.settings) if job.previous(now) == now]
    together.wait()
    done = [runner.run_due(job, now) for job in fired]
    done += [runner.run_due(job, now) for job in runner.open_jobs(now)]
    return [(now, one) for one in done]


def hang(settings: Settings) -> None:
    """Another machine begins a round at dawn, keeps its lease until dusk, and is gone then."""
    factory = database.session_factory(settings)
    claim = leases.Claim("probe", "elsewhere:1:hanging", DAWN)
    assert leases.take(factory, claim, now=DAWN, lasting=DUSK - DAWN, resumed=False)
    factory.kw["bind"].dispose()


def moments(settings: Settings) -> list[datetime]:
    """Every due time, every half hour, every restart of the week; nothing while it is down."""
    due = {one for job in jobs(settings) for day in DAYS for one in job.rule.on(day)}
    looks = {BEGIN + LOOK * number for number in range(7 * 24 * 2)}
    return [one for one in sorted(due | looks | {*RESTARTS, UP}) if not DOWN <= one < UP]


def live(settings: Settings, counted: Counted, schedulers: int) -> Woken:
    """The week of so many schedulers, with its restarts and its outage; what they executed."""
    together = threading.Barrier(schedulers)
    executed: Woken = []
    with ThreadPoolExecutor(schedulers) as pool, ExitStack() as running:
        runners: list[Runner] = []
        for now in moments(settings):
            if not runners or now in {*RESTARTS, UP}:
                running.close()
                runners = [
                    running.enter_context(process(settings, counted)) for _ in range(schedulers)
                ]
            if now == DAWN:
                hang(settings)
            at_once = [pool.submit(wake, runner, now, together) for runner in runners]
            executed += [execution for one in at_once for execution in one.result()]
    return executed


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture(params=[1, 2], ids=["one scheduler", "two schedulers"])
def week(
    request: pytest.FixtureRequest,
    database_settings: Settings,
    session_factory: Sessions,
    counted: Counted,
) -> Woken:
    world = World(session_factory)
    ending = world.window("2026Q4", "2026-11-20", "2026-12-31")
    world.window("2027Q1", "2027-01-01", "2027-03-31")
    site = world.site("4301000001")
    world.finding(ending, site, second_look_due=beijing("2026-12-29T02:00"))
    settings = database_settings.model_copy(update={"dead_man_url": "http://alive.example/x"})

    def look_again(*_: object) -> None:
        # The review notes the second look that a run at 14:00 gave it.
        if counted.looks:
            world.change(Finding, 1, second_look_at=counted.looks[-1][0])

    counted.in_the_night = look_again
    return live(settings, counted, request.param)


def test_every_job_ran_when_due_and_once(
    week: Woken, counted: Counted, database_settings: Settings
) -> None:
    nights = [beijing(f"{day}T01:00") for day in DAYS]
    nights[3] = UP
    assert counted.nights == nights

    # After the outage and after the daylight one round is made up for all that were missed.
    probes = [due for day in DAYS for due in Spread(24).on(day) if not DOWN <= due < UP]
    missed = [due for due in probes if DAWN <= due < DUSK]
    assert len(missed) == 12
    assert sorted(counted.probes) == sorted({*probes, UP, DUSK} - {*missed})

    assert counted.looks == [(beijing("2026-12-29T14:00"), ("1",))]
    assert counted.asked == ["http://alive.example/x"] * 7

    moments = {(one.job.name, one.due): now for now, one in week if one.outcome is Outcome.RAN}
    late = {(name, now) for (name, due), now in moments.items() if now != due}
    assert late == {("nightly", UP), ("probe", UP), ("notify", UP), ("probe", DUSK)}

    ran = [one for _, one in week if one.outcome is Outcome.RAN]
    assert len({(one.job.name, one.due) for one in ran}) == len(ran)
    windows = ("window-open", "window-close", "window-reminder")
    for name in ("nightly", "second-look", *windows, "check", "backup", "thin"):
        assert sorted(one.due.date() for one in ran if one.job.name == name) == DAYS
    assert [counted.chores.count(name) for name in ("check", "backup", "thin")] == [7, 7, 7]
    notices = [due for day in DAYS for due in Spread(24).on(day) if not DOWN <= due < UP]
    assert counted.chores.count("notify") == len({*notices, UP})
    assert {one.outcome for _, one in week} <= {Outcome.RAN, Outcome.BUSY, Outcome.DONE}

    lines = notices_file(database_settings).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "将于" not in line] == [
        "2026-12-31T08:00:00+08:00 采样窗口 2026Q4 今天（2026-12-31）截止，还有 1 条问题未审核",
        (
            "2027-01-01T08:00:00+08:00 采样窗口 2027Q1 今天（2027-01-01）开始，"
            "至 2027-03-31 截止，问题由检查员逐条审核"
        ),
    ]
    assert [line[:19] for line in lines if "将于 2026-12-31 截止" in line] == [
        f"2026-12-{day}T08:00:00" for day in (28, 29, 30)
    ]


def test_what_was_due_before_the_schedule_began_was_not_missed(
    sqlite_settings: Settings, counted: Counted
) -> None:
    now = beijing("2026-12-28T03:00")
    with process(sqlite_settings, counted) as runner:
        assert runner.open_jobs(now) == []
        opened = runner.open_jobs(beijing("2026-12-28T08:00"))
    assert {"window-open", "window-close", "window-reminder"} <= {job.name for job in opened}


def test_an_outage_longer_than_the_misfire_hours_gives_the_night_up(
    sqlite_settings: Settings, counted: Counted
) -> None:
    with process(sqlite_settings, counted) as runner:
        runner.began(BEGIN)
        late = beijing("2026-12-28T07:00:01")
        assert [job.name for job in runner.open_jobs(late)] == ["probe", "notify"]
        night = jobs(sqlite_settings)[0]
        assert runner.run_due(night, late).outcome is Outcome.LATE
        in_time = beijing("2026-12-28T07:00:00")
        assert runner.run_due(night, in_time).outcome is Outcome.RAN
    assert counted.nights == [in_time]
