"""What one night did, where its time went, and which hosts were slow: `xuncha runs report ID`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import func, select

from judging import BEIJING
from models import Capture, Run, Target, Visit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

MOST = 15
SLOW_SECONDS = 5.0
"""A page that takes longer than this is slow for any reader; the clause's limit is 15 s."""


@dataclass(slots=True)
class Host:
    """What one host cost in a night. Seconds are those of its answers, redirects included."""

    name: str
    requests: int = 0
    seconds: float = 0.0
    worst: float = 0.0
    slow: int = 0
    failed: int = 0

    def note(self, elapsed: float, access: str) -> None:
        """Count one capture."""
        self.requests += 1
        self.seconds += elapsed
        self.worst = max(self.worst, elapsed)
        self.slow += elapsed > SLOW_SECONDS
        self.failed += access in {"timeout", "connect", "dns", "tls_error", "server_error"}

    def to_json(self) -> dict[str, Any]:
        """One row of `slow_hosts`."""
        return {
            "host": self.name,
            "requests": self.requests,
            "seconds": round(self.seconds, 1),
            "worst": round(self.worst, 1),
            "slow": self.slow,
            "failed": self.failed,
        }


@dataclass(slots=True)
class RunReport:
    """The figures of one run, finished or not."""

    run: int
    state: str
    as_of: str
    targets: int
    visited: int
    summary: dict[str, Any]
    access: dict[str, int] = field(default_factory=dict)
    slow_targets: list[dict[str, Any]] = field(default_factory=list)
    slow_hosts: list[dict[str, Any]] = field(default_factory=list)
    typical: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """The object of `runs report --json`."""
        return {
            "run": self.run,
            "state": self.state,
            "as_of": self.as_of,
            "targets": self.targets,
            "visited": self.visited,
            "pages": self.summary.get("pages", 0),
            "requests": self.summary.get("requests", 0),
            "bytes": self.summary.get("bytes", 0),
            "seconds": self.summary.get("seconds", 0),
            "undetermined": self.summary.get("undetermined", {}),
            "flagged": self.summary.get("flagged", {}),
            "held_reason": self.summary.get("held_reason", ""),
            "access": self.access,
            "median_target_seconds": self.typical,
            "slow_targets": self.slow_targets,
            "slow_hosts": self.slow_hosts,
        }


def report(session: Session, run: Run) -> RunReport:
    """The report of one run."""
    visits = session.execute(
        select(Visit.seconds, Visit.requests, Visit.access, Target.code, Target.name)
        .join(Target, Target.id == Visit.target_id)
        .where(Visit.run_id == run.id)
    ).all()
    slowest = sorted(visits, key=lambda one: one.seconds, reverse=True)[:MOST]
    return RunReport(
        run=run.id,
        state=run.state,
        as_of=run.as_of.astimezone(BEIJING).isoformat(timespec="seconds"),
        targets=len(run.targets),
        visited=len(visits),
        summary=run.summary or _so_far(session, run),
        access=_by_access(session, run),
        typical=round(median([one.seconds for one in visits]), 2) if visits else 0.0,
        slow_targets=[
            {
                "code": one.code,
                "name": one.name,
                "seconds": round(one.seconds, 1),
                "requests": one.requests,
                "access": one.access,
            }
            for one in slowest
            if one.seconds
        ],
        slow_hosts=[one.to_json() for one in slow_hosts(_captures(session, run))],
    )


def slow_hosts(captures: Iterable[tuple[str, float, str]]) -> list[Host]:
    """The hosts that took most of the night's waiting, from (address, seconds, access)."""
    hosts: dict[str, Host] = defaultdict(lambda: Host(""))
    for url, elapsed, access in captures:
        try:
            name = urlsplit(url).hostname or ""
        except ValueError:
            continue
        if name:
            host = hosts[name]
            host.name = name
            host.note(elapsed, access)
    return sorted(hosts.values(), key=lambda one: (-one.seconds, one.name))[:MOST]


def _captures(session: Session, run: Run) -> Iterable[tuple[str, float, str]]:
    rows = session.execute(
        select(Capture.url, Capture.elapsed, Capture.access)
        .where(Capture.run_id == run.id)
        .execution_options(yield_per=5_000)
    )
    return ((url, elapsed, access) for url, elapsed, access in rows)


def _by_access(session: Session, run: Run) -> dict[str, int]:
    rows = session.execute(
        select(Capture.access, func.count())
        .where(Capture.run_id == run.id)
        .group_by(Capture.access)
        .order_by(func.count().desc())
    )
    return {str(access): int(count) for access, count in rows}


def _so_far(session: Session, run: Run) -> dict[str, Any]:
    """The sums of a night that has not come to its end."""
    pages, requests, size = session.execute(
        select(func.sum(Visit.pages), func.sum(Visit.requests), func.sum(Visit.bytes)).where(
            Visit.run_id == run.id
        )
    ).one()
    return {"pages": pages or 0, "requests": requests or 0, "bytes": size or 0}
