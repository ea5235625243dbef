"""A stamp of everything that the annexes of a window are made from: equal stamps, equal annexes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from models import Finding, Judgement, Run, Target
from review.results import COUNTED_RUNS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models import Window


def window_stamp(session: Session, window: Window) -> tuple[Any, ...]:
    """What changes with a decision, a judgement, a run or the registry; quick to read.

    A night that is under way changes nothing until it ends.
    """
    findings = session.execute(
        select(func.count(), func.max(Finding.id), func.sum(Finding.version)).where(
            Finding.window_id == window.id
        )
    ).one()
    states = session.execute(
        select(Run.state, func.count(), func.max(Run.id))
        .where(Run.window_id == window.id)
        .group_by(Run.state)
        .order_by(Run.state)
    ).all()
    judged = session.scalar(
        select(func.max(Judgement.id))
        .join(Run, Run.id == Judgement.run_id)
        .where(Run.window_id == window.id, Run.state.in_(COUNTED_RUNS))
    )
    registry = session.execute(
        select(
            func.count(),
            func.max(Target.id),
            func.sum(Target.unit_id),
            func.sum(func.length(Target.name + Target.code + Target.sponsor)),
            func.count().filter(Target.retired.is_(True)),
            func.count().filter(Target.running_state == "正常"),
        ).select_from(Target.__table__)
    ).one()
    return (
        window.frozen_at,
        judged,
        tuple(findings),
        tuple(map(tuple, states)),
        tuple(registry),
    )
