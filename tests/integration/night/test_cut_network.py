"""Our own network goes in the middle of a night: the run is held, and says nothing false if let go."""

from __future__ import annotations

import pytest

from democity import City
from models import Finding, Visit
from tests.integration.night.conftest import NewWorld
from tests.integration.night.night_world import World, wait_until

pytestmark = pytest.mark.integration


def _planted(city: City) -> set[tuple[str, str]]:
    return {(one.code_or_name, one.check) for one in city.answer_key(browser=False)}


def _cut_after(world: World, city: City, night: int, visits: int) -> int:
    """Play a night whose network goes when so many of its targets are done; its exit code."""
    before = world.count(Visit)
    city.set_clock(city.nights()[night])
    process = world.start_night(city.nights()[night], workers=1)
    assert wait_until(lambda: world.count(Visit) >= before + visits, process)
    city.cut_network()
    _, said = process.communicate(timeout=120)
    assert "Traceback" not in said
    return process.returncode


@pytest.mark.parametrize("visits", [1, 4])
def test_a_night_whose_network_is_cut_is_held_and_released_says_nothing_false(
    visits: int, new_world: NewWorld, city: City
) -> None:
    if visits == 4 and "postgresql" in str(new_world().settings.database_url):
        pytest.skip("one cut is enough for the second database")
    world = new_world(breaker_count=4)
    assert world.night(city.nights()[0]).code == 4
    good = world.findings()
    assert good
    assert good <= _planted(city)

    assert _cut_after(world, city, 1, visits) == 3
    held, state = world.runs()[-1]
    assert state == "held"
    assert world.findings() == good
    assert world.count(Finding, Finding.run_id == held) == 0

    told = world.xuncha("runs", "release", str(held), "--by", "值班员", "--why", "已核实")
    assert told.code == 0, told.err
    assert world.findings() <= _planted(city)

    city.mend_network()
    city.set_clock(city.nights()[2])
    assert world.night(city.nights()[2]).code == 4
    assert world.findings() <= _planted(city)
    assert world.runs()[-1][1] == "done"
