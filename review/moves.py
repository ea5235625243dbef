"""One change of one finding: a filtered update that must hit one row, and a Decision beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from models import Decision, Finding

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from review.states import State

MACHINE = "系统"
AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Ruling:
    """Who decided, when and why. `why` is kept as written, `reason_code` is a closed word."""

    by: str
    at: datetime
    why: str = ""
    reason_code: str = ""


def move(session: Session, finding: Finding, new: State, ruling: Ruling, **values: Any) -> bool:
    """Take the finding to `new` and set `values` with it; False when another hand was quicker."""
    old = finding.state
    changed = session.execute(
        update(Finding)
        .where(Finding.id == finding.id, Finding.state == old, Finding.version == finding.version)
        .values(state=new.value, version=finding.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        session.refresh(finding)
        return False
    record(session, finding, old, new, ruling)
    session.flush()
    session.refresh(finding)
    return True


def record(session: Session, finding: Finding, old: str, new: State, ruling: Ruling) -> None:
    """Write the Decision row of a change."""
    session.add(
        Decision(
            finding_id=finding.id,
            old=old,
            new=new.value,
            decided_by=ruling.by,
            reason_code=ruling.reason_code,
            why=ruling.why,
            decided_at=ruling.at,
        )
    )
