"""Every platform's answers, read by the product's own readers: what is planted is what is read."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from crawler.fetch.access import AccessState
from crawler.platforms import (
    bilibili,
    douyin,
    kuaishou,
    sogou_weixin,
    toutiao,
    weixin,
    xiaohongshu,
)
from crawler.platforms.observation import AccountReading
from crawler.platforms.readings import Asked as ReadAsked
from crawler.platforms.readings import merge
from democity.language import ScenarioError
from democity.platforms.base import SCENES
from democity.replies import Asked, Reply
from democity.scenario import Scenario, plan
from tests.unit.democity.town import document, on_night, one_account

READERS: dict[str, Any] = {
    "bilibili": bilibili.read,
    "douyin": douyin.read,
    "kuaishou": kuaishou.read,
    "toutiao": toutiao.read,
    "xiaohongshu": xiaohongshu.read,
}
ASKS = re.compile(r"const asked = (.*);")
AS_OF = datetime.fromisoformat("2023-03-30T01:00:00+08:00")
HIDING = ("S6", "S7", "S8", "S9", "S10", "S12", "S17", "S18")


def received(scenario: Scenario) -> list[tuple[str, Reply]]:
    """The profile page and what its script would be answered, with the addresses."""
    streets = on_night(scenario)
    page = scenario.accounts[0].home_url

    def ask(url: str, how: dict[str, Any]) -> Reply:
        parts = urlsplit(url)
        method, body = how.get("method", "GET"), how.get("body", "").encode()
        return streets.answer(
            Asked(method, parts.hostname or "", parts.path, parts.query, "", "", body)
        )

    shown = ask(page, {})
    target = dict(shown.headers).get("Location")
    if target:
        return [(target, ask(target, {}))]
    script = ASKS.search(shown.body.decode())
    asks = json.loads(script[1]) if script else []
    return [
        (page, shown),
        *((urljoin(page, url), ask(urljoin(page, url), how)) for url, how in asks),
    ]


def reading(scenario: Scenario) -> AccountReading:
    """Everything that the page received as one reading, the list speaking for the access."""
    platform = scenario.accounts[0].platform
    read = [
        READERS[platform](reply.body, url=url, as_of=AS_OF) for url, reply in received(scenario)
    ]
    vague = {AccessState.EMPTY_SHELL, AccessState.PARSE_DRIFT}
    telling = [one for one in read[1:] if one.access not in vague] or read[1:]
    if read[0].access not in vague or not telling:
        telling = [read[0], *telling]
    return merge(platform, telling, ReadAsked("", AS_OF), needs_list=True)


@pytest.mark.parametrize("platform", sorted(READERS))
def test_a_profile_shows_the_last_post_to_the_day(platform: str) -> None:
    told = reading(
        one_account(platform=platform, way="profile", problems={"M2.1": {"age": 20}}, name="甲")
    )
    assert told.access is AccessState.OK
    assert told.account_name == "甲"
    assert told.newest_at is not None
    assert told.newest_at.date().isoformat() == "2023-03-10"


@pytest.mark.parametrize("scene", HIDING)
@pytest.mark.parametrize("platform", sorted(READERS))
def test_a_profile_that_is_refused_shows_nothing_for_a_true_reason(
    platform: str, scene: str
) -> None:
    """Traps 14 and 27."""
    if (platform, scene) == ("xiaohongshu", "S17"):
        pytest.skip("no words are known with which this platform tells that an account is gone")
    scenario = one_account(platform=platform, way="profile", scene=scene)
    told = reading(scenario)
    assert told.posts == ()
    assert told.newest_at is None
    statuses = {reply.status for _, reply in received(scenario)}
    assert told.access.value in SCENES[scene].reasons or statuses & {403, 412, 461}


@pytest.mark.parametrize("platform", sorted(READERS))
def test_an_old_pinned_post_is_first_and_not_the_newest(platform: str) -> None:
    """S2, trap 20."""
    told = reading(one_account(platform=platform, way="profile", scene="S2"))
    assert told.posts[0].pinned
    assert told.posts[0].published_at is not None
    assert told.newest_at is not None
    assert told.posts[0].published_at < told.newest_at


@pytest.mark.parametrize("platform", sorted(READERS))
def test_the_posts_of_others_are_not_its_own(platform: str) -> None:
    """S14."""
    problems = {"M2.1": {"age": 40}}
    told = reading(one_account(platform=platform, way="profile", scene="S14", problems=problems))
    assert not told.posts[0].own
    assert told.newest_at is not None
    assert told.newest_at.date().isoformat() == "2023-02-18"


@pytest.mark.parametrize("platform", ["bilibili", "douyin", "kuaishou"])
def test_the_count_of_posts_grows_though_the_list_lacks_the_newest(platform: str) -> None:
    """S11."""
    problems = {"M2.1": {"age": 1, "gap": 14, "even": True}}
    lacking = reading(one_account(platform=platform, way="profile", scene="S11", problems=problems))
    whole = reading(one_account(platform=platform, way="profile", problems=problems))
    assert lacking.newest_at is not None
    assert whole.newest_at is not None
    assert (whole.newest_at - lacking.newest_at).days in {13, 14}
    assert lacking.counter == whole.counter


def weixin_list(way: str, **said: Any) -> AccountReading:
    scenario = one_account(platform="weixin", way=way, **said)
    kind, _, argument = scenario.accounts[0].sources[0].partition(":")
    biz = argument.partition("/")[0]
    path = {"weixin-album": "/mp/appmsgalbum", "weixin-home": "/mp/homepage"}.get(kind, "/weixin")
    host = "weixin.sogou.com" if kind == "sogou" else "mp.weixin.qq.com"
    query = f"type=1&query={argument}" if kind == "sogou" else f"__biz={biz}&f=json"
    reply = on_night(scenario).answer(Asked("GET", host, path, query))
    read = sogou_weixin.read if kind == "sogou" else weixin.read
    return read(reply.body, url=f"https://{host}{path}?{query}", as_of=AS_OF)


@pytest.mark.parametrize("way", ["album", "home", "search"])
def test_what_is_public_of_weixin_shows_the_last_post(way: str) -> None:
    told = weixin_list(way, problems={"M2.1": {"age": 20}})
    assert told.newest_at is not None
    assert told.newest_at.date().isoformat() == "2023-03-10"


def test_an_album_of_one_article_holds_an_object() -> None:
    told = weixin_list("album", problems={"M2.1": {"last": "2012-01-20", "gap": 400}})
    assert len(told.posts) >= 1


@pytest.mark.parametrize("scene", ["S8", "S10", "S12", "S18"])
@pytest.mark.parametrize("way", ["album", "home"])
def test_a_public_list_of_weixin_that_is_refused_shows_nothing(way: str, scene: str) -> None:
    assert weixin_list(way, scene=scene).posts == ()


def test_a_way_that_a_platform_does_not_have_is_an_error_by_its_path() -> None:
    with pytest.raises(ScenarioError, match=r"accounts\[0\]\.way: profile is not known"):
        plan(document(accounts=[{"unit": "临江市", "platform": "weibo", "way": "profile"}]))
