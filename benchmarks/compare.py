"""What changed between two runs of `make bench`: `python -m benchmarks.compare [BEFORE [AFTER]]`.

    python -m benchmarks.compare                   the last two that were kept
    python -m benchmarks.compare BEFORE            that one and the last
    python -m benchmarks.compare BEFORE AFTER --worse 0.1

Each figure with its change; marked are those that are worse by more than a share, and those beyond
their limit. A figure that only one of the two has is told, too. Ends with 1 when a figure is beyond
its limit that was within it before. Figures of two machines, or of one with other work beside it,
differ for that alone: the load is told.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure

KEPT = Path(__file__).with_name("kept")
WORSE = 0.1


@dataclass(frozen=True, slots=True)
class Kept:
    """One run of the benches as it was kept."""

    file: Path
    told: dict[str, Any]
    figures: dict[tuple[str, str], Figure]

    @classmethod
    def of(cls, file: Path) -> Kept:
        """Read a file that `make bench` wrote."""
        told = json.loads(file.read_text(encoding="utf-8"))
        found = [Figure(**one) for one in told["figures"]]
        return cls(file, told, {(one.bench, one.name): one for one in found})

    def heading(self) -> str:
        """When and where it ran."""
        return f"{self.file.name}: {self.told['cores']} cores, load {self.told['load']:.1f}"


def kept_files(folder: Path = KEPT) -> list[Path]:
    """The files of earlier runs, oldest first."""
    return sorted(folder.glob("*.json"))


def change(before: Figure, after: Figure, worse: float) -> str:
    """One line: both values, their ratio, what is to be said of it."""
    ratio = after.value / before.value if before.value else float("inf") if after.value else 1.0
    turned = ratio > 1 + worse if after.at_most is not None else False
    turned |= ratio < 1 - worse if after.at_least is not None else False
    mark = "BEYOND ITS LIMIT" if not after.met else "worse" if turned else ""
    values = f"{before.value:>10.2f} → {after.value:>10.2f} {after.unit:<6} {ratio:>6.2f} ×"
    return f"{after.bench:<16} {after.name:<52} {values}  {mark}".rstrip()


def compared(before: Kept, after: Kept, worse: float = WORSE) -> tuple[list[str], bool]:
    """The lines, and whether nothing has gone beyond its limit that was within it before."""
    lines, sound = [], True
    for key in sorted(before.figures.keys() | after.figures.keys()):
        old, new = before.figures.get(key), after.figures.get(key)
        if old is not None and new is not None:
            lines.append(change(old, new, worse))
            sound &= new.met or not old.met
        else:
            where = "only before" if old is not None else "only after"
            lines.append(f"{key[0]:<16} {key[1]:<52} {where}")
    return lines, sound


def main() -> int:
    """Print the comparison; 1 when a figure left its limit, 2 when there is nothing to compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("before", type=Path, nargs="?")
    parser.add_argument("after", type=Path, nargs="?")
    parser.add_argument("--worse", type=float, default=WORSE, help="share from which it is told")
    said = parser.parse_args()
    last = kept_files()
    chosen = [one for one in (said.before, said.after) if one is not None]
    chosen = [*chosen, *last[-(2 - len(chosen)) :]] if len(chosen) < 2 else chosen
    if len(chosen) < 2:
        print("fewer than two runs were kept: make bench")
        return 2
    before, after = (Kept.of(one) for one in chosen)
    print(f"{before.heading()}\n{after.heading()}")
    lines, sound = compared(before, after, said.worse)
    print("\n".join(lines))
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
