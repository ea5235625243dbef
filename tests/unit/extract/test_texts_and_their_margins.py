"""Articles with a short dated margin, articles without any day, pages that ask for a slider."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from crawler.extract.facts import PageKind
from crawler.extract.page import read_page
from crawler.fetch.access import AccessState

AS_OF = datetime(2023, 6, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
URL = "http://www.example.gov.cn/zwgk/tzgg/a1.html"
TITLE = "关于做好2022年度财政决算公开工作的通知"
TEXT = (
    "<p>各县区人民政府，市直各部门：现将有关事项通知如下，请认真遵照执行，确保按期完成任务。</p>"
    * 12
)
MARGIN = (
    '<div><h3>相关阅读</h3><ul><li><a href="/a.html">关于召开动员会议的通知</a>2023-05-01</li>'
    '<li><a href="/b.html">关于报送年度工作总结的通知</a>2023-05-02</li></ul></div>'
)


def _article(day: str, margin: str) -> bytes:
    return (
        f"<html><head><meta charset='utf-8'><title>{TITLE}_例市人民政府</title></head><body>"
        '<div>当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a></div>'
        f"<h1>{TITLE}</h1>{day}<div>{TEXT}</div>{margin}</body></html>"
    ).encode()


@pytest.mark.parametrize("day", ["<div>发布时间：2023-01-02</div>", "<div>2023-01-02</div>"])
def test_two_dated_rows_in_the_margin_do_not_make_a_list_of_an_article(day: str) -> None:
    """Trap 17: what stands beside an article is not its date."""
    facts = read_page(_article(day, MARGIN), url=URL, as_of=AS_OF)
    assert (facts.page_kind, facts.published_on) == (PageKind.ARTICLE, date(2023, 1, 2))


def test_a_long_text_under_its_headline_is_an_article_though_no_day_is_printed() -> None:
    facts = read_page(_article("", ""), url=URL, as_of=AS_OF)
    assert (facts.page_kind, facts.published_on) == (PageKind.ARTICLE, None)


@pytest.mark.parametrize(
    "said",
    [
        "请完成下列验证后继续<div id='nc_1'>请按住滑块，拖动到最右边</div>",
        "为了保证您的正常访问，请输入验证码：<input name='code'>",
        "请先完成安全验证",
    ],
)
def test_a_page_that_asks_for_a_slider_or_a_code_is_a_challenge(said: str) -> None:
    """Trap 2."""
    body = f"<html><head><meta charset='utf-8'><title>验证</title></head><body>{said}</body></html>"
    assert read_page(body.encode(), url=URL, as_of=AS_OF).access is AccessState.CHALLENGE
