"""What counts as told, and how it is held against the answer key."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from democity.problems.base import Expected
from democity.score import score, tells


def row(check: str, outcome: str, reason: str = "", **more: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "code": "9701000001",
        "name": "甲局",
        "evidence": {},
        "last_update": None,
    }
    return {**known, "check": check, "outcome": outcome, "reason": reason, **more}


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        (row("W3.1", "fail", "stale"), True),
        (row("W3.1", "pass", "fresh"), False),
        (row("W3.1", "undetermined", "challenge"), False),
        (row("F-TYPO", "undetermined", "needs_person"), True),
        (row("R-EMBLEM", "undetermined", "none_seen"), True),
        (row("R-YEARREPORT", "undetermined", "none_seen"), False),
        (row("R-SAMENAME", "pass", "differs"), True),
        (row("M3.1", "undetermined", "needs_person"), False),
        (row("M3.1", "undetermined", "needs_person", evidence={"menu": "absent"}), True),
    ],
)
def test_fails_candidates_and_warnings_are_told_and_what_nobody_could_see_is_not(
    told: dict[str, Any], counts: bool
) -> None:
    assert tells(told) is counts


def planted(check: str, outcome: str = "fail", **more: Any) -> Expected:
    return Expected("9701000001", "site", check, outcome=outcome, name="甲局", **more)


def test_a_row_is_right_with_its_outcome_and_its_day() -> None:
    key = [planted("W3.1", last_update=date(2023, 3, 1)), planted("F-TYPO", "undetermined")]
    rows = [
        row("W3.1", "fail", "stale", last_update="2023-03-01"),
        row("F-TYPO", "undetermined", "needs_person"),
    ]
    found = score(["W3.1", "F-TYPO", "W6.1"], rows, key)
    assert all(one.met for one in found.values())
    assert (found["W3.1"].precision, found["W3.1"].recall) == (1.0, 1.0)
    assert (found["W6.1"].precision, found["W6.1"].recall) == (None, None)
    late = score(["W3.1"], [rows[0] | {"last_update": "2023-03-02"}, rows[1]], key)
    assert late["W3.1"].wrong_date == ["甲局 2023-03-02，应为 2023-03-01"]


def test_what_was_not_planted_is_false_and_what_was_not_told_is_missed() -> None:
    found = score(["W3.1", "W6.1"], [row("W6.1", "fail", "none")], [planted("W3.1")])
    assert (found["W6.1"].false, found["W6.1"].precision) == (["甲局（none）"], 0.0)
    assert (found["W3.1"].missed, found["W3.1"].recall) == (["甲局"], 0.0)


def test_a_fail_where_a_person_should_decide_is_false_and_misses_the_candidate() -> None:
    found = score(["F-TYPO"], [row("F-TYPO", "fail", "typo")], [planted("F-TYPO", "undetermined")])
    assert (len(found["F-TYPO"].false), len(found["F-TYPO"].missed)) == (1, 1)


def test_accounts_stand_in_the_key_by_their_name_and_nights_repeat() -> None:
    key = [Expected("乙发布", "account", "M2.1", name="乙发布")]
    rows = [row("M2.1", "fail", "stale", code="970100M001XL0001", name="乙发布")] * 3
    assert score(["M2.1"], rows, key)["M2.1"].right == 1
