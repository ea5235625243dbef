"""What a page says of its own place: its column, its codes, and a footer it leaves to a script."""

from __future__ import annotations

from datetime import datetime

import pytest

from checks.base import Outcome
from checks.d_footer import CHECK as FOOTER
from checks.facts import PageReading, SiteFacts
from crawler.extract.page import read_page
from crawler.fetch.access import AccessState

AS_OF = datetime.fromisoformat("2024-03-10T23:59:59+08:00")
URL = "http://www.example.gov.cn/tzgg/"
ROWS = "".join(
    f'<li><a href="/tzgg/202403/t2024030{n}_{n}.html">关于第{n}批通告的公示</a><span>2024-03-0{n}</span></li>'
    for n in range(1, 7)
)


def page(body: str, head: str = "") -> bytes:
    return f'<html><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'.encode()


def test_a_list_page_names_its_own_column() -> None:
    head = "<title>通知公告-某某县人民政府</title><meta name='ColumnName' content='通知公告'>"
    facts = read_page(page(f"<ul>{ROWS}</ul>", head), url=URL, as_of=AS_OF)
    assert facts.own_column is not None
    assert (facts.own_column.name, facts.own_column.kind) == ("通知公告", "通知公告")


def test_a_page_on_disclosure_by_request_keeps_its_text_though_it_is_read_as_a_board() -> None:
    head = "<title>依申请公开-某某县人民政府</title><meta name='ColumnName' content='依申请公开'>"
    body = "<h1>依申请公开</h1><p>受理机构：某某县人民政府办公室</p>"
    facts = read_page(page(body, head), url="http://www.example.gov.cn/ysqgk/", as_of=AS_OF)
    assert facts.signs is not None
    assert "受理机构：某某县人民政府办公室" in facts.signs.text
    letters = page(body.replace("依申请公开", "县长信箱"), head.replace("依申请公开", "县长信箱"))
    assert read_page(letters, url="http://www.example.gov.cn/xx/", as_of=AS_OF).signs is None


def test_codes_that_differ_on_one_page_are_told_trap_33() -> None:
    footer = "<div class='footer'>版权所有 网站标识码：4300000041</div>"
    head = "<title>通知公告</title><meta name='SiteIDCode' content='2300000001'>"
    facts = read_page(page(f"<ul>{ROWS}</ul>{footer}", head), url=URL, as_of=AS_OF)
    assert facts.code_conflicts == ("页面标签 2300000001 ≠ 页脚 4300000041",)


@pytest.mark.parametrize(
    ("footer", "outcome", "reason"),
    [
        ("<div id='footer'></div>", Outcome.UNDETERMINED, "footer_unread"),
        ("<div id='footer'>版权所有：某某县人民政府</div>", Outcome.FAIL, "missing"),
    ],
)
def test_an_empty_place_for_a_footer_is_not_a_missing_footer_trap_32(
    footer: str, outcome: Outcome, reason: str
) -> None:
    body = f"<ul>{ROWS}</ul>{footer}<script src='/js/common.js'></script>"
    facts = read_page(page(body, "<title>某某县人民政府</title>"), url=URL, as_of=AS_OF)
    home = PageReading(URL, "home", AccessState.OK, 1, facts)
    site = SiteFacts(
        code="4300000041",
        name="某某县",
        home_url=URL,
        site_kind="门户",
        running_state="正常",
        offers_services=None,
        first_run=False,
        vantage="",
        home=home,
    )
    verdict = FOOTER.judge(site, FOOTER.parameters, AS_OF)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)
