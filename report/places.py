"""Where targets stand in the notice's order: the unit they are counted under, and their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from models import Site, Target, Unit
from report.rollup import UnitNode, order, roll_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Places:
    """The rows of the statistics in their order; of each unit in use its row and its own name.

    `sites` tells of each site code the row it is counted under, and the site's name.
    """

    rows: tuple[str, ...]
    units: Mapping[int, tuple[str, str]]
    sites: Mapping[str, tuple[str, str]]


def places(session: Session) -> Places:
    """As annexes count: canaries and retired targets hold no place."""
    counted = (Target.retired.is_(False), Target.canary.is_(False))
    nodes = {
        unit.id: UnitNode(unit.id, unit.name, unit.parent_id, unit.position)
        for unit in session.scalars(select(Unit))
    }
    holders = set(session.scalars(select(Target.unit_id).where(*counted).distinct()))
    rows = roll_up(nodes, holders)
    units = {one: (nodes[row].name, nodes[one].name) for one, row in rows.items()}
    chosen = select(Site.code, Site.name, Site.unit_id).where(*counted)
    sites = {code: (units[unit][0], name) for code, name, unit in session.execute(chosen)}
    return Places(tuple(nodes[row].name for row in order(nodes, rows.values())), units, sites)
