"""When jobs are due: from the table and the day alone (trap 42)."""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockwork import DueTrigger
from errands import ERRANDS
from jobs import Job, Spread, jobs
from settings import SettingsError
from tests.conftest import SettingsFor

DAYS = st.dates(date(2000, 1, 2), date(2099, 12, 30))


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.fixture
def table(settings_for: SettingsFor) -> dict[str, Job]:
    return {job.name: job for job in jobs(settings_for())}


@pytest.fixture
def new_york() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "America/New_York"
    time.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def test_every_job_of_the_table_has_its_errand(table: dict[str, Job]) -> None:
    assert set(table) == set(ERRANDS)


def test_every_job_is_described_in_chinese(table: dict[str, Job]) -> None:
    assert [job.name for job in table.values() if job.description.isascii()] == []


def test_the_night_is_due_at_the_stated_beijing_time(settings_for: SettingsFor) -> None:
    night = jobs(settings_for(nightly_at="2:30"))[0]
    assert night.next(beijing("2026-03-01T00:00")) == beijing("2026-03-01T02:30")


@pytest.mark.parametrize("text", ["", "24:00", "1", "01:60", "01:00:00", "一点", "１:00", "-1:00"])
def test_a_time_that_is_none_is_named_in_chinese(settings_for: SettingsFor, text: str) -> None:
    with pytest.raises(SettingsError, match="nightly_at 应是北京时间"):
        jobs(settings_for(nightly_at=text))


def test_a_due_time_is_previous_from_its_own_moment_on(table: dict[str, Job]) -> None:
    due = beijing("2026-03-01T01:00")
    before = due - timedelta(microseconds=1)
    assert table["nightly"].previous(due) == due
    assert table["nightly"].previous(before) == due - timedelta(days=1)


def test_the_next_due_time_is_never_the_same_moment(table: dict[str, Job]) -> None:
    due = beijing("2026-03-01T01:00")
    assert table["nightly"].next(due) == due + timedelta(days=1)


def test_the_turn_of_the_year_is_a_night_like_any_other(table: dict[str, Job]) -> None:
    eve = beijing("2026-12-31T23:59:59")
    assert table["nightly"].next(eve) == beijing("2027-01-01T01:00")
    assert table["nightly"].previous(eve) == beijing("2026-12-31T01:00")
    assert table["second-look"].previous(beijing("2027-01-01T00:00")).day == 31


def test_a_leap_day_has_its_night(table: dict[str, Job]) -> None:
    assert table["nightly"].next(beijing("2028-02-28T01:00")) == beijing("2028-02-29T01:00")


def test_a_moment_told_in_utc_means_the_same(table: dict[str, Job]) -> None:
    now = beijing("2027-01-01T00:30")
    for job in table.values():
        assert job.previous(now.astimezone(UTC)) == job.previous(now)
        assert job.next(now.astimezone(UTC)) == job.next(now)


@pytest.mark.usefixtures("new_york")
def test_a_machine_that_changes_its_clocks_in_spring_loses_no_round(table: dict[str, Job]) -> None:
    # In New York 2026-03-08 has 23 hours and 2026-11-01 has 25.
    for day in (date(2026, 3, 8), date(2026, 3, 9), date(2026, 11, 1), date(2026, 11, 2)):
        assert len(dues(table["probe"], day)) == 24
        assert len(dues(table["nightly"], day)) == 1


def dues(job: Job, day: date) -> list[datetime]:
    """The due times of a Beijing day, found by asking for the next one again and again."""
    end = beijing(f"{day}T00:00") + timedelta(days=1)
    found = [job.next(beijing(f"{day}T00:00") - timedelta(microseconds=1))]
    while found[-1] < end:
        found.append(job.next(found[-1]))
    return found[:-1]


@given(day=DAYS, rounds=st.integers(20, 1000))
def test_rounds_are_spread_over_the_day_and_never_crowd(day: date, rounds: int) -> None:
    found = Spread(rounds).on(day)
    share = timedelta(days=1) / rounds
    gaps = [later - earlier for earlier, later in pairwise(found)]
    assert len(found) == rounds
    assert min(gaps) >= share / 2 - timedelta(seconds=1)
    assert {due.date() for due in found} == {day}
    assert all(due.microsecond == 0 for due in found)


@given(day=DAYS, number=st.integers(0, 23))
def test_a_round_is_known_from_its_day_and_number_alone(day: date, number: int) -> None:
    assert dues(Job("probe", "探测", Spread(24)), day)[number] == Spread(24).due(day, number)


def test_the_jitter_is_the_same_on_every_machine_and_in_every_version() -> None:
    assert [Spread(24).due(date(2026, 3, 1), n) for n in (0, 1, 23)] == [
        beijing("2026-03-01T00:08:24"),
        beijing("2026-03-01T01:23:59"),
        beijing("2026-03-01T23:09:48"),
    ]


def test_rounds_begin_at_other_minutes_on_other_days() -> None:
    minutes = {Spread(24).due(date(2026, 3, day), 5).minute for day in range(1, 29)}
    assert len(minutes) > 10


@given(day=DAYS, second=st.integers(0, 86399))
def test_previous_and_next_leave_no_gap(day: date, second: int) -> None:
    now = beijing(f"{day}T00:00") + timedelta(seconds=second)
    for job in (Job("probe", "探测", Spread(24)), Job("x", "某", Spread(20))):
        assert job.previous(now) <= now < job.next(now)
        assert job.next(job.previous(now)) == job.next(now)


def test_the_clock_fires_at_the_due_times_of_the_table(table: dict[str, Job]) -> None:
    now = beijing("2026-03-01T00:30")
    trigger = DueTrigger(table["nightly"])
    assert trigger.get_next_fire_time(None, now) == beijing("2026-03-01T01:00")
    assert trigger.get_next_fire_time(beijing("2026-03-01T01:00"), now).day == 2


def test_a_kept_trigger_is_known_again_and_a_changed_one_is_not(table: dict[str, Job]) -> None:
    trigger = DueTrigger(table["probe"])
    assert pickle.loads(pickle.dumps(trigger)) == trigger
    assert trigger != DueTrigger(Job("probe", table["probe"].description, Spread(30)))
