"""kill -9 at random moments of a night, then `--resume`, on both databases; what differed.

    python -m benchmarks.kill_night [--first 0] [--seeds 20] [--databases sqlite,postgresql]

Each seed draws the moment and the victim: the whole night, the night alone (what it started is
left to itself), one crawl process alone, or the server that all of them are forked by. Even seeds
kill a first night, odd ones a second one over the unchanged city, which stands on what the first
left. Ends with 1 when anything was lost, doubled or judged otherwise than in a night to which
nothing happened, or a body is gone.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from benchmarks.figures import note
from crawler.spiders.recall import CARRIED
from crawler.store import CaptureStore
from models import Capture, Visit
from settings import Settings
from tests import postgresql_server
from tests.integration.night.night_world import (
    SMALL,
    Snapshot,
    World,
    children_of,
    copy_home,
    crawl_processes,
    kill_parent,
    kill_whole,
    open_city,
    register,
    wait_until,
)

if TYPE_CHECKING:
    import subprocess
    from datetime import datetime

    from democity import City
    from tests.postgresql_server import PostgresqlServer

VICTIMS = ("whole", "parent", "server", "shard")
NIGHTS = 2
"""A first night, and one over the unchanged city."""
TARGETS = 20
JUDGING_SECONDS = 5.0
"""The end of the crawl processes and the judging take about 40 % of that."""


def kill(victim: str, process: subprocess.Popen[str]) -> None:
    if victim == "whole":
        kill_whole(process)
    elif victim == "parent":
        kill_parent(process)
    else:
        found = children_of if victim == "server" else crawl_processes
        for one in found(process.pid)[:1]:
            os.kill(one, signal.SIGKILL)
        process.communicate()


def _moment(world: World, before: int) -> str:
    """Where the night stood when it was killed; `before` targets were visited in earlier nights."""
    runs = world.runs()
    if len(runs) == before // TARGETS:
        return "before the run was opened"
    done, state = world.count(Visit) - before, runs[-1][1]
    if state != "crawling":
        return "after the last commit"
    return "crawl over, in judging" if done == TARGETS else f"crawl, {done} of {TARGETS} stored"


def differences(expected: Snapshot, world: World) -> list[str]:
    """What a night left otherwise than an undisturbed one; bodies that its rows name in vain."""
    left = world.snapshot()
    store = CaptureStore(world.settings.capture_store)
    with world.sessions() as session:
        named = session.scalars(select(Capture.sha256).where(Capture.sha256 != "").distinct())
        gone = sum(not store.exists(one) for one in named)
    told = [name for name, wanted in expected.items() if left[name] != wanted]
    return told + ([f"{gone} bodies gone"] if gone else [])


def _wait(
    world: World, city: City, process: subprocess.Popen[str], share: float, most: int
) -> None:
    """Until the night has asked for that share of its requests; above 1 it is over its crawl."""
    before = sum(city.requests().values())
    wanted = min(share, 0.95) * most
    wait_until(lambda: sum(city.requests().values()) - before >= wanted, process)
    if share > 1:
        whole = world.count(Visit) // TARGETS * TARGETS + TARGETS
        wait_until(lambda: world.count(Visit) == whole, process)
        time.sleep((share - 1) * JUDGING_SECONDS)


def _play(bench: Bench, world: World, seed: int) -> tuple[str, str]:
    """(what was killed and when, what went wrong) after the night was resumed."""
    chance = random.Random(seed)
    victim, share = chance.choice(VICTIMS), chance.uniform(0, 1.4)
    night = seed % NIGHTS
    as_of, before = bench.at(night), world.count(Visit)
    process = world.start_night(as_of)
    _wait(world, bench.city, process, share, bench.calm[night].requests)
    stood = _moment(world, before)
    kill(victim, process)
    told = world.night(as_of, "--resume")
    line = f"night {night + 1}, {victim:<6} at {share:.0%}, {stood}"
    return line, "" if told.code == 4 else told.err[-300:]


@dataclass(frozen=True, slots=True)
class Calm:
    """A night to which nothing happens: what it leaves, and how many requests it takes."""

    left: Snapshot
    requests: int


class Bench:
    """Homes that know the city, one after another, on one kind of database.

    Those of night 0 have seen nothing yet; those of night 1 have been through the first night.
    """

    def __init__(
        self, city: City, folder: Path, server: PostgresqlServer | None, **given: Any
    ) -> None:
        self.city, self.folder, self.server = city, folder, server
        folder.mkdir()
        template = server.create() if server else ""
        base = Settings(
            home=folder,
            database_url=server.url(template) if server else "",
            origin_map=city.write_origin_map(folder / "origins.json"),
            browser="off",
            **SMALL,
            **given,
        )
        register(base, city)
        self._new, self._lived = base, base

    @cached_property
    def calm(self) -> list[Calm]:
        """Both nights, undisturbed; the home they leave behind is that of later second nights."""
        told = []
        for night in range(NIGHTS):
            world = self.world(f"calm{night}", night)
            before = sum(self.city.requests().values())
            ended = world.night(self.at(night))
            assert ended.code == 4, ended.err[-400:]
            assert "crawler_crash" not in ended.summary["undetermined"], ended.err[-400:]
            asked = sum(self.city.requests().values()) - before
            told.append(Calm(world.snapshot(), asked))
            if night:
                assert world.count(Capture, Capture.detail == CARRIED), "nothing was left out"
            world.close()
            if not night:
                self._lived = world.settings
        return told

    def at(self, night: int) -> datetime:
        """The moment of a night, at which the city now stands."""
        moment = self.city.nights()[night]
        self.city.set_clock(moment)
        return moment

    def world(self, name: str, night: int = 0) -> World:
        """A fresh home, of one who has that night before him."""
        base = self._lived if night else self._new
        given = {}
        if self.server:
            template = base.database_url.rpartition("/")[2]
            given = {"database_url": self.server.url(self.server.create(template))}
        settings = copy_home(base, self.folder / name, **given)
        if night:
            shutil.copytree(base.home / "captures", settings.home / "captures")
        return World(settings)

    def play(self, kind: str, seeds: range) -> int:
        """A line for each seed; how many differed."""
        bad = 0
        asked = [one.requests for one in self.calm]
        print(f"{kind}: undisturbed nights ask {asked[0]} times, then {asked[1]}", flush=True)
        for seed in seeds:
            there = self.world(f"seed{seed}", seed % NIGHTS)
            line, trouble = _play(self, there, seed)
            differs = [] if trouble else differences(self.calm[seed % NIGHTS].left, there)
            there.close()
            bad += bool(trouble or differs)
            told = trouble or (f"DIFFERS: {', '.join(differs)}" if differs else "same")
            print(f"{kind:<10} {seed:>3}  {line:<62} {told}", flush=True)
        print(f"{kind}: {len(seeds)} kills, {bad} differ", flush=True)
        note(f"killed nights that differ, {kind}", bad, "", at_most=0)
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
