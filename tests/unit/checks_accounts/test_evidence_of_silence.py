"""M2.1 shows every source with access, lag and provenance, and when it is tried again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.base import Outcome
from crawler.fetch.access import AccessState
from crawler.platforms.observation import Presence
from crawler.platforms.readings import LIST_LACKS_NEWEST
from tests.unit.checks_accounts.account_world import (
    TOMORROW,
    account,
    judged,
    post,
    refused,
    said,
    source,
)


def test_every_source_is_named_with_access_lag_provenance_and_count() -> None:
    own = source(posts=(post(20), post(30)), counter=345, counter_before=345)
    verdict = judged("M2.1", account(own, refused(platform="feed", detail="http_503")))
    assert verdict.outcome is Outcome.FAIL
    assert verdict.evidence["sources"] == [
        "weibo:1: ok；2 条；最新 2023-02-28（20 天，api）；计数 345，原为 345；可证明未更新",
        "feed:1: challenge（http_503）",
    ]
    assert verdict.evidence["counter_unchanged"] is True


def test_a_list_that_lacks_its_newest_posts_is_no_silence() -> None:
    """S11: the counter grew, the list did not."""
    lacking = source(posts=(post(20),), detail=LIST_LACKS_NEWEST, counter=346, counter_before=345)
    short = replace(lacking, proves_silence=False, positive_only=True)
    verdict = judged("M2.1", account(short))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, LIST_LACKS_NEWEST)
    assert verdict.evidence["counter_unchanged"] is False
    assert verdict.evidence["next_try"] == TOMORROW


@pytest.mark.parametrize(
    "title", ["关于关停本微博账号的公告", "本公众号停止更新的通知", "【公告】账号迁移"]
)
def test_a_closing_announcement_among_the_newest_posts_is_for_a_person(title: str) -> None:
    """Many lawful closures since 2024 (accounts.md 3)."""
    closing = source(posts=(post(20, title=title), post(40)))
    assert said("M2.1", account(closing)) == ("undetermined", "closing_announced")


@pytest.mark.parametrize("title", ["关于关闭南门市场的公告", "暂停供水通知", "微博摄影大赛公告"])
def test_closing_something_else_is_no_closing_announcement(title: str) -> None:
    stale = source(posts=(post(20, title=title), post(40)))
    assert said("M2.1", account(stale)) == ("fail", "stale")


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (account(observation=None), "not_visited"),
        (account(), "no_source"),
        (account(refused(AccessState.LOGIN_WALL)), "login_wall"),
        (account(replace(source(posts=(post(20),)), proves_silence=False)), "stale_by_one_source"),
        (account(source(posts=(post(20),)), canary_ok=False), "canary_failed"),
    ],
)
def test_everything_open_names_its_reason_and_its_next_try(told: object, reason: str) -> None:
    verdict = judged("M2.1", told)  # type: ignore[arg-type]
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, reason)
    assert verdict.evidence["next_try"] == TOMORROW


def test_what_is_settled_names_no_next_try() -> None:
    assert "next_try" not in judged("M2.1", account(source())).evidence
    assert "next_try" not in judged("M2.1", account(source(posts=(post(20),)))).evidence


def test_missing_interaction_evidence_is_for_a_person_with_its_next_try() -> None:
    verdict = judged("M3.1", account(source()))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "needs_person")
    assert verdict.evidence["next_try"] == TOMORROW
    assert Presence.ABSENT.value not in verdict.evidence.values()
