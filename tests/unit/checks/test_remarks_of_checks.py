"""What a check remarks beside its verdict: bursts, warnings, counts; each on both sides of its number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.base import Outcome
from checks.facts import ProbeDay
from crawler.extract.facts import PageLink
from tests.unit.checks.site_parts import blank, late
from tests.unit.checks.world import columns, days_ago, judged, link, site, week
from tests.unit.checks.world import home as home_page


@pytest.mark.parametrize(("count", "burst"), [(4, False), (5, True)])
def test_five_late_items_in_one_column_are_a_burst(count: int, burst: bool) -> None:
    """Trap 26: the back-fill before the sampling."""
    told = judged("W1.5", site(late_items=tuple(late(10, n=n) for n in range(count))))
    assert bool(told.evidence["burst"]) is burst


@pytest.mark.parametrize(
    ("failed", "counted", "outcome"),
    [(499, 10_000, Outcome.PASS), (500, 10_000, Outcome.FAIL)],
)
def test_a_share_of_4_99_percent_is_open_and_5_00_percent_is_not(
    failed: int, counted: int, outcome: Outcome
) -> None:
    days = (ProbeDay(days_ago(1), counted - 600, failed), *week(100, 0)[1:])
    assert judged("W2.1", site(probes=days)).outcome is outcome


@pytest.mark.parametrize(("failed", "warning"), [(299, None), (300, "near_limit")])
def test_three_percent_is_warned_of(failed: int, warning: str | None) -> None:
    days = (ProbeDay(days_ago(1), 9_400, failed), *week(100, 0)[1:])
    assert judged("W2.1", site(probes=days)).warning == warning


@pytest.mark.parametrize(
    ("code", "kind", "age", "few", "many"),
    [("W4.1", "动态要闻", 14, 2, 3), ("W4.2", "人事", 400, 5, 6), ("W4.3", "", 0, 1, 2)],
)
def test_stale_columns_are_warned_of_before_they_are_a_veto(
    code: str, kind: str, age: int, few: int, many: int
) -> None:
    for count, warning in ((few, None), (many, "near_limit")):
        stale = columns(kind, days_ago(age), count)
        empty = tuple(blank(f"专栏{n}") for n in range(count))
        told = judged(code, site(columns=stale if kind else empty))
        assert (told.outcome, told.warning) == (Outcome.PASS, warning)
        assert told.evidence["count"] == count


@pytest.mark.parametrize(("code", "home"), [("D-LINK.1", True), ("D-LINK.2", False)])
def test_one_dead_link_is_a_finding_and_below_one_dead_host_all_are_one(
    code: str, home: bool
) -> None:
    one = replace(link("dead"), home=home)
    other = replace(one, url=f"{one.url}2")
    assert judged(code, site(links=(one,))).outcome is Outcome.FAIL
    assert judged(code, site(links=(one, other))).evidence["problems"] == 2
    down = tuple(replace(dead, host_down=True) for dead in (one, other))
    assert judged(code, site(links=down)).evidence["problems"] == 1
    elsewhere = replace(one, home=not home)
    assert judged(code, site(links=(elsewhere, replace(link("ok"), home=home)))).outcome is (
        Outcome.PASS
    )


@pytest.mark.parametrize(("count", "outcome"), [(1, Outcome.UNDETERMINED), (2, Outcome.FAIL)])
def test_one_odd_anchor_is_for_a_person_and_two_are_proof(count: int, outcome: Outcome) -> None:
    odd = tuple(PageLink(f"http://x{n}.cn/", "百家乐", "gambling") for n in range(count))
    assert judged("F-DARKLINK", site(home=home_page(dark_links=odd))).outcome is outcome


@pytest.mark.parametrize("code", ["D-LINK.1", "D-LINK.2"])
def test_links_that_all_refuse_prove_neither_life_nor_death(code: str) -> None:
    """Trap 4."""
    home = code == "D-LINK.1"
    refused = tuple(replace(link(state), home=home) for state in ("blocked", "undetermined"))
    told = judged(code, site(links=refused))
    assert (told.outcome, told.reason) == (Outcome.UNDETERMINED, "links_refused")
    one = replace(link("ok"), home=home)
    assert judged(code, site(links=(*refused, one))).outcome is Outcome.PASS
