"""One job, run when it is due, once: whoever wakes it, how often, and in how many processes.

`Runner.run_due` alone decides, from the job table and the leases: the latest due time of the job,
not too late, not run before, run by nobody else.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

import structlog

import leases
from checks.deadlines import BEIJING
from database import DatabaseError
from errands import ERRANDS, Calls, Done, Occasion, Stopped
from jobs import Job, jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session, sessionmaker

    from settings import Settings

log = structlog.get_logger()

SINCE = "schedule"
"""The lease row that keeps when this schedule began: what was due before it was not missed."""


class Outcome(StrEnum):
    """What came of waking a job."""

    RAN = "ran"
    FAILED = "failed"
    STOPPED = "stopped"
    BUSY = "busy"
    DONE = "done"
    LATE = "late"


SENTENCES = {
    Outcome.RAN: "已执行",
    Outcome.FAILED: "执行失败",
    Outcome.STOPPED: "已中断，稍后由调度程序接着执行",
    Outcome.BUSY: "正由另一个进程执行，没有重复执行",
    Outcome.DONE: "这一次已经执行过，没有重复执行",
    Outcome.LATE: "已超过补执行的时限，不再执行",
}


@dataclass(frozen=True, slots=True)
class Execution:
    """What came of waking a job for its due time; its string is what an operator reads."""

    job: Job
    due: datetime
    outcome: Outcome
    told: str = ""
    exit_code: int = 0

    def __str__(self) -> str:
        sentence = f"{self.job.name}（应于 {self.due:%Y-%m-%d %H:%M}）{SENTENCES[self.outcome]}"
        return f"{sentence}：{self.told}" if self.told else sentence


@dataclass(frozen=True)
class Runner:
    """One process that runs due jobs. `clock` is read while a job runs, to keep its lease."""

    settings: Settings
    sessions: sessionmaker[Session]
    calls: Calls
    clock: Callable[[], datetime] = lambda: datetime.now(BEIJING)
    stopping: threading.Event = field(default_factory=threading.Event)
    owner: str = field(default_factory=leases.this_process)
    running: set[str] = field(default_factory=set)
    gate: threading.Lock = field(default_factory=threading.Lock)

    @property
    def grace(self) -> timedelta:
        """How late a job may still begin."""
        return timedelta(hours=self.settings.misfire_hours)

    @property
    def lasting(self) -> timedelta:
        """How long a lease is believed without renewal.

        Twice as long as that of a run, which must have ended when a broken night is taken up.
        """
        return timedelta(seconds=2 * self.settings.lease_seconds)

    def began(self, now: datetime) -> datetime:
        """When the schedule of this database was first served; `now` if that is now."""
        return leases.first(self.sessions, SINCE, now)

    def open_jobs(self, now: datetime) -> list[Job]:
        """Jobs whose latest due time is neither too late, nor run, nor running, nor before us."""
        since, held = self.began(now), leases.find(self.sessions)
        return [
            job
            for job in jobs(self.settings)
            if job.name not in self.running
            and (due := job.previous(now)) >= since
            and now - due <= self.grace
            and leases.is_free(held.get(job.name), due, now, resumed=job.resumed)
        ]

    def run_due(self, job: Job, now: datetime, *, by_hand: bool = False) -> Execution:
        """Run the job for its latest due time, unless that was run, is running, or is too late.

        A person who asks (`by_hand`) may be late. Errors of the job are caught here and told.
        """
        due = job.previous(now)
        if now - due > self.grace and not by_hand:
            return Execution(job, due, Outcome.LATE)
        with self._alone(job) as alone:
            return self._take(job, due, now) if alone else Execution(job, due, Outcome.BUSY)

    @contextmanager
    def _alone(self, job: Job) -> Iterator[bool]:
        """False while this process runs the job: its lease may run out when the database hangs."""
        with self.gate:
            alone = job.name not in self.running
            self.running.add(job.name)
        try:
            yield alone
        finally:
            if alone:
                self.running.discard(job.name)

    def _take(self, job: Job, due: datetime, now: datetime) -> Execution:
        claim = leases.take(
            self.sessions,
            leases.Claim(job.name, self.owner, due),
            now=now,
            lasting=self.lasting,
            resumed=job.resumed,
        )
        if claim is None:
            held = leases.is_held(leases.find(self.sessions).get(job.name), now)
            return Execution(job, due, Outcome.BUSY if held else Outcome.DONE)
        return self._run(job, claim, now)

    def _run(self, job: Job, claim: leases.Claim, now: datetime) -> Execution:
        """Run a job whose lease we hold. One that was broken off keeps it, until it runs out."""
        begun = time.monotonic()
        with leases.kept(self.sessions, claim, clock=self.clock, lasting=self.lasting) as lost:
            execution = self._attempt(job, self._occasion(claim, now, lost))
        if execution.outcome is not Outcome.STOPPED:
            leases.finish(self.sessions, claim, self.clock())
        log.info(
            "job_ended",
            job=job.name,
            due=claim.due.isoformat(),
            outcome=execution.outcome.value,
            seconds=round(time.monotonic() - begun, 1),
            told=execution.told,
        )
        return execution

    def _attempt(self, job: Job, occasion: Occasion) -> Execution:
        """The job runner's boundary: whatever a job raises ends the job, not the scheduler."""
        told = partial(Execution, job, occasion.due)
        try:
            done: Done = ERRANDS[job.name](self.calls, occasion)
        except Stopped:
            return told(Outcome.STOPPED)
        except DatabaseError as error:
            # Not the job's doing: it goes on when the database is back, and not too late.
            log.exception("job_broken_off", job=job.name, due=occasion.due.isoformat())
            return told(Outcome.STOPPED, str(error), 1)
        except Exception as error:
            log.exception("job_failed", job=job.name, due=occasion.due.isoformat())
            return told(Outcome.FAILED, str(error) or type(error).__name__, 1)
        return told(Outcome.RAN, done.sentence, done.exit_code)

    def _occasion(self, claim: leases.Claim, now: datetime, lost: threading.Event) -> Occasion:
        def checkpoint() -> None:
            if lost.is_set() or self.stopping.is_set():
                raise Stopped

        return Occasion(
            settings=self.settings,
            sessions=self.sessions,
            due=claim.due,
            previous=claim.previous,
            now=now.astimezone(BEIJING).replace(microsecond=0),
            checkpoint=checkpoint,
        )
