"""Annex tables as plain text cells: what every export format prints, and what a freeze keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a table. Neighbours of one `group` stand under one merged caption.

    `width` is in characters of a spreadsheet, `merge` joins equal cells below each other.
    """

    text: str
    group: str = ""
    width: float = 12.0
    align: str = "center"
    merge: bool = False

    @property
    def flat(self) -> str:
        """The heading in one line: `caption/subheading`."""
        return f"{self.group}/{self.text}" if self.group else self.text


@dataclass(frozen=True, slots=True)
class Annex:
    """One annex: every cell is text exactly as printed. `total` is the 合计 row, if any."""

    number: int
    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[tuple[str, ...], ...]:
        """All rows with the total last."""
        return self.rows if self.total is None else (*self.rows, self.total)


@dataclass(frozen=True, slots=True)
class AnnexSet:
    """The annexes of one window under one layout. `dated` (ISO day) is the only date inside files."""

    window: str
    layout: str
    dated: str
    annexes: tuple[Annex, ...]

    def to_payload(self) -> dict[str, Any]:
        """Plain JSON data; the same set always gives the same data."""
        dumped: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return dumped

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> AnnexSet:
        """The set that gave this data."""
        return _ADAPTER.validate_python(payload)


@dataclass(frozen=True, slots=True)
class StatisticsTable:
    """A table of statistics; `key` names it for programs, the cells are as printed."""

    key: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


_ADAPTER = TypeAdapter(AnnexSet)
