"""Columns out of navigation and blocks, their types and deadlines."""

from __future__ import annotations

import pytest

from crawler.extract.column_kinds import DEADLINES, ColumnKind, Deadline, deadline, kind_of
from crawler.extract.columns import read_columns, read_own_column
from crawler.extract.document import parse

HOME = "http://www.x.gov.cn/"

NAVIGATION = """
<div class="top"><a href="/en/">English</a><a href="/wza/">无障碍</a><a href="/login">登录</a></div>
<ul class="nav">
 <li><a href="/">首页</a></li>
 <li><a href="/xwzx/">新闻中心</a><ul><li><a href="/xwzx/gzdt/">工作动态</a></li></ul></li>
 <li><a href="/zwgk/">政务公开</a><dl><dd><a href="/zwgk/tzgg/">通知公告</a></dd></dl></li>
 <li><a href="/ztzl/">专题专栏</a><ul><li><a href="/ztzl/yqfk/">疫情防控动态</a></li></ul></li>
 <li><a href="http://zwfw.other.gov.cn/index.html">政务服务</a></li>
 <li><a href="javascript:;">互动交流</a></li>
 <li><a href="/zwgk/202301/t20230105_1234.html">机构职能</a></li>
</ul>
"""


def columns(page: str) -> dict[str, tuple[str, int, bool]]:
    found = read_columns(parse(page, url=HOME))
    return {column.name: (column.kind, column.level, column.external) for column in found}


def test_a_navigation_gives_columns_with_type_level_and_home() -> None:
    assert columns(NAVIGATION) == {
        "新闻中心": ("动态要闻", 1, False),
        "工作动态": ("动态要闻", 2, False),
        "政务公开": ("信息公开目录", 1, False),
        "通知公告": ("通知公告", 2, False),
        "专题专栏": ("专题", 1, False),
        "疫情防控动态": ("专题", 2, False),
        "政务服务": ("办事服务", 1, True),
    }


def test_a_navigation_without_a_name_is_found_by_its_home_link() -> None:
    page = (
        "<table><tr><td><a href='index.html'>首页</a></td><td><a href='gk/'>县情概况</a></td>"
        "<td><a href='dt/'>政务动态</a></td><td><a href='wj/'>政策文件</a></td>"
        "<td><a href='fw/'>办事指南</a></td></tr></table>"
        "<ul><li><a href='a.html'>某领导调研重点项目建设工作</a></li></ul>"
    )
    assert set(columns(page)) == {"县情概况", "政务动态", "政策文件", "办事指南"}


def test_a_block_with_a_more_link_is_a_column() -> None:
    page = """
    <div class="box"><div class="hd"><h3>通知公告</h3><a class="more" href="/tzgg/">更多&gt;&gt;</a></div>
     <ul><li><a href="/tzgg/202301/t20230101_1.html">关于放假的通知</a></li></ul></div>
    <div class="box"><span>政策解读</span><a href="/zcjd/index.html">MORE+</a></div>
    """
    assert columns(page) == {"通知公告": ("通知公告", 1, False), "政策解读": ("政策解读", 1, False)}


def test_a_heading_that_is_a_link_is_a_column_only_when_it_names_a_type() -> None:
    page = '<h2><a href="/dt/">部门动态</a></h2><h2><a href="/x/">欢迎光临</a></h2>'
    assert set(columns(page)) == {"部门动态"}


def test_the_title_of_a_row_is_no_column_though_it_ends_in_the_name_of_a_type() -> None:
    rows = """
    <div class="row"><div class="lis_title"><a href="/gs/1014298362987610771.html">到期提醒公告</a></div></div>
    <div class="row"><div class="name"><a href="/view?id=8">岗位招聘公告</a></div><i>2026-10-21</i></div>
    """
    block = """<div><div class="title"><a href="/tzgg/">通知公告</a></div>
    <ul><li><a href="/view?id=9">关于停水的通知</a><i>2026-10-20</i></li></ul></div>"""
    assert set(columns(rows + block)) == {"通知公告"}


def test_breadcrumbs_footers_and_pagers_give_no_columns() -> None:
    page = """
    <div class="crumb nav">位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a></div>
    <div class="foot-nav"><a href="/a/">联系动态</a></div><div class="pagenav"><a href="/p2/">动态</a></div>
    """
    assert columns(page) == {}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("统计动态", ColumnKind.NEWS),
        ("政策解读", ColumnKind.INTERPRETATION),
        ("政府文件（政策）", ColumnKind.POLICY),
        ("动态、要闻", ColumnKind.NEWS),
        ("通知公告类", ColumnKind.NOTICE),
        ("事业单位招聘公告", ColumnKind.PERSONNEL),
        ("财政预决算", ColumnKind.FINANCE),
        ("市长信箱", ColumnKind.INTERACTION),
        ("市长之窗", ColumnKind.LEADERS),
        ("走进某县", ColumnKind.PROFILE),
        ("办件统计", ColumnKind.SERVICE_STATISTICS),
        ("统计公报", ColumnKind.STATISTICS),
        ("政府公报", ColumnKind.POLICY),
        ("来信选登", ColumnKind.MESSAGES),
        ("依申请公开", ColumnKind.OTHER),
        ("新闻发布会", ColumnKind.OTHER),
        ("往期专题", ColumnKind.TOPIC),
        ("", ColumnKind.OTHER),
    ],
)
def test_a_name_tells_its_type_by_its_last_word(name: str, kind: ColumnKind) -> None:
    assert kind_of(name) is kind


@pytest.mark.parametrize("kind", list(ColumnKind))
def test_every_type_is_the_type_of_its_own_name(kind: ColumnKind) -> None:
    assert kind_of(kind.value) is kind


def test_deadlines_are_those_of_the_indicators() -> None:
    assert deadline(ColumnKind.NEWS) == Deadline(days=14)
    assert deadline(ColumnKind.NOTICE) == deadline(ColumnKind.POLICY) == Deadline(months=6)
    assert deadline(ColumnKind.PERSONNEL) == deadline(ColumnKind.PLANS) == Deadline(months=12)
    assert deadline(ColumnKind.MESSAGES) == Deadline(months=2)
    assert deadline(ColumnKind.SERVICE_STATISTICS) == Deadline(months=3)
    assert deadline(ColumnKind.TOPIC) is None
    assert all(bool(limit.days) != bool(limit.months) for limit in DEADLINES.values())


def test_the_page_names_its_own_column_by_true_labels() -> None:
    page = "<title>通知公告-某某县人民政府</title><div>当前位置：首页 &gt; 通知公告</div>"
    document = parse(page, url=HOME)
    own = read_own_column(document, {"ColumnName": "通知公告", "ColumnType": "信息公开，通知公告"})
    assert own is not None
    assert (own.name, own.kind) == ("通知公告", "通知公告")


def test_a_column_label_the_page_does_not_bear_out_is_not_used_trap_17() -> None:
    document = parse("<title>政策文件-某县</title><p>正文</p>", url=HOME)
    own = read_own_column(document, {"ColumnName": "领导信箱", "ColumnType": "互动交流"})
    assert own is not None
    assert (own.name, own.kind) == ("政策文件", "政策文件")
