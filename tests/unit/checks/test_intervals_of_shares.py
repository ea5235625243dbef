"""The interval around a share of failed probes: where a true share would just be believable."""

from __future__ import annotations

from math import sqrt

import pytest

from checks.confidence import interval

QUANTILE = 1.96


@pytest.mark.parametrize(("failed", "counted"), [(7, 140), (70, 140), (1, 20), (95, 100)])
def test_each_end_is_the_true_share_that_would_be_1_96_deviations_off(
    failed: int, counted: int
) -> None:
    for end in interval(failed, counted):
        off = abs(failed / counted - end) / sqrt(end * (1 - end) / counted)
        assert off == pytest.approx(QUANTILE, rel=0.02)
    low, high = interval(failed, counted)
    assert low < failed / counted < high


def test_none_failed_or_all_failed_stay_within_bounds() -> None:
    low, high = interval(0, 140)
    assert low == 0.0
    assert high == pytest.approx(0.0267)
    assert interval(140, 140) == [0.9733, 1.0]
    assert interval(1, 1)[1] == 1.0


def test_nothing_counted_has_no_interval() -> None:
    assert interval(0, 0) == []
