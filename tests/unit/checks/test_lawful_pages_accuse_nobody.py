"""Ordinary, lawful pages on which a hasty reader would accuse: no veto and no finding (precision first)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from checks.base import Outcome
from checks.facts import PageReading, SiteFacts
from checks.letters import special
from crawler.extract.facts import Channel, ColumnLink, PageKind, PageLink, PageSigns, Row
from crawler.fetch.access import AccessState
from crawler.platforms.observation import Interactions, Presence
from tests.unit.checks.site_parts import board, letter, letters_of
from tests.unit.checks.world import (
    HOME,
    account,
    column,
    days_ago,
    home,
    judged,
    page,
    refused,
    site,
    source,
)


def no_channel(**changed: Any) -> SiteFacts:
    """A site whose pages for interaction were read, and offer nothing."""
    area = (column("互动交流", None),)
    return site(**{"home": home(channels=()), "columns": area, **changed})


def test_the_world_below_would_be_accused_without_its_excuse() -> None:
    assert judged("W5.1", no_channel()).reason == "none_offered"


# Whose mailbox it is ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("例市信访局", "局长信箱_例市信访局"),
        ("国家统计局例市调查队", "国家统计局例市调查队-网上咨询"),
        ("例市水利局", "我要写信 | 例市水利局"),
        ("例市人民政府", "例市人民政府 在线访谈 咨询"),
    ],
)
def test_the_name_of_a_body_makes_its_mailbox_no_petition(name: str, title: str) -> None:
    told = board(letter(days_ago(20), days_ago(15)), title=title)
    whole = no_channel(name=name, boards=(told,))
    if "访谈" in title:
        assert special(told, whole)
        return
    assert not special(told, whole)
    assert judged("W5.1", whole).outcome is Outcome.PASS


@pytest.mark.parametrize("title", ["网上信访", "纪检监察举报-例市人民政府", "民意征集", "在线访谈"])
def test_boards_that_the_clause_leaves_out_are_neither_late_nor_stale(title: str) -> None:
    """W5.2 and D-MSG: 在线访谈、调查征集、网上信访、纪检举报类除外."""
    old = board(*letters_of(days_ago(200)), title=title)
    late = board(letter(days_ago(200), days_ago(20)), title=title)
    for told in (old, late):
        whole = site(boards=(told,))
        for code in ("W5.2", "D-MSG.2", "D-REPLY.1", "D-MSG.4"):
            assert judged(code, whole).outcome is Outcome.UNDETERMINED


# What was not seen to its end ----------------------------------------------------------------------


def script(role: str, url: str) -> PageReading:
    return page(role, url=url, needs_browser=True)


@pytest.mark.parametrize(
    "changed",
    [
        {"channels": (script("channel", HOME + "hd/"),)},
        {"boards": (script("board", HOME + "ly/"),)},
        {"columns": (column("互动交流", None, page=script("column", HOME + "hdjl/")),)},
        {"columns": (column("互动交流", None, page=page("column", truncated=True)),)},
        {"home": home(channels=(), truncated=True)},
    ],
    ids=["channel", "board", "column", "cut column", "cut home page"],
)
def test_a_form_that_a_script_would_draw_may_be_there(changed: dict[str, Any]) -> None:
    """Traps 9, 22: the letter box of many platforms is drawn by a script."""
    verdict = judged("W5.1", no_channel(**changed))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "script_page_unread")


def test_an_error_page_offers_and_lacks_nothing() -> None:
    """A page that said 404 or asked for a captcha keeps its readings; they are nobody's content."""
    wrong = (Channel("网上咨询", HOME + "zx/", "consult", form=True),)
    for state in (AccessState.SOFT_404, AccessState.CHALLENGE):
        shut = replace(page("channel", url=HOME + "x/", channels=wrong), access=state)
        verdict = judged("W5.1", no_channel(channels=(shut,)))
        assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "channel_unread")
        guide = replace(page("guide", url=HOME + "g/", guide={"事项名称": True}), access=state)
        bare = home(columns=(ColumnLink("新闻动态", HOME + "xw/", "动态要闻"),))
        assert judged("W6.1", site(home=bare, guides=(guide,))).outcome is Outcome.FAIL


