"""A night on several machines leaves what a night on one leaves, whatever becomes of its workers.

A few cases here; `benchmarks/cluster.py` plays twenty kills of workers, of their crawl processes
and of the night itself.
"""

from __future__ import annotations

import random
import signal
import subprocess

import pytest

from democity import City
from models import Visit
from tests.integration.night.conftest import NewWorld
from tests.integration.night.night_world import (
    Snapshot,
    World,
    crawl_processes,
    kill_whole,
    wait_until,
)

pytest.importorskip("procrastinate", reason="the extra `cluster` is not installed")
pytestmark = [
    pytest.mark.integration,
    pytest.mark.parametrize("new_world", ["postgresql"], indirect=True),
]

TARGETS = 20
QUICK = {"lease_seconds": 15}
"""A silent worker is given up after five seconds."""


@pytest.fixture(scope="module")
def kept() -> dict[str, Snapshot]:
    return {}


@pytest.fixture
def alone(kept: dict[str, Snapshot], new_world: NewWorld, city: City) -> Snapshot:
    """All that a night on one machine leaves."""
    if not kept:
        world = new_world()
        assert world.night(city.nights()[0]).code == 4
        kept["once"] = world.snapshot()
    return kept["once"]


@pytest.fixture
def world(new_world: NewWorld) -> World:
    return new_world(**QUICK)


def _workers(world: World, number: int) -> list[subprocess.Popen[str]]:
    return [world.start("worker", "--workers", "1") for _ in range(number)]


def _same(world: World, night: subprocess.Popen[str], alone: Snapshot) -> None:
    _, said = night.communicate(timeout=150)
    assert night.returncode == 4, said
    left = world.snapshot()
    for name, expected in alone.items():
        assert left[name] == expected, name


def _wait_for_visits(world: World, night: subprocess.Popen[str], number: int) -> None:
    assert wait_until(lambda: world.count(Visit) >= number, night), "the night was over too soon"


def test_two_workers_leave_what_one_machine_leaves(
    world: World, city: City, alone: Snapshot
) -> None:
    workers = _workers(world, 2)
    night = world.start_night(city.nights()[0], "--cluster")
    _same(world, night, alone)
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
        _, said = worker.communicate(timeout=30)
        assert worker.returncode == 0, said
        assert "shard_begun" in said, "this worker did nothing"


def test_a_worker_killed_at_work_loses_nothing(world: World, city: City, alone: Snapshot) -> None:
    workers = _workers(world, 2)
    night = world.start_night(city.nights()[0], "--cluster")
    _wait_for_visits(world, night, random.Random(10).randint(2, 6))
    busy = next(one for one in workers if crawl_processes(one.pid))
    kill_whole(busy)
    assert world.count(Visit) < TARGETS
    _same(world, night, alone)


def test_a_worker_with_another_capture_store_takes_no_shard_and_this_machine_does_them(
    world: World, city: City, alone: Snapshot
) -> None:
    elsewhere = World(world.settings.model_copy(update={"home": world.settings.home / "else"}))
    astray = elsewhere.start("worker", "--workers", "1")
    night = world.start_night(city.nights()[0], "--cluster", workers=1)
    _, said = astray.communicate(timeout=60)
    assert astray.returncode == 1, said
    assert "XUNCHA_CAPTURES" in said.strip().splitlines()[-1]
    _same(world, night, alone)
    elsewhere.close()
