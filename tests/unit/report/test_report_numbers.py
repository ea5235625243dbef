"""Printed numbers against figures of published notices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report import numbers
from report.dates import DateStyle, end_of_span, printed


@pytest.mark.parametrize(
    ("failed", "checked", "decimals", "text"),
    [
        (1, 49, 2, "2.04%"),
        (2, 18, 2, "11.11%"),
        (3, 594, 2, "0.51%"),
        (1, 74, 2, "1.35%"),
        (9, 148, 2, "6.08%"),
        (17, 150, 2, "11.33%"),
        (35, 1738, 2, "2.01%"),
        (5, 31, 1, "16.1%"),
        (3, 8, 1, "37.5%"),
        (2, 46, 1, "4.3%"),
        (13, 216, 1, "6.0%"),
        (0, 45, 2, "0"),
        (0, 0, 2, "0"),
    ],
)
def test_problem_ratios_are_those_of_the_notices(
    failed: int, checked: int, decimals: int, text: str
) -> None:
    assert numbers.ratio(failed, checked, decimals) == text


@pytest.mark.parametrize(
    ("failed", "checked", "decimals", "text"),
    [
        (3, 594, 2, "99.49%"),
        (35, 1738, 2, "97.99%"),
        (8, 49, 1, "83.7%"),
        (13, 216, 1, "94.0%"),
        (6, 293, 2, "97.95%"),
        (0, 47, 2, "100%"),
        (0, 0, 2, "—"),
    ],
)
def test_pass_rates_are_those_of_the_notices(
    failed: int, checked: int, decimals: int, text: str
) -> None:
    assert numbers.pass_rate(failed, checked, decimals) == text


@pytest.mark.parametrize(
    ("done", "text"), [(0, "0.00%"), (1, "3.57%"), (2, "7.14%"), (3, "10.71%"), (4, "14.29%")]
)
def test_completion_keeps_its_decimals(done: int, text: str) -> None:
    assert numbers.completion(done, 28, 2) == text


def test_a_half_is_rounded_up_where_a_float_would_round_down() -> None:
    assert numbers.percent(1, 800, 2) == "0.13%"
    assert numbers.percent(23, 1600, 2) == "1.44%"


@given(st.integers(0, 5000), st.integers(1, 5000), st.integers(0, 4))
def test_a_ratio_is_within_half_a_unit_of_the_exact_value(
    part: int, whole: int, decimals: int
) -> None:
    part = min(part, whole)
    shown = Decimal(numbers.percent(part, whole, decimals).removesuffix("%"))
    exact = Decimal(part) * 100 / Decimal(whole)
    assert abs(shown - exact) <= Decimal(1).scaleb(-decimals) / 2
    assert shown >= exact or exact - shown < Decimal(1).scaleb(-decimals) / 2


def test_more_failed_than_checked_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="no ratio"):
        numbers.ratio(3, 2, 2)


def test_days_are_printed_in_three_ways() -> None:
    day = date(2021, 5, 20)
    assert [printed(day, style) for style in DateStyle] == ["2021年5月20日", "5月20日", "5.20"]


def test_a_span_repeats_the_year_only_when_it_changes() -> None:
    assert end_of_span(date(2020, 7, 7), date(2020, 9, 17)) == "9月17日"
    assert end_of_span(date(2020, 12, 20), date(2021, 1, 17)) == "2021年1月17日"
