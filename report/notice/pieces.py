"""Pieces of running text: a line is a list of them.

A computed piece comes from the records, any other is wording.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from report import numbers

if TYPE_CHECKING:
    from report.statistics import Statistics


@dataclass(frozen=True, slots=True)
class Computed:
    """Text that comes from the records."""

    text: str


Piece = str | Computed
Line = tuple[Piece, ...]


def plain(line: Line) -> str:
    """A line as bare text."""
    return "".join(one.text if isinstance(one, Computed) else one for one in line)


def number(count: int) -> Computed:
    """A count."""
    return Computed(str(count))


def share(told: Statistics, part: int, whole: int) -> str:
    """A share with the notice's rounding; all of it is `100%`."""
    return "100%" if part == whole else numbers.percent(part, whole, told.layout.decimals)
