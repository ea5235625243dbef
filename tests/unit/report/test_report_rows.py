"""Annex tables from plain data, and the reconciliation that stands before them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from openpyxl import load_workbook

from report import layout
from report.layout import LayoutError
from report.plain import Problem, Subject, WindowData
from report.reconcile import WindowStatus, disagreements, problems
from report.rollup import UnitNode, order, roll_up
from report.rows import annex_set
from report.table import AnnexSet
from report.text_files import csv_bytes, json_bytes
from report.xlsx import workbook_bytes

HUNAN = layout.load("hunan")
STALE = Problem("M2.1", "x", last_update=date(2020, 8, 19))
SILENT = Problem("M2.1", "x")
MUTE = Problem("M3.1", "x")


def account(name: str, unit: str, *found: Problem, **more: Any) -> Subject:
    told: dict[str, Any] = {"platform": "微信公众号", "sponsor": f"{name}局"}
    return Subject("account", name, unit, problems=found, **(told | more))


def data(*subjects: Subject, units: tuple[str, ...] = ("省直部门", "衡阳市")) -> WindowData:
    days = (date(2020, 7, 7), date(2020, 9, 17))
    return WindowData("2020Q3", *days, None, units, subjects)


def test_counts_lists_and_totals_agree() -> None:
    given = data(
        account("甲", "衡阳市", STALE),
        account("乙", "衡阳市"),
        account("丙", "省直部门"),
    )
    tables = annex_set(given, HUNAN)
    counts, listed = tables.annexes[2], tables.annexes[3]
    assert counts.rows == (
        ("1", "省直部门", "1", "1", "0", "0"),
        ("2", "衡阳市", "2", "2", "1", "50.00%"),
    )
    assert counts.total == ("合计", "", "3", "3", "1", "33.33%")
    assert listed.rows == (
        ("1", "衡阳市", "甲", "监测时间点前2周内无更新", "甲局", "微信公众号", "2020年8月19日"),
    )
    assert counts.notes == ("注：检查采样时间为2020年7月7日至9月17日",)
    assert problems(given, WindowStatus(), HUNAN, tables) == []


def test_several_problems_stand_below_each_other_by_code() -> None:
    tables = annex_set(data(account("甲", "衡阳市", MUTE, STALE)), HUNAN)
    [row] = tables.annexes[3].rows
    assert row[3] == "监测时间点前2周内无更新\n互动回应差"


@pytest.mark.parametrize(
    ("found", "cell"),
    [((STALE, MUTE), "2020年8月19日"), ((SILENT, MUTE), "无动态信息"), ((MUTE,), "")],
)
def test_the_date_cell_belongs_to_the_missing_update(found: tuple[Problem, ...], cell: str) -> None:
    tables = annex_set(data(account("甲", "衡阳市", *found)), HUNAN)
    assert tables.annexes[3].rows[0][6] == cell


def test_a_label_that_a_person_wrote_is_printed_as_written() -> None:
    own = Problem("M3.1", "菜单链接错误", own_label=True)
    tables = annex_set(data(account("甲", "衡阳市", own)), HUNAN)
    assert tables.annexes[3].rows[0][3] == "菜单链接错误"


@pytest.mark.parametrize("registered", ["湘西自治州", "湘西土家族苗族自治州"])
def test_statistics_print_the_short_name_and_lists_the_full_one(registered: str) -> None:
    tables = annex_set(data(account("甲", registered, STALE), units=(registered,)), HUNAN)
    assert tables.annexes[2].rows[0][1] == "湘西自治州"
    assert tables.annexes[3].rows[0][1] == "湘西土家族苗族自治州"


def test_lists_follow_the_units_and_then_the_registry() -> None:
    given = data(
        account("甲", "衡阳市", STALE),
        account("乙", "省直部门", STALE),
        account("丙", "衡阳市", STALE),
    )
    assert [row[2] for row in annex_set(given, HUNAN).annexes[3].rows] == ["乙", "甲", "丙"]


def test_what_was_not_read_is_not_checked_and_its_reason_is_printed() -> None:
    walled = account("甲", "衡阳市", fresh=False, unread="需要登录")
    dead = account("乙", "衡阳市", MUTE, fresh=False, unread="超时")
    closed = account("丙", "衡阳市", running=False, fresh=False)
    given = data(walled, dead, closed)
    tables = annex_set(given, HUNAN)
    assert tables.annexes[2].total == ("合计", "", "2", "1", "1", "100.00%")
    assert tables.annexes[2].notes[1] == "未能核实、未计入检查数的政务新媒体1个：甲（需要登录）"
    assert problems(given, WindowStatus(), HUNAN, tables) == []


def test_a_target_that_nobody_looked_at_stops_the_notice() -> None:
    given = data(account("甲", "衡阳市", fresh=False))
    told = problems(given, WindowStatus(), HUNAN, annex_set(given, HUNAN))
    assert told == ["账号在本窗口内没有巡查记录：甲"]


def test_every_reason_against_printing_is_told() -> None:
    given = data(account("甲", "衡阳市"))
    status = WindowStatus(flagged=2, held_runs=(3,), open_runs=(4,), counted_runs=0, ended=False)
    told = "\n".join(problems(given, status, HUNAN, annex_set(given, HUNAN)))
    for part in ("扣留", "尚未完成", "2 个问题待审核", "还没有完成", "才结束"):
        assert part in told


def tampered(index: int, **changes: Any) -> AnnexSet:
    tables = annex_set(data(account("甲", "衡阳市", STALE), account("乙", "省直部门")), HUNAN)
    annexes = list(tables.annexes)
    annexes[index] = replace(annexes[index], **changes)
    return replace(tables, annexes=tuple(annexes))


def test_a_wrong_total_a_wrong_ratio_and_a_missing_row_are_found() -> None:
    assert disagreements(HUNAN, tampered(2, total=("合计", "", "3", "2", "1", "50.00%")))
    assert disagreements(HUNAN, tampered(2, total=("合计", "", "2", "2", "1", "5.00%")))
    assert disagreements(HUNAN, tampered(2, total=None)) == ["附件3没有合计行"]
    assert disagreements(HUNAN, tampered(3, rows=())) == ["衡阳市：附件3为 1 个，附件4列出 0 个"]
    assert disagreements(HUNAN, tampered(3)) == []


NODES = {
    1: UnitNode(1, "省直部门", None, 1),
    2: UnitNode(2, "湖南省", None, 2),
    3: UnitNode(3, "衡阳市", 2, 3),
    4: UnitNode(4, "祁东县", 3, 4),
    5: UnitNode(5, "长沙市", 2, 5),
}


@pytest.mark.parametrize(
    ("holders", "rows"),
    [
        ({3, 4, 5}, {3: 3, 4: 3, 5: 5}),  # one root, opened
        ({1, 3, 4, 5}, {1: 1, 3: 3, 4: 3, 5: 5}),  # a loose department beside the root
        ({2, 3, 4}, {2: 2, 3: 3, 4: 3}),  # the root has targets of its own
        ({1, 2, 3}, {1: 1, 2: 2, 3: 2}),  # two roots with targets: a city and its county
        ({1}, {1: 1}),
    ],
)
def test_totals_roll_up_along_the_parent_regions(holders: set[int], rows: dict[int, int]) -> None:
    assert roll_up(NODES, holders) == rows


def test_rows_stand_in_the_order_of_first_registration() -> None:
    assert order(NODES, [5, 3, 3, 1]) == [1, 3, 5]


def test_a_layout_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(LayoutError, match="hunan"):
        layout.load("../secret")


def test_every_automatic_veto_has_a_label() -> None:
    labels = layout.national_labels()
    assert labels["M3.1"] == "未提供有效互动功能"
    assert HUNAN.label("M3.1", "") == "互动回应差"
    assert HUNAN.label("W6.1", "") == "未提供办事服务"
    assert HUNAN.label("X9", "其他") == "其他"


def annexes() -> AnnexSet:
    return annex_set(data(account("=甲", "衡阳市", STALE, MUTE), account("乙", "省直部门")), HUNAN)


def test_csv_has_flat_headings_the_total_and_no_formula() -> None:
    tables = annexes()
    rows = list(csv.reader(io.StringIO(csv_bytes(tables.annexes[2]).decode())))
    assert rows[0][4] == "发现存在突出问题的政务新媒体/政务新媒体数"
    assert rows[-1][0] == "合计"
    listed = list(csv.reader(io.StringIO(csv_bytes(tables.annexes[3], draft=True).decode())))
    assert listed[1][2] == "'=甲"
    assert listed[1][3] == "监测时间点前2周内无更新\n互动回应差"
    assert "草稿" in listed[-1][0]


def test_json_rows_are_objects_by_heading() -> None:
    tables = annexes()
    told = json.loads(json_bytes(tables, tables.annexes[2]))
    assert told["rows"][1]["单位"] == "衡阳市"
    assert told["total"]["检查政务新媒体数"] == "2"
    assert (told["annex"], told["draft"], told["window"]) == (3, False, "2020Q3")


def test_the_workbook_merges_headings_and_holds_text_alone() -> None:
    book = load_workbook(io.BytesIO(workbook_bytes(annexes())))
    assert book.sheetnames == ["附件1", "附件2", "附件3", "附件4"]
    sheet = book["附件3"]
    assert sheet["A1"].value == "附件3"
    assert sheet["A2"].value == "全省政务新媒体检查情况"
    merged = {str(one) for one in sheet.merged_cells.ranges}
    assert {"E3:F3", "A3:A4", "B3:B4", "A7:B7"} <= merged
    assert [cell.value for cell in sheet[7]] == ["合计", None, "2", "2", "1", "50.00%"]
    assert sheet["A8"].value == "注：检查采样时间为2020年7月7日至9月17日"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert sheet.print_title_rows == "$3:$4"
    assert sheet["B5"].font.name == "仿宋"
    name = book["附件4"]["C4"]
    assert (name.value, name.data_type) == ("=甲", "s")


def test_equal_neighbours_are_merged_where_a_layout_wants_it() -> None:
    tables = annex_set(data(account("甲", "衡阳市", STALE), account("乙", "衡阳市", STALE)), HUNAN)
    listed = tables.annexes[3]
    headings = (listed.headings[0], replace(listed.headings[1], merge=True), *listed.headings[2:])
    merged = replace(tables, annexes=(replace(listed, headings=headings),))
    sheet = load_workbook(io.BytesIO(workbook_bytes(merged)))["附件4"]
    assert "B4:B5" in {str(one) for one in sheet.merged_cells.ranges}
    assert sheet["B4"].value == "衡阳市"


def test_the_same_tables_give_the_same_bytes_on_any_day() -> None:
    made = []
    for day in (1, 28):
        with time_machine.travel(datetime(2031, 5, day, 3, tzinfo=UTC), tick=False):
            made.append(workbook_bytes(annexes()))
    assert made[0] == made[1]


def test_kept_annexes_are_printed_as_they_were() -> None:
    tables = annexes()
    kept = json.loads(json.dumps(tables.to_payload()))
    assert AnnexSet.from_payload(kept) == tables
