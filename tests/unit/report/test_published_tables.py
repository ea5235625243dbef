"""What was published: fair averages, silent units, classes of letters, tables as annexes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from report import layout
from report.annexes import annexes
from report.figures import Figures, LetterCount
from report.layout import LayoutError
from report.letter_kinds import NO_KIND, kind_of
from report.period import calendar_span
from report.plain import Relay, Subject, WindowData
from report.published import Average, ColumnVolume, PlatformVolume, UnitVolume, responsible
from report.reconcile import disagreements
from report.statistics import Statistics, tables
from report.table import StatisticsTable
from report.table_annexes import EMPTY, annex

DATA = WindowData(
    "2023Q1", date(2023, 2, 20), date(2023, 3, 31), None, ("邵东市", "新邵县"), ()
)  # fmt: skip
FIGURES = Figures(
    unit_volumes=(
        UnitVolume("邵东市", "邵东市", 1, 20, 9, 180),
        UnitVolume("邵东市", "邵东市教育局", 0, 0, 1, 19),
        UnitVolume("新邵县", "新邵县", 1, 0, 0, 0),
        UnitVolume("新邵县", "新邵县公安局", 0, 0, 1, 41),
    ),
    column_volumes=(
        ColumnVolume("邵东市", "邵东市政府", "要闻", "市政府办", 18, date(2023, 3, 30)),
        ColumnVolume("邵东市", "邵东市政府", "人事", "市人社局", 0),
        ColumnVolume("邵东市", "邵东市政府", "公告", "市政府办", 2, date(2023, 3, 1)),
    ),
    platform_volumes=(PlatformVolume("微信", 10, 200, 1),),
    letter_kinds=(LetterCount("咨询", 4, 3, 3, 9), LetterCount(NO_KIND, 1, 0, 0, 0)),
)


def told(figures: Figures = FIGURES) -> dict[str, StatisticsTable]:
    return {one.key: one for one in tables(Statistics(DATA, figures, layout.load("hunan")))}


def test_the_average_is_of_sites_and_accounts_so_that_small_units_are_not_blamed() -> None:
    # 260 items on 13 targets: 20 each. Ten targets with 200 are average, one with 19 is below.
    remarks = {row[1]: row[-1] for row in told()["unit_volumes"].rows}
    assert remarks == {
        "邵东市": "",
        "邵东市教育局": "低于平均",
        "新邵县": "为零",
        "新邵县公安局": "",
    }
    assert "平均每个20.0条" in told()["unit_volumes"].title
    assert [row[1] for row in told()["low_volumes"].rows] == ["新邵县", "邵东市教育局"]


def test_the_average_compares_exactly_and_not_as_printed() -> None:
    usual = Average(100, 3)
    assert str(usual) == "33.3"
    assert usual.remark(33, 1) == "低于平均"
    assert usual.remark(34, 1) == ""
    assert usual.remark(100, 3) == ""
    assert Average(0, 0).remark(0, 0) == "为零"


def test_columns_tell_their_newest_item_and_their_units() -> None:
    rows = told()["column_volumes"].rows
    assert rows[0][2:] == ("要闻", "市政府办", "18", "2023年3月30日")
    assert rows[1][-1] == "未见有日期的信息"
    units = responsible(FIGURES.column_volumes)
    assert [(one.unit, one.columns, one.items, one.silent) for one in units] == [
        ("市政府办", 2, 20, 0), ("市人社局", 1, 0, 1),
    ]  # fmt: skip


def test_a_window_of_which_nothing_was_seen_tells_no_zeroes() -> None:
    assert not {"unit_volumes", "low_volumes", "column_volumes", "letter_kinds"} & set(
        told(Figures())
    )


@pytest.mark.parametrize(
    ("title", "board", "kind"),
    [
        ("【咨询】医保怎么交", "政府信箱", "咨询"),
        ("[投诉] 夜间施工", "", "投诉"),
        ("建议：增设站点", "网上咨询", "建议"),
        ("医保怎么交", "网上咨询-邵东市人民政府", "咨询"),
        ("路灯不亮", "投诉举报", "投诉"),
        ("路灯不亮", "咨询投诉", NO_KIND),
        ("路灯不亮", "县长信箱", NO_KIND),
        ("【关于】投诉", "", NO_KIND),
        ("", "", NO_KIND),
    ],
)
def test_the_class_of_a_letter_is_told_by_its_title_then_its_board(
    title: str, board: str, kind: str
) -> None:
    assert kind_of(title, board) == kind


@pytest.mark.parametrize(
    ("name", "span"),
    [
        ("2023Q1", (date(2023, 1, 1), date(2023, 3, 31))),
        ("2023年第四季度", (date(2023, 10, 1), date(2023, 12, 31))),
        ("2023H2", (date(2023, 7, 1), date(2023, 12, 31))),
        ("2024", (date(2024, 1, 1), date(2024, 12, 31))),
        ("试运行", None),
        ("0000Q1", None),
    ],
)
def test_a_window_s_name_states_a_period(name: str, span: tuple[date, date] | None) -> None:
    assert calendar_span(name) == span


def test_the_complete_layout_prints_statistics_as_annexes() -> None:
    complete = layout.load("complete")
    made = annexes(DATA, complete, lambda: FIGURES)
    by_title = {one.title: one for one in made.annexes}
    volumes = by_title["各单位信息发布情况"]
    assert [one.text for one in volumes.headings][:2] == ["归口", "单位"]
    assert volumes.notes == ("注：各单位信息发布情况（13个网站和账号，平均每个20.0条）",)
    assert by_title["网民找错留言办理情况"].notes[-1] == EMPTY
    assert disagreements(complete, made) == []


def test_figures_are_not_read_for_layouts_that_print_none() -> None:
    def never() -> Figures:
        raise AssertionError

    assert len(annexes(DATA, layout.load("hunan"), never).annexes) == 4


def test_the_total_of_a_table_becomes_the_total_of_its_annex() -> None:
    table = StatisticsTable("x", "表", ("单位", "数"), (("甲", "1"), ("合计", "1")))
    made = annex(table, 3)
    assert (made.rows, made.total, made.title) == ((("甲", "1"),), ("合计", "1"), "表")


@pytest.mark.parametrize(
    ("plan", "word"),
    [
        ("kind: statistics, subject: site, title: x", "table"),
        ("kind: statistics, subject: site, title: x, table: letters, columns: [{field: index, heading: 序号}]", "columns"),
        ("kind: counts, subject: site, title: x", "columns 不能为空"),
        ("kind: counts, subject: site, title: x, table: letters, columns: [{field: index, heading: 序号}]", "table 只用于"),
    ],
)  # fmt: skip
def test_an_annex_has_columns_or_a_table(plan: str, word: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"title: x\nannexes:\n  - {{number: 1, {plan}}}\n", encoding="utf-8")
    with pytest.raises(LayoutError, match=word):
        layout.load(str(path))


def test_a_layout_may_leave_principal_accounts_out_of_a_relay_list(tmp_path: Path) -> None:
    text = (
        "title: x\nannexes:\n  - number: 1\n    kind: relay\n    subject: account\n"
        "    title: x\n    full: true\n    {}\n    columns: [{{field: name, heading: 账号}}]\n"
    )
    data = WindowData(
        "2023Q1", date(2023, 2, 20), date(2023, 3, 31), None, ("邵东市",),
        (
            Subject("account", "邵东发布", "邵东市", relay=Relay(3, 3), principal=True),
            Subject("account", "邵东教育", "邵东市", relay=Relay(3, 3)),
        ),
    )  # fmt: skip
    for line, names in (
        ("order: []", ["邵东发布", "邵东教育"]),
        ("principal: false", ["邵东教育"]),
    ):
        path = tmp_path / "mine.yaml"
        path.write_text(text.format(line), encoding="utf-8")
        [made] = annexes(data, layout.load(str(path)), Figures).annexes
        assert [row[0] for row in made.rows] == names
