"""The lease of a run: only its holder may write, and whoever takes it over shuts the others out.

is_held      whether somebody works on a run at this moment
keep         renew the lease in a transaction; LeaseLostError when it is somebody else's
ended        a context after which the lease is given up, whatever happened
"""

from __future__ import annotations

import os
import socket
import uuid
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import update

from crawler.recording import LeaseLostError
from database import DatabaseError
from models import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session, sessionmaker

UNFINISHED = ("crawling", "judging")
"""States of a run that is leased, or that was broken off."""
INCREDIBLE = timedelta(days=1)
"""No lease reaches that far: the clock was wrong when it was taken, and nobody is believed."""


@dataclass(frozen=True, slots=True)
class RunLease:
    """The run `run_id`, held by `owner`, who is gone when `seconds` pass without a renewal."""

    run_id: int
    owner: str
    seconds: int


def new_owner() -> str:
    """A name for this process as the holder of a lease."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def until(seconds: int) -> datetime:
    """When a lease that is taken now runs out, by the wall clock."""
    return _wall() + timedelta(seconds=seconds)


def is_held(run: Run) -> bool:
    """Whether somebody works on the run at this moment."""
    now = _wall()
    return (
        run.lease_until is not None
        and now < run.lease_until < now + INCREDIBLE
        and is_alive(run.lease_owner)
    )


def keep(session: Session, lease: RunLease) -> None:
    """Renew the lease; the run stays ours at least until this transaction ends.

    Raises LeaseLostError when another process has taken the run over.
    """
    kept = session.execute(
        update(Run)
        .where(Run.id == lease.run_id, Run.lease_owner == lease.owner, Run.state.in_(UNFINISHED))
        .values(lease_until=until(lease.seconds))
    )
    if kept.rowcount != 1:  # type: ignore[attr-defined]
        raise LeaseLostError(f"批次 {lease.run_id} 已由另一个进程接管")


@contextmanager
def ended(sessions: sessionmaker[Session], lease: RunLease) -> Iterator[None]:
    """However the block ends, the lease does, too: what failed may be resumed at once."""
    try:
        yield
    finally:
        # The database may be why we are here; the lease then runs out by itself.
        with suppress(DatabaseError), sessions.begin() as session:
            session.execute(
                update(Run)
                .where(Run.id == lease.run_id, Run.lease_owner == lease.owner)
                .values(lease_until=None)
            )


def _wall() -> datetime:
    """The wall clock, for leases only; nothing is judged by it."""
    return datetime.now(UTC)


def is_alive(owner: str) -> bool:
    """Whether the process that `owner` names (`new_owner`) may still run.

    False only when the owner was a process of this machine that is surely gone.
    """
    host, _, rest = owner.partition(":")
    number = rest.split(":")[0]
    if host != socket.gethostname():
        return True
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return not _is_zombie(number)


def _is_zombie(number: str) -> bool:
    """A killed process whose parent has not asked for it yet; on Linux one can tell."""
    try:
        told = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return told.rpartition(")")[2].split()[:1] == ["Z"]
