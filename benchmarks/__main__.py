"""`make bench`: every benchmark in turn, each in its own process; ratios against a baseline of the same run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
SKIPPED = {
    "__init__",
    "__main__",
    "closed_web",
    "desk_seed",
    "links_walk",
    "mutants",
    "mutants_made",
}
"""Modules that others use, and mutants, which measure nothing; the rest are scripts with a `main`."""
ABSENT = 3
"""A script's exit code for «what it measures against is not here»."""


def main() -> int:
    """Run them all; the worst exit code, absences aside."""
    scripts = sorted(one.stem for one in FOLDER.glob("*.py") if one.stem not in SKIPPED)
    wanted = sys.argv[1:] or scripts
    worst = 0
    for name in wanted:
        print(f"== {name}", flush=True)
        code = subprocess.call([sys.executable, "-m", f"benchmarks.{name}"], cwd=FOLDER.parent)
        worst = max(worst, 0 if code == ABSENT else code)
    return worst


if __name__ == "__main__":
    sys.exit(main())
