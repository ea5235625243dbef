"""Columns that were looked at on different nights: what counts together, and what does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from checks.base import Outcome
from checks.columns import sort_columns
from tests.unit.checks.site_parts import blank
from tests.unit.checks.world import AS_OF, HOME, columns, days_ago, judged, site

BEFORE = AS_OF - timedelta(days=3)


def test_columns_that_were_old_at_one_moment_count_together() -> None:
    tonight = columns("动态要闻", days_ago(30), 3)
    earlier = tuple(
        replace(one, url=f"{HOME}e{n}/", seen_at=BEFORE)
        for n, one in enumerate(columns("动态要闻", days_ago(30), 2))
    )
    verdict = judged("W4.1", site(columns=(*tonight, *earlier)))
    assert (verdict.outcome, verdict.reason) == (Outcome.FAIL, "too_many")
    assert any("2023-03-17查看" in line for line in verdict.evidence["columns"])


def test_a_column_that_was_in_time_at_the_first_look_is_not_counted_with_it() -> None:
    """Fifteen days old tonight, it was twelve days old when the others were looked at."""
    young = columns("动态要闻", days_ago(15), 2)
    earlier = tuple(
        replace(one, url=f"{HOME}e{n}/", seen_at=BEFORE)
        for n, one in enumerate(columns("动态要闻", days_ago(30), 3))
    )
    whole = site(columns=(*young, *earlier))
    states = sort_columns(whole, AS_OF)
    assert len(states.stale) == 3
    assert len(states.unread) == 2
    verdict = judged("W4.1", whole)
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "columns_unread")


def test_a_column_seen_before_is_fresh_as_long_as_its_newest_item_is_young() -> None:
    seen = columns("动态要闻", days_ago(13), 5, seen_at=BEFORE)
    assert judged("W4.1", site(columns=seen)).outcome is Outcome.PASS
    old = tuple(replace(one, newest=days_ago(14)) for one in seen)
    verdict = judged("W4.1", site(columns=old))
    # Eleven days old when it was looked at, and nobody looked since.
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "columns_unread")


def test_blank_columns_of_several_nights_count_at_the_first_of_them() -> None:
    empty = tuple(
        replace(blank("公示"), url=f"{HOME}b{n}/", seen_at=BEFORE if n < 2 else None)
        for n in range(5)
    )
    assert judged("W4.3", site(columns=empty)).outcome is Outcome.FAIL
    # With two nights between, those of the first may have been filled by the second.
    apart = (*empty[:4], replace(empty[4], newest=None, page=None))
    assert judged("W4.3", site(columns=apart)).reason == "columns_unread"
