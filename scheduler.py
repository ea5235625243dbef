"""When things happen, never what: the job table, run on time by one process or by several.

jobs.py says when, errands.py what is done then. APScheduler is only the clock (clockwork.py);
whether a job runs is decided by runner.py, and by the leases of leases.py among processes. Twice
a minute whatever is open is looked for in the same way, so that a wake-up that was lost (an
outage, a restart, a process killed in the middle) is made good, once.

    ScheduleError      no such job, or the clock has stopped; the message is Chinese
"""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog

import database
import leases
from checks.deadlines import BEIJING
from clockwork import Bell, Clockwork
from cluster.coordinator import engine, places
from crawler.probes import probe_round
from errands import Calls, ask
from jobs import Job, jobs
from nightly import run_night
from runner import Execution, Outcome, Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session, sessionmaker

    from nightly import NightReport
    from settings import Settings

__all__ = ["Execution", "Job", "Outcome", "jobs", "listing", "run_once", "serve"]

log = structlog.get_logger()

SILENT_SECONDS = 600
"""A clock that has not looked around for so long has stopped."""
WATCH_SECONDS = 0.5


def _night(settings: Settings, sessions: sessionmaker[Session], **given: Any) -> NightReport:
    """As run_night; in a cluster where the settings say so."""
    if not settings.cluster:
        return run_night(settings, sessions, **given)
    return run_night(
        settings, sessions, **given, crawlers=engine(settings), workers=places(settings)
    )


PRODUCT = Calls(night=_night, probe=probe_round, ask=ask)


class ScheduleError(Exception):
    """No such job, or the clock has stopped; the message is one Chinese sentence."""


def serve(settings: Settings) -> None:
    """Run the job table until SIGTERM or SIGINT; then end once the running jobs have given way.

    A night gives way within seconds and is taken up by the next start; other jobs end first. A
    second signal ends the process at once. Raises ScheduleError when the clock stops by itself.
    """
    with _signals() as stopping:
        serve_until(settings, stopping, PRODUCT)


def serve_until(settings: Settings, stopping: threading.Event, calls: Calls) -> None:
    """Run the job table until `stopping` is set."""
    database.upgrade(settings)
    with _sessions(settings) as sessions:
        runner = Runner(settings, sessions, calls, stopping=stopping)
        runner.began(runner.clock())
        clockwork = Clockwork(settings.home, jobs(settings), runner.grace, _bell(runner))
        clockwork.start()
        log.info("schedule_started", owner=runner.owner, next=_next_dues(settings, runner.clock()))
        try:
            _watch(clockwork, stopping)
        finally:
            stopping.set()
            clockwork.stop()
            log.info("schedule_ended", owner=runner.owner)


def run_once(settings: Settings, name: str, now: datetime, calls: Calls = PRODUCT) -> Execution:
    """Run one job for its latest due time, however late, unless that was run or is running.

    Raises ScheduleError when there is no such job.
    """
    job = _named(settings, name)
    database.upgrade(settings)
    with _sessions(settings) as sessions:
        runner = Runner(settings, sessions, calls, clock=_ticking_from(now))
        return runner.run_due(job, now, by_hand=True)


def listing(settings: Settings, now: datetime) -> list[dict[str, Any]]:
    """The job table with times in ISO 8601, Beijing: `name, description, last, next, running`.

    `last` is the due time that was run last, null when none was.
    """
    database.upgrade(settings)
    with _sessions(settings, read_only=True) as sessions:
        held = leases.find(sessions)
    return [
        {
            "name": job.name,
            "description": job.description,
            "last": _beijing(held[job.name].last_due) if job.name in held else None,
            "next": _beijing(job.next(now)),
            "running": leases.is_held(held.get(job.name), now),
        }
        for job in jobs(settings)
    ]


def _bell(runner: Runner) -> Bell:
    """What the clock may call of a runner."""

    def wake(name: str) -> None:
        if not runner.stopping.is_set():
            runner.run_due(_named(runner.settings, name), runner.clock())

    def look() -> list[str]:
        if runner.stopping.is_set():
            return []
        return [job.name for job in runner.open_jobs(runner.clock())]

    def missed(name: str, due: datetime) -> None:
        lease = leases.find(runner.sessions).get(name)
        if lease is None or lease.last_due is None or lease.last_due < due:
            log.error(
                "job_missed", job=name, due=_beijing(due), hours=runner.settings.misfire_hours
            )

    return Bell(wake, look, missed)


def _watch(clockwork: Clockwork, stopping: threading.Event) -> None:
    """Return when we are to stop. Waiting by sleeping keeps the signal handler free of locks."""
    while not stopping.is_set():
        time.sleep(WATCH_SECONDS)
        if clockwork.silent_seconds > SILENT_SECONDS:
            raise ScheduleError("定时程序的时钟停止了，请查看日志并重新启动 xuncha schedule")


@contextmanager
def _signals() -> Iterator[threading.Event]:
    """The event is set by the first SIGTERM or SIGINT; the second one acts as it always does."""
    stopping = threading.Event()
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}

    def restore() -> None:
        for one, handler in before.items():
            signal.signal(one, handler)

    def stop(*_: object) -> None:
        restore()
        stopping.set()

    for one in before:
        signal.signal(one, stop)
    try:
        yield stopping
    finally:
        restore()


@contextmanager
def _sessions(settings: Settings, *, read_only: bool = False) -> Iterator[sessionmaker[Session]]:
    factory = database.session_factory(settings, read_only=read_only)
    try:
        yield factory
    finally:
        factory.kw["bind"].dispose()


def _named(settings: Settings, name: str) -> Job:
    table = jobs(settings)
    for job in table:
        if job.name == name:
            return job
    known = "、".join(job.name for job in table)
    raise ScheduleError(f"没有名为“{name[:40]}”的任务（已有：{known}）")


def _ticking_from(now: datetime) -> Callable[[], datetime]:
    """A clock that shows `now` at first and goes on from there."""
    begun = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - begun)


def _next_dues(settings: Settings, now: datetime) -> dict[str, str]:
    return {job.name: job.next(now).isoformat() for job in jobs(settings)}


def _beijing(moment: datetime | None) -> str | None:
    return moment.astimezone(BEIJING).isoformat(timespec="seconds") if moment else None
