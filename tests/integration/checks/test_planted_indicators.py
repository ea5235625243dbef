"""A city of portals with every planted indicator beside look-alikes: all found, nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checks.base import Outcome
from database import session_factory
from democity import City, load
from democity.problems.indicators import INDICATORS
from nightly import run_night
from review import listing
from settings import Settings
from tests.integration.night.night_world import register

pytestmark = pytest.mark.integration
PLANTED = {one.code for one in INDICATORS}
PERSON = (Outcome.UNDETERMINED.value, "needs_person")


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    """What one night says of every site, by site and check."""
    folder: Path = tmp_path_factory.mktemp("indicators")
    with City(load("indicators")) as city:
        origins = folder / "origins.json"
        city.write_origin_map(origins)
        settings = Settings(
            home=folder, origin_map=origins, browser="off", vantage="演示", home_links=4
        )
        register(settings, city)
        sessions = session_factory(settings)
        report = run_night(settings, sessions, as_of=city.nights()[0], workers=2)
    with sessions() as session:
        rows = listing.verdict_rows(session, run_ids=[report.run])
        return {(row["code"], row["check"]): row for row in rows}


def flags(verdicts: dict[tuple[str, str], dict[str, Any]]) -> dict[tuple[str, str], str]:
    """Fails, and candidates for a person, of the planted checks."""
    return {
        key: row["outcome"]
        for key, row in verdicts.items()
        if key[1] in PLANTED
        and (row["outcome"] == Outcome.FAIL.value or (row["outcome"], row["reason"]) == PERSON)
    }


def test_every_check_is_planted_at_least_twice_in_two_families() -> None:
    scenario = load("indicators")
    families: dict[str, set[str]] = defaultdict(set)
    for one in scenario.expected:
        families[one.check].add(scenario.by_code[one.code_or_name].family)
    assert {code for code, found in families.items() if len(found) >= 2} == PLANTED


def test_what_was_planted_is_found_and_nothing_else(
    verdicts: dict[tuple[str, str], dict[str, Any]],
) -> None:
    wanted = {(one.code_or_name, one.check): one.outcome for one in load("indicators").expected}
    assert flags(verdicts) == wanted


def test_the_newest_day_is_told_with_what_is_stale(
    verdicts: dict[tuple[str, str], dict[str, Any]],
) -> None:
    told: Callable[[Any], Any] = lambda one: verdicts[one.code_or_name, one.check]["last_update"]  # noqa: E731 -- named for the message
    wrong = {
        (one.check, one.last_update.isoformat(), told(one))
        for one in load("indicators").expected
        if one.last_update is not None and told(one) != one.last_update.isoformat()
    }
    assert wrong == set()


def test_no_portal_that_is_well_is_vetoed(
    verdicts: dict[tuple[str, str], dict[str, Any]],
) -> None:
    """Single columns cost points; they veto nobody."""
    vetoed = {
        key
        for key, row in verdicts.items()
        if key[1].startswith("W") and row["outcome"] == Outcome.FAIL.value
    }
    assert vetoed == set()


def test_evidence_never_shows_a_number_of_a_person(
    verdicts: dict[tuple[str, str], dict[str, Any]],
) -> None:
    shown = [str(row["evidence"]) for key, row in verdicts.items() if key[1] == "F-PRIVACY"]
    assert any("身份证号 1101" in one for one in shown)
    assert not any("11010519491231002X" in one for one in shown)
