"""Which window and which runs the desk speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from checks.deadlines import beijing_day
from models import Judgement, Run, Window
from review import windows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

COUNTED = ("done", "released", "held")
"""Runs that came to an end."""


def window_of(session: Session, name: str | None, now: datetime) -> Window | None:
    """The window that is asked for; else that of the last run, of today, or the newest."""
    if name:
        return session.scalar(select(Window).where(Window.name == name))
    return (
        windows.latest(session)
        or windows.containing(session, beijing_day(now))
        or session.scalar(select(Window).order_by(Window.starts_on.desc()).limit(1))
    )


def whole_nights(
    session: Session, window: Window | None = None, most: int = 2, *, before: Run | None = None
) -> Sequence[Run]:
    """The newest finished runs over the whole registry, newest first; single looks are none."""
    # A run names all its targets; no page shows them.
    query = (
        select(Run)
        .where(Run.state.in_(COUNTED))
        .options(defer(Run.targets))
        .order_by(Run.as_of.desc(), Run.id.desc())
    )
    if window is not None:
        query = query.where(Run.window_id == window.id)
    if before is not None:
        query = query.where(Run.as_of < before.as_of)
    # JSON columns compare differently on the two databases; a look at a few rows does not.
    found = [run for run in session.scalars(query.limit(most + 60)) if not run.selection]
    return found[:most]


def newest_judgement(session: Session, run_id: int) -> int | None:
    """The judgement that counts for a run."""
    return session.scalar(select(func.max(Judgement.id)).where(Judgement.run_id == run_id))


def newest_judgements(runs: Sequence[int]) -> Any:
    """The same for several runs, as a subquery of ids."""
    return (
        select(func.max(Judgement.id)).where(Judgement.run_id.in_(runs)).group_by(Judgement.run_id)
    )
