"""The state of a letter is what stands for itself or behind its label, never a word of a title."""

from __future__ import annotations

from datetime import datetime

import pytest

from checks.base import Outcome
from checks.facts import PageReading
from crawler.extract.page import read_page
from crawler.fetch.access import AccessState
from tests.unit.checks.world import HOME, judged, site

AS_OF = datetime.fromisoformat("2023-03-20T01:00:00+08:00")
TITLES = ("反映补贴待处理的问题", "请问公交卡未回复怎么办", "咨询医保报销的手续")


def board(body: str) -> PageReading:
    page = (
        "<html><head><meta charset='utf-8'><title>县长信箱-例县人民政府</title></head><body>"
        f"<p>当前位置：首页 &gt; 县长信箱</p><div class='main'>{body}</div></body></html>"
    )
    facts = read_page(page.encode(), url=f"{HOME}xzxx/", as_of=AS_OF)
    return PageReading(facts.url, "board", AccessState.OK, 7, facts)


def states(body: str) -> list[str]:
    facts = board(body).facts
    assert facts is not None
    return [letter.status for letter in facts.letters]


def rows(row: str) -> str:
    return "<ul>" + "".join(f"<li>{row.format(title)}</li>" for title in TITLES) + "</ul>"


LINK = "<a href='l.html'>{}</a><span>来信时间：2022-09-01</span>"
BAR = "<i>待受理</i><i>办理中</i><i>已办结</i>"


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (LINK, ""),
        (LINK + BAR, ""),
        (LINK + "<em>已办结</em>", "已办结"),
        (LINK + "<em>[办理中]</em>", "办理中"),
        (LINK + "<p>办理状态：待回复</p>", "待回复"),
        (LINK + "<p>办理状态：<b>已答复</b></p>", "已答复"),
        (LINK + "<i>已受理</i><i>已回复</i>", "已回复"),
        (LINK + BAR + "<p>办理状态：已办结</p>", "已办结"),
        ("<a href='l.html'>【已办结】{}</a><span>来信时间：2022-09-01</span>", "已办结"),
        ("[已回复] " + LINK, "已回复"),
    ],
)
def test_a_state_stands_for_itself_or_behind_its_label(row: str, state: str) -> None:
    assert states(rows(row)) == [state] * len(TITLES)


@pytest.mark.parametrize("cell", ["<a href='l.html'>{}</a>", "{}"])
def test_titles_in_a_table_without_states_have_none(cell: str) -> None:
    lines = "".join(
        f"<tr><td>{cell.format(title)}</td><td>2022-09-01</td><td>7</td></tr>" for title in TITLES
    )
    table = f"<table><tr><th>标题</th><th>来信时间</th><th>点击</th></tr>{lines}</table>"
    assert states(table) == [""] * len(TITLES)
    assert judged("W5.2", site(boards=(board(table),))).outcome is not Outcome.FAIL


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ("<p>来信内容：我的补贴待处理，窗口说办理中。</p><p>答复内容：您好，正在办理中。</p>", ""),
        (f"<div>{BAR}</div><p>答复内容：您好，已解决。</p>", ""),
        ("<select><option>待回复</option></select><p>答复内容：您好，修好了。</p>", ""),
        ("<p>处理状态：办理中</p><p>来信内容：请修路灯。请回复。</p>", "办理中"),
    ],
)
def test_the_page_of_one_letter_says_its_state_or_none(more: str, state: str) -> None:
    assert states(f"<h1>{TITLES[0]}</h1><p>来信时间：2022-09-01</p>{more}") == [state]


def test_an_answer_is_dated_under_more_labels() -> None:
    head = "<tr><th>标题</th><th>写信时间</th><th>回信时间</th></tr>"
    table = (
        f"<table>{head}<tr><td>{TITLES[0]}</td><td>2022-09-01</td><td>2022-09-05</td></tr></table>"
    )
    facts = board(table).facts
    assert facts is not None
    assert [str(letter.replied_on) for letter in facts.letters] == ["2022-09-05"]


def test_an_open_letter_of_long_ago_still_fails() -> None:
    open_ = board(rows(LINK + "<p>办理状态：待回复</p>"))
    assert judged("W5.2", site(boards=(open_,))).reason == "unanswered"


@pytest.mark.parametrize(
    ("row", "days"),
    [
        ("<span>回复时间：2022-10-16</span>", ("2022-10-16", "2022-10-16")),
        ("<em>已回复</em><span>2022-10-16</span>", ("2022-10-16", "None")),
        ("<em>已回复</em><i>2022-10-06</i><i>2022-10-16</i>", ("2022-10-06", "2022-10-16")),
        ("<p>自2022年2月1日起停水。</p><em>已回复</em><i>2022-10-16</i>", ("2022-10-16", "None")),
        ("<i>来信：2022-10-06 08:30</i><i>回复时间：2022-10-16</i>", ("2022-10-06", "2022-10-16")),
    ],
)
def test_a_day_in_a_title_or_a_sentence_is_not_when_a_letter_was_sent(
    row: str, days: tuple[str, str]
) -> None:
    titles = ("反映2022年3月1日至今停水的问题", "对2022年4月2日公示的名单有异议")
    lines = "".join(f"<li><a href='l.html'>{title}</a>{row}</li>" for title in titles)
    page = board(f"<ul>{lines}</ul>")
    assert page.facts is not None
    seen = [(str(letter.asked_on), str(letter.replied_on)) for letter in page.facts.letters]
    assert seen in ([days] * 2, [("None", days[1])] * 2)
    assert judged("W5.2", site(boards=(page,))).reason != "answered_late"
