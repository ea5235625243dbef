"""The audit trail: one line for every change, written in the transaction that makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import bounded
from models import AuditEntry

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from web.identity import Person


def note(
    session: Session,
    person: Person,
    action: str,
    subject: str = "",
    *,
    at: datetime,
    unit_id: int | None = None,
    **detail: Any,
) -> None:
    """Write who did what to which subject; `detail` is bounded and holds no secret."""
    session.add(
        AuditEntry(
            at=at,
            user_id=person.id or None,
            who=person.name,
            action=action,
            subject=subject[:100],
            unit_id=unit_id,
            detail=bounded(detail),
            address=person.address,
        )
    )
