"""Fifty seeded accidents in the middle of nights; nothing lost, nothing doubled, nobody accused falsely.

    python -m benchmarks.chaos [--events 50] [--first 0]

Each seed draws what happens, to what, and when: kill -9 (the night, all of it, or one crawl
process), the database stopped for a moment (PostgreSQL), a disk that takes nothing more (SQLite),
the network cut (to the end of the night, or for a moment); even seeds in a first night, odd ones
in a second night over the unchanged city. Afterwards the night is resumed if it broke off, and let
go if it was held. Held true then:

    after a kill, a database stop, a full disk: all that a night leaves is what an undisturbed one left
    after the network came back: every target has one visit, every check one verdict, and no veto
    stands that an undisturbed night does not know
    always: every body that a row names is in the store

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

from benchmarks.figures import note
from benchmarks.kill_night import NIGHTS, TARGETS, VICTIMS, Bench, differences, kill
from benchmarks.night_memory import family
from models import Verdict, Visit
from tests import postgresql_server
from tests.integration.night.night_world import Snapshot, World, open_city, wait_until

if TYPE_CHECKING:
    import subprocess
    from datetime import datetime

    from tests.postgresql_server import PostgresqlServer

KINDS = ("kill", "kill", "database", "disk", "network")
AWAY_SECONDS = 3.0


def _database_stops(world: World, server: PostgresqlServer) -> None:
    world.close_sessions()
    server.halt()
    time.sleep(AWAY_SECONDS)
    server.go_on()


def _disk_is_full(world: World, process: subprocess.Popen[str]) -> None:
    """Files of the night and of its crawl processes may not grow any further."""
    size = (world.settings.home / "xuncha.sqlite3").stat().st_size
    for number in family(process.pid):
        try:
            resource.prlimit(number, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        except ProcessLookupError:
            continue


def _happens(
    kind: str, victim: str, world: World, bench: Bench, process: subprocess.Popen[str]
) -> str:
    """Let it happen and the night come to its end; why it broke off, in its own words."""
    if kind == "kill":
        kill(victim, process)
        return "killed"
    if kind == "database":
        assert bench.server is not None
        _database_stops(world, bench.server)
    elif kind == "disk":
        _disk_is_full(world, process)
    else:
        bench.city.cut_network()
        if victim != "shard":  # else the cut is over before the night is
            _, said = process.communicate(timeout=300)
            bench.city.mend_network()
            return said[-60:]
        time.sleep(AWAY_SECONDS)
        bench.city.mend_network()
    _, said = process.communicate(timeout=300)
    return said.strip().rpartition("\n")[2][:60]


def _vetoes(snapshot: Snapshot) -> set[tuple[str, ...]]:
    return {tuple(map(str, one[:2])) for one in snapshot["findings"]}


def _wrong(kind: str, world: World, expected: Snapshot) -> list[str]:
    """What does not hold of the night that was disturbed."""
    told = differences(expected, world)
    if kind != "network":
        return told
    told = [one for one in told if one not in expected]
    last = world.runs()[-1][0]
    with world.sessions() as session:
        visits = session.scalar(select(func.count()).select_from(Visit).where(Visit.run_id == last))
        subjects = Counter(
            tuple(row)
            for row in session.execute(
                select(Verdict.target_id, Verdict.check, Verdict.column_id).where(
                    Verdict.run_id == last
                )
            )
        )
    if visits != TARGETS:
        told.append(f"{visits} of {TARGETS} targets accounted for")
    if any(count > 1 for count in subjects.values()):
        told.append("verdicts doubled")
    if false := sorted(_vetoes(world.snapshot()) - _vetoes(expected)):
        told.append(f"false: {false[:3]}")
    return told


def _ended(world: World, as_of: datetime, why: str) -> tuple[str, str]:
    """Resume a night that was broken off, let one go that was held: (what was done, what failed)."""
    done = ""
    run, state = world.runs()[-1] if world.runs() else (0, "none")
    if state in {"none", "crawling", "judging"}:
        told = world.night(as_of, "--resume")
        done = f", resumed ({why})"
        if told.code not in {3, 4}:
            return done, told.err[-300:]
        run, state = world.runs()[-1]
    if state == "held":
        told = world.xuncha("runs", "release", str(run), "--by", "值班员", "--why", "已核实")
        done += ", let go"
        if told.code:
            return done, told.err[-300:]
    return done, ""


def _play(bench: Bench, seed: int, kind: str) -> tuple[str, str]:
    """(what happened and when, what went wrong)."""
    chance = random.Random(seed)
    victim, at, night = chance.choice(VICTIMS), chance.randint(0, TARGETS - 1), seed % NIGHTS
    expected = bench.calm[night].left
    world = bench.world(f"seed{seed}", night)
    as_of, before, runs = bench.at(night), world.count(Visit), len(world.runs())
    try:
        process = world.start_night(as_of)
        wait_until(lambda: len(world.runs()) > runs and world.count(Visit) - before >= at, process)
        stood = world.count(Visit) - before
        why = _happens(kind, victim, world, bench, process)
        done, failed = _ended(world, as_of, why)
        what = f"night {night + 1}, {victim if kind == 'kill' else kind} with {stood} stored{done}"
        return what, failed or "; ".join(_wrong(kind, world, expected))
    finally:
        bench.city.mend_network()
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
            for seed in range(said.first, said.first + said.events):
                kind = random.Random(f"kind {seed}").choice(KINDS)
                if kind == "database" and server is None:
                    print(f"seed {seed:>3}  no PostgreSQL here, left out", flush=True)
                    continue
                where = kind if kind in benches else random.Random(seed).choice(sorted(benches))
                what, wrong = _play(benches[where], seed, kind)
                bad += bool(wrong)
                print(f"seed {seed:>3}  {where:<9} {what:<72} {wrong or 'whole'}", flush=True)
            print(f"{said.events} events, {bad} not whole", flush=True)
            note("accidents after which a night was not whole", bad, "", at_most=0)
    finally:
        city.stop()
        if server is not None:
            server.stop()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
