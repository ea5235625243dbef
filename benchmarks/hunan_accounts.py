"""The accounts of a published notice played again: 1,738 in one night, the 35 named ones found.

    python -m benchmarks.hunan_accounts [--workers 2]

The night runs as `xuncha nightly`; the four 互动回应差 are entered with `xuncha findings add`;
annexes 3 and 4 of the layout `hunan` are compared with the published tables cell by cell. Prints
wall time, processor time and memory. Ends with 1 when a flag, a label, a date or a cell differs.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.figures import note
from benchmarks.night_memory import SAMPLE_SECONDS, family, held
from clock import now
from database import session_factory
from democity import City, load
from registry.looks import import_looks
from settings import Settings
from tests.integration.night.night_world import World, register

PUBLISHED = (
    Path(__file__).parents[1] / "tests" / "integration" / "report" / "published" / "hunan-2020q3"
)
SILENT, ANSWERING = "监测时间点前2周内无更新", "互动回应差"
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")


def cells(path: Path) -> list[list[str]]:
    """A table as printed, headings first."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def published() -> dict[str, tuple[list[str], str]]:
    """Label and day (empty for 无动态信息) of each named account."""
    named = {}
    for row in cells(PUBLISHED / "annex4.csv")[1:]:
        day = _DAY.fullmatch(row[6])
        told = "{}-{:0>2}-{:0>2}".format(*day.groups()) if day else ""
        named[row[2]] = (row[3].split("\n"), told)
    return named


def prepare(city: City, home: Path) -> World:
    """The registry, the window and what an operator saw."""
    origins = city.write_origin_map(home / "origins.json")
    settings = Settings(home=home, origin_map=origins, browser="off")
    register(settings, city, confirm="auto")
    sessions = session_factory(settings)
    with sessions() as session:
        told = import_looks(session, [city.write_looks(home / "looks.csv")], now=now())
        assert not told.rejected, told.rejected
    sessions.kw["bind"].dispose()
    return World(settings)


def night(world: World, city: City, workers: int) -> dict[str, float]:
    """One night as a process: seconds, processor seconds, the largest memory at one moment."""
    begun, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = world.start_night(city.nights()[0], workers=workers)
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(held(one) for one in family(process.pid)))
        time.sleep(SAMPLE_SECONDS)
    out, said = process.communicate()
    assert process.returncode in {0, 4}, said
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    summary = json.loads(out.strip().splitlines()[-1])
    print(
        f"night: {summary['targets']} targets, {summary['fresh']} read, unread"
        f" {summary['undetermined']}, flagged {summary['flagged']}, {summary['requests']} requests"
    )
    return {
        "seconds": time.monotonic() - begun,
        "processor": after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime,
        "peak": peak / 2**20,
    }


def differences(world: World, check: str) -> list[str]:
    """Flags of a check that are not those of the notice, with label and day."""
    label = {"M2.1": SILENT, "M3.1": ANSWERING}[check]
    wanted = {name: day for name, (labels, day) in published().items() if label in labels}
    told = world.xuncha("findings", "--json")
    rows = [json.loads(line) for line in told.out.splitlines()]
    found = {
        row["name"]: (row["label"], str(row["last_update"] or "")[:10])
        for row in rows
        if row["check"] == check
    }
    wrong = [f"{name} is not named" for name in found.keys() - wanted.keys()]
    wrong += [f"{name} was not flagged" for name in wanted.keys() - found.keys()]
    for name in found.keys() & wanted.keys():
        day = wanted[name] if check == "M2.1" else found[name][1]
        if found[name] != (label, day):
            wrong.append(f"{name}: {found[name]}, printed ({label}, {day})")
    return wrong


def enter_by_hand(world: World) -> list[str]:
    """`findings add` for each account that answers badly; the refused ones."""
    refused = []
    for name, (labels, _) in published().items():
        if ANSWERING not in labels:
            continue
        told = world.xuncha(*_added(name))
        refused += [f"{name}: {told.err.strip() or told.out.strip()}"] if told.code else []
    return refused


def _added(name: str) -> list[str]:
    said = {"--check": "M3.1", "--label": ANSWERING, "--target": name, "--window": "2020Q3"}
    said |= {"--evidence": "留言未答复", "--by": "检查员", "--why": "人工核查"}
    return ["findings", "add", *(part for pair in said.items() for part in pair)]


def needs_person(world: World) -> list[str]:
    """Accounts of the notice whose M3.1 the night did not leave to a person."""
    told = world.xuncha("verdicts", "--check", "M3.1", "--json")
    rows: list[dict[str, Any]] = [json.loads(line) for line in told.out.splitlines()]
    left = {row["name"] for row in rows if row["reason"] == "needs_person"}
    wanted = {name for name, (labels, _) in published().items() if ANSWERING in labels}
    return [f"{name}: M3.1 is not left to a person" for name in wanted - left]


def exported(world: World) -> list[str]:
    """Cells of annexes 3 and 4 that differ from the published ones."""
    out = world.settings.home / "out"
    asked = ["--window", "2020Q3", "--layout", "hunan", "--format", "csv", "--out", str(out)]
    told = world.xuncha("export", *asked)
    if told.code:
        return [told.err.strip() or told.out.strip()]
    wrong = []
    for number in (3, 4):
        ours = cells(out / f"2020Q3-hunan-{number}.csv")
        printed = cells(PUBLISHED / f"annex{number}.csv")
        pairs = zip(ours, printed, strict=False)
        wrong += [f"annex {number}: {one} is printed {two}" for one, two in pairs if one != two]
        if len(ours) != len(printed):
            wrong.append(f"annex {number}: {len(ours)} rows, printed {len(printed)}")
    return wrong


def main() -> int:
    """Play it; 0 when everything is as published."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    said = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="xuncha-hunan-") as folder,
        City(load("hunan-2020q3-accounts")) as city,
    ):
        world = prepare(city, Path(folder))
        told = night(world, city, said.workers)
        wrong = [*differences(world, "M2.1"), *needs_person(world), *enter_by_hand(world)]
        wrong += [*differences(world, "M3.1"), *exported(world)]
        world.close()
    print(
        f"wall {told['seconds']:.0f} s, processor {told['processor']:.0f} s,"
        f" memory {told['peak']:.0f} MiB at most; {len(wrong)} differences"
    )
    for line in wrong:
        print(f"  {line}")
    return 0 if note("differences from the notice", len(wrong), "", at_most=0) else 1


if __name__ == "__main__":
    sys.exit(main())
