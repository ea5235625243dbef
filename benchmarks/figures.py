"""The figures of a bench: noted by it, kept as JSON by `make bench`, told together at its end.

note       keep a figure of this bench; whether it is within its limit
Figure     one of them, as it is kept
noted      the figures that a bench has noted in a file
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "XUNCHA_BENCH_FIGURES"
"""The environment's name for the file into which a bench of `make bench` notes its figures."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A value and what is wanted of it; without a limit it is only told."""

    bench: str
    name: str
    value: float
    unit: str = "×"
    at_most: float | None = None
    at_least: float | None = None

    @property
    def met(self) -> bool:
        """Whether the value is within its limits."""
        over = self.at_most is not None and self.value > self.at_most
        under = self.at_least is not None and self.value < self.at_least
        return not over and not under

    @property
    def wanted(self) -> str:
        """The limit in words; empty where there is none."""
        if self.at_most is not None:
            return f"at most {self.at_most:g}"
        return f"at least {self.at_least:g}" if self.at_least is not None else ""

    def line(self) -> str:
        """One line of a table."""
        mark = "" if self.met else "  MISSED"
        value = f"{self.value:>10.2f} {self.unit:<6}"
        return f"{self.bench:<16} {self.name:<52} {value} {self.wanted}{mark}".rstrip()


def note(
    name: str,
    value: float,
    unit: str = "×",
    *,
    at_most: float | None = None,
    at_least: float | None = None,
) -> bool:
    """Keep a figure of the bench that runs, where `make bench` asks for it; whether it is met."""
    figure = Figure(Path(sys.argv[0]).stem, name, value, unit, at_most, at_least)
    file = os.environ.get(FILE)
    if file:
        with Path(file).open("a", encoding="utf-8") as out:
            out.write(json.dumps(asdict(figure), ensure_ascii=False) + "\n")
    return figure.met


def noted(file: Path) -> list[Figure]:
    """The figures of a file that `note` wrote; none when there is no such file."""
    if not file.exists():
        return []
    return [Figure(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]
