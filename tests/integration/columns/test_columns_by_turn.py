"""Sites of sixty columns and twenty guides: in three nights every column is judged, guides each night."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

import judging
from checks.base import Outcome
from crawler.replay import reextract
from crawler.store import CaptureStore
from database import session_factory
from democity import City, load
from models import Capture, Run, Site
from nightly import run_night
from review import listing
from review.rulesets import in_force
from settings import Settings
from tests.integration.night.night_world import ROOT, register

pytestmark = pytest.mark.integration
SCENARIO = ROOT / "tests" / "fixtures" / "scenarios" / "vast.yaml"
COLUMNS = 60
GUIDES = 6
PAGES = 60


@dataclass
class Night:
    """What one night opened of each site by role, how many columns are known by then, what it says."""

    run: int
    roles: dict[str, Counter[str]]
    known: dict[str, int]
    rows: list[dict[str, Any]]

    def told(self, check: str, name: str) -> dict[str, Any]:
        """The verdict of a check on a site."""
        return next(row for row in self.rows if (row["check"], row["name"]) == (check, name))


@dataclass
class World:
    """The city's nights; `stale` is a portal with registered columns, `healthy` has none of these."""

    city: City
    settings: Settings
    nights: list[Night]
    stale: str
    healthy: str


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("vast")
    with City(load(SCENARIO)) as city:
        settings = Settings(
            home=folder,
            origin_map=city.write_origin_map(folder / "origins.json"),
            browser="off",
            site_pages=PAGES,
            home_links=0,
            site_links=0,
        )
        register(settings, city)
        nights = [_night(settings, city, number) for number in range(3)]
        stale, healthy = (site.name for site in city.scenario.sites)
        yield World(city, settings, nights, stale, healthy)


def _night(settings: Settings, city: City, number: int) -> Night:
    sessions = session_factory(settings)
    as_of = city.nights()[number]
    city.set_clock(as_of)
    run = run_night(settings, sessions, as_of=as_of, workers=1).run
    with sessions() as session:
        names = {row.id: row.name for row in session.execute(select(Site.id, Site.name))}
        roles: dict[str, Counter[str]] = {name: Counter() for name in names.values()}
        for target, role in session.execute(
            select(Capture.target_id, Capture.role).where(Capture.run_id == run)
        ):
            roles[names[target]][role] += 1
        known = session.execute(
            select(Capture.target_id, func.count(func.distinct(Capture.column_id)))
            .where(Capture.role.in_(["column", "board"]))
            .group_by(Capture.target_id)
        )
        told = {names[target]: count for target, count in known}
        rows = list(listing.verdict_rows(session, run_ids=[run]))
    sessions.kw["bind"].dispose()
    return Night(run, roles, told, rows)


def test_guides_channels_and_articles_are_read_every_night_beside_sixty_columns(
    world: World,
) -> None:
    for night in world.nights:
        for roles in night.roles.values():
            assert roles["guide"] == GUIDES
            assert roles["article"] >= 3
            assert roles["board"] >= 1
            # One page may serve two roles; the number of requests is what is bounded.
            assert sum(roles.values()) <= PAGES + 4
        for name in (world.stale, world.healthy):
            for check in ("W5.1", "W6.1", "W6.2", "F-SOURCE"):
                assert night.told(check, name)["outcome"] == Outcome.PASS.value, check
        assert night.told("D-LINKED", world.stale)["outcome"] == Outcome.PASS.value


def test_columns_take_turns_until_all_were_opened(world: World) -> None:
    first, second, third = (night.known[world.stale] for night in world.nights)
    assert COLUMNS > second > first >= COLUMNS // 3
    assert third == COLUMNS


def test_what_waits_for_its_turn_is_no_pass_and_then_counts_with_the_others(world: World) -> None:
    """Trap 37: the first night cannot know; the third knows all, each column by its last look."""
    first, third = world.nights[0], world.nights[2]
    for name in (world.stale, world.healthy):
        assert first.told("W4.2", name)["reason"] == "columns_unread"
    assert third.told("W4.1", world.stale)["outcome"] == Outcome.FAIL.value
    assert third.told("W4.1", world.stale)["evidence"]["count"] >= 5
    for check in ("W4.1", "W4.2", "W4.3"):
        assert third.told(check, world.healthy)["reason"] == "in_order", check


def test_a_replay_of_a_night_with_turns_reads_the_same_columns(world: World) -> None:
    """docs/decisions/0009: what is read again does not depend on the nights that followed."""
    sessions = session_factory(world.settings)
    with sessions.begin() as session:
        run = session.get_one(Run, world.nights[1].run)
        store = CaptureStore(world.settings.capture_store)
        assert reextract(session, world.settings, store, run) == 0
    sessions.kw["bind"].dispose()


def test_a_night_judged_again_knows_nothing_of_the_nights_after_it(world: World) -> None:
    sessions = session_factory(world.settings)
    with sessions() as session:
        for night in world.nights:
            run = session.get_one(Run, night.run)
            before = judging.latest_judgement(session, run.id)
            assert before is not None
            again = judging.judge_run(session, run, in_force(session, world.settings))
            assert judging.differences(session, before, again) == []
        session.rollback()
    sessions.kw["bind"].dispose()
