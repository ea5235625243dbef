"""Items appear by arithmetic alone: the same on every machine, and never before their day."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from democity.schedule import ending, last_full_day, running
from democity.seed import draw, weighted

DAY = date(2023, 3, 29)
keys = st.integers(0, 2**63)


@given(keys, st.integers(1, 90), st.integers(0, 4000))
def test_a_running_column_is_never_quiet_for_two_gaps(key: int, gap: int, offset: int) -> None:
    today = DAY.toordinal() + offset
    schedule = running(key, gap, 10)
    newest = schedule.newest(today)
    assert newest is not None
    assert 0 <= today - schedule.day(newest) < 2 * gap


@given(keys, st.integers(1, 60), st.integers(0, 500))
def test_an_ended_column_ends_exactly_on_its_day(key: int, gap: int, later: int) -> None:
    schedule = ending(key, DAY, gap, 10)
    assert schedule.newest(DAY.toordinal() + later) == 0
    assert schedule.day(0) == DAY.toordinal()


@given(keys, st.integers(1, 30), st.integers(1, 200))
def test_before_its_day_an_ended_column_shows_what_was_out_then(
    key: int, gap: int, before: int
) -> None:
    today = DAY.toordinal() - before
    shown = ending(key, DAY, gap, 40).shown(today)
    assert all(ending(key, DAY, gap, 40).day(k) <= today for k in shown)


@given(keys, st.integers(1, 30), st.integers(1, 60))
def test_a_column_keeps_no_more_than_its_depth_newest_first(key: int, gap: int, depth: int) -> None:
    schedule = running(key, gap, depth)
    shown = schedule.shown(DAY.toordinal())
    days = [schedule.day(k) for k in shown]
    assert len(shown) == depth
    assert days == sorted(days, reverse=True)


def test_items_of_a_day_are_out_in_its_evening() -> None:
    beijing = timezone(timedelta(hours=8))
    assert last_full_day(datetime(2023, 3, 29, 1, tzinfo=beijing)) == DAY.toordinal() - 1
    assert last_full_day(datetime(2023, 3, 29, 18, tzinfo=beijing)) == DAY.toordinal()


def test_draws_are_the_same_on_every_machine() -> None:
    assert draw(1, 2, 3) == draw(1, 2, 3)
    assert draw(1, 2, 3) != draw(1, 3, 2)
    assert draw(7) == 0x3BA83A11BD4A52DF
    assert weighted({"a": 1, "b": 0}, 9) == "a"
