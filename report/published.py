"""What was published: counts of units, columns and platforms, with their averages. Pure data.

Only what was seen counts: a target that was not read well stands in no average.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NONE, BELOW = "为零", "低于平均"


@dataclass(frozen=True, slots=True)
class UnitVolume:
    """A registered unit (`own`, counted under the row `unit`) and what its targets published."""

    unit: str
    own: str
    sites: int
    site_items: int
    accounts: int
    account_items: int

    @property
    def items(self) -> int:
        """All that it published."""
        return self.site_items + self.account_items

    @property
    def targets(self) -> int:
        """Its sites and accounts: averages are of these, for units have few or many."""
        return self.sites + self.accounts


@dataclass(frozen=True, slots=True)
class ColumnVolume:
    """A registered column and what was published in it; `newest` is its newest item ever seen."""

    unit: str
    site: str
    column: str
    responsible: str
    items: int
    newest: date | None = None


@dataclass(frozen=True, slots=True)
class PlatformVolume:
    """The accounts of one printed type: how many were read, and how many of these were silent."""

    platform: str
    accounts: int
    items: int
    silent: int


@dataclass(frozen=True, slots=True)
class Responsible:
    """A 责任单位 with its columns."""

    unit: str
    columns: int
    items: int
    silent: int


def mean(total: int, count: int) -> Decimal:
    """The average, with one decimal, rounded half up; of nothing it is nought."""
    exact = Decimal(total) / count if count else Decimal(0)
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Average:
    """So many items over so many targets or columns; what is compared is the exact quotient."""

    items: int
    count: int

    def remark(self, items: int, count: int) -> str:
        """`为零`, `低于平均` or nothing of a unit with so many items on so many targets."""
        if not items:
            return NONE
        return BELOW if items * self.count < self.items * count else ""

    def __str__(self) -> str:
        return str(mean(self.items, self.count))


def responsible(columns: Sequence[ColumnVolume]) -> tuple[Responsible, ...]:
    """The columns of each 责任单位, in the order of their first column."""
    rows: dict[str, list[int]] = {}
    for one in columns:
        if one.responsible:
            rows.setdefault(one.responsible, []).append(one.items)
    return tuple(
        Responsible(unit, len(items), sum(items), items.count(0)) for unit, items in rows.items()
    )
