"""Nights over accounts in every scene: nothing that was refused is ever called silent or gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.fetch.executable import find_browser
from democity import City
from democity.scenario import BUILT_IN, plan
from settings import Settings
from tests.integration.accounts.account_nights import Played, open_home, play

pytestmark = pytest.mark.integration

RAW = yaml.safe_load((BUILT_IN / "accounts.yaml").read_text(encoding="utf-8"))
# Lists, feeds and what is public of WeChat: scenes that need no browser.
PLAIN = [one for one in RAW["accounts"] if one.get("way") != "profile"]
PROFILES = [one for one in RAW["accounts"] if one.get("way") == "profile"]


def city_of(accounts: list[dict[str, Any]], nights: int = 3) -> City:
    """The city of 400 accounts, reduced to these and to its first nights."""
    units = [{**unit, "accounts": None} for unit in RAW["units"]]
    for unit in units:
        unit.pop("accounts")
    return City(
        plan(RAW | {"units": units, "accounts": accounts, "nights": RAW["nights"][:nights]})
    )


def told(played: Played) -> str:
    return "\n".join(played.wrong)


def chosen() -> list[dict[str, Any]]:
    """Of each platform with profiles: the canary, one silent account, and some that refuse."""
    picked: list[dict[str, Any]] = []
    for platform in ("bilibili", "douyin", "toutiao", "kuaishou", "xiaohongshu"):
        mine = [one for one in PROFILES if one["platform"] == platform]
        plain = [one for one in mine[1:] if one.get("scene", "S1") in {"S1", "S9", "S12"}]
        picked += [mine[0] | {"nights": [3]}, *plain[:3]]
    return picked


@pytest.mark.timeout(240)
def test_over_two_nights_all_is_told_as_it_is_and_with_dead_canaries_nothing_is_silent(
    tmp_path: Path,
) -> None:
    """S1 to S20; traps 14, 20, 21, 27, 43."""
    # Profiles cannot be read without a browser: they are left open.
    blind = [one for one in chosen() if not one.get("canary")]
    with city_of([*PLAIN, *blind]) as city:
        settings = open_home(city, tmp_path / "home", browser="off")
        first, second, third = play(city, settings, browser=False, workers=1)
    for played in (first, second, third):
        assert not played.wrong, told(played)
    for played in (first, second):
        assert played.report.state == "done"
        assert played.right >= 20
        assert played.precision == 1.0
        assert played.recall == 1.0
    # The night of the dead canaries: held, and no account is said to be silent.
    assert third.report.state == "held"
    assert third.outcomes["fail"] == 0
    assert third.outcomes["undetermined"] > 100


@pytest.mark.timeout(240)
def test_public_profiles_are_read_through_a_browser(tmp_path: Path) -> None:
    """S1, S9 and S12 of each platform whose profile a script fills."""
    if find_browser(Settings(home=tmp_path)) is None:
        pytest.skip("no browser here: profiles that a script fills cannot be read")
    with city_of(chosen(), nights=1) as city:
        settings = open_home(city, tmp_path / "home")
        (played,) = play(city, settings, workers=1)
    assert not played.wrong, told(played)
    assert played.right >= 5
