"""APScheduler as a mere clock: it wakes us at the due times, and decides nothing.

Its job store is a file of this home, not a table of the shared database: two scheduler processes
must never share a job store, its rows are pickles that no shared server should feed us, and the
clock keeps going while the database is away. What it holds can be derived from jobs.py again; it
is kept so that due times missed during an outage are reported (EVENT_JOB_MISSED).
"""

from __future__ import annotations

import fcntl
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError

from checks.deadlines import BEIJING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import timedelta
    from pathlib import Path

    from apscheduler.events import JobExecutionEvent
    from apscheduler.jobstores.base import BaseJobStore

    from jobs import Job

log = structlog.get_logger()

LOOK_SECONDS = 30
"""Between two looks for what is open though nothing woke us for it."""
KEPT, PASSING = "default", "memory"
LOOK = "look"


@dataclass(frozen=True)
class DueTrigger(BaseTrigger):  # type: ignore[misc] # APScheduler has no types
    """Fires at the due times of one job of the table."""

    job: Job

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The due time after the last firing, else the first one to come."""
        return self.job.next(previous_fire_time or now)


@dataclass(frozen=True, slots=True)
class Bell:
    """What the clock calls, each in a thread: `wake` for a due job, `look` for the open ones.

    `missed` is told of a due time that was given up.
    """

    wake: Callable[[str], None]
    look: Callable[[], Iterable[str]]
    missed: Callable[[str, datetime], None]


class _Threads(ThreadPoolExecutor):  # type: ignore[misc] # APScheduler has no types
    """Takes nothing more once it is shut down: the clock may be handing over a job at that moment."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self._ending = threading.Lock()
        self._ended = False

    def submit_job(self, job: Any, run_times: list[datetime]) -> None:
        """Run a due job in a thread; at the end it stays open, and the next start finds it."""
        with self._ending:
            if not self._ended:
                super().submit_job(job, run_times)

    def shutdown(self, wait: bool = True) -> None:
        """Wait for the jobs that run."""
        with self._ending:
            self._ended = True
        super().shutdown(wait)


class Clockwork:
    """The clock of one process, for the jobs of one table."""

    def __init__(self, home: Path, table: Sequence[Job], grace: timedelta, bell: Bell) -> None:
        self._table = table
        self._bell = bell
        self._looked = time.monotonic()
        self._lock = _lock(home)
        # A thread for every job and for every one that is made good, and one to look.
        self._threads = _Threads(2 * len(table) + 1)
        self._scheduler = BackgroundScheduler(
            timezone=BEIJING,
            jobstores={KEPT: _store(home, kept=self._lock is not None), PASSING: MemoryJobStore()},
            executors={"default": self._threads},
            job_defaults={
                "misfire_grace_time": int(grace.total_seconds()),
                "coalesce": True,
                "max_instances": 1,
            },
        )

    @property
    def silent_seconds(self) -> float:
        """Seconds since the clock last looked for open jobs; many mean that it has stopped."""
        return time.monotonic() - self._looked

    def start(self) -> None:
        """Set the clock going: jobs are woken from now on, and what is open is looked for."""
        global _bell  # noqa: PLW0603 -- a kept job can name a function, nothing more
        _bell = self._bell
        clock = self._scheduler
        clock.add_listener(
            self._report, EVENT_JOB_MISSED | EVENT_JOB_ERROR | EVENT_JOB_MAX_INSTANCES
        )
        clock.start(paused=True)
        self._set_table()
        first = datetime.now(BEIJING)
        clock.add_job(
            self._look,
            "interval",
            seconds=LOOK_SECONDS,
            next_run_time=first,
            id=LOOK,
            jobstore=PASSING,
        )
        clock.resume()

    def stop(self) -> None:
        """Wake nothing more, wait for the jobs that run, and let go of the store."""
        self._scheduler.pause()
        self._threads.shutdown(wait=True)
        self._scheduler.shutdown(wait=True)
        if self._lock is not None:
            self._lock.close()

    def _set_table(self) -> None:
        """Make the store hold this table; a job that is unchanged keeps its next firing."""
        triggers = {job.name: DueTrigger(job) for job in self._table}
        for kept in self._scheduler.get_jobs(KEPT):
            if kept.trigger == triggers.get(kept.id):
                del triggers[kept.id]
            else:
                kept.remove()
        for name, trigger in triggers.items():
            self._scheduler.add_job(wake, trigger, args=[name], id=name, jobstore=KEPT)

    def _look(self) -> None:
        """Wake what is open although nothing woke it: after an outage, or a process killed."""
        self._looked = time.monotonic()
        for name in self._bell.look():
            self._scheduler.add_job(
                wake, args=[name], id=f"{LOOK}:{name}", jobstore=PASSING, replace_existing=True
            )

    def _report(self, event: JobExecutionEvent) -> None:
        """APScheduler tells of these in passing; an operator must be able to find them."""
        if event.code == EVENT_JOB_MISSED:
            self._bell.missed(event.job_id, event.scheduled_run_time)
        elif event.code == EVENT_JOB_ERROR:
            log.error("clock_job_failed", job=event.job_id, error=repr(event.exception))
        else:
            log.warning("clock_job_still_running", job=event.job_id)


_bell: Bell | None = None


def wake(name: str) -> None:
    """What a kept job names: wake the job in the process whose clock this is."""
    if _bell is not None:
        _bell.wake(name)


def _lock(home: Path) -> IO[str] | None:
    """The right to the kept store of this home; None while another process has it."""
    file = (home / "schedule.lock").open("w", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _store(home: Path, *, kept: bool) -> BaseJobStore:
    """The kept store; one in memory when another process has it, or it cannot be used."""
    if not kept:
        log.warning("schedule_in_memory", reason="another scheduler uses this home")
        return MemoryJobStore()
    store = SQLAlchemyJobStore(URL.create("sqlite", database=str(home / "schedule.sqlite3")))
    try:
        store.jobs_t.create(store.engine, checkfirst=True)
        store.get_next_run_time()
    except SQLAlchemyError as error:
        store.shutdown()
        log.exception("schedule_in_memory", reason=str(error))
        return MemoryJobStore()
    return store
