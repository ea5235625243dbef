"""Mandated reposts: recognised by link or title, on time, and only where they bind."""

from __future__ import annotations

from datetime import date

import pytest

from report.plain import Relay
from report.relay import BY_LINK, BY_TITLE, Post, Task, link, pairs, plain

DAY = date(2023, 3, 1)


EVERYBODY: frozenset[str] = frozenset()


def task(
    title: str = "一图读懂今年政府工作报告",
    url: str = "",
    platforms: frozenset[str] = EVERYBODY,
    units: frozenset[str] = EVERYBODY,
) -> Task:
    told = plain(title)
    return Task(told, DAY, date(2023, 3, 31), url, platforms, units, pairs(told))


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


@pytest.mark.parametrize(
    ("posted", "same"),
    [
        ("https://www.a.gov.cn/1.html", True),
        ("http://a.gov.cn/1.html#top", True),
        ("http://a.gov.cn/1.html/", True),
        ("http://a.gov.cn/2.html", False),
        ("http://b.gov.cn/1.html", False),
        ("", False),
    ],
)
def test_a_link_is_the_same_with_another_scheme_or_fragment(posted: str, same: bool) -> None:
    found = task(url="http://www.a.gov.cn/1.html").seen_in(Post.of("别的标题", posted, DAY))
    assert found == (BY_LINK if same else "")


def test_an_article_of_weixin_is_known_whoever_shared_it() -> None:
    bare = "https://mp.weixin.qq.com/s?__biz=MzA3&mid=265&idx=1"
    assert link(f"{bare}&sn=ab&chksm=cd&scene=27#wechat_redirect") == link(bare)
    assert link(bare.replace("idx=1", "idx=2")) != link(bare)
    assert link("https://mp.weixin.qq.com/s/AbC?scene=1") == "mp.weixin.qq.com/s/AbC"


@pytest.mark.parametrize("url", ["http://[", "x" * 5000, "http://a?" + "&a=1" * 500, "\x00"])
def test_no_address_breaks_the_comparison(url: str) -> None:
    assert isinstance(link(url), str)


def test_it_is_told_how_a_repost_was_known() -> None:
    one = task()
    assert one.seen_in(Post.of("一图看懂今年政府工作报告", "", DAY)) == BY_TITLE
    assert one.seen_in(Post.of("春耕备耕", "http://a.gov.cn/", DAY)) == ""
