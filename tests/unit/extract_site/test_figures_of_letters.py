"""Figures of the letters (D-MSG.3) behind a link as long as a title, on the board itself."""

from __future__ import annotations

from datetime import datetime

import pytest

from checks.base import Outcome
from checks.facts import PageReading
from crawler.extract.facts import PageKind
from crawler.extract.page import read_page
from crawler.fetch.access import AccessState
from tests.unit.checks.world import HOME, judged, site

AS_OF = datetime.fromisoformat("2023-03-20T01:00:00+08:00")
LONG = "例市人民政府门户网站2023年第一季度网民留言受理办理情况统计"


def board(link: str) -> PageReading:
    rows = "".join(
        f"<tr><td><a href='x{n}.html'>咨询公交线路调整的问题{n}</a></td><td>2023-03-{10 + n}</td>"
        f"<td>2023-03-{12 + n}</td><td>已回复</td></tr>"
        for n in range(5)
    )
    page = (
        "<html><head><meta charset='utf-8'><title>市长信箱-例市人民政府</title></head><body><h1>市长信箱</h1>"
        f"<p class='tj'><a href='/tj/2023q1.html'>{link}</a></p><table><tr><th>标题</th><th>来信时间</th>"
        f"<th>回复时间</th><th>状态</th></tr>{rows}</table></body></html>"
    )
    facts = read_page(page.encode(), url=f"{HOME}szxx/", as_of=AS_OF)
    assert facts.page_kind is PageKind.MESSAGE_BOARD
    return PageReading(facts.url, "board", AccessState.OK, 7, facts)


@pytest.mark.parametrize("link", [LONG, f"{LONG}（2023年1月至3月）", "留言办理统计"])
def test_a_long_link_on_the_board_proves_the_figures(link: str) -> None:
    verdict = judged("D-MSG.3", site(boards=(board(link),)))
    assert (verdict.outcome, verdict.reason) == (Outcome.PASS, "published")


@pytest.mark.parametrize(
    "link",
    [
        "关于全市政务数据共享工作情况的通报及下一步工作安排",
        "例市统计局关于开展人口抽样调查工作的通知",
    ],
)
def test_other_figures_are_none_of_the_letters(link: str) -> None:
    verdict = judged("D-MSG.3", site(boards=(board(link),)))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDETERMINED, "none_seen")