def test_a_picture_that_leads_to_a_letter_box_leaves_it_open_until_its_page_was_read() -> None:
    """The address says 领导信箱 where the link has no words."""
    box = PageLink(HOME + "ldxx/", "")
    assert judged("W5.1", no_channel(home=home(channels=(), links=(box,)))).outcome is Outcome.FAIL
    wordless = PageLink(HOME + "hdjl/szxx/", "")
    seen = home(channels=(), links=(wordless,))
    assert judged("W5.1", no_channel(home=seen)).reason == "channel_unread"
    opened = page("channel", url=wordless.url)
    assert judged("W5.1", no_channel(home=seen, channels=(opened,))).reason == "none_offered"


def test_a_consult_entry_is_open_until_its_page_was_read() -> None:
    entry = Channel("互动交流", HOME + "hd/", "consult")
    seen = home(channels=(entry,))
    assert judged("W5.1", no_channel(home=seen)).reason == "channel_unread"
    opened = page("channel", url=entry.url)
    assert judged("W5.1", no_channel(home=seen, channels=(opened,))).reason == "none_offered"


@pytest.mark.parametrize(
    ("name", "kind", "area"),
    [
        ("互动交流", "", True),
        ("走进例市", "互动交流", True),
        ("互动交流", "概况", False),
        ("新闻", "", False),
    ],
)
def test_a_page_for_interaction_is_told_by_its_registered_kind_then_by_its_name(
    name: str, kind: str, area: bool
) -> None:
    whole = site(home=home(channels=()), columns=(column(name, None, kind=kind),))
    reason = judged("W5.1", whole).reason
    assert reason == ("none_offered" if area else "no_interaction_area")


def test_a_menu_that_could_not_be_read_offers_and_lacks_nothing() -> None:
    bare = home(channels=(), columns=(), links=())
    assert judged("W5.1", no_channel(home=bare)).reason == "navigation_unread"
    for facts in ({"columns": (ColumnLink("新闻", HOME + "xw/"),)}, {"links": (PageLink(HOME),)}):
        read = home(**{"channels": (), "columns": (), "links": (), **facts})
        assert judged("W5.1", no_channel(home=read)).reason == "none_offered"


def test_letters_of_one_title_are_apart_by_their_addresses() -> None:
    """Titles repeat (咨询, 建议); a list without addresses is told apart by title and day."""
    twins = (letter(days_ago(30), days_ago(30), n=1), letter(days_ago(30), days_ago(2), n=2))
    same = tuple(replace(one, title="咨询") for one in twins)
    told = judged("D-REPLY.1", site(boards=(board(*same),)))
    assert (told.evidence["answered"], told.evidence["late"]) == (2, 1)
    bare = tuple(replace(one, url="") for one in twins)
    assert judged("D-REPLY.1", site(boards=(board(*bare),))).evidence["answered"] == 2


# Ways to services ----------------------------------------------------------------------------------


def without_services(**facts: Any) -> SiteFacts:
    news = (ColumnLink("新闻动态", HOME + "xw/", "动态要闻"),)
    return site(home=home(**{"columns": news, **facts}))


@pytest.mark.parametrize(
    "text", ["政务服务", "一网通办", "办事大厅", "便民查询", "网上办事", "在线办事", "表格下载"]
)
def test_a_button_to_a_shared_hall_of_services_is_a_service(text: str) -> None:
    shared = PageLink("https://zwfw.example.org/", text)
    assert judged("W6.1", without_services(links=(shared,))).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "changed",
    [
        {"columns": (column("办事服务", None),)},
        {"columns": (column("走进例市", None, kind="办事服务"),)},
        {"columns": (column("办事指南", None, kind=""),)},
        {"guides": (page("guide", url=HOME + "g/", guide={"事项名称": True}),)},
        {"guides": (page("guide", url=HOME + "g/", page_kind=PageKind.SERVICE_GUIDE),)},
        {"home": home(columns=(ColumnLink("办事服务", HOME + "bs/"),))},
        {"home": home(columns=(ColumnLink("专区", HOME + "zq/", "办事服务"),))},
    ],
    ids=["registered", "by kind", "by name", "elements", "a guide", "in the menu", "its kind"],
)
def test_services_are_found_wherever_they_stand(changed: dict[str, Any]) -> None:
    assert judged("W6.1", replace(without_services(), **changed)).outcome is Outcome.PASS


