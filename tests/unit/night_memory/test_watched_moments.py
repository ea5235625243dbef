"""A reading is used on another day only where it would be the same (traps 18, 19 and 21)."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract.page import read_page
from crawler.spiders.watched_moment import Days, watched

BEIJING = timezone(timedelta(hours=8))
DATES = (
    "2022-12-28", "2023-01-02", "2023年3月1日", "12-30", "01-03", "02-29", "昨天", "3天前", "2小时前",
    "08:30", "2024-02-29", "1月1日", "2021-06-31", "Jan 2, 2023", "3/1/2023",
)  # fmt: skip


def at(day: date, hour: int = 1) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=BEIJING)


def page(printed: list[str], urls: list[str]) -> bytes:
    rows = "".join(
        f'<li><a href="{url}">市政府召开第{n}次常务会议研究部署重点工作</a><span>{text}</span></li>'
        for n, (text, url) in enumerate(zip(printed, urls, strict=True))
    )
    return f"<html><head><title>通知公告</title></head><body><ul>{rows}</ul></body></html>".encode()


def board(printed: list[str]) -> bytes:
    rows = "".join(
        f'<tr><td><a href="/xj/{n}.html">关于路灯不亮的问题反映第{n}件</a></td><td>{text}</td>'
        f"<td>已回复</td><td>{text}</td></tr>"
        for n, text in enumerate(printed)
    )
    head = "<tr><th>标题</th><th>来信时间</th><th>状态</th><th>回复时间</th></tr>"
    return f"<html><title>领导信箱</title><table>{head}{rows}</table></html>".encode()


def article(printed: str) -> bytes:
    return (
        f'<html><head><title>公告</title><meta name="PubDate" content="{printed}"></head>'
        f"<body><h1>公告</h1><p>发布时间：{printed}</p><p>{'正文内容' * 40}</p></body></html>"
    ).encode()


bodies = st.one_of(
    st.lists(st.tuples(st.sampled_from(DATES), st.sampled_from(["/a/{}.html", "/art/2022/12/30/{}.html"])),
             min_size=1, max_size=7).map(
        lambda rows: page([text for text, _ in rows],
                          [url.format(n) for n, (_, url) in enumerate(rows)])
    ),
    st.lists(st.sampled_from(DATES), min_size=2, max_size=6).map(board),
    st.sampled_from(DATES).map(article),
)  # fmt: skip
around_new_year = st.integers(-40, 130).map(lambda n: date(2022, 12, 20) + timedelta(days=n))


@settings(max_examples=250, deadline=None)
@given(bodies, around_new_year, st.lists(around_new_year, min_size=1, max_size=6))
def test_what_is_used_again_is_what_a_fresh_reading_would_give(
    body: bytes, first: date, later: list[date]
) -> None:
    moment, days = watched(at(first))
    read = read_page(body, url="http://www.a.gov.cn/list/", as_of=moment)
    assert read == read_page(body, url="http://www.a.gov.cn/list/", as_of=at(first))
    for day in later:
        if days.hold(at(day, 23)):
            fresh, again = watched(at(day, 23))
            assert read == read_page(body, url="http://www.a.gov.cn/list/", as_of=fresh)
            assert again == days


def days_of(body: bytes, on: date) -> Days:
    moment, days = watched(at(on))
    read_page(body, url="http://www.a.gov.cn/list/", as_of=moment)
    return days


def test_a_page_of_full_past_dates_reads_the_same_from_its_newest_day_on() -> None:
    days = days_of(page(["2023-03-01", "2023-02-20"], ["/1.html", "/2.html"]), date(2023, 3, 10))
    assert days.hold(at(date(2023, 3, 11)))
    assert days.hold(at(date(2031, 1, 1)))
    assert not days.hold(at(date(2023, 2, 19)))


def test_a_day_to_come_is_read_again_once_it_has() -> None:
    days = days_of(page(["2023-03-20", "2023-02-20"], ["/1.html", "/2.html"]), date(2023, 3, 10))
    assert days.hold(at(date(2023, 3, 18)))
    assert not days.hold(at(date(2023, 3, 20)))


@pytest.mark.parametrize("text", ["昨天", "2天前", "08:30"])
def test_a_relative_date_binds_the_page_to_its_day(text: str) -> None:
    days = days_of(page([text, text], ["/1.html", "/2.html"]), date(2023, 3, 10))
    assert days.hold(at(date(2023, 3, 10), 20))
    assert not days.hold(at(date(2023, 3, 11)))


def test_hours_ago_bind_the_page_to_its_moment() -> None:
    days = days_of(page(["3小时前"] * 2, ["/1.html", "/2.html"]), date(2023, 3, 10))
    assert not days.hold(at(date(2023, 3, 10)))


def test_a_date_without_year_is_read_again_in_the_new_year() -> None:
    days = days_of(page(["12-20", "12-18"], ["/1.html", "/2.html"]), date(2022, 12, 25))
    assert days.hold(at(date(2022, 12, 31)))
    assert not days.hold(at(date(2023, 1, 1)))


def test_whatever_else_is_asked_of_the_moment_binds_it() -> None:
    for ask in (str, repr, hash, lambda m: m.year, lambda m: m.isoformat(), lambda m: m.timestamp(),
                lambda m: m - timedelta(hours=1), lambda m: m > at(date(2020, 1, 1)),
                lambda m: f"{m:%d}", lambda m: m.replace(hour=3), lambda m: m.timetuple()):  # fmt: skip
        moment, days = watched(at(date(2023, 3, 10)))
        assert ask(moment) == ask(at(date(2023, 3, 10)))
        assert not days.hold(at(date(2023, 3, 10)))


def test_whatever_else_is_asked_of_the_day_binds_it() -> None:
    for ask in (str, repr, hash, lambda d: d.month, lambda d: d.isoformat(), lambda d: d.toordinal(),
                lambda d: d - date(2023, 1, 1), lambda d: date(2024, 1, 1) - d, lambda d: d.day,
                lambda d: f"{d:%d}", lambda d: d.replace(day=3), lambda d: d.weekday(),
                lambda d: d == date(2023, 3, 10)):  # fmt: skip
        moment, days = watched(at(date(2023, 3, 10)))
        day = moment.astimezone(BEIJING).date()
        assert days.hold(at(date(2023, 3, 12)))
        assert ask(day) == ask(date(2023, 3, 10))
        assert days.hold(at(date(2023, 3, 10)))
        assert not days.hold(at(date(2023, 3, 12)))
        assert not days.hold(at(date(2023, 3, 9)))


@given(
    st.integers(-9, 9), st.integers(-9, 9), st.sampled_from(["lt", "le", "gt", "ge", "eq", "ne"])
)
def test_a_comparison_holds_on_exactly_the_days_that_answer_alike(
    away: int, shift: int, name: str
) -> None:
    own, other = date(2023, 1, 3), date(2023, 1, 3) + timedelta(days=away)
    moment, days = watched(at(own))
    day = moment.astimezone(BEIJING).date() + timedelta(days=shift)
    said = getattr(day, f"__{name}__")(other)
    for n in range(-25, 26):
        elsewhen = own + timedelta(days=n)
        answer = getattr(elsewhen + timedelta(days=shift), f"__{name}__")(other)
        if days.hold(at(elsewhen)):
            assert answer == said
        elif name in {"lt", "le", "gt", "ge"}:
            assert answer != said
