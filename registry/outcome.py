"""What an import did, as data: per file, per rejected row, per unreadable file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(slots=True)
class FileOutcome:
    """One table of one file and what became of its rows."""

    file: str
    kind: str
    sheet: str = ""
    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One row that was skipped, and why, in Chinese."""

    file: str
    line: int
    reason: str
    sheet: str = ""

    def __str__(self) -> str:
        where = f"{self.file}（{self.sheet}）" if self.sheet else self.file
        return f"{where} 第 {self.line} 行：{self.reason}"


def listed(rows: Iterable[RejectedRow]) -> list[str]:
    """Rejected rows as lines for people: neighbours with the same reason share one.

    A site that did not go in takes each of its columns along: one line says so, not twenty.
    """
    lines: list[str] = []
    for (file, sheet, reason), same in groupby(rows, lambda row: (row.file, row.sheet, row.reason)):
        several = list(same)
        first, last = several[0], several[-1]
        if len(several) == 1:
            lines.append(str(first))
            continue
        where = f"{file}（{sheet}）" if sheet else file
        lines.append(f"{where} 第 {first.line}–{last.line} 行中的 {len(several)} 行：{reason}")
    return lines


@dataclass(frozen=True, slots=True)
class UnreadableFile:
    """One file of which nothing was imported, and why, in Chinese."""

    file: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}：{self.reason}，未导入任何内容"


@dataclass(slots=True)
class ImportReport:
    """The whole import. `rejected` or `unreadable` filled means exit code 2."""

    dry_run: bool = False
    files: list[FileOutcome] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    unreadable: list[UnreadableFile] = field(default_factory=list)

    @property
    def added(self) -> int:
        """Rows that are new in the registry."""
        return sum(one.added for one in self.files)

    @property
    def updated(self) -> int:
        """Rows that changed what was there."""
        return sum(one.updated for one in self.files)

    @property
    def unchanged(self) -> int:
        """Rows that said what the registry says already."""
        return sum(one.unchanged for one in self.files)

    @property
    def clean(self) -> bool:
        """True when every row of every file went in."""
        return not self.rejected and not self.unreadable

    def to_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        return {
            "dry_run": self.dry_run,
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "files": [asdict(one) for one in self.files],
            "rejected": [asdict(one) for one in self.rejected],
            "unreadable": [asdict(one) for one in self.unreadable],
        }
