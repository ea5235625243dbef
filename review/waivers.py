"""Waivers: dismissals that hold beyond their window, until a day; they are listed, never silent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from models import Waiver

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

EVERY_CHECK = ""
"""The check of a waiver that excuses a column from all of them."""


@dataclass(frozen=True, slots=True)
class Waived:
    """The waivers in force on one day."""

    keys: frozenset[tuple[int, str, int | None]]

    def covers(self, target_id: int, check: str, column_id: int | None) -> bool:
        """Whether a failing verdict is excused: for that check, or the column for every check."""
        wide = column_id is not None and (target_id, EVERY_CHECK, column_id) in self.keys
        return wide or (target_id, check, column_id) in self.keys


def on(session: Session, day: date) -> Waived:
    """The waivers in force on that Beijing day; the expiry day still counts."""
    found = session.scalars(select(Waiver).where(Waiver.expires_on >= day))
    return Waived(frozenset((one.target_id, one.check, one.column_id) for one in found))


def listing(session: Session, *, day: date | None = None) -> Sequence[Waiver]:
    """All waivers, or those in force on a day; the first to expire first."""
    query = select(Waiver).order_by(Waiver.expires_on, Waiver.id)
    if day is not None:
        query = query.where(Waiver.expires_on >= day)
    return session.scalars(query).all()


def grant(
    session: Session,
    target_id: int,
    *,
    check: str,
    column_id: int | None = None,
    until: date,
    by: str,
    why: str,
    at: datetime,
) -> Waiver:
    """Excuse a target, or one column of it, from a check until a day (included)."""
    waiver = Waiver(
        target_id=target_id,
        column_id=column_id,
        check=check,
        expires_on=until,
        granted_by=by,
        why=why,
        granted_at=at,
    )
    session.add(waiver)
    session.flush()
    return waiver
