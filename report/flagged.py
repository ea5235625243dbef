"""What became of findings that a list or a file gave rise to."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Flagged:
    """Findings by what became of them; `skipped` says of whom none could be made, in Chinese."""

    opened: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        """How many were opened, and how many stood already."""
        return f"登记待审核问题 {len(self.opened)} 个，原已登记 {len(self.known)} 个"
