"""Our own network goes in the middle of a night: the run is held, and says nothing false if let go."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from democity import City
from models import Finding
from settings import Settings
from tests.integration.night.conftest import NewWorld
from tests.integration.night.night_world import World, copy_home

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def good_home(
    registered: Settings, small_city: City, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """A SQLite home after one good night."""
    settings = copy_home(registered, tmp_path_factory.mktemp("good") / "home", breaker_count=4)
    small_city.set_clock(small_city.nights()[0])
    world = World(settings)
    assert world.night(small_city.nights()[0]).code == 4
    world.close()
    return settings


@pytest.fixture
def after_a_good_night(good_home: Settings, tmp_path: Path) -> Iterator[World]:
    world = World(copy_home(good_home, tmp_path / "home"))
    yield world
    world.close()


def _planted(city: City) -> set[tuple[str, str]]:
    key = city.answer_key(browser=False)
    return {(one.code_or_name, one.check) for one in key if one.outcome == "fail"}


def _cut_after(world: World, city: City, requests: int) -> int:
    """Play the second night, whose network goes after so many requests; its exit code."""
    city.set_clock(city.nights()[1])
    city.cut_network(after=requests)
    process = world.start_night(city.nights()[1], workers=1)
    _, said = process.communicate(timeout=120)
    city.mend_network()
    assert "Traceback" not in said
    return process.returncode


def _check_release_says_nothing_false(world: World, city: City) -> None:
    good = world.findings()
    held, state = world.runs()[-1]
    assert state == "held"
    assert world.count(Finding, Finding.run_id == held) == 0
    told = world.xuncha("runs", "release", str(held), "--by", "值班员", "--why", "已核实")
    assert told.code == 0, told.err
    assert good <= world.findings() <= _planted(city)


def test_a_night_whose_network_is_cut_is_held_and_the_next_one_is_not(
    new_world: NewWorld, city: City
) -> None:
    world = new_world(breaker_count=4)
    assert world.night(city.nights()[0]).code == 4
    assert world.findings()
    assert _cut_after(world, city, 20) == 3
    _check_release_says_nothing_false(world, city)
    city.set_clock(city.nights()[2])
    told = world.night(city.nights()[2])
    assert (told.code, told.summary["state"]) == (4, "done"), told.summary
    assert world.findings() <= _planted(city)


@pytest.mark.parametrize("seed", [1, 2])
def test_sites_that_were_half_read_when_the_network_went_are_not_accused(
    seed: int, after_a_good_night: World, city: City
) -> None:
    world = after_a_good_night
    code = _cut_after(world, city, random.Random(seed).randint(40, 130))
    if code == 3:
        _check_release_says_nothing_false(world, city)
    # So late a cut may leave too little unread to be noticed; what was read still stands.
    assert code in {3, 4}
    assert world.findings() <= _planted(city)
