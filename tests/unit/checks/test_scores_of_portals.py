"""Points: decimals, caps, the 4/3 rule, below 60, above 80; no score on unverified points."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from checks.registry import ALL
from checks.ruleset import RulesetError, built_in, load
from checks.scoring import Points, PointsError, ScoreState, changed, national_points, score

EVERY_POINT = {
    "points": {
        "D-STATS": 2, "D-POLICY": 5, "D-NEWS": 4, "D-LINK.1": "0.1", "D-FOOTER": 1,
        "D-MSG.1": 5, "D-MSG.2": 3, "D-REPLY.1": 8, "D-COLUMN": "2.5", "B-SURVEY": 4,
    },
    "caps": {"可用性": 4, "网站标识": 3, "留言公开": 8, "其他栏目": 6, "动态要闻": 8, "办理答复": 100},
}  # fmt: skip


def every() -> Points:
    return changed(national_points(), EVERY_POINT)


def test_a_veto_ends_it_and_only_portals_are_scored() -> None:
    points = national_points()
    assert score(points, {}, portal=True, vetoed=True).passed is False
    assert score(points, {}, portal=True, vetoed=True).total is None
    assert score(points, {"D-STATS": 1}, portal=False).state is ScoreState.NOT_PORTAL


def test_confirmed_points_give_a_score_that_names_them() -> None:
    told = score(national_points(), {"D-STATS": 1}, portal=True)
    assert (told.state, told.total, told.passed) == (ScoreState.SCORED, Decimal(98), True)
    assert told.used == ("D-STATS 每处 2 分（已核实）",)


def test_unverified_points_give_findings_and_no_number() -> None:
    told = score(national_points(), {"D-STATS": 1, "D-FOOTER": 3, "D-POLICY": 1}, portal=True)
    assert told.state is ScoreState.INCOMPLETE
    assert (told.total, told.deductions, told.passed) == (None, None, None)
    assert set(told.missing) == {"D-FOOTER", "D-POLICY"}  # one source is not enough either
    assert {one.item: dict(one.findings) for one in told.losses}["网站标识"] == {"D-FOOTER": 3}


def test_losses_stop_at_the_points_of_their_indicator() -> None:
    told = score(every(), {"D-LINK.1": 39, "D-FOOTER": 5}, portal=True)
    amounts = {one.item: (one.amount, one.capped) for one in told.losses}
    assert amounts["可用性"] == (Decimal("3.9"), False)
    assert amounts["网站标识"] == (Decimal(3), True)
    assert told.deductions == Decimal("93.1")


def test_several_losses_need_a_cap_that_is_known() -> None:
    points = changed(national_points(), {"points": {"D-NEWS": 4}})
    assert score(points, {"D-NEWS": 1}, portal=True).missing == ()
    assert score(points, {"D-NEWS": 2}, portal=True).missing == ("动态要闻的分值",)


@pytest.mark.parametrize(
    ("late", "total", "passed"), [(5, Decimal(60), True), (6, Decimal(52), False)]
)
def test_sixty_passes_and_less_does_not(late: int, total: Decimal, passed: bool) -> None:
    told = score(every(), {"D-REPLY.1": late}, portal=True)
    assert (told.deductions, told.passed) == (total, passed)


def test_just_below_sixty_fails() -> None:
    told = score(every(), {"D-REPLY.1": 5, "D-LINK.1": 1}, portal=True)
    assert (told.deductions, told.passed) == (Decimal("59.9"), False)


def test_exactly_eighty_does_not_unlock_the_bonus() -> None:
    points = changed(every(), {"points": {"D-REPLY.1": 10}})
    at = score(points, {"D-REPLY.1": 2}, portal=True, bonuses={"B-SURVEY": 1})
    assert (at.deductions, at.bonus) == (Decimal(80), Decimal(0))
    above = changed(every(), {"points": {"D-REPLY.1": "9.95"}})
    told = score(above, {"D-REPLY.1": 2}, portal=True, bonuses={"B-SURVEY": 1})
    assert (told.deductions, told.total) == (Decimal("80.10"), Decimal("84.10"))


def test_without_services_the_rest_counts_four_thirds() -> None:
    told = score(every(), {"D-STATS": 1, "D-MSG.2": 1}, portal=True, services=False)
    assert told.deductions == Decimal(96)  # (75 − 3) × 4/3; 办事统计 is not inspected


def test_a_province_may_pass_at_eighty() -> None:
    rules = load(built_in()["pass-mark-80"], ALL)
    assert rules.points.pass_mark == 80
    points = changed(rules.points, EVERY_POINT)
    assert score(points, {"D-REPLY.1": 2}, portal=True).passed is True
    assert score(points, {"D-REPLY.1": 3}, portal=True).passed is False


@pytest.mark.parametrize(
    "change",
    [
        {"points": {"D-NOTHING": 1}},
        {"points": {"D-NEWS": -1}},
        {"points": {"D-NEWS": "many"}},
        {"points": {"D-NEWS": True}},
        {"points": [1]},
        {"caps": {"没有这一项": 1}},
        {"pass_mark": float("nan")},
    ],
)
def test_points_that_make_no_sense_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(PointsError):
        changed(national_points(), change)


def test_a_ruleset_with_bad_points_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("name: x\nscoring: {points: {D-NEWS: 'viel'}}\n", encoding="utf-8")
    with pytest.raises(RulesetError, match=r"规则文件：scoring\.points\.D-NEWS"):
        load(file, ALL)


def test_the_bonus_is_thirty_points_at_most() -> None:
    points = changed(national_points(), {"points": {"B-SURVEY": 20, "B-DATA": 20}})
    told = score(points, {}, portal=True, bonuses={"B-SURVEY": 1, "B-DATA": 1})
    assert (told.deductions, told.bonus, told.total) == (Decimal(100), Decimal(30), Decimal(130))
    one = score(points, {}, portal=True, bonuses={"B-SURVEY": 1})
    assert (one.bonus, one.total) == (Decimal(20), Decimal(120))


def test_without_outward_services_seventy_five_points_count_four_thirds() -> None:
    points = changed(national_points(), {"points": {"D-POLICY": 5}})
    told = score(points, {"D-POLICY": 1, "D-STATS": 1}, portal=True, services=False)
    assert told.deductions == Decimal(70) * 4 / 3
    assert score(points, {}, portal=True, services=False).deductions == Decimal(100)
