"""Each overlay that comes with the product, on both sides of every number that it states."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from checks.base import Verdict
from checks.facts import AccountFacts, SiteFacts
from checks.registry import ALL, BY_CODE
from checks.ruleset import load
from checks.scoring import FILE, changed, score
from tests.unit.checks.world import AS_OF, account, post, site, source


def under(
    overlay: str, code: str, facts: SiteFacts | AccountFacts, at: datetime = AS_OF
) -> Verdict:
    return BY_CODE[code].judge(facts, load(Path(overlay), ALL).parameters[code], at)


@pytest.mark.parametrize(
    ("overlay", "warned", "last", "first"),
    [
        ("weekly-accounts", 5, 6, 7),
        ("ten-day-accounts", 7, 9, 10),
        ("more-than-14-days", 10, 14, 15),
    ],
)
def test_an_account_is_late_by_the_days_of_the_overlay(
    overlay: str, warned: int, last: int, first: int
) -> None:
    def told(days: int) -> Verdict:
        return under(overlay, "M2.1", account(source(post(days))))

    assert (told(last).outcome, told(first).outcome) == ("pass", "fail")
    assert told(first).reason == "boundary"
    assert (told(warned - 1).warning, told(warned).warning) == (None, "early")


def test_the_report_of_a_year_is_due_on_the_29th_where_a_province_says_so() -> None:
    for day, due in ((29, False), (30, True)):
        at = AS_OF.replace(month=1, day=day)
        told = under("year-report-29", "R-YEARREPORT", site(), at)
        assert (told.reason != "not_due") is due


@pytest.mark.parametrize(
    ("overlay", "lost", "passed"),
    [
        ("pass-mark-80", "20", True),
        ("pass-mark-80", "20.5", False),
        (None, "40", True),
        (None, "40.5", False),
    ],
)
def test_the_pass_mark_itself_is_enough(overlay: str | None, lost: str, passed: bool) -> None:
    """按省政府要求80分以上为合格; 低于60分为不合格."""
    stated = load(Path(overlay) if overlay else None, ALL).points
    told = score(changed(stated, {"points": {"D-REPLY.1": lost}}), {"D-REPLY.1": 1}, portal=True)
    assert told.deductions == 100 - Decimal(lost)
    assert told.passed is passed


def test_the_groups_of_the_national_points_add_up_to_the_whole() -> None:
    """发布解读 31, 办事服务 25, 互动交流 23, 功能设计 21: a hundred."""
    stated = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    groups = {one["name"]: one["points"] for one in stated["groups"]}
    assert groups == {"发布解读": 31, "办事服务": 25, "互动交流": 23, "功能设计": 21}
    assert sum(groups.values()) == stated["total"] == 100
    assert stated["no_services"]["out_of"] == 100 - groups["办事服务"]
