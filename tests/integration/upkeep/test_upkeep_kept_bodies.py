"""Nights share bodies and pictures; thinning, backup and restore take none that a kept row names."""

from __future__ import annotations

import random
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

import database
import judging
from checks.registry import ALL
from checks.ruleset import load as load_ruleset
from crawler.replay import reextract
from crawler.spiders.recall import CARRIED, CONFIRMED
from crawler.store import CaptureStore
from models import Capture, Finding, Run, Verdict, Window
from review import findings
from settings import Settings
from tests.integration.unchanged.unchanged_world import (
    FIRST,
    HOME,
    NEWS,
    FakeSite,
    Nights,
    article,
)
from tests.integration.upkeep.upkeep_world import House, Sessions
from upkeep import thinning
from upkeep.backup import backup, restore

pytestmark = pytest.mark.integration

STALE = 30
"""Days after which the lists of the small site are old: its nights leave findings."""
NIGHTS = 7
LATER = date(2030, 1, 1)


@pytest.fixture(params=[1, 2])
def lived(
    request: pytest.FixtureRequest, database_settings: Settings, session_factory: Sessions
) -> Nights:
    """Nights in two frozen windows, an open one and none, over a site that changes now and then."""
    chance = random.Random(request.param)
    nights = Nights(database_settings, session_factory, FakeSite.ordinary())
    nights.site.tags = {url: f'"{n}"' for n, url in enumerate(nights.site.pages) if n % 2}
    windows = [_window(nights, number) for number in range(3)]
    for night in range(NIGHTS):
        if chance.random() < 0.3:
            home = nights.site.pages[HOME]
            nights.site.pages[HOME] = home.replace("</body>", f"<p>第{night}次改版</p></body>")
        if chance.random() < 0.3:
            url = f"{NEWS}{chance.randint(1, 6)}.html"
            nights.site.pages[url] = article(f"第{night}次更正后的工作情况", "2023-03-05")
            nights.site.tags.pop(url, None)
        nights.play(STALE + night)
        _open(nights, chance.choice([*windows, None]))
    with nights.sessions.begin() as session:
        frozen = update(Window).where(Window.id.in_(windows[:2]))
        session.execute(frozen.values(frozen_at=FIRST + timedelta(days=500)))
    return nights


def _window(nights: Nights, number: int) -> int:
    start = FIRST.date() + timedelta(days=STALE + 100 * number)
    with nights.sessions.begin() as session:
        row = Window(
            name=f"窗口{number}",
            starts_on=start,
            ends_on=start + timedelta(days=90),
        )
        session.add(row)
        session.flush()
        return row.id


def _open(nights: Nights, window: int | None) -> None:
    """Put the last night into a window and open what it found."""
    severities = load_ruleset(None, ALL).severities
    with nights.sessions.begin() as session:
        run = session.get_one(Run, nights.runs[-1])
        run.window_id = window
        session.flush()
        judgement = judging.latest_judgement(session, run.id)
        assert judgement is not None
        findings.open_findings(session, run, judgement.id, severities=severities)


def _whole(sessions: Sessions) -> set[int]:
    """Runs of which nothing may go: those of open windows, and the last of each frozen one."""
    with sessions() as session:
        frozen = set(session.scalars(select(Window.id).where(Window.frozen_at.is_not(None))))
        runs = session.scalars(select(Run).order_by(Run.as_of)).all()
    last = {run.window_id: run.id for run in runs}
    return {run.id for run in runs if run.window_id and run.window_id not in frozen} | {
        last[one] for one in frozen if one in last
    }


def _assert_everything_named_is_there(settings: Settings, sessions: Sessions) -> None:
    store = CaptureStore(settings.capture_store)
    with sessions() as session:
        named = set(session.scalars(select(Capture.sha256)))
        named |= set(session.scalars(select(Capture.screenshot)))
        assert all(store.get(one) is not None for one in named - {""})
        rows = set(session.scalars(select(Capture.id)))
        found = session.execute(
            select(Finding.id, Verdict.captures).join(Verdict, Verdict.id == Finding.verdict_id)
        ).all()
        assert found
        for _, captures in found:
            assert captures
            assert set(captures) <= rows


def _captures(sessions: Sessions) -> dict[int, int]:
    with sessions() as session:
        counted = select(Capture.run_id, func.count()).group_by(Capture.run_id)
        return {run: count for run, count in session.execute(counted) if run is not None}


def test_thinning_takes_nothing_that_a_finding_or_a_whole_night_names(lived: Nights) -> None:
    with lived.sessions() as session:
        shared = {CARRIED, CONFIRMED}
        assert session.scalar(select(func.count()).where(Capture.detail.in_(shared)))
    before, whole = _captures(lived.sessions), _whole(lived.sessions)
    planned = thinning.plan(lived.settings, lived.sessions, LATER)
    told = thinning.thin(lived.settings, lived.sessions, LATER)
    assert [one.to_json() for one in told] == [one.to_json() for one in planned]
    assert sum(one.captures for one in told)
    left = _captures(lived.sessions)
    assert {run: left.get(run) for run in whole} == {run: before[run] for run in whole}
    _assert_everything_named_is_there(lived.settings, lived.sessions)
    for run_id in whole:
        with lived.sessions.begin() as session:
            run = session.get_one(Run, run_id)
            assert reextract(session, lived.settings, lived.store, run) == 0
    # The night after it stands on what was left.
    lived.play(STALE + NIGHTS)
    _assert_everything_named_is_there(lived.settings, lived.sessions)


@pytest.mark.parametrize("thinned_first", [False, True], ids=["whole", "thinned"])
def test_what_is_restored_names_no_body_that_is_not_there(
    lived: Nights, thinned_first: bool, tmp_path: Path
) -> None:
    if thinned_first:
        thinning.thin(lived.settings, lived.sessions, LATER)
    made = backup(lived.settings, FIRST + timedelta(days=900), to=tmp_path / "backups")
    before = _captures(lived.sessions)
    thinning.thin(lived.settings, lived.sessions, LATER)
    shutil.rmtree(lived.settings.capture_store)
    lived.sessions.kw["bind"].dispose()
    restore(lived.settings, made.folder, replace=True)
    sessions = database.session_factory(lived.settings)
    assert _captures(sessions) == before
    _assert_everything_named_is_there(lived.settings, sessions)
    sessions.kw["bind"].dispose()


@pytest.fixture
def pictured(house: House) -> tuple[House, str]:
    """Two old nights that saw the same picture of a page; one is in a window that is not frozen."""
    open_window = house.window("2026Q1", "2026-01-01", "2026-03-31", frozen=False)
    picture = house.store.put(b"the same picture")
    for day, window in (("2025-12-01", None), ("2026-01-02", open_window)):
        row = house.capture(house.night(day, window), f"页面 {day}")
        with house.sessions.begin() as session:
            session.execute(update(Capture).where(Capture.id == row).values(screenshot=picture))
    return house, picture


def test_a_picture_that_another_night_still_names_stays(pictured: tuple[House, str]) -> None:
    house, picture = pictured
    (planned,) = thinning.plan(house.settings, house.sessions, LATER)
    (told,) = thinning.thin(house.settings, house.sessions, LATER)
    assert (told.captures, told.bodies) == (planned.captures, planned.bodies) == (1, 1)
    assert house.store.exists(picture)
