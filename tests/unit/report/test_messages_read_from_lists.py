"""The platform's list: headings by many names, days in many forms, bad rows with their reasons."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.reading import Row, Sheet, UnreadableError
from report.messages.deadline import deadline
from report.messages.reading import BadRow, Listed, day, messages

LISTED = date(2023, 4, 10)
HEAD = ("留言编号", "网站标识码", "网站名称", "问题类型", "接收时间", "办理状态", "办结时间")


def sheet(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> Sheet:
    return Sheet("", tuple(Row(line, cells) for line, cells in enumerate((head, *rows), 1)))


def read(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> list[Listed | BadRow]:
    found = messages(sheet(*rows, head=head), LISTED)
    assert found is not None
    return list(found)


def good(*cells: str, head: tuple[str, ...] = HEAD) -> Listed:
    [one] = read(cells, head=head)
    assert isinstance(one, Listed), one
    return one


def reason(*cells: str) -> str:
    [one] = read(cells)
    assert isinstance(one, BadRow), one
    return one.reason


ROW = ("A1", "4305000001", "邵阳市政府", "错别字", "2023-03-01", "已办结", "2023-03-03")


def test_a_row_of_the_list_is_read() -> None:
    assert good(*ROW) == Listed(
        2, "A1", "4305000001", date(2023, 3, 1), "已办结", "错别字", "邵阳市政府",
        date(2023, 3, 3),
    )  # fmt: skip


@pytest.mark.parametrize(
    "cell",
    [
        "2023-03-01",
        "2023/3/1 08:30",
        "2023.3.1",
        "20230301",
        "2023年3月1日 10时22分",
        "2023-03-01T10:22:33",
        "2023-03-01 10:22:33.0",
        "2023-03-01T10:22:33+08:00",
        "44986",
        "44986.43",
        "２０２３年３月１日",
    ],
)
def test_a_day_is_known_in_every_form_lists_use(cell: str) -> None:
    assert day(cell) == date(2023, 3, 1)


@pytest.mark.parametrize(
    "cell", ["昨天", "2023-02-30", "12345", "2023-03-01 下午", "3月1日", "2023"]
)
def test_what_is_no_day_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="日期"):
        day(cell)


@given(st.text(max_size=40))
def test_no_cell_breaks_the_reading_of_days(cell: str) -> None:
    try:
        found = day(cell)
    except ValueError:
        return
    assert 1 <= found.year <= 9999


def test_headings_may_have_other_names_and_title_lines_above_them() -> None:
    head = (
        "序号",
        "信息编号",
        "政府网站标识码",
        "留言分类",
        "留言时间",
        "接收时间（转办）",
        "状态",
    )
    title = ("找错留言清单", "", "", "", "", "", "")
    found = messages(
        Sheet("", (Row(1, title), Row(2, head), Row(3, ("1", "A1", "bm07000001", "4", "2023-03-01", "2023-03-02", "1")))),
        LISTED,
    )  # fmt: skip
    assert found is not None
    [one] = found
    assert isinstance(one, Listed)
    # The clock starts when the unit received it, whichever column comes first.
    assert (one.received_on, one.kind, one.state) == (date(2023, 3, 2), "错别字", "已办结")


def test_a_table_of_something_else_is_no_list_and_one_without_its_columns_says_which() -> None:
    assert messages(sheet(head=("网站标识码", "网站名称", "首页网址")), LISTED) is None
    with pytest.raises(UnreadableError, match="缺少列：网站标识码"):
        messages(sheet(head=("留言编号", "收到时间", "状态")), LISTED)
    with pytest.raises(UnreadableError, match="状态或办结时间"):
        messages(sheet(head=("留言编号", "网站标识码", "收到时间")), LISTED)


@pytest.mark.parametrize(
    ("place", "cell", "told"),
    [
        (0, "", "留言编号没有填写"),
        (0, "=1+1", "公式符号"),
        (1, "430500", "10 位网站标识码"),
        (3, "好评", "类别“好评”"),
        (4, "", "收到时间没有填写"),
        (4, "2023-04-11", "晚于名单日期 2023-04-10"),
        (5, "搞定", "状态“搞定”不认识"),
        (6, "2023-02-28", "办结时间早于收到时间"),
        (6, "2023-04-11", "办结时间晚于名单日期"),
    ],
)
def test_a_bad_cell_is_named_with_its_reason(place: int, cell: str, told: str) -> None:
    cells = list(ROW)
    cells[place] = cell
    assert told in reason(*cells)


def test_every_fault_of_a_row_is_named_at_once() -> None:
    told = reason("", "1", "", "x", "y", "z", "")
    assert told.count("；") == 4


@pytest.mark.parametrize(
    ("state", "closed", "known"),
    [
        ("已办结", "2023-03-03", ("已办结", date(2023, 3, 3))),
        ("15", "2023-03-03", ("未曝光已办结", date(2023, 3, 3))),
        # An answer that was sent back closes nothing: its day is not the day of closing.
        ("退回重新处理", "2023-03-03", ("退回重新处理", None)),
        ("已处理待审核", "2023-03-03", ("已处理待审核", None)),
        ("", "2023-03-03", ("已办结", date(2023, 3, 3))),
        ("", "", ("未处理", None)),
        ("不予受理(无效)", "", ("不予受理（无效）", None)),
    ],
)
def test_states_come_as_words_or_numbers(
    state: str, closed: str, known: tuple[str, date | None]
) -> None:
    one = good(*ROW[:5], state, closed)
    assert (one.state, one.closed_on) == known


def test_a_total_a_remark_and_a_repeated_header_are_no_messages() -> None:
    assert read(("合计", "44"), ("注：含线下受理",), HEAD) == []


def test_a_deadline_in_words_is_the_rules_matter() -> None:
    head = (*HEAD, "办结期限")
    assert good(*ROW, "三个工作日", head=head).due_on is None
    assert good(*ROW, "2023-03-09", head=head).due_on == date(2023, 3, 9)
    # Before the message came: a slip, and no deadline.
    assert good(*ROW, "2022-03-09", head=head).due_on is None


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2023, 3, 1), date(2023, 3, 6)),  # Wednesday: over a weekend
        (date(2023, 3, 3), date(2023, 3, 8)),  # Friday
        (date(2023, 3, 4), date(2023, 3, 8)),  # Saturday
        (date(2023, 1, 20), date(2023, 1, 30)),  # over 春节, with the make-up days 1-28 and 1-29
        (date(2023, 9, 28), date(2023, 10, 9)),  # over 国庆, with the make-up days 10-7 and 10-8
        (date(2090, 3, 1), None),
    ],
)
def test_a_deadline_counts_chinese_working_days(received: date, due: date | None) -> None:
    assert deadline(received, 3) == due
