"""Every target of a run ends with a visit, whatever becomes of the processes that crawl.

cover        crawl what is left over, round after round, then account for the rest
counts       how many targets of a run have their visit, of how many
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import func, select

from crawler import lease, processes
from crawler.fetch.access import AccessState
from crawler.patience import patiently
from crawler.roster import Group, groups, plan_shards
from database import READING, DatabaseError
from models import Run, Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session, sessionmaker

    from crawler.lease import RunLease
    from settings import Settings

log = structlog.get_logger()

SHARD_SIZES = (0, 0, 8, 1)
"""Targets in a shard, round after round; 0: as many as there are, shared among the workers.

What a dead shard left over is tried once more; what kills it again is narrowed down, so that a
page that kills a process costs its own target alone.
"""

LEAST = 50
"""Targets for which another process is worth its start and its end, about eight seconds."""

FEW = 64
"""So many targets are tried one by one even when no other got through."""


def _here(crew: processes.Crew, shards: Sequence[Sequence[int]], tick: Callable[[], None]) -> None:
    processes.crawl(crew, shards, tick)


def _as_found(found: Sequence[Group]) -> Sequence[Group]:
    return found


@dataclass(frozen=True, slots=True)
class Engine:
    """Where shards are crawled: `crawl` as `processes.crawl`; by default on this machine.

    `gather` may join groups further; `cut` is the number of shards for each that is crawled at
    once.
    """

    crawl: Callable[[processes.Crew, Sequence[Sequence[int]], Callable[[], None]], None] = _here
    gather: Callable[[Sequence[Group]], Sequence[Group]] = _as_found
    cut: int = 1


HERE = Engine()


def cover(
    settings: Settings,
    sessions: sessionmaker[Session],
    held: RunLease,
    workers: int,
    progress: Callable[[int, int], None] | None,
    engine: Engine = HERE,
) -> None:
    """Crawl the targets that have no visit yet; those that no process finishes are our own fault.

    Raises processes.NoStoreError, DatabaseError, and LeaseLostError when the run was taken over;
    what is stored by then stays, and the rest is left for whoever resumes.
    """
    crew = processes.Crew(settings, held.run_id, held.owner, workers)
    tick = _Tick(sessions, held, progress, settings.database_patience)

    def left_over() -> list[int]:
        return patiently(settings, partial(_left_over, sessions, held.run_id))

    left = left_over()
    for size in SHARD_SIZES:
        if not left:
            return
        cut = patiently(settings, partial(_shards, sessions, left, engine, workers, size))
        engine.crawl(crew, cut, tick)
        before, left = left, left_over()
        if size and len(left) == len(before) > FEW:
            break  # nothing gets through at all: smaller shards would not help
    _record_left_over(sessions, held, left)


def counts(sessions: sessionmaker[Session], run_id: int, targets: int = 0) -> tuple[int, int]:
    """How many targets of a run have their visit, and how many it has (`targets`, where known:

    a country's list of them is long, and this is asked twice a second).
    """
    with sessions() as session:
        session.connection(execution_options=READING)
        done = session.scalar(select(func.count()).select_from(Visit).where(Visit.run_id == run_id))
        return done or 0, targets or len(session.get_one(Run, run_id).targets)


class _Tick:
    """Called while the crawl runs: shows progress and keeps the lease."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        held: RunLease,
        progress: Callable[[int, int], None] | None,
        patience: float,
    ) -> None:
        self._patience = patience
        self._sessions = sessions
        self._held = held
        self._progress = progress
        self._renewed = time.monotonic()
        self._answered = time.monotonic()
        self._targets = 0

    def __call__(self) -> None:
        """Raises LeaseLostError, what `progress` raises, and DatabaseError once it is away too long."""
        try:
            self._look()
            self._answered = time.monotonic()
        except DatabaseError as error:
            # The processes wait as long for it to come back, and their results with them.
            if not error.away or time.monotonic() - self._answered > self._patience:
                raise
            time.sleep(1.0)

    def _look(self) -> None:
        if self._progress is not None:
            done, self._targets = counts(self._sessions, self._held.run_id, self._targets)
            self._progress(done, self._targets)
        if time.monotonic() - self._renewed > self._held.seconds / 4:
            with self._sessions.begin() as session:
                lease.keep(session, self._held)
            self._renewed = time.monotonic()


def _left_over(sessions: sessionmaker[Session], run_id: int) -> list[int]:
    with sessions() as session:
        done = set(session.scalars(select(Visit.target_id).where(Visit.run_id == run_id)))
        return [one for one in session.get_one(Run, run_id).targets if one not in done]


def _shards(
    sessions: sessionmaker[Session], left: Sequence[int], engine: Engine, workers: int, size: int
) -> list[list[int]]:
    with sessions() as session:
        found = groups(session, left)
    if not size:
        most = max(workers, min(workers * engine.cut, len(left) // LEAST))
        return plan_shards(engine.gather(found), most)
    ordered = list(chain.from_iterable(group.targets for group in found))
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


def _record_left_over(sessions: sessionmaker[Session], held: RunLease, left: Sequence[int]) -> None:
    if not left:
        return
    log.error("targets_left_over", run=held.run_id, targets=list(left[:50]), count=len(left))
    with sessions.begin() as session:
        lease.keep(session, held)
        for target_id in left:
            session.add(
                Visit(
                    run_id=held.run_id,
                    target_id=target_id,
                    fresh=False,
                    access=AccessState.OUR_FAULT.value,
                    reason="crawler_crash",
                )
            )
