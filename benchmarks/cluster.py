"""A night on several worker processes: the speed of two beside one, and twenty kills.

    python -m benchmarks.cluster [--kills 20] [--first 0] [--no-speed]

Speed: the same night by one worker and by two, at a pace of hosts as in the field (scaled down);
on two cores with the database and the city beside them. Kills: each seed draws a victim — a worker, the crawl process
of one, the night itself (which is then resumed), the database for a moment — and the moment. Ends with 1 when a verdict of
any killed night differs from those of an undisturbed night on one machine.
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
from typing import TYPE_CHECKING

from benchmarks.kill_night import Bench
from benchmarks.night_memory import scenario
from democity import City
from democity.scenario import plan
from models import Visit
from tests import postgresql_server
from tests.integration.night.night_world import (
    Snapshot,
    World,
    children_of,
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
READY_SECONDS = 6.0
"""A worker needs that long to be there: nights of seconds would otherwise measure its start."""
SITES = 12
REAL = {"host_delay": 0.25, "targets_at_once": 2}
"""A real night waits for the pace of its hosts; few targets at once stand for the many of a province."""


def _workers(world: World, number: int) -> list[subprocess.Popen[str]]:
    return [world.start("worker", "--workers", "1") for _ in range(number)]


def _timed(bench: Bench, city: City, workers: int) -> float:
    world = bench.world(f"speed{workers}")
    _workers(world, workers)
    time.sleep(READY_SECONDS)
    begun = time.monotonic()
    told = world.night(city.nights()[0], "--cluster", workers=workers)
    spent = time.monotonic() - begun
    assert told.code in {0, 4}, told.err
    world.close()
    return spent


def _speeds(folder: Path, server: PostgresqlServer) -> tuple[float, float]:
    """Seconds of a night by one worker and by two, over a city of sites alone."""
    city = City(plan(scenario(SITES)))
    city.start()
    try:
        bench = Bench(city, folder, server, lease_seconds=15, **REAL)
        return _timed(bench, city, 1), _timed(bench, city, 2)
    finally:
        city.stop()


def _kill(victim: str, world: World, night: subprocess.Popen[str], chance: random.Random) -> None:
    workers = [one for one in world.started if one is not night and one.poll() is None]
    busy = [one for one in workers if children_of(one.pid)] or workers
    chosen = chance.choice(busy)
    if victim == "worker":
        kill_whole(chosen)
    elif victim == "night":
        kill_whole(night)
    else:
        for child in children_of(chosen.pid)[:1]:
            os.kill(child, signal.SIGKILL)


def _play(bench: Bench, city: City, seed: int, expected: Snapshot) -> str:
    """What was killed and when; raises AssertionError when anything differs."""
    chance = random.Random(seed)
    victim, at = chance.choice(VICTIMS), chance.randint(1, 18)
    world = bench.world(f"seed{seed}")
    try:
        _workers(world, 2)
        night = world.start_night(city.nights()[0], "--cluster")
        wait_until(lambda: world.count(Visit) >= at, night)
        stood = world.count(Visit)
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
            told = world.night(city.nights()[0], "--resume", "--cluster")
            assert told.code == 4, told.err[-400:]
        else:
            _, said = night.communicate(timeout=300)
            assert night.returncode == 4, said[-400:]
        differs = [name for name, wanted in expected.items() if world.snapshot()[name] != wanted]
        assert not differs, f"DIFFERS: {', '.join(differs)}"
    finally:
        world.close()
    return f"{victim:<7} with {stood:>2} stored"


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
                one, two = _speeds(Path(folder) / "speed", server)
                print(f"one worker {one:.1f} s, two {two:.1f} s: {one / two:.2f} ×", flush=True)
            expected, _ = bench.undisturbed()
            for seed in range(said.first, said.first + said.kills):
                try:
                    told = _play(bench, city, seed, expected)
                except AssertionError as error:
                    bad, told = bad + 1, str(error)
                print(f"seed {seed:>3}  {told}", flush=True)
            print(f"{said.kills} kills, {bad} differ", flush=True)
    finally:
        city.stop()
        server.stop()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
