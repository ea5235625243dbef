"""A city with every planted indicator beside look-alikes: all found over two nights, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from checks.base import Outcome
from checks.registry import ALL
from database import session_factory
from democity import City, load
from democity.score import Score, score, tells
from nightly import run_night
from review import listing
from settings import Settings
from tests.integration.night.night_world import register

pytestmark = pytest.mark.integration
BROWSER = {"W4.3", "D-MSG.1"}
"""Checks that only the demonstration plants: they need a browser."""


@dataclass
class Nights:
    """The city, and the verdicts of each of its nights."""

    city: City
    rows: list[list[dict[str, Any]]]

    def told(self, check: str, night: int = -1) -> dict[str, dict[str, Any]]:
        """What a night says of every target, by its name."""
        return {row["name"]: row for row in self.rows[night] if row["check"] == check}


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    folder: Path = tmp_path_factory.mktemp("indicators")
    with City(load("indicators")) as city:
        settings = Settings(
            home=folder,
            origin_map=city.write_origin_map(folder / "origins.json"),
            weixin_secrets=city.write_secrets(folder / "secrets.json"),
            browser="off",
            vantage="演示",
            home_links=50,
            site_links=30,
        )
        register(settings, city)
        sessions = session_factory(settings)
        rows = []
        for as_of in city.nights():
            city.set_clock(as_of)
            report = run_night(settings, sessions, as_of=as_of, workers=1)
            with sessions() as session:
                rows.append(list(listing.verdict_rows(session, run_ids=[report.run])))
        yield Nights(city, rows)
        sessions.kw["bind"].dispose()


@pytest.fixture(scope="module")
def scores(nights: Nights) -> dict[str, Score]:
    key = nights.city.answer_key(browser=False)
    return score([check.code for check in ALL], nights.rows[-1], key)


def test_every_check_tells_what_was_planted_and_nothing_else(scores: dict[str, Score]) -> None:
    """Precision and recall are whole, check by check."""
    wrong = {
        code: (told.false, told.missed, told.wrong_date)
        for code, told in scores.items()
        if not told.met
    }
    assert wrong == {}


def test_the_city_plants_every_check_that_needs_no_browser_and_vetoes_nobody(
    scores: dict[str, Score], nights: Nights
) -> None:
    """The vetoes of sites are planted in the demonstration: single columns veto nobody."""
    silent = {code for code, told in scores.items() if told.right < 2}
    demo = {one.check for one in load("demo").expected}
    assert silent - demo == {"R-SECURITY"}
    assert demo >= BROWSER
    vetoed = {
        (row["name"], row["check"])
        for row in nights.rows[-1]
        if row["check"].startswith("W") and row["outcome"] == Outcome.FAIL.value
    }
    assert vetoed == set()


def test_what_needs_a_second_look_is_not_told_after_the_first(nights: Nights) -> None:
    """Dead links (trap 30), cancelled accounts, dead menus, forged days (trap 26)."""
    twice = {"D-LINK.2", "R-NOTCLOSED", "F-MENU", "W1.5"}
    early = {row["check"] for row in nights.rows[0] if tells(row)} & twice
    late = {row["check"] for row in nights.rows[1] if tells(row)} & twice
    assert (early, late) == (set(), twice)


def test_columns_that_refuse_are_no_pass_trap_37(nights: Nights) -> None:
    (site,) = (one for one in nights.city.scenario.sites if one.look.refused_columns)
    for check in ("W4.1", "W4.2", "W4.3", "F-DUP", "F-SURVEY"):
        assert nights.told(check)[site.name]["outcome"] != Outcome.PASS.value, check


def test_evidence_never_shows_a_number_of_a_person(nights: Nights) -> None:
    shown = [str(row["evidence"]) for row in nights.told("F-PRIVACY").values()]
    assert any("身份证号 1101" in one for one in shown)
    assert not any("11010519491231002X" in one for one in shown)
