"""Fifty seeded accidents in the middle of nights; nothing lost, nothing doubled, nobody accused falsely.

    python -m benchmarks.chaos [--events 50] [--first 0]

Each seed draws what happens, to what, and when: kill -9 (the night, all of it, or one crawl
process), the database stopped for a moment (PostgreSQL), a disk that takes nothing more (SQLite),
the network cut. Afterwards the night is resumed if it broke off. Held true then:

    after a kill, a database stop, a full disk: all that a night leaves is what an undisturbed one left
    after the network came back: every target has one visit, every check one verdict, and no veto
    stands that an undisturbed night does not know

Prints a line for each seed; ends with 1 when any of it does not hold.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from benchmarks.kill_night import VICTIMS, Bench, kill
from models import Finding, Verdict, Visit
from tests import postgresql_server
from tests.integration.night.night_world import Snapshot, World, children_of, open_city, wait_until

if TYPE_CHECKING:
    import subprocess

    from democity import City
    from tests.postgresql_server import PostgresqlServer

KINDS = ("kill", "kill", "database", "disk", "network")
TARGETS = 20
AWAY_SECONDS = 3.0


def _database_stops(world: World, server: PostgresqlServer) -> None:
    world.close_sessions()
    server.halt()
    time.sleep(AWAY_SECONDS)
    server.go_on()


def _disk_is_full(world: World, process: subprocess.Popen[str]) -> None:
    """Files of the night and of its crawl processes may not grow any further."""
    size = (world.settings.home / "xuncha.sqlite3").stat().st_size
    for number in (process.pid, *children_of(process.pid)):
        try:
            resource.prlimit(number, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        except ProcessLookupError:
            continue


def _happens(
    kind: str, victim: str, world: World, city: City, process: subprocess.Popen[str], bench: Bench
) -> None:
    if kind == "kill":
        kill(victim, process)
    elif kind == "database":
        assert bench.server is not None
        _database_stops(world, bench.server)
    elif kind == "disk":
        _disk_is_full(world, process)
    else:
        city.cut_network()
        process.communicate(timeout=300)
        city.mend_network()


def _vetoes(snapshot: Snapshot) -> set[tuple[str, ...]]:
    return {tuple(map(str, one[:2])) for one in snapshot["findings"]}


def _wrong(kind: str, world: World, expected: Snapshot) -> list[str]:
    """What does not hold of the night that was disturbed."""
    left = world.snapshot()
    if kind != "network":
        return [name for name, wanted in expected.items() if left[name] != wanted]
    told = []
    with world.sessions() as session:
        visits = session.scalar(select(func.count()).select_from(Visit)) or 0
        run = session.scalar(select(func.max(Visit.run_id)))
        subjects = Counter(
            tuple(row)
            for row in session.execute(
                select(Verdict.target_id, Verdict.check, Verdict.column_id).where(
                    Verdict.run_id == run
                )
            )
        )
        flagged = session.scalar(
            select(func.count()).select_from(Finding).where(Finding.severity == "veto")
        )
    if visits != TARGETS:
        told.append(f"{visits} of {TARGETS} targets accounted for")
    if any(count > 1 for count in subjects.values()):
        told.append("verdicts doubled")
    if flagged and not _vetoes(left) <= _vetoes(expected):
        told.append(f"false: {sorted(_vetoes(left) - _vetoes(expected))[:3]}")
    return told


def _play(bench: Bench, city: City, seed: int, kind: str, expected: Snapshot) -> tuple[str, str]:
    """(what happened and when, what went wrong)."""
    chance = random.Random(seed)
    victim, at = chance.choice(VICTIMS), chance.randint(0, TARGETS - 1)
    world = bench.world(f"seed{seed}")
    try:
        process = world.start_night(city.nights()[0])
        wait_until(lambda: len(world.runs()) == 1 and world.count(Visit) >= at, process)
        stood = world.count(Visit)
        _happens(kind, victim, world, city, process, bench)
        if process.poll() is None:
            process.communicate(timeout=300)
        state = world.runs()[-1][1] if world.runs() else "none"
        again = ""
        if state in {"none", "crawling", "judging"}:
            told = world.night(city.nights()[0], "--resume")
            again = ", resumed"
            if told.code not in {3, 4}:
                return f"{kind} {victim}", told.err[-300:]
        what = f"{kind} {victim if kind == 'kill' else ''} with {stood} stored{again}"
        return what, "; ".join(_wrong(kind, world, expected))
    finally:
        city.mend_network()
        world.close()


def main() -> int:
    """Print the seeds and what came of them; 1 when anything was lost, doubled or false."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=50)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    said = parser.parse_args()
    binaries = postgresql_server.programs()
    server = postgresql_server.start(binaries) if binaries else None
    city = open_city()
    bad = 0
    try:
        with tempfile.TemporaryDirectory(prefix="xuncha-chaos-") as folder:
            benches = {"disk": Bench(city, Path(folder) / "sqlite", None)}
            if server is not None:
                benches["database"] = Bench(city, Path(folder) / "postgresql", server)
            expected = benches["disk"].undisturbed()[0]
            for seed in range(said.first, said.first + said.events):
                kind = random.Random(f"kind {seed}").choice(KINDS)
                if kind == "database" and server is None:
                    print(f"seed {seed:>3}  no PostgreSQL here, left out", flush=True)
                    continue
                where = kind if kind in benches else random.Random(seed).choice(sorted(benches))
                city.set_clock(city.nights()[0])
                what, wrong = _play(benches[where], city, seed, kind, expected)
                bad += bool(wrong)
                print(f"seed {seed:>3}  {where:<9} {what:<44} {wrong or 'whole'}", flush=True)
            print(f"{said.events} events, {bad} not whole", flush=True)
    finally:
        city.stop()
        if server is not None:
            server.stop()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
