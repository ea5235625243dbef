"""How the patrol itself is: runs, held runs, canaries, sources that fail. Not the targets' health."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from models import Account, ProbeDay, Run, Target, Visit
from web.reading.current import whole_nights

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

SILENT = timedelta(hours=36)
"""Hours without a night after which the patrol is thought dead."""
TARGETS, ACCOUNTS = Target.__table__, Account.__table__


@dataclass(frozen=True, slots=True)
class Health:
    """The patrol's own state. `silent`: no night for too long; `refused` are rows of

    (platform, reason, count, of all).
    """

    last: Run | None
    silent: bool
    working: Sequence[Run]
    held: Sequence[Run]
    broken: int
    canaries: Sequence[Any]
    refused: Sequence[tuple[str, str, int, int]]
    probed_on: date | None

    @property
    def well(self) -> bool:
        """Whether nothing of ours wants a look."""
        bad_canary = any(not row.fresh for row in self.canaries)
        return self.last is not None and not (self.silent or self.held or bad_canary)


def health(session: Session, now: datetime) -> Health:
    """The patrol as it stands now."""
    found = whole_nights(session, most=1)
    last = found[0] if found else None
    working = session.scalars(select(Run).where(Run.state.in_(("crawling", "judging")))).all()
    held = session.scalars(select(Run).where(Run.state == "held").order_by(Run.id)).all()
    broken = session.scalar(
        select(func.count())
        .select_from(Run)
        .where(Run.state == "failed", Run.as_of > now - timedelta(days=7))
    )
    return Health(
        last,
        last is None or now - last.as_of > SILENT,
        working,
        held,
        broken or 0,
        _canaries(session, last),
        _refused(session, last),
        session.scalar(select(func.max(ProbeDay.day))),
    )


def _canaries(session: Session, run: Run | None) -> Sequence[Any]:
    if run is None:
        return []
    return session.execute(
        select(TARGETS.c.id, TARGETS.c.name, TARGETS.c.kind, Visit.fresh, Visit.access)
        .join(Visit, Visit.target_id == TARGETS.c.id)
        .where(Visit.run_id == run.id, TARGETS.c.canary.is_(True), TARGETS.c.retired.is_(False))
        .order_by(Visit.fresh, TARGETS.c.position)
    ).all()


def _refused(session: Session, run: Run | None) -> list[tuple[str, str, int, int]]:
    """Platforms of which a good part was not read, the worst first."""
    if run is None:
        return []
    rows = session.execute(
        select(ACCOUNTS.c.platform, Visit.fresh, Visit.reason, Visit.access, func.count())
        .join(Visit, Visit.target_id == ACCOUNTS.c.id)
        .where(Visit.run_id == run.id, Visit.reason != "closed")
        .group_by(ACCOUNTS.c.platform, Visit.fresh, Visit.reason, Visit.access)
    ).all()
    totals: dict[str, int] = {}
    for row in rows:
        totals[row.platform] = totals.get(row.platform, 0) + row[4]
    bad = [
        (row.platform, row.reason or row.access, row[4], totals[row.platform])
        for row in rows
        if not row.fresh
    ]
    return sorted(bad, key=lambda one: (-one[2] / one[3], one[0]))[:20]
