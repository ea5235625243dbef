"""The one kind of job: patrol a shard of targets in a process of its own, on this machine.

GiveBack         the job goes back to the queue: this worker stops, another may do it
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select

from cluster.engine import QUEUE, TASK
from crawler.processes import Crew, NoStoreError, crawl
from crawler.store import CaptureStore
from database import DatabaseError, session_factory
from models import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from procrastinate import App, JobContext

    from settings import Settings

log = structlog.get_logger()

ATTEMPTS = 4
"""So often is a shard handed out before its targets are tried in smaller shards."""


class GiveBack(Exception):  # noqa: N818 -- not an error of the job: this worker cannot go on
    """This worker stops; the job goes back to the queue."""


class _Withdrawn(Exception):  # noqa: N818 -- not an error: the night needs the job no more
    """The night has withdrawn the job."""


@dataclass(frozen=True, slots=True)
class Order:
    """One job: whose targets to visit, under which lease, with what share of shared budgets.

    `mark` is a capture that the coordinator has stored: a worker that does not find it would
    store bodies where nobody looks for them.
    """

    run: int
    owner: str
    targets: Sequence[int]
    shards: int
    mark: str


@dataclass(slots=True)
class Bench:
    """What the jobs of one worker process share: settings, the wish to end, what went wrong."""

    settings: Settings
    stopping: threading.Event = field(default_factory=threading.Event)
    failure: str = ""

    def stop(self, why: str) -> None:
        """Take no more jobs, because of `why`."""
        self.failure = self.failure or why
        self.stopping.set()

    def patrol(self, order: Order, is_withdrawn: Callable[[], bool]) -> None:
        """Visit the targets of a shard that have no visit yet, unless the night withdraws the job.

        Raises GiveBack when this worker is to end, or cannot go on.
        """
        if not self._is_wanted(order):
            log.info("shard_not_wanted", run=order.run)
            return
        log.info("shard_begun", run=order.run, targets=len(order.targets))
        crew = Crew(self.settings, order.run, order.owner, at_once=1, shards=order.shards)
        try:
            crawl(crew, [list(order.targets)], partial(self._tick, is_withdrawn))
        except _Withdrawn:
            log.info("shard_withdrawn", run=order.run)
            return
        except NoStoreError as error:
            self.stop(str(error))
            raise GiveBack from error
        log.info("shard_ended", run=order.run, targets=len(order.targets))

    def _is_wanted(self, order: Order) -> bool:
        """False when the night was taken over meanwhile; raises GiveBack when it cannot be served."""
        sessions = session_factory(self.settings, read_only=True)
        try:
            with sessions() as session:
                owner = session.scalar(select(Run.lease_owner).where(Run.id == order.run))
            if owner != order.owner:
                return False
            if not CaptureStore(self.settings.capture_store).exists(order.mark):
                self.stop(
                    f"快照库 {self.settings.capture_store} 与主控机器的不是同一个，"
                    "请把各机器的 XUNCHA_CAPTURES 设为同一个共享地址"
                )
                raise GiveBack
        except (DatabaseError, OSError) as error:
            self.stop(str(error))
            raise GiveBack from error
        finally:
            sessions.kw["bind"].dispose()
        return True

    def _tick(self, is_withdrawn: Callable[[], bool]) -> None:
        if self.stopping.is_set():
            raise GiveBack
        if is_withdrawn():
            raise _Withdrawn


def register(app: App, bench: Bench | None) -> None:
    """Make the app know the job; without a bench it can only be handed out."""
    from procrastinate import RetryStrategy  # noqa: PLC0415 -- an optional extra

    strategy = RetryStrategy(max_attempts=ATTEMPTS, retry_exceptions=[GiveBack])

    @app.task(name=TASK, queue=QUEUE, retry=strategy, pass_context=True)
    def patrol(
        context: JobContext, *, run: int, owner: str, targets: list[int], shards: int, mark: str
    ) -> None:
        assert bench is not None
        bench.patrol(Order(run, owner, targets, shards, mark), context.should_abort)
