"""Mandated reposts: recognised by link or title, on time, and only where they bind."""

from __future__ import annotations

from datetime import date

import pytest

from report.plain import Relay
from report.relay import Task, pairs, plain

DAY = date(2023, 3, 1)


def task(title: str = "一图读懂今年政府工作报告", url: str = "", **more: frozenset[str]) -> Task:
    told = plain(title)
    return Task(told, DAY, date(2023, 3, 31), url, pairs=pairs(told), **more)


@pytest.mark.parametrize(
    ("title", "made"),
    [
        ("一图读懂今年政府工作报告", True),
        ("【转发】一图读懂今年政府工作报告！", True),
        ("一图读懂｜今年政府工作报告", True),
        ("一图看懂今年政府工作报告", True),
        ("今年政府工作重点任务分解", False),
        ("一图读懂春耕备耕补贴政策", False),
        ("", False),
    ],
)
def test_a_repost_is_known_by_its_title(title: str, made: bool) -> None:
    assert task().made_by(title, "", DAY) is made


def test_a_repost_is_known_by_its_link_and_must_be_on_time() -> None:
    one = task(url="http://a.gov.cn/1.html")
    assert one.made_by("别的标题", "http://a.gov.cn/1.html", DAY)
    assert not one.made_by("别的标题", "http://a.gov.cn/1.html", date(2023, 2, 28))
    assert not one.made_by("一图读懂今年政府工作报告", "", date(2023, 4, 1))


def test_short_titles_must_be_equal() -> None:
    assert task("禁火令").made_by("禁火令", "", DAY)
    assert not task("禁火令").made_by("春季禁火令发布", "", DAY)


def test_a_task_binds_its_platforms_and_units_alone() -> None:
    one = task(platforms=frozenset({"weibo"}), units=frozenset({"邵东市"}))
    assert one.binds("weibo", {"邵东市", "邵阳市"})
    assert not one.binds("weixin", {"邵东市"})
    assert not one.binds("weibo", {"邵阳市"})
    assert task().binds("douyin", ())


@pytest.mark.parametrize(
    ("done", "full", "low"),
    [(28, True, False), (6, False, False), (5, False, True), (0, False, True)],
)
def test_the_low_list_is_strictly_below_a_fifth(done: int, full: bool, low: bool) -> None:
    relay = Relay(28, done)
    assert (relay.full, relay.below(20)) == (full, low)
    assert not Relay(5, 1).below(20)
