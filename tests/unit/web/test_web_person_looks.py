"""What a person saw on a site: it clears whenever it is fresh, and proves silence for two days."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from checks.base import Outcome
from checks.facts import PersonLook
from crawler.fetch.access import AccessState
from crawler.site_looks import added
from tests.unit.checks.world import AS_OF, column, days_ago, judged, refused, site

WALLED = refused(AccessState.CHALLENGE)


def look(age: int, *, hours: float = 8, holds: bool = True, **more: Any) -> PersonLook:
    seen = AS_OF - timedelta(hours=hours)
    return PersonLook(seen, "检查员", days_ago(age), holds=holds, **more)


def test_a_home_page_that_no_machine_reads_is_judged_by_what_a_person_saw() -> None:
    told = judged("W3.1", site(home=WALLED, newest_home=None, look=look(20)))
    assert (told.outcome, told.reason, told.last_update) == (Outcome.FAIL, "stale", days_ago(20))
    assert told.evidence["provenance"] == "operator"
    assert told.evidence["seen_by"] == "检查员"
    assert told.evidence["machine"] == "challenge"


@pytest.mark.parametrize(
    ("age", "outcome", "reason"),
    [
        (13, Outcome.PASS, "fresh"),
        (14, Outcome.FAIL, "boundary"),
        (15, Outcome.FAIL, "stale"),
    ],
)
def test_the_threshold_is_that_of_the_check(age: int, outcome: Outcome, reason: str) -> None:
    told = judged("W3.1", site(home=WALLED, newest_home=None, look=look(age)))
    assert (told.outcome, told.reason) == (outcome, reason)


def test_an_old_look_proves_an_update_and_no_silence() -> None:
    old = look(20, hours=72, holds=False)
    fresh = look(5, hours=72, holds=False)
    silent = judged("W3.1", site(home=WALLED, newest_home=None, look=old))
    updated = judged("W3.1", site(home=WALLED, newest_home=None, look=fresh))
    assert (silent.outcome, silent.reason) == (Outcome.UNDETERMINED, "challenge")
    assert updated.outcome is Outcome.PASS


def test_a_fresh_item_that_a_person_saw_clears_a_stale_reading_and_a_stale_one_adds_nothing() -> (
    None
):
    stale = site(newest_home=days_ago(30), newest_known=days_ago(30))
    assert judged("W3.1", stale).outcome is Outcome.FAIL
    cleared = judged("W3.1", replace(stale, look=look(3)))
    kept = judged("W3.1", replace(stale, look=look(20)))
    assert cleared.outcome is Outcome.PASS
    assert (kept.outcome, kept.last_update) == (Outcome.FAIL, days_ago(30))


def test_a_newer_item_that_is_known_from_elsewhere_forbids_a_fail_by_look() -> None:
    told = judged(
        "W3.1", site(home=WALLED, newest_home=None, newest_known=days_ago(2), look=look(20))
    )
    assert told.outcome is Outcome.UNDETERMINED


def test_a_column_that_a_person_looked_at_counts_as_read() -> None:
    unread = [column(f"要闻{n}", newest=None, page=None, kind="动态要闻") for n in range(5)]
    assert judged("W4.1", site(columns=tuple(unread))).outcome is Outcome.UNDETERMINED
    seen = tuple(added(one, look(20)) for one in unread)
    told = judged("W4.1", site(columns=seen))
    assert (told.outcome, told.reason) == (Outcome.FAIL, "too_many")
    assert told.evidence["provenance"] == "operator"
    assert "人工查看" in told.evidence["columns"][0]
    fresh = tuple(added(one, look(2)) for one in unread)
    assert judged("W4.1", site(columns=fresh)).outcome is Outcome.PASS


def test_a_column_that_a_person_saw_empty_is_blank_unless_an_item_was_ever_there() -> None:
    empty = PersonLook(AS_OF - timedelta(hours=3), "检查员", empty=True, holds=True)
    blank = [column(f"栏目{n}", newest=None, page=None, ever_filled=False) for n in range(5)]
    told = judged("W4.3", site(columns=tuple(added(one, empty) for one in blank)))
    assert (told.outcome, told.reason) == (Outcome.FAIL, "too_many")
    filled = [column(f"栏目{n}", newest=None, page=None, ever_filled=True) for n in range(5)]
    spared = judged("W4.3", site(columns=tuple(added(one, empty) for one in filled)))
    assert spared.outcome is not Outcome.FAIL


def test_without_a_look_nothing_is_added() -> None:
    plain = column("动态要闻", days_ago(1))
    assert added(plain, None) == plain
