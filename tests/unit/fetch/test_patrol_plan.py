"""Which pages are worth a request, and how several readings become one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.facts import (
    Badges,
    Channel,
    ColumnLink,
    Letter,
    PageFacts,
    PageLink,
    Provenance,
    Row,
)
from crawler.fetch.access import AccessState
from crawler.fetch.capture import Capture
from crawler.spiders import merge, plan, shares
from crawler.spiders.rendering import better, wants_browser
from crawler.spiders.result import PageRecord
from crawler.spiders.tickets import ColumnTicket

AS_OF = datetime.fromisoformat("2023-03-10T23:59:59+08:00")


def row(number: int, day: date | None = None, *, own: bool = True) -> Row:
    return Row(f"标题{number}", f"http://a.cn/art/{number}.html", date=day, own=own)


@pytest.mark.parametrize(
    ("url", "others"),
    [
        (
            "http://www.a.gov.cn/x",
            ["https://www.a.gov.cn/x", "http://a.gov.cn/x", "https://a.gov.cn/x"],
        ),
        (
            "https://a.gov.cn/",
            ["http://a.gov.cn/", "https://www.a.gov.cn/", "http://www.a.gov.cn/"],
        ),
        ("http://10.1.2.3/", ["https://10.1.2.3/"]),
        ("mailto:a@b.cn", []),
    ],
)
def test_both_schemes_and_both_names_are_tried_trap_6(url: str, others: list[str]) -> None:
    assert plan.variants(url) == others


def test_a_page_that_cannot_exist_is_the_same_for_the_same_night_and_host() -> None:
    one = plan.not_found_address("http://a.cn/x/y.html", "night")
    assert one == plan.not_found_address("http://a.cn/", "night")
    assert one != plan.not_found_address("http://b.cn/", "night")
    assert one.startswith("http://a.cn/xuncha-")


@pytest.mark.parametrize(
    "path", ["", "/", "/index.html", "/Default.aspx", "/index.shtml", "/index.action"]
)
def test_the_front_page_has_many_addresses_trap_28(path: str) -> None:
    assert plan.is_front(f"http://a.cn{path}")
    assert not plan.is_front("http://a.cn/xwdt/index.html")


@pytest.mark.parametrize("path", ["/index.htmla", "/main.css", "/default.pdf", "/home.js", "/i"])
def test_a_file_beside_the_front_page_is_none_trap_28(path: str) -> None:
    assert not plan.is_front(f"http://a.cn{path}")


def test_registered_columns_stand_before_those_of_the_navigation() -> None:
    found = PageFacts(
        "http://a.cn/",
        columns=(
            ColumnLink("其他链接", "http://a.cn/o/"),
            ColumnLink("通知公告", "http://a.cn/tz/", "通知公告"),
            ColumnLink("要闻动态", "http://a.cn/yw/", "动态要闻"),
            ColumnLink("二级要闻", "http://a.cn/yw/2/", "动态要闻", 2),
            ColumnLink("外站", "http://b.cn/", external=True),
            ColumnLink("要闻再现", "http://a.cn/yw/", "动态要闻"),
            ColumnLink("脚本", "javascript:void(0)"),
        ),
    )
    names = [one.name for one in plan.choose_columns((), found)]
    assert names == ["要闻动态", "通知公告", "其他链接", "二级要闻"]
    registered = (ColumnTicket(5, "公告", "http://a.cn/r/"),)
    assert [(one.id, one.url) for one in plan.choose_columns(registered, found)] == [
        (5, "http://a.cn/r/")
    ]
    assert plan.choose_columns((), None) == []


def test_article_pages_are_opened_only_where_the_list_proves_nothing() -> None:
    undated = tuple(row(number) for number in range(1000, 1010))
    stale = PageFacts("http://a.cn/", rows=undated, newest_date=date(2023, 1, 1))
    chosen = [one.url for one in plan.undated_home_rows(stale, AS_OF)]
    assert chosen[:3] == [one.url for one in undated[:3]]
    assert "http://a.cn/art/1009.html" in chosen
    assert len(chosen) == 5
    fresh = PageFacts("http://a.cn/", rows=undated, newest_date=date(2023, 3, 9))
    assert plan.undated_home_rows(fresh, AS_OF) == []
    assert plan.undated_column_rows(fresh, AS_OF) == []
    foreign = PageFacts("http://a.cn/", rows=(row(1, own=False),))
    assert plan.undated_home_rows(foreign, AS_OF) == []


def test_rows_without_a_date_beside_old_ones_are_asked_for_their_day() -> None:
    """A headline above the list, or a list without dates beside a dated side bar (trap 23)."""
    undated = tuple(row(number) for number in (1004, 1001, 1009, 1002))
    for known in (None, date(2023, 1, 1)):
        listed = PageFacts("http://a.cn/c/", rows=undated, newest_date=known)
        assert len(plan.undated_column_rows(listed, AS_OF)) == 2
    beside = PageFacts("http://a.cn/c/", rows=undated, newest_date=date(2023, 1, 1))
    chosen = [one.url for one in plan.undated_column_rows(beside, AS_OF)]
    assert chosen == ["http://a.cn/art/1004.html", "http://a.cn/art/1009.html"]
    fresh = PageFacts("http://a.cn/c/", rows=undated, newest_date=date(2023, 3, 9))
    assert plan.undated_column_rows(fresh, AS_OF) == []


INTRO = PageFacts("http://a.cn/", links=(PageLink("http://a.cn/main/"), PageLink("http://b.cn/")))


@pytest.mark.parametrize(
    ("home", "behind"),
    [
        (INTRO, "http://a.cn/main/"),
        (replace(INTRO, rows=(row(1),)), None),
        (replace(INTRO, text_length=plan.INTRO_TEXT + 1), None),
        (replace(INTRO, links=(*INTRO.links, PageLink("http://a.cn/en/", "English"))), None),
        (
            replace(
                INTRO,
                links=(
                    PageLink("http://a.cn/big5/", "繁體"),
                    PageLink("http://a.cn/zh/", "简体版"),
                ),
            ),
            "http://a.cn/zh/",
        ),
        (replace(INTRO, links=(PageLink("http://b.cn/", "进入网站"),)), None),
        (replace(INTRO, links=(PageLink("http://a.cn"),)), None),
    ],
)
def test_the_way_in_is_told_from_other_links(home: PageFacts, behind: str | None) -> None:
    assert plan.entrance(home) == behind


def test_a_frame_of_the_site_that_was_not_had_leaves_the_page_unread_trap_12() -> None:
    page = PageFacts(
        "http://www.a.gov.cn/",
        frames=(*(f"http://www.a.gov.cn/{n}.html" for n in range(4)), "http://tq.cn/w"),
    )

    def seen(number: int, access: AccessState) -> PageRecord:
        url = f"http://www.a.gov.cn/{number}.html"
        facts = PageFacts(url) if access is AccessState.OK else None
        return PageRecord(Capture(url, url, AS_OF, access), "frame", facts)

    opened = [seen(0, AccessState.OK), seen(1, AccessState.NOT_FOUND), seen(2, AccessState.TIMEOUT)]
    missing = plan.unread_frames(page, opened)
    assert missing == ["http://www.a.gov.cn/2.html", "http://www.a.gov.cn/3.html"]
    assert merge.with_unread(page, missing).truncated
    assert not merge.with_unread(page, []).truncated


def test_footers_are_sampled_from_different_lists_trap_34() -> None:
    lists = [PageFacts(f"http://a.cn/{n}/", rows=(row(n), row(n + 50))) for n in range(9)]
    urls = [one.url for one in plan.sample_rows(lists)]
    assert urls == [f"http://a.cn/art/{n}.html" for n in range(4)]


def titled(number: int, title: str, *, own: bool = True) -> Row:
    return replace(row(number, own=own), title=title)


def test_one_place_of_the_sample_is_an_interpretation_where_a_list_shows_one() -> None:
    lists = [PageFacts(f"http://a.cn/{n}/", rows=(row(n), row(n + 50))) for n in range(6)]
    meeting = titled(60, "局长解读全市经济形势")
    said = titled(70, "《市级储备粮管理办法》政策解读")
    elsewhere = titled(80, "一图读懂实施方案", own=False)
    column = ColumnLink("政策解读", "http://a.cn/zcjd/", "政策解读", 2)
    lists[4] = replace(lists[4], rows=(row(4), elsewhere, meeting))
    assert [one.title for one in plan.sample_rows(lists)][-1] == meeting.title
    lists[5] = replace(lists[5], rows=(row(5), said), own_column=column)
    chosen = plan.sample_rows(lists)
    assert [one.url for one in chosen[:3]] == [f"http://a.cn/art/{n}.html" for n in range(3)]
    assert chosen[3].title == said.title


def test_a_sample_that_holds_an_interpretation_keeps_its_other_articles() -> None:
    lists = [PageFacts(f"http://a.cn/{n}/", rows=(row(n), row(n + 50))) for n in range(6)]
    lists[1] = replace(lists[1], rows=(titled(60, "图解：政务公开工作要点"),))
    lists[5] = replace(lists[5], rows=(row(5), titled(70, "《办法》解读")))
    urls = [one.url for one in plan.sample_rows(lists)]
    assert urls == [f"http://a.cn/art/{n}.html" for n in (0, 60, 2, 3)]


def test_letters_petitions_and_scripts_are_no_consult_channels_trap_35() -> None:
    page = PageFacts(
        "http://a.cn/hd/",
        letters=(Letter("我要咨询医保", "http://a.cn/letter/1.html"),),
        channels=(
            Channel("我要咨询", "http://a.cn/zx/", "consult"),
            Channel("我要咨询", "javascript:open()", "consult"),
            Channel("我要咨询医保", "http://a.cn/letter/1.html", "consult"),
            Channel("网上信访", "http://a.cn/xf/", "petition"),
        ),
    )
    assert [one.url for one in plan.consult_channels([page])] == ["http://a.cn/zx/"]


def test_guides_are_rows_or_links_that_name_a_matter() -> None:
    listed = PageFacts("http://a.cn/bs/", rows=(row(1), row(2)))
    assert plan.guide_addresses(listed)[0] == "http://a.cn/art/1.html"
    linked = PageFacts(
        "http://a.cn/bs/",
        links=(
            PageLink("http://a.cn/g/1.html", "食品经营许可办事指南"),
            PageLink("http://a.cn/about.html", "关于我们"),
            PageLink("http://b.cn/g/2.html", "许可证办理"),
        ),
    )
    assert plan.guide_addresses(linked) == ["http://a.cn/g/1.html"]


def test_a_frame_lends_its_page_everything_it_shows_trap_12() -> None:
    shell = PageFacts("http://a.cn/", title="某局", access=AccessState.EMPTY_SHELL)
    frame = PageFacts(
        "http://a.cn/main.html",
        rows=(row(1, date(2023, 3, 9)),),
        newest_date=date(2023, 3, 9),
        newest_provenance=Provenance.LIST_ROW,
        badges=Badges(conac=True),
        links=(PageLink("http://a.cn/x"),),
    )
    merged = merge.with_frame(shell, frame)
    assert (merged.url, merged.title) == ("http://a.cn/", "某局")
    assert merged.newest_date == date(2023, 3, 9)
    assert merged.badges.conac is True
    assert merged.links == frame.links


def test_list_data_fills_a_blank_list_and_never_turns_its_date_back_trap_22() -> None:
    empty = PageFacts("http://a.cn/c/", blank_list=True, newest_date=date(2023, 3, 1))
    data = PageFacts(
        "http://a.cn/d", rows=(row(1, date(2023, 2, 1)),), newest_date=date(2023, 2, 1)
    )
    merged = merge.with_list(empty, data)
    assert not merged.blank_list
    assert merged.newest_date == date(2023, 3, 1)


def test_a_letters_own_page_adds_what_the_board_does_not_show() -> None:
    board = PageFacts("http://a.cn/b/", letters=(Letter("来信", "http://a.cn/l/1"),))
    detail = Letter("来信", asked_on=date(2023, 1, 1), replied_on=date(2023, 1, 5))
    (letter,) = merge.with_letters(board, {"http://a.cn/l/1": detail}).letters
    assert (letter.asked_on, letter.replied_on) == (date(2023, 1, 1), date(2023, 1, 5))


def record(
    facts: PageFacts | None, access: AccessState = AccessState.OK, *, role: str = "column"
) -> PageRecord:
    return PageRecord(Capture("http://a.cn/", "http://a.cn/", AS_OF, access), role, facts)


def test_a_browser_is_asked_only_on_evidence() -> None:
    plain = PageFacts("http://a.cn/", rows=(row(1),))
    assert not wants_browser(record(plain))
    assert wants_browser(record(None, AccessState.CHALLENGE))
    assert wants_browser(record(None, AccessState.EMPTY_SHELL))
    assert not wants_browser(record(None, AccessState.BLOCKED))
    assert wants_browser(record(PageFacts("http://a.cn/", needs_browser=True)))
    blank = PageFacts("http://a.cn/", blank_list=True)
    assert wants_browser(record(blank))
    assert wants_browser(record(blank, role="board")), "a board without letters (D-MSG.1)"
    assert not wants_browser(record(blank, role="article"))


def test_the_better_reading_wins_and_a_worse_rendering_never_does() -> None:
    rich = record(PageFacts("http://a.cn/", rows=(row(1, date(2023, 3, 9)),)))
    poor = record(PageFacts("http://a.cn/"))
    refused = record(None, AccessState.CHALLENGE)
    assert better(rich, poor)
    assert not better(poor, rich)
    assert not better(refused, poor)
    assert better(poor, refused)


def test_columns_that_were_not_opened_for_the_longest_time_come_first() -> None:
    tickets = [ColumnTicket(n, f"栏目{n}", f"http://a.cn/{n}/") for n in range(5)]
    looked = {
        f"http://a.cn/{n}/": AS_OF - timedelta(days=days) for n, days in ((0, 1), (1, 2), (3, 1))
    }
    chosen = plan.choose_columns(tickets, None, looked)
    assert [one.id for one in chosen] == [2, 4, 1, 0, 3]
    same = dict.fromkeys((one.url for one in chosen), AS_OF)
    assert [one.id for one in plan.choose_columns(tickets, None, same)] == [0, 1, 2, 3, 4]


def test_columns_leave_their_share_to_what_comes_after_them() -> None:
    home = PageFacts(
        "http://a.cn/",
        columns=(
            ColumnLink("办事服务", "http://a.cn/bs/", "办事服务"),
            ColumnLink("互动交流", "http://a.cn/hd/", "互动交流"),
        ),
        rows=tuple(row(number) for number in range(9)),
        newest_date=AS_OF.date(),
    )
    kept = shares.kept_back(home, AS_OF, 58, services=True)
    assert kept == shares.Kept(shares.INTERACTION, 1 + plan.GUIDES, plan.SAMPLES)
    assert shares.kept_back(home, AS_OF, 58, services=False).services == 0
    stale = replace(home, newest_date=date(2023, 1, 1))
    undated = shares.kept_back(stale, AS_OF, 90, services=True)
    assert undated.articles == plan.SAMPLES + plan.HOME_ROWS
    assert shares.kept_back(None, AS_OF, 58, services=True) == shares.Kept()


@pytest.mark.parametrize("left", [0, 1, 2, 10, 40, 58])
def test_of_few_pages_columns_keep_two_thirds(left: int) -> None:
    home = PageFacts(
        "http://a.cn/",
        columns=(
            ColumnLink("办事服务", "http://a.cn/bs/", "办事服务"),
            ColumnLink("互动交流", "http://a.cn/hd/", "互动交流"),
        ),
    )
    kept = shares.kept_back(home, AS_OF, left, services=True)
    assert 0 <= kept.all <= left * shares.KEPT_SHARE // 100
    assert min(kept.interaction, kept.services, kept.articles) >= 0


@given(
    st.sampled_from(["http://a.cn", "HTTP://a.cn:80", "//a.cn", "a.cn", ""]),
    st.lists(st.sampled_from([*"/?#.a", "/index.html", "/main.do"]), max_size=8).map("".join),
)
def test_a_front_page_is_told_by_its_path_alone(origin: str, rest: str) -> None:
    path = urlsplit(origin + rest).path
    front = path in {"", "/"} or path.lower() in {"/index.html", "/main.do"}
    assert plan.is_front(origin + rest) == front
