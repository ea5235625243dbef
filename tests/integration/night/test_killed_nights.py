"""kill -9 at any point of a night, then `--resume`: the verdicts of an undisturbed night, once.

A few seeds here; `benchmarks/kill_night.py` plays twenty on each database.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from democity import City
from models import Visit
from tests.integration.night.conftest import NewWorld
from tests.integration.night.night_world import (
    Snapshot,
    World,
    children_of,
    crawl_processes,
    is_running,
    kill_parent,
    kill_whole,
    wait_until,
)

pytestmark = pytest.mark.integration

TARGETS = 20
both_databases = pytest.mark.parametrize("new_world", ["sqlite", "postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("new_world", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def kept() -> dict[str, Snapshot]:
    return {}


@pytest.fixture
def undisturbed(kept: dict[str, Snapshot], new_world: NewWorld, city: City) -> Snapshot:
    """All that a night leaves to which nothing happens: the same on either database."""
    if not kept:
        world = new_world()
        assert world.night(city.nights()[0]).code == 4  # some targets are walled
        kept["once"] = world.snapshot()
        assert len(kept["once"]["visits"]) == TARGETS
    return kept["once"]


def _resume(world: World, city: City, undisturbed: Snapshot) -> None:
    """Resume the night; what it leaves must be what an undisturbed one left."""
    told = world.night(city.nights()[0], "--resume", workers=1)
    assert told.code == 4, told.err
    assert told.summary["state"] == "done"
    assert [state for _, state in world.runs()] == ["done"]
    left = world.snapshot()
    for name, expected in undisturbed.items():
        assert left[name] == expected, name


def _wait_for_visits(world: World, process: subprocess.Popen[str], number: int) -> None:
    assert wait_until(lambda: world.count(Visit) >= number, process), "the night was over too soon"


@both_databases
def test_a_night_whose_every_process_is_killed_in_the_crawl_is_resumed_whole(
    new_world: NewWorld, city: City, undisturbed: Snapshot
) -> None:
    world = new_world()
    process = world.start_night(city.nights()[0])
    _wait_for_visits(world, process, random.Random(f"{world.settings.database}").randint(2, 12))
    kill_whole(process)
    assert world.count(Visit) < TARGETS
    _resume(world, city, undisturbed)


@on_sqlite
def test_a_night_killed_when_the_crawl_is_over_is_judged_once(
    new_world: NewWorld, city: City, undisturbed: Snapshot
) -> None:
    world = new_world()
    process = world.start_night(city.nights()[0], workers=1)
    _wait_for_visits(world, process, TARGETS)
    time.sleep(random.Random(3).uniform(0, 0.5))
    kill_whole(process)
    _resume(world, city, undisturbed)


@on_sqlite
def test_what_a_killed_night_started_ends_with_it_and_writes_no_more(
    new_world: NewWorld, city: City, undisturbed: Snapshot
) -> None:
    world = new_world()
    process = world.start_night(city.nights()[0], workers=1)
    _wait_for_visits(world, process, 3)
    (server,), children = children_of(process.pid), crawl_processes(process.pid)
    assert len(children) == 1
    children.append(server)
    assert len(list(Path(f"/proc/{server}/task").iterdir())) == 1, "a fork carries no thread"
    opened = [str(one.readlink()) for one in Path(f"/proc/{server}/fd").iterdir()]
    assert not [one for one in opened if "sqlite" in one], "a fork must not carry a database"
    kill_parent(process)
    assert wait_until(lambda: not any(map(is_running, children)), seconds=5)
    assert world.count(Visit) < TARGETS
    _resume(world, city, undisturbed)


@on_sqlite
@pytest.mark.parametrize("victim", [crawl_processes, children_of], ids=["itself", "its server"])
def test_a_crawl_process_or_the_server_of_all_killed_alone_costs_nothing(
    victim: Callable[[int], list[int]], new_world: NewWorld, city: City, undisturbed: Snapshot
) -> None:
    world = new_world()
    process = world.start_night(city.nights()[0])
    _wait_for_visits(world, process, 3)
    os.kill(victim(process.pid)[0], signal.SIGKILL)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 4, said
    # Nothing is left to resume: the finished night is told again, and nothing is done twice.
    _resume(world, city, undisturbed)
