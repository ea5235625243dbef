"""What a person saw on a home page: a fresh item clears, silence only where the patrol could not read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from checks.base import Outcome
from checks.facts import PersonLook, SiteFacts
from crawler.fetch.access import AccessState
from tests.unit.checks.world import AS_OF, HOME, days_ago, home, judged, refused, site

SHUT: dict[str, Any] = {"home": refused(AccessState.CHALLENGE), "newest_home": None}


def looked(newest: date | None, *, holds: bool = True, **changed: Any) -> SiteFacts:
    look = PersonLook(AS_OF, "张三", newest=newest, holds=holds, url=changed.pop("seen_url", ""))
    return site(**{**SHUT, **changed}, look=look)


def told(whole: SiteFacts) -> tuple[Outcome, str, str | None]:
    verdict = judged("W3.1", whole)
    return verdict.outcome, verdict.reason, verdict.warning


@pytest.mark.parametrize(
    ("age", "wanted"),
    [
        (9, (Outcome.PASS, "fresh", None)),
        (10, (Outcome.PASS, "fresh", "early")),
        (13, (Outcome.PASS, "fresh", "early")),
        (14, (Outcome.FAIL, "boundary", None)),
        (15, (Outcome.FAIL, "stale", None)),
    ],
)
def test_where_the_patrol_was_refused_the_look_is_judged_by_the_same_days(
    age: int, wanted: tuple[Outcome, str, str | None]
) -> None:
    assert told(looked(days_ago(age))) == wanted


def test_a_look_that_no_longer_holds_clears_and_never_accuses() -> None:
    assert told(looked(days_ago(13), holds=False))[0] is Outcome.PASS
    assert told(looked(days_ago(20), holds=False))[1] == "challenge"


def test_a_fresh_item_seen_by_a_person_clears_what_the_machine_would_accuse() -> None:
    stale: dict[str, Any] = {"home": home(), "newest_home": days_ago(40)}
    assert told(looked(days_ago(2), **stale))[:2] == (Outcome.PASS, "fresh")
    kept = judged("W3.1", looked(days_ago(20), **stale))
    assert (kept.outcome, kept.reason, kept.last_update) == (Outcome.FAIL, "stale", days_ago(40))
    assert "seen_by" not in kept.evidence


def test_what_the_machine_read_as_fresh_needs_no_person() -> None:
    fresh = judged("W3.1", looked(days_ago(30), home=home(), newest_home=days_ago(1)))
    assert (fresh.outcome, fresh.last_update) == (Outcome.PASS, days_ago(1))
    led = looked(days_ago(2), home=home(), newest_home=None, navigation_only=True)
    assert told(led)[:2] == (Outcome.NOT_APPLICABLE, "navigation_only")


def test_a_newer_item_known_from_elsewhere_leaves_silence_unproven() -> None:
    known = looked(days_ago(20), newest_known=days_ago(13))
    assert told(known)[1] == "challenge"
    older = judged("W3.1", looked(days_ago(20), newest_known=days_ago(16)))
    assert (older.outcome, older.last_update) == (Outcome.FAIL, days_ago(16))
    assert older.evidence["age_days"] == 16


def test_a_look_without_a_day_settles_nothing() -> None:
    assert told(looked(None))[1] == "challenge"
    assert told(replace(looked(None), look=None))[1] == "challenge"


def test_the_evidence_names_the_person_and_the_page() -> None:
    seen = judged("W3.1", looked(days_ago(2))).evidence
    assert (seen["seen_by"], seen["url"], seen["machine"]) == ("张三", HOME, "challenge")
    other = judged("W3.1", looked(days_ago(2), seen_url=f"{HOME}new/")).evidence
    assert other["url"] == f"{HOME}new/"
