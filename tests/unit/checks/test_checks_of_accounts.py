"""M2.1 and M3.1: one recent post proves an update, silence needs proof."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from checks.base import Outcome
from crawler.fetch.access import AccessState
from crawler.platforms.observation import Interactions, Post, PostKind, Presence
from tests.unit.checks.world import AS_OF, account, judged, post, source


@pytest.mark.parametrize(
    ("age", "outcome", "reason"),
    [(13, Outcome.PASS, "fresh"), (14, Outcome.FAIL, "boundary"), (15, Outcome.FAIL, "stale")],
)
def test_the_platforms_own_list_proves_silence_from_fourteen_days_on(
    age: int, outcome: Outcome, reason: str
) -> None:
    verdict = judged("M2.1", account(source(post(age))))
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


@pytest.mark.parametrize(("age", "warning"), [(9, None), (10, "early"), (13, "early")])
def test_an_account_is_warned_of_from_ten_days_on(age: int, warning: str | None) -> None:
    verdict = judged("M2.1", account(source(post(age))))
    assert (verdict.outcome, verdict.warning) == (Outcome.PASS, warning)


def test_one_lagging_source_alone_never_proves_silence() -> None:
    feed = source(post(40), route="rsshub.example", proves=False)
    verdict = judged("M2.1", account(feed))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "stale_by_one_source")


def test_two_routes_that_agree_prove_silence_and_two_feeds_of_one_operator_do_not() -> None:
    first = source(post(40), route="a.example", proves=False)
    second = source(post(41), route="b.example", proves=False)
    assert judged("M2.1", account(first, second)).outcome is Outcome.FAIL
    twin = source(post(41), route="a.example", proves=False)
    assert judged("M2.1", account(first, twin)).outcome is Outcome.UNDETERMINED


def test_a_source_that_only_proves_activity_does_not_second_a_stale_feed() -> None:
    """A single article link, a search hit or a cut list says nothing about silence."""
    feed = source(post(40), route="a.example", proves=False)
    article = replace(source(post(41), route="operator", proves=False), positive_only=True)
    assert judged("M2.1", account(feed, article)).outcome is Outcome.UNDETERMINED


def test_one_recent_post_from_any_source_clears_the_account() -> None:
    stale = source(post(90))
    fresh = source(post(2), route="feed.example", proves=False)
    assert judged("M2.1", account(stale, fresh)).outcome is Outcome.PASS


def test_a_post_that_was_deleted_since_still_proves_activity() -> None:
    """S5: the maximum ever seen survives deletions."""
    known = AS_OF - timedelta(days=3)
    verdict = judged("M2.1", account(source(post(60)), newest_known=known))
    assert (verdict.outcome, verdict.last_update) == (Outcome.PASS, known)


@pytest.mark.parametrize(
    "spoiled",
    [
        post(1, kind=PostKind.LIKED),
        post(1, kind=PostKind.AUTO),
        post(1, kind=PostKind.LIVE),
        post(1, deleted=True),
        post(1, own=False),
        post(-1),
        post(1, published_at=None),
    ],
)
def test_likes_machine_posts_deleted_foreign_future_and_undated_posts_are_no_update(
    spoiled: Post,
) -> None:
    """Traps 19, 23; S14."""
    verdict = judged("M2.1", account(source(spoiled, post(30))))
    assert (verdict.outcome, verdict.reason) == (Outcome.FAIL, "stale")


def test_ten_minutes_into_the_future_is_clock_skew_not_an_anomaly() -> None:
    soon = post(0, published_at=AS_OF + timedelta(minutes=10))
    late = post(0, published_at=AS_OF + timedelta(minutes=10, seconds=1))
    assert judged("M2.1", account(source(soon))).outcome is Outcome.PASS
    assert judged("M2.1", account(source(late))).outcome is Outcome.UNDETERMINED


def test_reposts_count_by_ruleset_policy() -> None:
    """S4."""
    reposts = account(source(post(1, kind=PostKind.REPOST), post(50)))
    assert judged("M2.1", reposts).outcome is Outcome.PASS
    assert judged("M2.1", reposts, count_reposts=False).outcome is Outcome.FAIL


@pytest.mark.parametrize("state", [one for one in AccessState if one is not AccessState.OK])
def test_a_refusal_is_never_silence(state: AccessState) -> None:
    """S6-S12, S18: the typed reason is the access state."""
    verdict = judged("M2.1", account(source(access=state)))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, state.value)


def test_an_empty_list_is_not_an_account_that_never_posted() -> None:
    verdict = judged("M2.1", account(source()))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "empty_unproven")
    proven = judged("M2.1", account(source(), never_posted_proven=True))
    assert (proven.outcome, proven.reason) == (Outcome.FAIL, "never_posted")
    assert proven.last_update is None


def test_a_failed_canary_keeps_the_whole_platform_from_accusation() -> None:
    """S20, trap 8."""
    verdict = judged("M2.1", account(source(post(60)), canary_ok=False))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "canary_failed")
    assert judged("M2.1", account(source(post(60)), canary_ok=True)).outcome is Outcome.FAIL


def test_accounts_out_of_scope_are_not_applicable() -> None:
    closed = judged("M2.1", account(source(post(60)), running_state="注销"))
    assert (closed.outcome, closed.reason) == (Outcome.NOT_APPLICABLE, "closed")
    quiet = judged("M2.1", account(source(post(60)), publishing=False))
    assert (quiet.outcome, quiet.reason) == (Outcome.NOT_APPLICABLE, "not_publishing")


def test_an_account_without_a_source_says_so() -> None:
    assert judged("M2.1", account()).reason == "no_source"
    assert judged("M2.1", account(observation=None)).reason == "not_visited"


def test_missing_interaction_is_for_a_person_and_seen_interaction_passes() -> None:
    hidden = judged("M3.1", account(source(post(1))))
    assert (hidden.outcome, hidden.reason) == (Outcome.UNDETERMINED, "needs_person")
    absent = Interactions(menu=Presence.ABSENT, message=Presence.ABSENT)
    told = judged("M3.1", account(source(post(1), interactions=absent)))
    assert (told.outcome, told.reason) == (Outcome.UNDETERMINED, "needs_person")
    seen = Interactions(menu=Presence.ABSENT, message=Presence.PRESENT)
    assert judged("M3.1", account(source(post(1), interactions=seen))).outcome is Outcome.PASS
