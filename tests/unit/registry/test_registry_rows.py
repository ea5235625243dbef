"""Headers and rows: kinds told from the header, every fault of a row named at once."""

from __future__ import annotations

import pytest

from registry.reading import Row, Sheet
from registry.rows import BadRow, Record, records, table
from registry.schema import HeaderError, Kind, recognise

SITES = ("网站标识码", "网站名称", "首页网址", "地区")
ACCOUNTS = ("账号名称", "账号类型", "开设主体", "地区")


def parsed(header: tuple[str, ...], *body: tuple[str, ...]) -> list[Record | BadRow]:
    rows = tuple(Row(line, cells) for line, cells in enumerate((header, *body), 1))
    found = table(Sheet("", rows))
    assert found is not None
    return list(records(found))


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (SITES, Kind.SITES),
        (tuple(reversed(ACCOUNTS)), Kind.ACCOUNTS),
        (("网站标识码", "栏目名称", "栏目网址", "网站名称", "首页网址", "地区"), Kind.COLUMNS),
        (("任务编号", "标题", "发布日期"), Kind.RELAY_TASKS),
        (("*网站标识码", " 网站 名称", "首页网址（必填）", "地区"), Kind.SITES),
        (("姓名", "电话"), None),
    ],
)
def test_the_kind_is_told_from_the_header(header: tuple[str, ...], kind: Kind | None) -> None:
    assert recognise(header) is kind


def test_a_missing_required_column_is_named() -> None:
    with pytest.raises(HeaderError, match=r"账号表，但缺少必填列：开设主体、地区"):
        recognise(("账号名称", "账号类型"))


def test_a_doubled_column_is_named() -> None:
    with pytest.raises(HeaderError, match=r"重复的列：地区"):
        recognise((*SITES, "地区"))


def test_title_lines_above_the_header_are_passed_over() -> None:
    title = Row(1, ("全省政府网站登记表",))
    header = Row(2, SITES)
    body = Row(3, ("4300000041", "甲网", "http://a.gov.cn/", "湖南省"))
    found = table(Sheet("", (title, header, body)))
    assert found is not None
    assert [row.line for row in records(found)] == [3]


def test_unknown_columns_are_kept_by_their_name() -> None:
    [record] = parsed(
        (*SITES, "备 注", "空列"), ("4300000041", "甲网", "http://a.gov.cn/", "湖南省", "试点", "")
    )
    assert isinstance(record, Record)
    assert record.extra == {"备注": "试点"}


def test_columns_that_a_file_lacks_are_not_in_the_record() -> None:
    [record] = parsed(SITES, ("4300000041", "甲网", "http://a.gov.cn/", "湖南省"))
    assert isinstance(record, Record)
    assert set(record.values) == {"code", "name", "home_url", "region"}


def test_every_fault_of_a_row_is_named() -> None:
    [bad] = parsed((*SITES, "运行状态", "哨兵"), ("28", "=cmd|x", "htp:/x", "", "睡着了", "也许"))
    assert isinstance(bad, BadRow)
    for part in (
        "网站标识码：",
        "网站名称：以公式符号开头",
        "首页网址：",
        "地区未填写",
        "睡着了",
        "哨兵：",
    ):
        assert part in bad.reason


def test_an_unknown_platform_is_named() -> None:
    [bad] = parsed(ACCOUNTS, ("甲县发布", "飞鸽传书", "甲县政府", "甲县"))
    assert isinstance(bad, BadRow)
    assert bad.reason == "账号类型：不认识的账号类型“飞鸽传书”"


def test_a_bad_source_is_named() -> None:
    [bad] = parsed((*ACCOUNTS, "信息源"), ("甲县发布", "新浪微博", "甲县政府", "甲县", "无线电:1"))
    assert isinstance(bad, BadRow)
    assert bad.reason.startswith("信息源：")


def test_a_row_that_slid_right_is_refused() -> None:
    [bad] = parsed(SITES, ("4300000041", "甲", "网", "http://a.gov.cn/", "湖南省"))
    assert isinstance(bad, BadRow)
    assert "多出 1 个单元格" in bad.reason


def test_control_characters_are_refused() -> None:
    [bad] = parsed(SITES, ("4300000041", "甲\x07网", "http://a.gov.cn/", "湖南省"))
    assert isinstance(bad, BadRow)
    assert bad.reason == "网站名称含有控制字符"


def test_a_formula_in_a_further_column_is_refused() -> None:
    [bad] = parsed((*SITES, "备注"), ("4300000041", "甲网", "http://a.gov.cn/", "湖南省", "@x()"))
    assert isinstance(bad, BadRow)
