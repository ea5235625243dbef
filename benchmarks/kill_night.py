"""kill -9 at random moments of a night, then `--resume`, on both databases; what differed.

    python -m benchmarks.kill_night [--first 0] [--seeds 20] [--databases sqlite,postgresql]

Each seed draws the moment and the victim: the whole night, the night alone (what it started is
left to itself) or one crawl process alone. Ends with 1 when anything was lost, doubled or judged
otherwise than in a night to which nothing happened.
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

from models import Visit
from settings import Settings
from tests import postgresql_server
from tests.integration.night.night_world import (
    SMALL,
    Snapshot,
    World,
    children_of,
    copy_home,
    kill_parent,
    kill_whole,
    open_city,
    register,
    wait_until,
)

if TYPE_CHECKING:
    import subprocess

    from democity import City
    from tests.postgresql_server import PostgresqlServer

VICTIMS = ("whole", "parent", "shard")
TARGETS = 20
JUDGING_SECONDS = 5.0
"""The end of the crawl processes and the judging take about 40 % of that."""


def kill(victim: str, process: subprocess.Popen[str]) -> None:
    if victim == "whole":
        kill_whole(process)
    elif victim == "parent":
        kill_parent(process)
    else:
        for child in children_of(process.pid)[:1]:
            os.kill(child, signal.SIGKILL)
        process.communicate()


def _moment(world: World) -> str:
    """Where the night stood when it was killed."""
    runs = world.runs()
    if not runs:
        return "before the run was opened"
    done, state = world.count(Visit), runs[-1][1]
    if state != "crawling":
        return "after the last commit"
    return "crawl over, in judging" if done == TARGETS else f"crawl, {done} of {TARGETS} stored"


def _differences(before: Snapshot, after: Snapshot) -> list[str]:
    return [name for name, expected in before.items() if after[name] != expected]


def _wait(
    world: World, city: City, process: subprocess.Popen[str], share: float, most: int
) -> None:
    """Until the night has asked for that share of its requests; above 1 it is over its crawl."""
    before = sum(city.requests().values())
    wanted = min(share, 0.95) * most
    wait_until(lambda: sum(city.requests().values()) - before >= wanted, process)
    if share > 1:
        wait_until(lambda: world.count(Visit) == TARGETS, process)
        time.sleep((share - 1) * JUDGING_SECONDS)


def _play(world: World, city: City, seed: int, requests: int) -> tuple[str, str]:
    """(what was killed and when, what went wrong) after the night was resumed."""
    chance = random.Random(seed)
    victim, share = chance.choice(VICTIMS), chance.uniform(0, 1.4)
    process = world.start_night(city.nights()[0])
    _wait(world, city, process, share, requests)
    stood = _moment(world)
    kill(victim, process)
    told = world.night(city.nights()[0], "--resume")
    return f"{victim:<7} at {share:.0%}, {stood}", "" if told.code == 4 else told.err[-300:]


class Bench:
    """Homes that know the city, one after another, on one kind of database."""

    def __init__(
        self, city: City, folder: Path, server: PostgresqlServer | None, **given: Any
    ) -> None:
        self.city, self.folder, self.server = city, folder, server
        self.template = server.create() if server else ""
        folder.mkdir()
        self.base = Settings(
            home=folder,
            database_url=server.url(self.template) if server else "",
            origin_map=city.write_origin_map(folder / "origins.json"),
            browser="off",
            **SMALL,
            **given,
        )
        register(self.base, city)

    def world(self, name: str) -> World:
        """A fresh home."""
        given = {}
        if self.server:
            given = {"database_url": self.server.url(self.server.create(self.template))}
        return World(copy_home(self.base, self.folder / name, **given))

    def undisturbed(self) -> tuple[Snapshot, int]:
        """What a night leaves to which nothing happens, and how many requests it takes."""
        calm = self.world("calm")
        before = sum(self.city.requests().values())
        assert calm.night(self.city.nights()[0]).code == 4
        asked = sum(self.city.requests().values()) - before
        left = calm.snapshot()
        calm.close()
        return left, asked

    def play(self, kind: str, seeds: range) -> int:
        """A line for each seed; how many differed."""
        expected, requests = self.undisturbed()
        bad = 0
        for seed in seeds:
            there = self.world(f"seed{seed}")
            line, trouble = _play(there, self.city, seed, requests)
            differs = [] if trouble else _differences(expected, there.snapshot())
            there.close()
            bad += bool(trouble or differs)
            told = trouble or (f"DIFFERS: {', '.join(differs)}" if differs else "same")
            print(f"{kind:<10} {seed:>3}  {line:<54} {told}", flush=True)
        print(f"{kind}: {len(seeds)} kills, {bad} differ", flush=True)
        return bad


def main() -> int:
    """Print a table; 1 when any seed differed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--databases", default="sqlite,postgresql")
    said = parser.parse_args()
    city = open_city()
    binaries = postgresql_server.programs()
    server = postgresql_server.start(binaries) if binaries else None
    bad = 0
    try:
        with tempfile.TemporaryDirectory(prefix="xuncha-kill-") as folder:
            for kind in said.databases.split(","):
                if kind == "postgresql" and server is None:
                    print("postgresql: no server programs here, left out")
                    continue
                there = server if kind == "postgresql" else None
                bad += Bench(city, Path(folder) / kind, there).play(
                    kind, range(said.first, said.first + said.seeds)
                )
    finally:
        city.stop()
        if server:
            server.stop()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
