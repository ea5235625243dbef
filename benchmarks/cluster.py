"""A night on several worker processes: the speed of two beside one, and twenty kills.

    python -m benchmarks.cluster [--kills 20] [--first 0] [--no-speed]

Speed: the same night by one worker and by two, on two cores with the database and the city beside
them. Once as nights are: a worker asks sixteen times a second (here four sites at once, four pages
a second each; in the field sixteen sites, one page a second) and waits for the rest of its time;
two workers must be 1.5 times as fast. Once without any pace, where the processor is what all wait
for: told, with no target, since one worker, the city and the database fill two cores already.

Kills: each seed draws a victim — a worker, the crawl process of one, the night itself (which is
then resumed), the database for a moment — and the moment; even seeds in a first night, odd ones in
a second one over the unchanged city. Ends with 1 when a verdict of any killed night differs from
those of an undisturbed night on one machine, or two workers are too slow.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.figures import note
from benchmarks.kill_night import NIGHTS, Bench, differences
from benchmarks.night_memory import scenario
from democity import City
from democity.scenario import plan
from models import Visit
from tests import postgresql_server
from tests.integration.night.night_world import (
    World,
    crawl_processes,
    kill_whole,
    open_city,
    wait_until,
)

if TYPE_CHECKING:
    import subprocess

    from tests.postgresql_server import PostgresqlServer

VICTIMS = ("worker", "worker", "crawl", "night", "database")
AWAY_SECONDS = 3.0
ABSENT = 3
FASTER = 1.5
READY_SECONDS = 6.0
"""A worker needs that long to be there: nights of seconds would otherwise measure its start."""
PACED: dict[str, Any] = {"host_delay": 0.25, "targets_at_once": 4}
SITES, MANY_SITES = 24, 96


def _workers(world: World, number: int) -> list[subprocess.Popen[str]]:
    return [world.start("worker", "--workers", "1") for _ in range(number)]


def _timed(bench: Bench, city: City, workers: int) -> float:
    world = bench.world(f"speed{workers}")
    _workers(world, workers)
    time.sleep(READY_SECONDS)
    begun = time.monotonic()
    told = world.night(city.nights()[0], "--cluster", workers=workers)
    spent = time.monotonic() - begun
    assert (told.code, told.summary["undetermined"]) == (0, {}), told.err[-400:]
    world.close()
    return spent


def _speeds(folder: Path, server: PostgresqlServer, sites: int, **given: Any) -> float:
    """How much faster two workers are than one, over a city of so many sites; prints both."""
    city = City(plan(scenario(sites)))
    city.start()
    try:
        bench = Bench(city, folder, server, lease_seconds=15, **given)
        one, two = _timed(bench, city, 1), _timed(bench, city, 2)
    finally:
        city.stop()
    manner = "at the pace of hosts" if given else "without any pace"
    print(
        f"{sites} sites {manner}: one worker {one:.1f} s, two {two:.1f} s: {one / two:.2f} ×",
        flush=True,
    )
    name = f"two workers beside one, {manner}"
    note(name, one / two, at_least=FASTER if given else None)
    return one / two


def _kill(victim: str, world: World, night: subprocess.Popen[str], chance: random.Random) -> None:
    workers = [one for one in world.started if one is not night and one.poll() is None]
    busy = [one for one in workers if crawl_processes(one.pid)] or workers
    chosen = chance.choice(busy)
    if victim == "worker":
        kill_whole(chosen)
    elif victim == "night":
        kill_whole(night)
    else:
        for child in crawl_processes(chosen.pid)[:1]:
            os.kill(child, signal.SIGKILL)


def _play(bench: Bench, seed: int) -> str:
    """What was killed and when; raises AssertionError when anything differs."""
    chance = random.Random(seed)
    victim, at, number = chance.choice(VICTIMS), chance.randint(1, 18), seed % NIGHTS
    expected = bench.calm[number].left
    world = bench.world(f"seed{seed}", number)
    as_of, before = bench.at(number), world.count(Visit)
    try:
        _workers(world, 2)
        night = world.start_night(as_of, "--cluster")
        wait_until(lambda: world.count(Visit) - before >= at, night)
        stood = world.count(Visit) - before
        if victim == "database":
            assert bench.server is not None
            world.close_sessions()
            bench.server.halt()
            time.sleep(AWAY_SECONDS)
            bench.server.go_on()
        else:
            _kill(victim, world, night, chance)
        if victim == "night":
            _workers(world, 1)
            told = world.night(as_of, "--resume", "--cluster")
            assert told.code == 4, told.err[-400:]
        else:
            _, said = night.communicate(timeout=300)
            assert night.returncode == 4, said[-400:]
        differs = differences(expected, world)
        assert not differs, f"DIFFERS: {', '.join(differs)}"
    finally:
        world.close()
    return f"night {number + 1}, {victim:<8} with {stood:>2} stored: same"


def main() -> int:
    """Print a line for each seed and the ratio; 1 when anything differed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--no-speed", action="store_true")
    said = parser.parse_args()
    binaries = postgresql_server.programs()
    if binaries is None:
        print("no PostgreSQL here")
        return ABSENT
    city, server = open_city(), postgresql_server.start(binaries)
    bad = 0
    try:
        with tempfile.TemporaryDirectory(prefix="xuncha-cluster-") as folder:
            bench = Bench(city, Path(folder) / "homes", server, lease_seconds=15)
            if not said.no_speed:
                bad += _speeds(Path(folder) / "paced", server, SITES, **PACED) < FASTER
                _speeds(Path(folder) / "bound", server, MANY_SITES)
            differ = 0
            for seed in range(said.first, said.first + said.kills):
                try:
                    told = _play(bench, seed)
                except AssertionError as error:
                    differ, told = differ + 1, str(error)
                print(f"seed {seed:>3}  {told}", flush=True)
            print(f"{said.kills} kills, {differ} differ", flush=True)
            bad += not note("killed nights that differ", differ, "", at_most=0)
    finally:
        city.stop()
        server.stop()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
