"""R- checks: who stands behind an account, under which name, and whether it still is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from checks.base import Outcome, Scope, Severity
from checks.facts import RegisteredAccount
from checks.registry import of_scope
from crawler.fetch.access import AccessState
from crawler.platforms.observation import Entity, EntityKind, LinkedAccount, Presence
from crawler.platforms.readings import CANCELLED, NO_SUCH_ACCOUNT
from tests.unit.checks_accounts.account_world import (
    AS_OF,
    SPONSOR,
    TOMORROW,
    account,
    certified,
    judged,
    refused,
    said,
    source,
)

OURS = [
    "R-SUBJECT",
    "R-UNCERTIFIED",
    "R-RENAMED",
    "R-NOTCLOSED",
    "R-DUPLICATE",
    "R-UNREPORTED",
    "R-ACCTCODE",
]
SEEN = ("R-SUBJECT", "R-UNCERTIFIED", "R-RENAMED", "R-NOTCLOSED", "R-UNREPORTED")


def test_none_of_the_identity_checks_is_a_veto() -> None:
    severities = {
        one.code: one.severity for one in of_scope(Scope.ACCOUNT) if one.code[:2] in ("R-", "F-")
    }
    assert set(OURS) <= set(severities)
    assert set(severities.values()) == {Severity.NOTE}


@pytest.mark.parametrize("code", SEEN)
def test_an_account_that_was_not_visited_is_tried_again_tomorrow(code: str) -> None:
    verdict = judged(code, account(observation=None))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "not_visited")
    assert verdict.evidence["next_try"] == TOMORROW


@pytest.mark.parametrize("code", [*OURS, "R-SAMENAME", "F-MENU", "F-OFFTOPIC"])
def test_a_closed_account_is_not_inspected(code: str) -> None:
    assert said(code, account(source(), running_state="注销")) == ("not_applicable", "closed")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{SPONSOR}官方微博", ("pass", "same")),
        ("例市融媒体中心", ("fail", "different")),
        ("例市人民政府办公室信息中心", ("undetermined", "similar")),
        ("例市发布官方微博", ("undetermined", "names_no_body")),
    ],
)
def test_only_another_body_in_the_certificate_is_a_mismatch(
    text: str, told: tuple[str, str]
) -> None:
    """S15."""
    assert said("R-SUBJECT", account(source(entity=certified(text)))) == told


def test_a_registered_entity_or_none_says_nothing_of_the_certificate() -> None:
    registered = Entity("例市融媒体中心", EntityKind.REGISTERED)
    assert said("R-SUBJECT", account(source(entity=registered))) == ("undetermined", "no_entity")
    assert said("R-SUBJECT", account(source())) == ("undetermined", "no_entity")
    feed = source("feed", entity=certified("例市融媒体中心"))
    assert said("R-SUBJECT", account(feed)) == ("undetermined", "no_entity")


def test_a_search_hit_is_a_second_witness_of_the_entity() -> None:
    hit = source("sogou-weixin", entity=certified(SPONSOR))
    found = account(refused(platform="weixin"), hit, platform="weixin")
    assert said("R-SUBJECT", found) == ("pass", "same")
    assert said("R-UNCERTIFIED", found) == ("pass", "certified")


def test_a_failed_canary_keeps_identity_from_accusation() -> None:
    """S20: a platform that is not itself may show anything."""
    other = source(
        entity=certified("例市融媒体中心"),
        certification=Presence.ABSENT,
        account_name="快乐购物",
    )
    assert said("R-SUBJECT", account(other, canary_ok=False))[1] == "canary_failed"
    assert said("R-RENAMED", account(other, canary_ok=False))[1] == "canary_failed"
    denied = source(certification=Presence.ABSENT)
    assert said("R-UNCERTIFIED", account(denied, canary_ok=False))[1] == "canary_failed"


@pytest.mark.parametrize(
    ("reading", "told"),
    [
        ({"certification": Presence.PRESENT}, ("pass", "certified")),
        ({"entity": certified(SPONSOR)}, ("pass", "certified")),
        ({"certification": Presence.ABSENT}, ("fail", "uncertified")),
        ({"entity": Entity(SPONSOR, EntityKind.REGISTERED)}, ("fail", "registered_only")),
        ({}, ("undetermined", "not_shown")),
    ],
)
def test_only_the_platforms_own_denial_makes_an_account_uncertified(
    reading: dict[str, Any], told: tuple[str, str]
) -> None:
    """S16."""
    assert said("R-UNCERTIFIED", account(source(**reading))) == told


def test_a_bridge_cannot_deny_a_certificate_and_apps_have_none() -> None:
    feed = source("feed", certification=Presence.ABSENT)
    assert said("R-UNCERTIFIED", account(feed)) == ("undetermined", "not_shown")
    app = account(source("app"), platform="app")
    assert said("R-UNCERTIFIED", app) == ("not_applicable", "no_certification")


def test_the_registered_name_passes_and_another_name_fails() -> None:
    assert said("R-RENAMED", account(source(account_name="例市发布"))) == ("pass", "same")
    assert said("R-RENAMED", account(source(account_name="快乐购物"))) == ("fail", "differs")
    near = account(source(account_name="例市发布厅"))
    assert said("R-RENAMED", near) == ("undetermined", "similar")
    unseen = account(source(account_name=None))
    assert said("R-RENAMED", unseen) == ("undetermined", "name_not_shown")


def test_a_name_that_changed_since_an_earlier_run_is_renamed_even_when_it_is_near() -> None:
    """S15."""
    before = AS_OF - timedelta(days=1)
    changed = account(source(account_name="例市发布厅"), names_before=((before, "例市发布"),))
    verdict = judged("R-RENAMED", changed)
    assert (verdict.outcome, verdict.reason) == (Outcome.FAIL, "renamed")
    assert verdict.evidence["registered_name_seen"] == before.isoformat()
    always = account(source(account_name="例市发布厅"), names_before=((before, "例市发布厅"),))
    assert said("R-RENAMED", always) == ("undetermined", "similar")


def test_the_title_of_a_feed_is_no_account_name() -> None:
    feed = source("feed", account_name="例市发布的微博 - RSSHub")
    assert said("R-RENAMED", account(feed)) == ("undetermined", "name_not_shown")


@pytest.mark.parametrize("detail", [CANCELLED, NO_SUCH_ACCOUNT])
def test_an_account_is_gone_only_when_the_platform_says_so_twice_a_day_apart(detail: str) -> None:
    """S17: fleet breaker and confirmation (accounts.md 3)."""
    gone = account(refused(AccessState.NOT_FOUND, detail), canary_ok=True)
    once = judged("R-NOTCLOSED", gone)
    assert (once.outcome, once.reason) == (Outcome.UNDETERMINED, "gone_once")
    assert once.evidence["next_try"] == TOMORROW
    soon = replace(gone, gone_before=(AS_OF - timedelta(hours=23),))
    assert said("R-NOTCLOSED", soon) == ("undetermined", "gone_once")
    twice = replace(gone, gone_before=(AS_OF - timedelta(hours=24),))
    assert said("R-NOTCLOSED", twice) == ("fail", "gone")


def test_a_gone_account_needs_a_platform_that_is_well() -> None:
    gone = account(
        refused(AccessState.NOT_FOUND, NO_SUCH_ACCOUNT), gone_before=(AS_OF - timedelta(days=2),)
    )
    assert said("R-NOTCLOSED", gone) == ("undetermined", "platform_unproven")
    assert said("R-NOTCLOSED", replace(gone, canary_ok=False))[1] == "canary_failed"
    assert said("R-NOTCLOSED", replace(gone, batch_healthy=True)) == ("fail", "gone")


def test_a_bare_404_a_refusal_and_a_bridges_404_are_not_the_end_of_an_account() -> None:
    """S6-S12: trap 27."""
    before = (AS_OF - timedelta(days=2),)
    for one in (
        refused(AccessState.NOT_FOUND, "http_404"),
        refused(AccessState.NOT_FOUND, NO_SUCH_ACCOUNT, platform="feed"),
        refused(AccessState.CHALLENGE),
        refused(AccessState.EMPTY_UNPROVEN),
    ):
        verdict = judged("R-NOTCLOSED", account(one, gone_before=before, canary_ok=True))
        assert verdict.outcome is Outcome.UNDETERMINED
        assert verdict.reason == one.reading.access.value


def test_another_source_that_sees_the_account_leaves_the_question_to_a_person() -> None:
    gone = refused(AccessState.NOT_FOUND, NO_SUCH_ACCOUNT)
    both = account(gone, source("feed"), gone_before=(AS_OF - timedelta(days=2),), canary_ok=True)
    assert said("R-NOTCLOSED", both) == ("undetermined", "sources_disagree")
    assert said("R-NOTCLOSED", account(source())) == ("pass", "there")
    assert said("R-NOTCLOSED", account()) == ("undetermined", "no_source")


def test_a_post_from_after_the_register_closed_the_account_proves_it_lives() -> None:
    since = AS_OF - timedelta(days=10)
    closed = account(running_state="注销", observation=None, closed_since=since)
    assert said("R-NOTCLOSED", closed) == ("not_applicable", "closed")
    older = replace(closed, newest_known=since - timedelta(hours=1))
    assert said("R-NOTCLOSED", older) == ("not_applicable", "closed")
    newer = replace(closed, newest_known=since + timedelta(hours=1), newest_known_source="operator")
    verdict = judged("R-NOTCLOSED", newer)
    assert (verdict.outcome, verdict.reason) == (Outcome.FAIL, "still_posting")
    assert verdict.last_update == newer.newest_known


def _sibling(
    name: str, platform: str = "weibo", printed: str = "新浪微博", **said: bool
) -> RegisteredAccount:
    return RegisteredAccount(name, platform, printed, **said)


def test_all_but_the_main_account_of_a_unit_on_one_platform_are_too_many() -> None:
    assert said("R-DUPLICATE", account()) == ("pass", "only_one")
    later = account(siblings=(_sibling("例市网信", before=False),))
    assert said("R-DUPLICATE", later) == ("pass", "main_one")
    second = account(siblings=(_sibling("例市网信"),))
    assert said("R-DUPLICATE", second) == ("fail", "several")
    assert said("R-DUPLICATE", replace(second, principal=True)) == ("pass", "main_one")
    elsewhere = account(siblings=(_sibling("例市发布", "weixin", "微信"),))
    assert said("R-DUPLICATE", elsewhere) == ("pass", "only_one")


def test_a_service_account_beside_a_subscription_is_for_a_person_and_apps_may_be_several() -> None:
    both = account(
        platform="weixin",
        printed="微信服务号",
        siblings=(_sibling("例市发布", "weixin", "微信订阅号"),),
    )
    assert said("R-DUPLICATE", both) == ("undetermined", "needs_person")
    apps = account(platform="app", siblings=(_sibling("掌上例市", "app", "APP"),))
    assert said("R-DUPLICATE", apps) == ("not_applicable", "several_allowed")


def test_a_neighbour_of_the_same_name_that_no_register_knows_is_unreported() -> None:
    shown = LinkedAccount("weixin-channels", "例市发布", "v2_1@finder")
    linked = account(source("weixin", linked=(shown,)), platform="weixin")
    assert said("R-UNREPORTED", account(source())) == ("not_applicable", "none_shown")
    assert said("R-UNREPORTED", linked) == ("pass", "registered")
    assert said("R-UNREPORTED", replace(linked, unregistered=(shown,))) == ("fail", "unreported")
    other = LinkedAccount("weixin-channels", "某大报")
    assert said("R-UNREPORTED", replace(linked, unregistered=(other,)))[1] == "needs_person"


@pytest.mark.parametrize(
    ("code", "told", "warning"),
    [
        ("430500M003XL0002", ("pass", "fits"), None),
        ("430500M003WX0002", ("pass", "other_platform"), "other_platform"),
        ("430500M003ZZ0002", ("not_applicable", "unknown_letters"), None),
        ("70743", ("pass", "odd_code"), "odd_code"),
        ("", ("not_applicable", "no_code"), None),
    ],
)
def test_a_code_of_another_platform_is_a_warning_and_never_a_fault(
    code: str, told: tuple[str, str], warning: str | None
) -> None:
    """indicators.md 13.2: printed notices disagree with their own codes."""
    verdict = judged("R-ACCTCODE", account(code=code))
    assert (verdict.outcome.value, verdict.reason) == told
    assert verdict.warning == warning


def test_a_name_unlike_the_main_accounts_is_a_warning_and_never_a_fault() -> None:
    main = _sibling("平安例市", "weixin", "微信", principal=True)
    verdict = judged("R-SAMENAME", account(siblings=(main,)))
    assert (verdict.outcome, verdict.warning) == (Outcome.PASS, "differs")
    same = _sibling("例市发布微信", "weixin", "微信")
    assert judged("R-SAMENAME", account(siblings=(same,))).warning is None
    assert said("R-SAMENAME", account(siblings=(same,))) == ("pass", "same")
    later = replace(same, before=False)
    assert said("R-SAMENAME", account(siblings=(later,)))[1] == "no_other_platform"
    assert said("R-SAMENAME", account(siblings=(main,), principal=True))[1] == "no_other_platform"
