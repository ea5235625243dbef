"""The part of the registry that a person sees: a unit and everything below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models import Unit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def subtree(unit_id: int) -> Any:
    """The ids of a unit and all units below it, as a subquery."""
    tree = select(Unit.id).where(Unit.id == unit_id).cte(recursive=True)
    # A circle, which import refuses, ends: UNION drops what is there already.
    tree = tree.union(select(Unit.id).join(tree, Unit.parent_id == tree.c.id))
    return select(tree.c.id)


def bounds(unit_id: int | None, column: Any) -> list[Any]:
    """Conditions that keep a query within a person's unit; `column` holds unit ids."""
    return [] if unit_id is None else [column.in_(subtree(unit_id))]


def covers(session: Session, unit_id: int | None, other: int | None) -> bool:
    """Whether `other` lies within the unit; None as unit covers everything."""
    if unit_id is None:
        return True
    if other is None:
        return False
    return any(row[0] == other for row in session.execute(subtree(unit_id)))
