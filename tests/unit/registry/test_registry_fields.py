"""One cell of a registry file: what is taken, and the sentence for what is not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import fields
from registry.outcome import RejectedRow, listed

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("4300000041", "4300000041"),
        ("bm07000001", "bm07000001"),
        ("BM29040001", "bm29040001"),
        ("４３００００００４１", "4300000041"),
        ("430000 0041", "4300000041"),
    ],
)
def test_a_site_code_is_ten_digits_or_bm_and_eight(printed: str, code: str) -> None:
    assert fields.site_code(printed) == code


@pytest.mark.parametrize("printed", ["28", "43000000411", "bm0700001", "430000004X", "M430000004"])
def test_a_wrong_code_shape_is_refused(printed: str) -> None:
    with pytest.raises(ValueError, match="10 位网站标识码"):
        fields.site_code(printed)


@pytest.mark.parametrize(
    ("printed", "address"),
    [
        ("HTTP://WWW.Example.GOV.cn/A", "http://www.example.gov.cn/A"),
        ("www.example.gov.cn", "http://www.example.gov.cn"),
        ("https://example.gov.cn:8443/x?a=1#/home", "https://example.gov.cn:8443/x?a=1#/home"),
        ("http://湖南.政务", "http://湖南.政务"),
    ],
)
def test_a_home_address_is_http_with_a_host(printed: str, address: str) -> None:
    assert fields.url(printed) == address


@pytest.mark.parametrize(
    "printed",
    [
        "不是网址",
        "javascript:alert(1)",
        "ftp://example.gov.cn/",
        "http://",
        "http://user:secret@example.gov.cn/",
        "http://example.gov.cn:99999/",
        "http://[::1/",
        "http://exa mple.gov.cn/",
        "http://example.gov.cn/" + "a" * 2000,
        "http://example.gov.cn<script>/",
    ],
)
def test_an_address_that_no_page_has_is_refused(printed: str) -> None:
    with pytest.raises(ValueError, match="网址"):
        fields.url(printed)


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-x", "@SUM(A1)", "＝1+1"])
def test_a_name_that_a_spreadsheet_would_run_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="以公式符号开头"):
        fields.text(200)(name)


def test_a_signed_number_in_a_further_column_is_no_formula() -> None:
    assert not fields.begins_formula("-5.5")
    assert not fields.begins_formula("+86 731-12345")
    assert fields.begins_formula("-cmd")


def test_layout_breaks_and_invisible_marks_leave_a_name() -> None:
    assert fields.clean(" 邵阳经济技术\n开发区\u200b ") == "邵阳经济技术开发区"
    assert fields.clean("邵东市 12345 政务服务便民热线") == "邵东市 12345 政务服务便民热线"


def test_direction_overrides_are_control_characters() -> None:
    assert fields.control_characters("湖南\u202egnp")
    assert fields.control_characters("a\x00b")
    assert not fields.control_characters("湘西自治州（本级）")


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("2023-03-31", date(2023, 3, 31)),
        ("2023/3/1", date(2023, 3, 1)),
        ("2023.3.1", date(2023, 3, 1)),
        ("2023年3月1日", date(2023, 3, 1)),
        ("20230301", date(2023, 3, 1)),
        ("2023-03-31T08:30:00", date(2023, 3, 31)),
    ],
)
def test_days_are_read_in_their_usual_spellings(printed: str, expected: date) -> None:
    assert fields.day(printed) == expected


@pytest.mark.parametrize("printed", ["2023-02-30", "3.31", "明天", "2023"])
def test_a_day_that_does_not_exist_is_refused(printed: str) -> None:
    with pytest.raises(ValueError, match="日期"):
        fields.day(printed)


def test_a_deadline_is_a_number_of_days() -> None:
    assert fields.days("14天") == 14
    assert fields.days("１８０") == 180
    for wrong in ("0", "半年", "4000", "-3"):
        with pytest.raises(ValueError, match="天数"):
            fields.days(wrong)


def test_yes_and_no_are_closed_words() -> None:
    assert fields.yes_no("是") is True
    assert fields.yes_no("否") is False
    with pytest.raises(ValueError, match="是"):
        fields.yes_no("也许")


@given(st.text(max_size=300))
def test_no_cell_breaks_a_parser(cell: str) -> None:
    cleaned = fields.clean(cell)
    if not cleaned:
        return
    parsers = (fields.url, fields.day, fields.days, fields.site_code, fields.text(200))
    assert all(told(parse, cleaned) for parse in parsers)


def told(parse: Callable[[str], object], cell: str) -> str:
    try:
        return repr(parse(cell))
    except ValueError as error:
        return str(error)


def test_an_address_typed_with_a_full_width_colon_is_the_plain_one() -> None:
    """Nobody sees the difference on the screen, and the message could not show it."""
    assert fields.url("http：//www.example.gov.cn/") == "http://www.example.gov.cn/"
    assert fields.url("ｈｔｔｐｓ：／／www.example.gov.cn/甲") == "https://www.example.gov.cn/甲"


def test_rejected_neighbours_with_one_reason_share_a_line() -> None:
    rows = [RejectedRow("a.csv", line, "不在登记的网站中") for line in (2, 3, 5)]
    rows.append(RejectedRow("a.csv", 6, "未填写"))
    assert listed(rows) == [
        "a.csv 第 2–5 行中的 3 行：不在登记的网站中",
        "a.csv 第 6 行：未填写",
    ]
