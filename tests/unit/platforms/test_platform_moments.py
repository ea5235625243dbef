"""Times as platforms print them, and times inside ids (trap 5, scenario S13)."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.platforms.identifiers import time_of, weibo_number
from crawler.platforms.moments import (
    BEIJING,
    from_absolute,
    from_anything,
    from_text,
    from_unix,
    plausible,
)

AS_OF = datetime(2023, 3, 20, 0, 30, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("Thu Jun 17 16:00:11 +0800 2021", "2021-06-17T16:00:11"),
        ("刚刚", "2023-03-20T00:30:00"),
        ("21秒前", "2023-03-20T00:29:39"),
        ("3分钟前", "2023-03-20T00:27:00"),
        ("45分钟前", "2023-03-19T23:45:00"),
        ("15小时前", "2023-03-19T09:30:00"),
        ("昨天 12:30", "2023-03-19T12:30:00"),
        ("今天 00:09", "2023-03-20T00:09:00"),
        ("前天 08:00", "2023-03-18T08:00:00"),
        ("3天前", "2023-03-17T00:00:00"),
        ("星期六", "2023-03-18T00:00:00"),
        ("06-27", "2022-06-27T00:00:00"),
        ("03-20", "2023-03-20T00:00:00"),
        ("03-21", "2022-03-21T00:00:00"),
        ("02-29", "2020-02-29T00:00:00"),
        ("06月17日 18:12", "2022-06-17T18:12:00"),
        ("2018-06-27", "2018-06-27T00:00:00"),
        ("2020-06-05 11:11:05", "2020-06-05T11:11:05"),
        ("2024年04月26日", "2024-04-26T00:00:00"),
        ("2019.10.8", "2019-10-08T00:00:00"),
        ("2023-03-07T10:11:12Z", "2023-03-07T18:11:12"),
        ("2023-03-07T10:11:12.123456+08:00", "2023-03-07T10:11:12"),
        ("Mon, 06 Mar 2023 16:00:00 GMT", "2023-03-07T00:00:00"),
        ("Mon, 06 Mar 2023 16:00:00", "2023-03-06T16:00:00"),
        ("Mon, 06 Mar 2023 16:00:00 CST", "2023-03-06T16:00:00"),
        ("Mon Mar 06 16:00:00 CST 2023", "2023-03-06T16:00:00"),
        ("Mon Mar  6 16:00:00 2023", "2023-03-06T16:00:00"),
    ],
)
def test_printed_time_means_a_beijing_moment(printed: str, meant: str) -> None:
    found = from_text(printed, AS_OF)
    assert found is not None
    assert found.at.isoformat() == meant + "+08:00"


@pytest.mark.parametrize(
    "printed", ["", "置顶", "暂无", "145.5万", "13-45", "99999999天前", "25:61", None, 7]
)
def test_what_is_no_time_is_none(printed: object) -> None:
    assert from_text(printed, AS_OF) is None


def test_year_turns_back_across_new_year() -> None:
    new_year = datetime(2023, 1, 1, 0, 5, tzinfo=BEIJING)
    found = from_text("12-31 23:59", new_year)
    assert found is not None
    assert found.at == datetime(2022, 12, 31, 23, 59, tzinfo=BEIJING)
    minutes = from_text("10分钟前", new_year)
    assert minutes is not None
    assert minutes.at.year == 2022


def test_cached_relative_words_are_refused_where_only_absolute_times_count() -> None:
    assert from_absolute("刚刚", AS_OF) is None
    assert from_absolute("3小时前", AS_OF) is None
    assert from_absolute("2023-03-01 08:00", AS_OF) is not None


def test_seconds_milliseconds_and_strings_are_the_same_moment() -> None:
    want = datetime(2019, 11, 20, 10, 41, tzinfo=BEIJING)
    assert from_unix(1574217660) == from_unix("1574217660") == from_unix(1574217660000) == want
    assert from_unix(0) is None
    assert from_unix(True) is None
    assert from_unix(float("nan")) is None
    assert from_anything("1574217660", AS_OF) is not None


def test_future_and_prehistoric_times_are_implausible() -> None:
    assert plausible(AS_OF + timedelta(minutes=10), AS_OF)
    assert not plausible(AS_OF + timedelta(minutes=11), AS_OF)
    assert not plausible(datetime(2008, 12, 31, tzinfo=BEIJING), AS_OF)


@pytest.mark.parametrize(
    ("platform", "identifier", "meant"),
    [
        ("weibo", "4645748019299849", "2021-06-08T09:35:04"),
        ("bilibili", "916751749918752793", "2024-04-05T11:05:00"),
        ("xiaohongshu", "61206cef0000000001000a1b", "2021-08-21T11:03:11"),
    ],
)
def test_id_carries_its_time(platform: str, identifier: str, meant: str) -> None:
    found = time_of(platform, identifier)
    assert found is not None
    assert abs(found - datetime.fromisoformat(meant + "+08:00")) <= timedelta(seconds=2)


@pytest.mark.parametrize(
    "platform", ["weibo", "bilibili", "douyin", "toutiao", "xiaohongshu", "weixin"]
)
@pytest.mark.parametrize(
    "identifier", ["", "12", "abc", "9" * 40, "-5", "１２３４５６７８９０１２３４５６"]
)
def test_id_without_a_time_gives_none(platform: str, identifier: str) -> None:
    assert time_of(platform, identifier) is None


def test_short_weibo_id_is_its_number() -> None:
    assert weibo_number("Kjc77D1jz") == "4645748019299849"
    assert weibo_number("不是") is None


@given(
    st.sampled_from(["", "Sun, ", "sun, ", "Sun "]),
    st.tuples(st.integers(0, 32), st.sampled_from(["Mar", "MAR", "Feb", "Foo"])),
    st.sampled_from(["2023", "1999", "23"]),
    st.sampled_from(["08:00:00", "23:59:60", "24:00:00", "9:05:00"]),
    st.sampled_from(["GMT", "+0800", "-0330", "+0000", "+2359", "+2400", "-9959"]),
)
def test_a_date_of_mail_means_what_the_standard_library_makes_of_it(
    weekday: str, day: tuple[int, str], year: str, clock: str, zone: str
) -> None:
    printed = f"{weekday}{day[0]} {day[1]} {year} {clock} {zone}"
    try:
        meant = parsedate_to_datetime(printed)
    except ValueError:
        meant = None
    found = from_absolute(printed, AS_OF)
    assert (found.at if found else None) == meant
