"""Consult channels told from the others, and forms that could submit."""

from __future__ import annotations

import pytest

from crawler.extract.channels import channel_kind, read_channels
from crawler.extract.document import parse

PAGE = "http://www.x.gov.cn/hdjl/"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("县长信箱", "consult"),
        ("我要咨询", "consult"),
        ("建言献策", "consult"),
        ("政民互动", "consult"),
        ("互动交流", "consult"),
        ("12345热线", "consult"),
        ("网上信访", "petition"),
        ("信访信箱", "petition"),
        ("纪委书记信箱", "discipline"),
        ("纪检举报", "discipline"),
        ("12388举报", "discipline"),
        ("意见征集", "survey"),
        ("网上调查", "survey"),
        ("在线访谈", "interview"),
        ("依申请公开", "other"),
        ("信件统计", "other"),
        ("信件办理统计", "other"),
        ("留言选登", "other"),
        ("通知公告", ""),
    ],
)
def test_a_channel_is_told_by_its_name_trap_35(name: str, kind: str) -> None:
    assert channel_kind(name) == kind


def test_links_count_when_they_lead_somewhere() -> None:
    page = """
    <a href="/xz/">县长信箱</a><a href="javascript:;">书记信箱</a><a href="mailto:a@x.gov.cn">局长信箱</a>
    <a href="javascript:void(0)" onclick="window.open('/wyxx/index.html')">我要写信</a>
    <a href="/202301/t20230101_12.html">关于网上咨询的工作报告</a><a href="/tj/">信件统计</a>
    """
    found = {c.name: (c.kind, c.url) for c in read_channels(parse(page, url=PAGE))}
    assert found == {
        "县长信箱": ("consult", "http://www.x.gov.cn/xz/"),
        "局长信箱": ("consult", "mailto:a@x.gov.cn"),
        "我要写信": ("consult", "http://www.x.gov.cn/wyxx/index.html"),
        "信件统计": ("other", "http://www.x.gov.cn/tj/"),
    }


def form(button: str, attributes: str = "") -> str:
    return (
        f"<title>领导信箱</title><form action=/save method=post>姓名<input name=n>"
        f"<textarea name=c {attributes}></textarea>{button}</form>"
    )


@pytest.mark.parametrize(
    "button",
    [
        "<input type=submit value=提交>",
        "<button>提 交</button>",
        "<a href='#' onclick='save()'>提交</a>",
        "<input type=button value=我要留言 onclick=save()>",
        "<input type=image src=tj.png>",
    ],
)
def test_a_form_with_a_text_and_a_button_could_submit(button: str) -> None:
    channels = read_channels(parse(form(button), url=PAGE))
    assert [(c.kind, c.form) for c in channels] == [("consult", True)]


@pytest.mark.parametrize(
    "page",
    [
        form("<input type=submit value=提交 disabled>"),
        form("<input type=submit value=提交>", "disabled"),
        form("<button>搜索</button>"),
        form(""),
        "<!--" + form("<input type=submit>") + "-->",
        "<div style='display:none'>" + form("<input type=submit>") + "</div>",
    ],
)
def test_a_form_that_cannot_submit_is_none(page: str) -> None:
    assert not [c for c in read_channels(parse(page, url=PAGE)) if c.form]


@pytest.mark.parametrize(
    ("choice", "kind"),
    [
        (
            "<input type=radio>咨询 <input type=radio>投诉 <input type=radio>建议 <input type=radio>举报",
            "consult",
        ),
        ("<input type=radio>实名举报 <input type=radio>匿名举报", "discipline"),
    ],
)
def test_a_letter_of_any_kind_is_no_report_of_discipline(choice: str, kind: str) -> None:
    page = (
        f"<title>某县政府网</title><form action=/add method=post>意见类型：{choice}"
        "<textarea name=c></textarea><input type=submit value=提交></form>"
    )
    assert [c.kind for c in read_channels(parse(page, url=PAGE))] == [kind]
