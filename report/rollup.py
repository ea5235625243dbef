"""Which row of the statistics a unit belongs to: totals roll up along 上级地区."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class UnitNode:
    """One unit of the registry's tree; `parent` is an id or None."""

    id: int
    name: str
    parent: int | None
    position: int


def roll_up(units: Mapping[int, UnitNode], holders: Iterable[int]) -> dict[int, int]:
    """Each unit in use → the unit under which the annexes print it.

    `holders` are units that hold targets. The rows are the top of the tree: its roots; but a
    root that stands for the whole area is opened, and its children are the rows. That is the
    only root when it has children, or else the only root with children when it holds no
    target itself (省直部门 without 上级地区 beside 湖南省 with its cities). An opened root that
    holds targets keeps a row of its own.
    """
    direct = set(holders)
    paths = {holder: _path(units, holder) for holder in direct}
    roots = {path[-1] for path in paths.values()}
    opened = _opened(roots, direct, paths)
    return {holder: _row(path, opened) for holder, path in paths.items()}


def order(units: Mapping[int, UnitNode], rows: Iterable[int]) -> list[int]:
    """The rows in the order of first registration."""
    return sorted(set(rows), key=lambda one: (units[one].position, one))


def _path(units: Mapping[int, UnitNode], start: int) -> list[int]:
    """The unit and everything above it; a circle, which import refuses, ends where it closes."""
    path = [start]
    above = units[start].parent
    while above is not None and above in units and above not in path:
        path.append(above)
        above = units[above].parent
    return path


def _opened(roots: set[int], direct: set[int], paths: Mapping[int, list[int]]) -> int | None:
    branching = {path[-1] for path in paths.values() if len(path) > 1}
    if len(branching) != 1:
        return None
    [root] = branching
    return root if len(roots) == 1 or root not in direct else None


def _row(path: list[int], opened: int | None) -> int:
    if path[-1] == opened and len(path) > 1:
        return path[-2]
    return path[-1]
