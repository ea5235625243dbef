"""The lease of a job: one due time is run by one scheduler, once, whatever the others do.

A row of `leases` says who runs which due time, and until when that is believed:

    owner set, until ahead      somebody runs `last_due` (unless it was a process here that is gone)
    owner set, until passed     whoever ran `last_due` was broken off
    no owner                    `last_due` was run to its end

A lease is taken by writing over exactly the row that was read: of two that try, one succeeds.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from database import DatabaseError
from models import Lease

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

log = structlog.get_logger()

READING = {"xuncha_read_only": True, "postgresql_readonly": True}
INCREDIBLE = timedelta(days=1)
"""No lease reaches that far ahead, and no due time lies there: the clock was wrong when it was taken."""
FINISH_WAITS = (1.0, 5.0, 20.0)
"""Seconds between attempts to note the end of a job: what is not noted would be run again."""


@dataclass(frozen=True, slots=True)
class Claim:
    """That `owner` runs `due` of a job; `previous` is the due time that was run before, if any."""

    name: str
    owner: str
    due: datetime
    previous: datetime | None = None


def this_process() -> str:
    """A name for this process as an owner: where it lives, its number, and a mark of its own."""
    return f"{_place()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def is_held(lease: Lease | None, now: datetime) -> bool:
    """Whether somebody runs the job at this moment."""
    return (
        lease is not None
        and bool(lease.owner)
        and now < lease.until < now + INCREDIBLE
        and not _is_gone(lease.owner)
    )


def is_free(lease: Lease | None, due: datetime, now: datetime, *, resumed: bool) -> bool:
    """Whether `due` may be taken: nobody runs the job, and this due has not been run.

    With `resumed`, a due that was broken off may be taken once more.
    """
    if lease is None:
        return True
    if is_held(lease, now):
        return False
    if lease.last_due is None or lease.last_due < due or lease.last_due > now + INCREDIBLE:
        return True
    return resumed and bool(lease.owner) and lease.last_due == due


def find(sessions: sessionmaker[Session]) -> Mapping[str, Lease]:
    """All leases by name, detached. Waits for no writer."""
    with sessions() as session:
        session.connection(execution_options=READING)
        return {lease.name: lease for lease in session.scalars(select(Lease))}


def first(sessions: sessionmaker[Session], name: str, now: datetime) -> datetime:
    """The moment that was noted under `name` when it was first asked for; `now` if that is now."""
    _register(sessions, name, now, last_due=now)
    return find(sessions)[name].last_due or now


def take(
    sessions: sessionmaker[Session],
    claim: Claim,
    *,
    now: datetime,
    lasting: timedelta,
    resumed: bool,
) -> Claim | None:
    """Take the lease that `claim` describes; it comes back with `previous`, or None if refused."""
    _register(sessions, claim.name, now, last_due=None)
    with sessions.begin() as session:
        seen = session.get_one(Lease, claim.name)
        if not is_free(seen, claim.due, now, resumed=resumed):
            return None
        previous = seen.last_due
        changed = session.execute(
            update(Lease)
            .where(
                Lease.name == claim.name,
                Lease.owner == seen.owner,
                Lease.until == seen.until,
                Lease.last_due.is_not_distinct_from(previous),
            )
            .values(owner=claim.owner, until=now + lasting, last_due=claim.due)
            .execution_options(synchronize_session=False)
        )
        if changed.rowcount != 1:  # type: ignore[attr-defined]
            return None
    return replace(claim, previous=previous)


@contextmanager
def kept(
    sessions: sessionmaker[Session],
    claim: Claim,
    *,
    clock: Callable[[], datetime],
    lasting: timedelta,
) -> Iterator[threading.Event]:
    """Renew the lease while the block runs; the event is set if somebody else has taken it."""
    lost, over = threading.Event(), threading.Event()

    def renew_until_over() -> None:
        while not over.wait(lasting.total_seconds() / 8) and not lost.is_set():
            try:
                if not _write(sessions, claim, until=clock() + lasting):
                    lost.set()
                    log.error("lease_lost", job=claim.name, due=claim.due.isoformat())
            except (DatabaseError, SQLAlchemyError) as error:
                log.warning("lease_not_renewed", job=claim.name, error=str(error))

    thread = threading.Thread(target=renew_until_over, name=f"lease of {claim.name}", daemon=True)
    thread.start()
    try:
        yield lost
    finally:
        over.set()
        thread.join()


def finish(sessions: sessionmaker[Session], claim: Claim, now: datetime) -> bool:
    """Note that the due was run to its end; False when the lease is no longer ours.

    Tries again while the database is away. Raises what the database raised last.
    """
    for wait in FINISH_WAITS:
        try:
            return _write(sessions, claim, until=now, owner="")
        except (DatabaseError, SQLAlchemyError) as error:
            log.warning("lease_not_finished", job=claim.name, error=str(error))
            time.sleep(wait)
    return _write(sessions, claim, until=now, owner="")


def _write(
    sessions: sessionmaker[Session], claim: Claim, *, until: datetime, owner: str | None = None
) -> bool:
    """Change our own lease; False when it is no longer ours."""
    with sessions.begin() as session:
        changed = session.execute(
            update(Lease)
            .where(
                Lease.name == claim.name, Lease.owner == claim.owner, Lease.last_due == claim.due
            )
            .values(until=until, owner=claim.owner if owner is None else owner)
            .execution_options(synchronize_session=False)
        )
        return bool(changed.rowcount == 1)  # type: ignore[attr-defined]


def _register(
    sessions: sessionmaker[Session], name: str, now: datetime, *, last_due: datetime | None
) -> None:
    """Make the row when it is missing; another process may do so in the same moment."""
    if name in find(sessions):
        return
    try:
        with sessions.begin() as session:
            session.add(Lease(name=name, owner="", until=now, last_due=last_due))
    except IntegrityError:
        log.debug("lease_made_elsewhere", job=name)


def _place() -> str:
    """This machine and, on Linux, the process table: containers may share the machine's name."""
    table = Path("/proc/self/ns/pid")
    inside = table.readlink().name.strip("pid:[]") if table.is_symlink() else ""
    return f"{socket.gethostname()}/{inside}"


def _is_gone(owner: str) -> bool:
    """True only when the owner was a process of this very place that surely no longer runs."""
    place, number = owner.split(":")[:2] if owner.count(":") == 2 else ("", "")
    if place != _place() or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False
