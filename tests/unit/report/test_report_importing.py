"""Printed annexes read back: headings in one row or two, slid cells, several problems in a cell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from report.fields import Field, Kind
from report.importing import parse, sums, vocabulary
from report.importing.tables import ImportingError, RawTable, tables

RELAY = ("序号", "单位", "新媒体账号名称", "平台", "新媒体标识码")
SITES = ("序号", "网站名称", "网址", "网站标识码", "存在问题", "整改情况")


def read(*rows: tuple[str, ...]) -> parse.ImportedAnnex:
    found = parse.annex(RawTable("表", rows))
    assert found is not None
    return found


def test_a_row_that_slid_right_comes_back_and_its_code_stays_lost() -> None:
    found = read(
        RELAY,
        ("20", "邵东市", "佘田桥镇人民政府", "微信", "430521M007WX0001"),
        ("21", "–", "新邵县", "新邵县公安局", "微信"),
        ("22", "文旅新邵", "微信", "430522M015WX0001", ""),
        ("23", "", "大新动态", "微信", "430522M018WX0001"),
    )
    assert found.kind is Kind.RELAY
    told = [(r[Field.UNIT], r[Field.NAME], r[Field.PLATFORM], r[Field.CODE]) for r in found.rows]
    assert told == [
        ("邵东市", "佘田桥镇人民政府", "微信", "430521M007WX0001"),
        ("新邵县", "新邵县公安局", "微信", ""),
        ("新邵县", "文旅新邵", "微信", "430522M015WX0001"),
        ("新邵县", "大新动态", "微信", "430522M018WX0001"),
    ]
    assert len(found.realigned) == 2


def test_a_code_in_the_place_of_a_missing_address_moves_on() -> None:
    found = read(
        SITES,
        (
            "1",
            "兴平市人民政府",
            "6104810043",
            "政策解读未与原文关联,部分页面缺失政府网站标识",
            "已整改",
            "",
        ),
        (
            "4",
            "咸阳市司法局",
            "http://sfj.xianyang.gov.cn",
            "6104000051",
            "多个专题栏目更新不及时",
            "已整改",
        ),
    )
    assert found.kind is Kind.PROBLEMS
    assert found.subject == "site"
    first, second = found.rows
    assert (first[Field.URL], first[Field.CODE], first[Field.STATE]) == ("", "6104810043", "已整改")
    assert first[Field.PROBLEMS].startswith("政策解读")
    assert second[Field.URL] == "http://sfj.xianyang.gov.cn"


def test_headings_in_two_rows_repeated_on_each_page_and_a_total() -> None:
    top = ("序号", "单位", "实际运行网站数", "检查网站数", "发现存在突出问题的网站", "")
    below = ("", "", "", "", "网站数", "占检查数比例")
    found = read(
        ("全省政府网站检查情况", "", "", "", "", ""),
        top,
        below,
        ("1", "省直部门", "49", "49", "1", "2.04%"),
        top,
        below,
        ("2", "衡阳市", "18", "18", "2", "11.11%"),
        ("合计", "", "67", "67", "3", "4.48%"),
        ("注：检查采样时间为2020年7月7日至9月17日", "", "", "", "", ""),
    )
    assert found.kind is Kind.COUNTS
    assert [row[Field.UNIT] for row in found.rows] == ["省直部门", "衡阳市"]
    assert sums.tally(found) == (67, 67, 3)
    assert sums.contradictions([found]) == []


def test_a_table_that_does_not_add_up_is_told_with_what_would_be_right() -> None:
    found = read(
        (
            "序号",
            "单位",
            "检查网站数",
            "发现存在突出问题的网站/网站数",
            "发现存在突出问题的网站/占检查数比例",
        ),
        ("1", "甲市", "40", "2", "5.0%"),
        ("2", "乙市", "30", "1", "3.0%"),
        ("合计", "", "71", "3", "4.3%"),
    )
    told = sums.contradictions([found])
    assert "表：合计印作 71，各行之和为 70" in told
    assert "表“乙市”行的比例印作 3.0%，应为 3.3%" in told
    assert any("“合计”行的比例印作 4.3%，应为 4.2%" in line for line in told)


@pytest.mark.parametrize(
    ("checked", "failed", "printed", "fault"),
    [
        (150, 14, "93.3%", "印作 93.3%，按 150 个中不合格 14 个应为 90.7%"),
        (134, 8, "94.3%", "印作 94.3%，按 134 个中不合格 8 个应为 94.0%"),
        (612, 11, "98.20%", ""),
        (140, 36, "74%", ""),
        (594, 3, "99.49%", ""),
    ],
)
def test_printed_rates_are_worked_out_again(
    checked: int, failed: int, printed: str, fault: str
) -> None:
    assert sums.rate_fault(checked, failed, printed) == fault


def test_a_list_shorter_than_its_count_is_told() -> None:
    counts = read(
        (
            "序号",
            "单位",
            "政务新媒体数",
            "发现存在突出问题的/政务新媒体数",
            "发现存在突出问题的/所占比例",
        ),
        ("1", "甲市", "40", "2", "5.0%"),
        ("合计", "", "40", "2", "5.0%"),
    )
    listed = read(
        ("序号", "账号名称", "账号类型", "存在的问题"), ("1", "甲发布", "微信", "互动回应差")
    )
    told = sums.contradictions([counts, listed])
    assert told == ["政务新媒体统计为 2 个，表 列出 1 个"]


def test_separators_inside_brackets_and_quotation_marks_do_not_separate() -> None:
    one = "未提供网上有效咨询建言渠道（网上信访、纪检举报等专门渠道除外）"
    assert vocabulary.split(one) == [one]
    assert vocabulary.split(f"{one}、未提供办事服务") == [one, "未提供办事服务"]
    assert vocabulary.split("监测时间点前2周内无更新\n互动回应差") == [
        "监测时间点前2周内无更新",
        "互动回应差",
    ]
    given = "关联的视频号“快乐可汗1334”非单位认证视频号,且未按时更新"
    assert vocabulary.split(given) == ["关联的视频号“快乐可汗1334”非单位认证视频号", "未按时更新"]


@pytest.mark.parametrize(
    ("label", "subject", "check"),
    [
        ("监测时间点前2周内无更新", "account", "M2.1"),
        ("超过2周未更新", "account", "M2.1"),
        ("互动回应差", "account", "M3.1"),
        ("未提供有效互动功能", "account", "M3.1"),
        ("严重表述错误", "site", "W1.1"),
        ("出现严重表述错误", "account", "M1.1"),
        ("应更新未更新", "site", "W4.2"),
        ("未提供办事服务", "site", "W6.1"),
        ("政策解读未与原文关联", "site", "D-LINKED"),
        ("从未见过的表述", "site", "F-OTHER"),
    ],
)
def test_printed_labels_become_checks(label: str, subject: str, check: str) -> None:
    assert vocabulary.check_of(label, subject) == check


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020年8月19日", date(2020, 8, 19)),
        ("4.21", date(2021, 4, 21)),
        ("12.30", date(2020, 12, 30)),
        ("7月16日", date(2020, 7, 16)),
        ("无动态信息", None),
        ("2.31", None),
    ],
)
def test_printed_days_without_a_year_are_the_newest_that_fit(text: str, day: date | None) -> None:
    assert parse.day(text, date(2021, 6, 4)) == day


def test_a_broken_document_is_told_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"PK no archive")
    with pytest.raises(ImportingError, match="不是可读的 DOCX"):
        tables(path)


def test_a_table_without_known_headings_is_no_annex() -> None:
    assert parse.annex(RawTable("表", (("甲", "乙"), ("1", "2")))) is None
