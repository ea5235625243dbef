# ruff: noqa: ARG002 -- a stand-in keeps the shape of what it stands for
"""When an account platform turns us away."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from crawler.fetch.access import AccessState
from crawler.fetch.capture import Capture
from crawler.platforms.observation import AccountReading, Observation, Post, SourceReading
from crawler.platforms.sources import AccountTicket
from crawler.spiders.account import AccountTask, lane_of, observed_access, patrol_account
from crawler.spiders.platform_watch import (
    REFUSALS_WHEN_HEALTHY,
    REFUSALS_WHEN_UNPROVEN,
    PlatformWatch,
)
from crawler.spiders.result import TargetResult

AS_OF = datetime.fromisoformat("2023-03-10T23:59:59+08:00")


def seen(age: timedelta) -> TargetResult:
    post = Post("1", "标题", "http://a.cn/1", AS_OF - age, "api")
    source = SourceReading("weibo:1", AccountReading("weibo", posts=(post,)))
    told = TargetResult(1, fresh=True, access=AccessState.OK)
    told.observation = Observation("weibo", (source,))
    return told


def test_a_canary_that_answers_leaves_the_refusal_with_the_account() -> None:
    watch = PlatformWatch(AS_OF)
    for _ in range(50):
        watch.judge_refusal("weibo", AccessState.OK)
    assert not watch.stopped


def test_a_canary_that_is_refused_stops_the_platform_at_once() -> None:
    watch = PlatformWatch(AS_OF)
    watch.judge_refusal("weibo", AccessState.RATE_LIMITED)
    assert watch.stopped == {"weibo"}


def test_without_a_canary_a_platform_that_showed_nothing_is_soon_left_alone() -> None:
    watch = PlatformWatch(AS_OF)
    watch.note("weibo", seen(timedelta(hours=49)))
    for _ in range(REFUSALS_WHEN_UNPROVEN):
        assert not watch.stopped
        watch.judge_refusal("weibo", None)
    assert watch.stopped == {"weibo"}


def test_without_a_canary_a_recent_post_speaks_for_the_platform() -> None:
    watch = PlatformWatch(AS_OF)
    watch.note("weibo", seen(timedelta(hours=47)))
    for _ in range(REFUSALS_WHEN_HEALTHY - 1):
        watch.judge_refusal("weibo", None)
    assert not watch.stopped
    watch.note("weibo", seen(timedelta(days=90)))
    assert watch.refusals["weibo"] == 0


def test_accounts_share_a_lane_with_those_who_ask_the_same() -> None:
    def lane(platform: str, sources: str) -> str:
        return lane_of(AccountTicket(platform, "", "", "", "", "", sources))

    assert lane("weixin", "feed:https://rss.a.cn/1;operator") == "feed rss.a.cn"
    assert lane("weixin", "feed:https://rss.b.cn/1") != lane("weixin", "feed:https://rss.a.cn/2")
    assert lane("weibo", "") == lane("weibo", "weibo:123") == "weibo"


def test_one_source_that_was_read_is_enough_to_have_seen_the_account() -> None:
    blocked = SourceReading("weibo:1", AccountReading("weibo", AccessState.BLOCKED))
    read = SourceReading("feed:x", AccountReading("feed"))
    assert observed_access(Observation("weibo", (blocked, read))) is AccessState.OK
    assert observed_access(Observation("weibo", (blocked,))) is AccessState.BLOCKED
    assert observed_access(Observation("weibo")) is AccessState.OUR_FAULT


class NoFetch:
    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes | None = None,
    ) -> Capture:
        raise AssertionError(url)

    async def browse(self, url: str, *, wanted: Sequence[str] = ()) -> list[Capture]:
        raise AssertionError(url)


def test_a_source_that_the_registry_should_not_have_taken_is_a_typed_reason() -> None:
    ticket = AccountTicket("weibo", "微博", "某局", "某局", "", "", "nonsense:1")
    task = AccountTask(1, "weibo", canary=False, ticket=ticket)
    told = asyncio.run(patrol_account(task, NoFetch(), AS_OF, lambda _: ""))
    assert (told.fresh, told.reason) == (False, "bad_source")
