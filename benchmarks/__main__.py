"""`make bench`: every benchmark in turn, each in its own process; ratios against a baseline of the same run.

    python -m benchmarks [NAME …]

At the end all figures are told together and kept in `benchmarks/kept/`, a file a run, which
`python -m benchmarks.compare` sets side by side. Ends with the worst exit code, absences aside.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.compare import KEPT
from benchmarks.figures import FILE, Figure, noted

FOLDER = Path(__file__).parent
PARTS = frozenset(
    {
        "__init__",
        "__main__",
        "closed_web",
        "compare",
        "desk_seed",
        "figures",
        "links_walk",
        "mutants_made",
        "scale_looks",
        "sizes",
    }
)
"""Modules that others use (`scale_looks` is played by `scale`), and the arithmetic of sizes. The rest are scripts with a `main`."""
SELDOM = frozenset({"mutants"})
"""Takes an hour and measures the tests, not the product: only when it is named."""
ABSENT = 3
"""A script's exit code for «what it measures against is not here»."""


def scripts() -> list[str]:
    """The benches that `make bench` plays, in order."""
    return sorted(one.stem for one in FOLDER.glob("*.py") if one.stem not in PARTS | SELDOM)


def play(name: str, file: Path) -> dict[str, Any]:
    """Run one; how it ended, and after how long. Its figures are noted in the file."""
    print(f"== {name}", flush=True)
    begun = time.monotonic()
    code = subprocess.call(
        [sys.executable, "-m", f"benchmarks.{name}"],
        cwd=FOLDER.parent,
        env={**os.environ, FILE: str(file)},
    )
    return {"exit": code, "seconds": round(time.monotonic() - begun, 1)}


def keep(figures: list[Figure], benches: dict[str, Any], load: float) -> Path:
    """The figures as a file of their own."""
    told = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "load": load,
        "benches": benches,
        "figures": [{name: getattr(one, name) for name in Figure.__slots__} for one in figures],
    }
    KEPT.mkdir(exist_ok=True)
    file = KEPT / f"{datetime.now(UTC):%Y%m%dT%H%M%S}.json"
    file.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return file


def main() -> int:
    """Run them all, tell and keep the figures; the worst exit code, absences aside."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="xuncha-bench-") as folder:
        file = Path(folder) / "figures"
        ended = {name: play(name, file) for name in sys.argv[1:] or scripts()}
        figures = noted(file)
    print(f"== figures (load {load:.1f} before)")
    for figure in figures:
        print(figure.line())
    for name, told in ended.items():
        if told["exit"]:
            print(f"{name:<16} {'not here' if told['exit'] == ABSENT else 'MISSED'}")
    print(f"kept as {keep(figures, ended, load).relative_to(FOLDER.parent)}", flush=True)
    return max(0 if one["exit"] == ABSENT else one["exit"] for one in ended.values())


if __name__ == "__main__":
    sys.exit(main())
