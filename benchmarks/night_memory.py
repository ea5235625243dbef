"""Peak memory of a night over few sites and over ten times as many (40 pages each).

    python -m benchmarks.night_memory [--few 30] [--many 300] [--workers 2]

The peak is the largest sum, at one moment, of what the night and all the processes it started
hold (proportional set size on Linux: shared pages are counted once), sampled ten times a second.
Ends with 1 when many sites take 1.5 times as much as few, or more.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.figures import note
from democity import City
from democity.scenario import plan
from models import Capture, Visit
from settings import Settings
from tests.integration.night.night_world import World, children_of, register

MOST = 1.5
PAGES = 40
SAMPLE_SECONDS = 0.1


def scenario(sites: int) -> dict[str, Any]:
    """That many sites of forty pages, in the families whose lists plain HTTP reads."""
    return {
        "name": f"memory-{sites}",
        "seed": 11,
        "window": {"name": "2023Q1", "start": "2023-02-20", "end": "2023-03-31"},
        "nights": ["2023-03-29T01:00:00+08:00"],
        "probe_days": 0,
        "units": [{"name": "临江市", "domain": "linjiang"}],
        "sites": [
            {
                "unit": "临江市",
                "count": sites,
                "family": ["trs", "epoint", "hanweb"],
                "pages": PAGES,
                "columns": "full",
            }
        ],
    }


def held(number: int) -> int:
    """Bytes that a process holds now; 0 when it is gone."""
    for name, key in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        try:
            lines = Path(f"/proc/{number}/{name}").read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        found = [int(line.split()[1]) for line in lines if line.startswith(key)]
        if found:
            return found[0] * 1024
    return 0


def family(number: int) -> list[int]:
    """A process and everything below it."""
    below = [one for child in children_of(number) for one in family(child)]
    return [number, *below]


def measure(sites: int, workers: int) -> dict[str, float]:
    """One night over that many sites."""
    city = City(plan(scenario(sites)))
    city.start()
    try:
        with tempfile.TemporaryDirectory(prefix="xuncha-memory-") as folder:
            home = Path(folder)
            origins = city.write_origin_map(home / "origins.json")
            settings = Settings(
                home=home, origin_map=origins, browser="off", site_pages=PAGES, site_columns=PAGES
            )
            register(settings, city)
            world = World(settings)
            told = _night(world, city, workers)
            told["sites"] = sites
            told["pages"] = world.count(Capture) / max(world.count(Visit), 1)
            world.close()
    finally:
        city.stop()
    return told


def _night(world: World, city: City, workers: int) -> dict[str, float]:
    begun = time.monotonic()
    process = world.start_night(city.nights()[0], workers=workers)
    peak = parent = child = 0
    while process.poll() is None:
        sizes = [held(one) for one in family(process.pid)]
        peak, parent = max(peak, sum(sizes)), max(parent, sizes[0])
        child = max(child, *sizes[1:], 0)
        time.sleep(SAMPLE_SECONDS)
    _, said = process.communicate()
    assert process.returncode in {0, 4}, said
    seconds = time.monotonic() - begun
    return {"peak": peak / 2**20, "parent": parent / 2**20, "child": child / 2**20} | {
        "seconds": seconds
    }


def main() -> int:
    """Print a table; 1 when many sites take too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=30)
    parser.add_argument("--many", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    said = parser.parse_args()
    print(" sites  captures/site  peak MiB  largest: night  shard   seconds", flush=True)
    rows = []
    for sites in (said.few, said.many):
        row = measure(sites, said.workers)
        rows.append(row)
        print(
            f"{sites:>6}  {row['pages']:>13.1f}  {row['peak']:>8.0f}  {row['parent']:>14.0f}"
            f"  {row['child']:>5.0f}  {row['seconds']:>8.0f}",
            flush=True,
        )
    ratio = rows[1]["peak"] / rows[0]["peak"]
    print(f"ratio {ratio:.2f} (less than {MOST} wanted)")
    note("largest crawl process", rows[1]["child"], "MiB")
    return 0 if note("peak of ten times as many sites", ratio, at_most=MOST) else 1


if __name__ == "__main__":
    sys.exit(main())
