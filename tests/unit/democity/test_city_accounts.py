"""Accounts in the shapes of their platforms, and the scenes they play."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import feedparser
import pytest

from democity import City, plan
from democity.platforms.base import BEIJING, SCENES
from democity.platforms.weibo import bid, created_at, mid
from democity.scenario import Scenario
from tests.unit.democity.town import ask, document, on_night, one_account, words


def posts(scenario: Scenario, night: int = 3) -> list[dict[str, Any]]:
    """The blogs of the only account, in the order of their cards."""
    uid = scenario.accounts[0].platform_id
    url = f"https://m.weibo.cn/api/container/getIndex?type=uid&value={uid}&containerid=107603{uid}"
    told = json.loads(ask(on_night(scenario, night), url).body)
    return [card["mblog"] for card in told["data"]["cards"]]


def profile(scenario: Scenario) -> dict[str, Any]:
    uid = scenario.accounts[0].platform_id
    url = f"https://m.weibo.cn/api/container/getIndex?type=uid&value={uid}"
    told: dict[str, Any] = json.loads(ask(on_night(scenario), url).body)
    return told["data"]["userInfo"]  # type: ignore[no-any-return]


def moment(blog: dict[str, Any]) -> datetime:
    return datetime.strptime(blog["created_at"], "%a %b %d %H:%M:%S %z %Y")


def feeds(scenario: Scenario, night: int = 3) -> list[Any]:
    """The parsed feeds of the only account, in the order of its sources."""
    streets = on_night(scenario, night)
    sources = [source.removeprefix("feed:") for source in scenario.accounts[0].sources]
    return [feedparser.parse(ask(streets, url).body) for url in sources]


def test_a_weibo_number_holds_its_second() -> None:
    blog = posts(one_account(platform="weibo"))[0]
    seconds = (int(blog["id"]) >> 22) + 515483463
    assert seconds == int(moment(blog).timestamp())
    assert blog["mid"] == blog["id"]


def test_a_short_number_is_the_long_one_in_base_62() -> None:
    assert bid(4645748019299849) == "Kjc77D1jz"
    assert bid(4649031014551911) == "Kkzwhj69V"


def test_times_are_in_english_whatever_the_locale() -> None:
    at = datetime(2021, 6, 17, 16, 0, 11, tzinfo=BEIJING)
    assert created_at(at) == "Thu Jun 17 16:00:11 +0800 2021"
    assert (mid(at, 1) >> 22) + 515483463 == int(at.timestamp())


def test_a_healthy_account_posted_this_week() -> None:
    newest = max(moment(blog) for blog in posts(one_account(platform="weibo")))
    assert newest.date().isoformat() >= "2023-03-24"


@pytest.mark.parametrize(("age", "last"), [(14, "2023-03-16"), (13, "2023-03-17")])
def test_a_silent_account_ends_on_its_day(age: int, last: str) -> None:
    scenario = one_account(platform="weibo", problems={"M2.1": {"age": age}})
    assert max(moment(blog) for blog in posts(scenario)).date().isoformat() == last
    assert [str(one.last_update) for one in scenario.expected] == ([last] if age >= 14 else [])


def test_an_old_post_is_pinned_first() -> None:
    """S2, trap 20."""
    first, second, *_ = posts(one_account(platform="weibo", scene="S2"))
    assert first["isTop"] == 1
    assert first["title"]["text"] == "置顶"
    assert moment(first) < moment(second)


def test_the_pinned_post_can_be_the_newest() -> None:
    """S3, trap 20."""
    first, second, *_ = posts(one_account(platform="weibo", scene="S3"))
    assert first["mblogtype"] == 2
    assert moment(first) > moment(second)


def test_reposts_carry_what_they_repeat() -> None:
    """S4."""
    found = posts(one_account(platform="weibo", scene="S4"))
    assert all("retweeted_status" in blog for blog in found)


def test_the_newest_post_is_deleted_after_the_first_night() -> None:
    """S5."""
    said = {"platform": "weibo", "scene": "S5", "nights": [2, 3]}
    scenario = one_account(problems={"M2.1": {"age": 12, "gap": 30}}, **said)
    first, second = posts(scenario, 1), posts(scenario, 2)
    assert moment(first[0]).date().isoformat() == "2023-03-18"
    assert moment(second[0]) < moment(first[0])
    assert not scenario.expected


def test_times_can_be_relative() -> None:
    """S13, trap 21."""
    told = {blog["created_at"] for blog in posts(one_account(platform="weibo", scene="S13", gap=1))}
    assert any(text.startswith("昨天 ") for text in told)
    assert any(len(text) == 5 for text in told)


def test_a_like_is_another_persons_post_of_today() -> None:
    """S14."""
    said = {"platform": "weibo", "scene": "S14", "problems": {"M2.1": {"age": 60}}}
    scenario = one_account(**said)
    like, own = posts(scenario)[:2]
    assert like["title"]["text"] == "赞过的微博"
    assert like["user"]["id"] != own["user"]["id"]
    assert moment(like).date().isoformat() == "2023-03-30"
    assert {one.check for one in scenario.expected} == {"M2.1", "F-OFFTOPIC"}


def test_certification_and_names_change_by_scene() -> None:
    """S15 and S16."""
    plain = one_account(platform="weibo")
    assert profile(plain)["verified_reason"].startswith("临江市")
    assert profile(one_account(platform="weibo", scene="S16"))["verified_type"] == -1
    found = one_account(platform="weibo", scene="S16").expected
    assert [one.check for one in found] == ["R-UNCERTIFIED"]
    renamed = one_account(platform="weibo", scene="S15")
    assert profile(renamed)["screen_name"] != renamed.accounts[0].name


def test_an_account_without_functions_is_left_to_a_person() -> None:
    scenario = one_account(platform="weibo", problems={"M3.1": {}})
    assert [one["name"] for one in profile(scenario)["toolbar_menus"]] == ["关注"]
    (expected,) = scenario.expected
    assert (expected.outcome, expected.reason) == ("undetermined", "needs_person")


@pytest.mark.parametrize(
    ("scene", "status", "mark"),
    [
        ("S6", 200, "这里还没有内容"),
        ("S7", 200, '"ok": -100'),
        ("S8", 200, "Sina Visitor System"),
        ("S9", 302, ""),
        ("S10", 432, ""),
        ("S12", 200, '"blocks"'),
        ("S17", 200, "用户不存在"),
        ("S18", 200, '"mblog":{"id":"48'),
    ],
)
def test_weibo_refuses_in_its_own_ways(scene: str, status: int, mark: str) -> None:
    scenario = one_account(platform="weibo", scene=scene)
    uid = scenario.accounts[0].platform_id
    url = f"https://m.weibo.cn/api/container/getIndex?type=uid&value={uid}"
    reply = ask(on_night(scenario), url)
    assert reply.status == status
    assert mark in words(reply)


def test_an_unknown_uid_looks_like_an_empty_account() -> None:
    reply = ask(on_night(one_account()), "https://m.weibo.cn/api/container/getIndex?value=1")
    assert json.loads(reply.body)["ok"] == 0


def test_a_wechat_account_has_two_feeds_of_different_operators() -> None:
    scenario = one_account(platform="weixin")
    hosts = {source.split("/")[2] for source in scenario.accounts[0].sources}
    assert len(hosts) == 2
    first, second = feeds(scenario)
    assert len(first.entries) == 12
    assert len(second.entries) == 12 or second.bozo


def test_feeds_come_in_four_shapes() -> None:
    scenario = plan(document(accounts=[{"unit": "临江市", "platform": "weixin", "count": 12}]))
    streets = on_night(scenario)
    shapes = {
        source.rpartition(".")[2]: words(ask(streets, source.removeprefix("feed:")))
        for account in scenario.accounts
        for source in account.sources[1:]
    }
    assert set(shapes) == {"rss", "atom", "json"}
    assert "GMT</pubDate>" not in shapes["rss"]
    assert "<published>2023-" in shapes["atom"]
    assert json.loads(shapes["json"])["items"][0]["date_published"].endswith("+08:00")
    gmt = words(ask(streets, scenario.accounts[0].sources[0].removeprefix("feed:")))
    assert "GMT</pubDate>" in gmt


def test_a_stale_feed_alone_has_a_fresh_build_date() -> None:
    """S19, trap 43."""
    scenario = one_account(platform="weixin", scene="S19")
    (feed,) = feeds(scenario)
    assert feed.feed.updated.startswith("Wed, 29 Mar 2023")
    assert max(entry.published_parsed for entry in feed.entries)[:3] < (2023, 2, 20)
    assert City(scenario).undetermined() == {
        scenario.accounts[0].name: frozenset({"stale_by_one_source"})
    }


def test_one_of_two_feeds_can_lag() -> None:
    scenario = one_account(platform="weixin", scene="one_lags", gap=1)
    streets = on_night(scenario)
    stale, fresh = (
        words(ask(streets, source.removeprefix("feed:"))) for source in scenario.accounts[0].sources
    )
    assert "28 Mar 2023" not in stale.partition("<item>")[2]
    assert "2023-03-28" in fresh or "28 Mar 2023" in fresh


def test_captcha_words_can_stand_where_a_feed_should() -> None:
    """S8."""
    scenario = one_account(platform="weixin", scene="S8")
    url = scenario.accounts[0].sources[0].removeprefix("feed:")
    assert "环境异常" in words(ask(on_night(scenario), url))


def test_articles_of_wechat_answer_under_their_short_address() -> None:
    scenario = one_account(platform="weixin")
    link = feeds(scenario)[0].entries[0].link
    made = words(ask(on_night(scenario), link))
    assert scenario.accounts[0].name in made
    assert 'var ct = "1' in made
    gone = ask(on_night(scenario), "https://mp.weixin.qq.com/s/0001x999999Qw")
    assert "该内容已被发布者删除" in words(gone)


def test_an_account_that_never_posted_proves_nothing_by_its_empty_list() -> None:
    """Trap 27."""
    scenario = one_account(platform="weibo", problems={"M2.1": {"never": True}})
    assert posts(scenario) == []
    assert profile(scenario)["statuses_count"] == 0
    assert not scenario.expected
    assert City(scenario).undetermined() == {
        scenario.accounts[0].name: frozenset({"empty_unproven"})
    }


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"running": "注销"}, 0),
        ({"running": "冻结期"}, 1),
        ({"running": "已发关停公告"}, 1),
        ({"publishing": False}, 0),
        ({"canary": True}, 0),
        ({"scene": "S7"}, 0),
    ],
)
def test_who_is_looked_at_for_silence(said: dict[str, Any], found: int) -> None:
    """Trap 46."""
    scenario = one_account(platform="weibo", problems={"M2.1": {"age": 40}}, **said)
    assert len(scenario.expected) == found


@pytest.mark.parametrize("scene", ["S6", "S7", "S8", "S9", "S10", "S12", "S17", "S18", "S19"])
def test_a_refusal_is_never_silence(scene: str) -> None:
    assert SCENES[scene].hides