def test_a_form_on_the_page_that_the_menu_names_is_a_channel() -> None:
    """The link on the home page and the form behind it have the same name and address."""
    url = f"{HOME}hdjl/"
    entry = home(channels=(Channel("互动交流", url, "consult"),))
    form = page("channel", url=url, channels=(Channel("互动交流", url, "consult", form=True),))
    verdict = judged("W5.1", site(home=entry, channels=(form,)))
    assert (verdict.outcome, verdict.reason) == (Outcome.PASS, "offered")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("请扫描二维码关注“某市发布”微信公众号进行咨询，或拨打12345。", "other_means"),
        ("投诉建议请扫码", "other_means"),
        ("互动交流 扫一扫 关注我们的公众号", "none_offered"),
    ],
)
def test_a_page_that_sends_its_visitors_to_a_telephone_is_for_a_person(
    text: str, reason: str
) -> None:
    seen = page("channel", url=f"{HOME}hdjl/", signs=PageSigns(text=text))
    assert judged("W5.1", no_channel(channels=(seen,))).reason == reason


def test_a_column_registered_as_another_class_is_no_service_by_its_name() -> None:
    other = column("办事公开通知", None, kind="通知公告")
    assert judged("W6.1", replace(without_services(), columns=(other,))).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"needs_browser": True}, "script_page_unread"),
        ({"columns": (), "links": ()}, "navigation_unread"),
        ({"columns": (), "links": (PageLink(HOME + "xw/", "进入网站"),)}, "navigation_unread"),
        ({}, "none_offered"),
    ],
)
def test_a_menu_unread_hides_services(facts: dict[str, Any], reason: str) -> None:
    assert judged("W6.1", without_services(**facts)).reason == reason


def test_an_article_about_services_is_none() -> None:
    told = PageLink(HOME + "a.html", "全市政务服务工作会议召开")
    assert judged("W6.1", without_services(links=(told,))).outcome is Outcome.FAIL
    longest = PageLink(HOME + "a/", "便民服务办事大厅")
    assert judged("W6.1", without_services(links=(longest,))).outcome is Outcome.PASS


def test_a_home_page_cut_off_may_lead_to_services_below() -> None:
    verdict = judged("W6.1", without_services(truncated=True))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "script_page_unread")


# Columns --------------------------------------------------------------------------------------------


def test_pages_of_a_place_that_never_change_make_no_veto() -> None:
    """自然地理, 历史沿革, 行政区划: found by the patrol, dated by their only article."""
    names = ("自然地理", "历史沿革", "行政区划", "人文历史", "市情", "区情", "县情", "概况", "简介")
    quiet = tuple(
        column(name, days_ago(1500), kind="概况", registered=False, url=f"{HOME}{name}/")
        for name in (*names, "走进例市")
    )
    verdict = judged("W4.2", site(columns=quiet))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "needs_person")
    assert len(verdict.evidence["quiet"]) == 10


def test_columns_refused_tonight_may_not_be_told_full() -> None:
    shut = tuple(
        column(f"公示{n}", None, page=refused(AccessState.CHALLENGE), url=f"{HOME}{n}/")
        for n in range(5)
    )
    assert judged("W4.3", site(columns=shut)).reason == "columns_unread"
    assert judged("W4.3", site(columns=shut[1:])).outcome is Outcome.PASS


# Links and words ------------------------------------------------------------------------------------


def test_a_night_without_links_says_nothing_of_dark_ones() -> None:
    assert judged("F-DARKLINK", site(links=None)).reason == "links_unchecked"
    seen = column("通知公告", days_ago(1))
    unread = site(home=refused(AccessState.TIMEOUT), newest_home=None, columns=(seen,))
    assert judged("F-DARKLINK", unread).reason == "timeout"


def test_a_site_report_of_other_matters_is_no_annual_report() -> None:
    for title in ("2022年部门决算报告", "2022年门户网站信息公开年度报告", "网站升级公告2022"):
        told = site(home=home(rows=(Row(title, HOME + "r.html"),)))
        assert judged("R-YEARREPORT", told).reason == "none_seen"


# Accounts -------------------------------------------------------------------------------------------


def test_a_function_that_one_source_shows_is_there_though_another_does_not() -> None:
    shown = source(interactions=Interactions(comments=Presence.PRESENT))
    hidden = source(route="b", interactions=Interactions(comments=Presence.ABSENT))
    for order in ((shown, hidden), (hidden, shown)):
        assert judged("M3.1", account(*order)).outcome is Outcome.PASS
    shut = source(
        access=AccessState.CHALLENGE, interactions=Interactions(comments=Presence.PRESENT)
    )
    assert judged("M3.1", account(shut)).outcome is Outcome.UNDETERMINED
