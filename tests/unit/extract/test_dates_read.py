"""Dates as printed: what is read, what is refused, what is said to be odd (traps 18, 19, 21)."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.cells import cell_of
from crawler.extract.dates import BEIJING, beijing_day, find_full, read_stamp, read_value
from crawler.extract.url_dates import date_in_url, month_in_url

AS_OF = datetime(2021, 1, 3, 8, 0, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-01-12", date(2021, 1, 12)), ("[2021/1/12]", date(2021, 1, 12)), ("2021．01．12", date(2021, 1, 12)),
        ("二〇二一年一月十二日", date(2021, 1, 12)), ("二○一九年十二月三十一日", date(2019, 12, 31)), ("20210112", date(2021, 1, 12)),
        ("1/12/2021 10:00:00 AM", date(2021, 1, 12)), ("13/1/2021", date(2021, 1, 13)), ("21-01-12", date(2021, 1, 12)),
        ("12 Jan 2021", date(2021, 1, 12)), ("2021-01-1212:30:00", date(2021, 1, 12)), ("--2021-- 06-09", date(2021, 6, 9)),
        ("08 2021-07", date(2021, 7, 8)), ("2021-07 08", date(2021, 7, 8)), ("08日 2021年07月", date(2021, 7, 8)),
    ],
)  # fmt: skip
def test_every_printed_form_gives_its_day(text: str, day: date) -> None:
    stamp = read_stamp(text, AS_OF)
    assert stamp is not None
    assert stamp.date() == day


@pytest.mark.parametrize("text", ["2021-06-31", "6月31日", "2021年2月30日", "02-30"])
def test_impossible_dates_are_seen_and_give_no_day(text: str) -> None:
    stamp = read_stamp(text, AS_OF)
    assert stamp is not None
    assert not stamp.possible
    assert stamp.date(2021) is None


@pytest.mark.parametrize(
    "text",
    ["京ICP备05052393号-1", "0851-25784", "共120条", "第12期", "12.5%吗的确是这样", "1610000000000", "政发〔2021〕3号", "2021年度", "12345-678", "8:30-12:00", "上午9：00—12：00，下午14:00-17:30"],
)  # fmt: skip
def test_numbers_that_are_no_dates_are_no_cells(text: str) -> None:
    assert cell_of(text, AS_OF) is None


@pytest.mark.parametrize(
    "text",
    [
        "今天是2021年4月7日 星期三", "2021年4月7日 多云 12℃", "Copyright 2021-01-01", "截止时间：2021-04-05", "有效期至2022-01-01",
        "报名时间：2021-03-01", "活动日期：2021年3月1日", "新闻发布会实录（2021年4月5日）", "关于2021年4月30日前完成年报的通知",
        "2021-04-06停电通知各有关单位请注意", "自2021年4月1日起施行", "（2015年10月29日第118号公布 根据2022年5月31日决定修订）",
    ],
)  # fmt: skip
def test_clocks_weather_deadlines_and_events_are_no_row_dates(text: str) -> None:
    cell = cell_of(text, AS_OF)
    assert cell is None or cell.rest > 2


def test_a_publication_label_outranks_a_signing_label() -> None:
    cell = cell_of("签发日期：2021-01-01 发布日期：2021-01-02 截止日期：2021-02-01", AS_OF)
    assert cell is not None
    assert cell.stamp.date() == date(2021, 1, 2)


@given(day=st.dates(min_value=date(1980, 1, 1), max_value=date(2049, 12, 31)))
def test_every_day_is_found_in_prose_in_three_spellings(day: date) -> None:
    text = f"前{day.isoformat()}中{day.year}年{day.month}月{day.day}日后{day.year}/{day.month}/{day.day}"
    assert [stamp.date() for stamp in find_full(text)] == [day] * 3


@given(text=st.text(max_size=80))
def test_no_text_makes_a_reader_raise(text: str) -> None:
    for stamp in find_full(text):
        stamp.date()
    read_value(text, AS_OF)
    cell_of(text, AS_OF)
    date_in_url(text)


@pytest.mark.parametrize(
    ("value", "day"),
    [("1617206400", date(2021, 4, 1)), ("1617206400000", date(2021, 4, 1)), ("2021年08月02日", date(2021, 8, 2)), ("{{PubDate}}", None), ("", None), ("99999999999999999", None),
     ("/Date(1617206400000)/", date(2021, 4, 1)), ("/Date(1617206400000+0800)/", date(2021, 4, 1)), ("20210331235959", date(2021, 3, 31)),
     ("2021-03-31T16:00:00.000Z", date(2021, 4, 1)), ("2021-03-31T23:00:00+08:00", date(2021, 3, 31)), ("2021-13-31T16:00:00Z", None),
     ("Thu Apr 01 09:10:11 CST 2021", date(2021, 4, 1)), ("Apr 1, 2021 9:10:11 AM", date(2021, 4, 1))],
)  # fmt: skip
def test_a_field_value_is_a_date_or_nothing(value: str, day: date | None) -> None:
    assert read_value(value, AS_OF) == day


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://a.gov.cn/202012/t20201230_123.html", date(2020, 12, 30)), ("/2021/1/12/x.html", date(2021, 1, 12)),
        ("/art/2021/1/12/art_1_2.html", date(2021, 1, 12)), ("/2021-01/12/content_5579.htm", date(2021, 1, 12)),
        ("/202101/12/a.html", date(2021, 1, 12)), ("/2021/0112/c1.html", date(2021, 1, 12)), ("/x/20210112/ab-12.html", date(2021, 1, 12)),
        ("/20210112093011.html", date(2021, 1, 12)), ("/2021011200013.html", date(2021, 1, 12)), ("/a/20210231/b.html", None),
        ("/gxt/2021011209183942113/index.shtml", date(2021, 1, 12)), ("/v/2021011299183942113/index.shtml", None),
        ("/info/1001/2345.htm", None), ("/content/post_3140652.html", None), ("/zwgk/202101/12345.html", None), ("http://20210112.gov.cn/x", None),
        ("/20211/12/a.html", date(2021, 1, 12)), ("/toutiao/2021322100548.asp", date(2021, 3, 22)), ("/x/2021112095959", None),
    ],
)  # fmt: skip
def test_the_day_in_an_address(url: str, day: date | None) -> None:
    assert date_in_url(url) == day


def test_a_month_folder_gives_year_and_month() -> None:
    assert month_in_url("http://a.gov.cn/zwgk/202101/12345.html") == (2021, 1)
    assert month_in_url("http://a.gov.cn/zwgk/12345.html") is None


def test_the_day_of_a_moment_is_that_of_beijing() -> None:
    assert beijing_day(datetime.fromisoformat("2020-12-31T17:00:00+00:00")) == date(2021, 1, 1)
