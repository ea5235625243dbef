"""Problems across windows: trends, repeats of a unit, what came back after it was put right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from review.across import Again, Printed, again, trends

WINDOWS = ["2022Q3", "2022Q4", "2023Q1"]
ONE = Printed("2023Q1", "例县", "target:1", "例县人民政府", "W3.1", "首页长期不更新")


def in_window(window: str, **changed: object) -> Printed:
    return replace(ONE, window=window, **changed)  # type: ignore[arg-type]


def only(found: list[Again]) -> Again:
    assert len(found) == 1
    return found[0]


def test_the_same_target_with_the_same_problem_is_a_repeat() -> None:
    told = only(again(WINDOWS, [in_window("2022Q4"), ONE]))
    assert (told.found, told.in_a_row, told.same_subject) == (ONE, 2, True)
    assert not told.settled_before


def test_another_target_of_the_unit_makes_the_unit_a_repeat_offender() -> None:
    told = only(again(WINDOWS, [in_window("2022Q4", subject="target:2", name="例县教育局"), ONE]))
    assert not told.same_subject


def test_another_unit_another_problem_or_a_window_between_is_no_repeat() -> None:
    for before in (
        in_window("2022Q4", unit="别县"),
        in_window("2022Q4", check="W4.1"),
        in_window("2022Q3"),
    ):
        assert again(WINDOWS, [before, ONE]) == []
    assert again(WINDOWS, [in_window("2022Q3"), in_window("2022Q4")]) == []
    assert again(["2023Q1"], [ONE]) == []


def test_windows_in_a_row_are_counted_until_the_first_without_it() -> None:
    every = [in_window(window) for window in WINDOWS]
    assert only(again(WINDOWS, every)).in_a_row == 3
    longer = ["2022Q1", "2022Q2", *WINDOWS]
    assert only(again(longer, [in_window("2022Q1"), *every])).in_a_row == 3


def test_what_was_put_right_and_came_back_is_told_apart_from_what_never_was() -> None:
    day = date(2023, 1, 5)
    right = in_window("2022Q4", rectified_on=day)
    assert only(again(WINDOWS, [right, ONE])).settled_before
    part = in_window("2022Q4", subject="target:2")
    assert not only(again(WINDOWS, [right, part, ONE])).settled_before


def test_the_longest_row_of_windows_comes_first() -> None:
    other = replace(ONE, unit="别县", subject="target:9")
    found = [in_window("2022Q4"), ONE, other]
    found += [replace(other, window=window) for window in WINDOWS[:2]]
    assert [one.found.unit for one in again(WINDOWS, found)] == ["别县", "例县"]


def test_a_trend_counts_each_window_and_what_was_rectified_in_it() -> None:
    found = [
        in_window("2022Q3", rectified_on=date(2022, 11, 1)),
        in_window("2022Q3", subject="target:2"),
        ONE,
        replace(ONE, check="W4.1", label="栏目不更新"),
        replace(ONE, check="W4.1", subject="target:3"),
    ]
    first, second = trends(WINDOWS, found)
    assert (first.check, first.counts, first.change) == ("W4.1", (0, 0, 2), 2)
    assert (second.counts, second.rectified, second.change) == ((2, 0, 1), (1, 0, 0), 1)
    assert trends(WINDOWS[:1], [ONE]) == []
    assert trends(WINDOWS[:1], found)[0].change == 0
