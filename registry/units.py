"""The tree of units: 地区 under 上级地区, in the order of first registration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from models import Unit
from registry.fields import squeezed

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class UnitTree:
    """All units of the registry, found by name whatever the whitespace in it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        units = session.scalars(select(Unit).order_by(Unit.position, Unit.id)).all()
        self._by_name = {squeezed(unit.name): unit for unit in units}
        self._by_id = {unit.id: unit for unit in units}
        self._next = max((unit.position for unit in units), default=0) + 1
        self._stated: dict[int, str] = {}

    def place(self, name: str, parent: str | None) -> Unit:
        """The unit of that name, made when new. `parent`: its 上级地区; None leaves it as it is.

        Raises ValueError where two rows of one import disagree about the parent, or where the
        tree would become a circle; nothing is changed then.
        """
        self._check(name, parent)
        unit = self._by_name.get(squeezed(name)) or self._make(name)
        if parent:
            over = self._by_name.get(squeezed(parent)) or self._make(parent)
            unit.parent_id = over.id
            self._stated[unit.id] = squeezed(parent)
        return unit

    def _check(self, name: str, parent: str | None) -> None:
        if not parent:
            return
        if squeezed(name) == squeezed(parent):
            raise ValueError("上级地区不能是地区自身")
        unit = self._by_name.get(squeezed(name))
        if unit is None:
            return
        stated = self._stated.get(unit.id)
        if stated not in {None, squeezed(parent)}:
            raise ValueError(f"地区“{name}”的上级地区与前面的行（{stated}）不一致")
        above = self._by_name.get(squeezed(parent))
        while above is not None:
            if above.id == unit.id:
                raise ValueError(f"地区“{name}”与上级地区“{parent}”互为上级")
            above = self._by_id.get(above.parent_id) if above.parent_id else None

    def _make(self, name: str) -> Unit:
        unit = Unit(name=name, position=self._next)
        self._next += 1
        self._session.add(unit)
        self._session.flush()
        self._by_name[squeezed(name)] = unit
        self._by_id[unit.id] = unit
        return unit
