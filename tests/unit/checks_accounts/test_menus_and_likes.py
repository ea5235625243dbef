"""F-MENU and F-OFFTOPIC: what the public sees of menus and likes."""

from __future__ import annotations

import pytest

from checks.base import Outcome
from checks.facts import LinkReading
from crawler.platforms.observation import MenuLink, PostKind
from tests.unit.checks_accounts.account_world import TOMORROW, account, judged, post, said, source

MENU = (MenuLink("政务公开", "http://www.example.gov.cn/"), MenuLink("小程序"))
STRANGER = "https://weibo.com/1699432410/N0abcdefg"


def _link(state: str) -> LinkReading:
    return LinkReading("http://www.example.gov.cn/", "", "政务公开", state, 404, "", "站外")


def _menu(*states: str) -> tuple[str, str]:
    links = tuple(_link(state) for state in states)
    return said("F-MENU", account(source(menu=MENU), menu_links=links))


@pytest.mark.parametrize(
    ("states", "told"),
    [
        (("ok", "dead"), ("fail", "dead")),
        (("ok", "suspected"), ("undetermined", "suspected")),
        (("ok", "blocked"), ("pass", "alive")),
        (("blocked", "undetermined"), ("undetermined", "links_refused")),
        ((), ("not_applicable", "not_checkable")),
    ],
)
def test_a_menu_is_broken_only_by_links_that_are_dead_twice(
    states: tuple[str, ...], told: tuple[str, str]
) -> None:
    """Trap 30; links that only the client opens are not checkable, not broken."""
    assert _menu(*states) == told


def test_a_menu_that_nobody_shows_or_checked_is_no_fault() -> None:
    assert said("F-MENU", account(source())) == ("not_applicable", "menu_not_shown")
    unchecked = judged("F-MENU", account(source(menu=MENU)))
    assert (unchecked.outcome, unchecked.reason) == (Outcome.UNDETERMINED, "links_unchecked")
    assert unchecked.evidence["next_try"] == TOMORROW


def test_a_dead_menu_link_is_named_with_its_entry() -> None:
    broken = account(source(menu=MENU), menu_links=(_link("dead"),))
    assert judged("F-MENU", broken).evidence["links"] == ["政务公开 404 http://www.example.gov.cn/"]


def test_a_like_of_a_strangers_post_is_a_candidate_for_a_person() -> None:
    """S14: likes mixed in."""
    liked = post(kind=PostKind.LIKED, own=False, title="明星八卦", url=STRANGER)
    verdict = judged("F-OFFTOPIC", account(source(posts=(liked, post()))))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "needs_person")
    assert verdict.evidence["liked"] == [f"明星八卦 {STRANGER}"]


def test_a_like_inside_the_own_matrix_is_none() -> None:
    liked = post(kind=PostKind.LIKED, own=False, title="停水通知", url=STRANGER)
    known = account(source(posts=(liked, post())), matrix=frozenset({"1699432410"}))
    assert said("F-OFFTOPIC", known) == ("pass", "none_seen")


def test_likes_are_judged_only_where_the_public_sees_them() -> None:
    assert said("F-OFFTOPIC", account(source())) == ("pass", "none_seen")
    feed = account(source("feed"))
    assert said("F-OFFTOPIC", feed) == ("not_applicable", "likes_not_public")
    assert said("F-OFFTOPIC", account(observation=None)) == ("undetermined", "not_visited")
