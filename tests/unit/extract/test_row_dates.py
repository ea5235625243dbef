"""Any date format in any row structure, at any moment around the turn of a year, is read back.

Covers traps 18 (no year), 20 (order), 21 (relative dates).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.extract.dates import BEIJING
from crawler.extract.facts import Row
from crawler.extract.page import read_page

FORMATS: dict[str, Callable[[date], str]] = {
    "iso": lambda d: d.isoformat(),
    "iso_time": lambda d: f"{d.isoformat()} 09:30:00",
    "iso_t": lambda d: f"{d.isoformat()}T09:30",
    "glued_time": lambda d: f"{d.isoformat()}09:30",
    "unpadded": lambda d: f"{d.year}-{d.month}-{d.day}",
    "slashes": lambda d: f"{d.year}/{d.month:02d}/{d.day:02d}",
    "dots": lambda d: f"{d.year}.{d.month}.{d.day}",
    "chinese": lambda d: f"{d.year}年{d.month}月{d.day}日",
    "chinese_spaced": lambda d: f"{d.year} 年 {d.month:02d} 月 {d.day:02d} 日",
    "square": lambda d: f"[{d.isoformat()}]",
    "round": lambda d: f"（{d.isoformat()}）",
    "figures": lambda d: f"{d:%Y%m%d}",
    "labelled": lambda d: f"发布时间：{d.isoformat()}",
    "labelled_long": lambda d: (
        f"发布日期：{d.year}年{d.month}月{d.day}日 来源：办公室 浏览次数：12"
    ),
    "american": lambda d: f"{d.month}/{d.day}/{d.year} 9:30:00 AM" if d.day > 12 else d.isoformat(),
    "short_year": lambda d: f"{d:%y-%m-%d}",
    "split_day_month_year": lambda d: f"<em>{d.day:02d}</em><span>{d:%Y-%m}</span>",
    "split_year_last": lambda d: f"<b>{d:%m-%d}</b><i>{d.year}</i>",
    "split_dashes": lambda d: f"<div>--{d.year}--</div><p>{d:%m-%d}</p>",
    "split_pieces": lambda d: f"<i>{d.year}</i>年<i>{d.month}</i>月<i>{d.day}</i>日",
    "numerals": lambda d: f"{numerals(d)}",
    "english": lambda d: f"{d:%b} {d.day}, {d.year}",
}
YEARLESS: dict[str, Callable[[date], str]] = {
    "month_day": lambda d: f"{d:%m-%d}",
    "square_month_day": lambda d: f"[{d:%m-%d}]",
    "slash_month_day": lambda d: f"{d:%m/%d}",
    "dot_month_day": lambda d: f"{d.month}.{d.day}",
    "chinese_month_day": lambda d: f"{d.month}月{d.day}日",
    "split_day_month": lambda d: f"<p>{d.day:02d}</p><p>{d.month}月</p>",
}
STRUCTURES: dict[str, tuple[str, str]] = {
    "list_after": ("<ul>{}</ul>", "<li><a href='{u}'>{t}</a><span>{d}</span></li>"),
    "list_before": ("<ul>{}</ul>", "<li><span>{d}</span><a href='{u}'>{t}</a></li>"),
    "list_inside": ("<ul>{}</ul>", "<li><a href='{u}'><span>{t}</span><span>{d}</span></a></li>"),
    "table": ("<table>{}</table>", "<tr><td>·</td><td><a href='{u}'>{t}</a></td><td>{d}</td></tr>"),
    "table_each": (
        "<div>{}</div>",
        "<table><tr><td><a href='{u}'>{t}</a></td><td>{d}</td></tr></table>",
    ),
    "blocks": ("<div>{}</div>", "<div><h3><a href='{u}'>{t}</a></h3><div>{d}</div></div>"),
    "definition": ("<dl>{}</dl>", "<dt><a href='{u}'>{t}</a></dt><dd>{d}</dd>"),
    "flat_after": ("<div>{}</div>", "<a href='{u}'>{t}</a> <span>{d}</span><br>"),
    "flat_before": ("<div>{}</div>", "<span>{d}</span> <a href='{u}'>{t}</a><br>"),
    "picture": (
        "<ul>{}</ul>",
        "<li><a href='{u}'><img src='p.jpg'></a><a href='{u}'>{t}</a><p>{d}</p></li>",
    ),
    "category": (
        "<ul>{}</ul>",
        "<li><a href='/zw/'>[通知公告]</a><a href='{u}'>{t}</a><i>{d}</i></li>",
    ),
    "clicked": ("<ul>{}</ul>", "<li onclick=\"show('{u}')\"><p>{t}</p><div>{d}</div></li>"),
}
TITLES = [
    "关于召开全县经济工作会议的通知",
    "全县安全生产工作会议召开情况",
    "关于公布行政许可事项清单的公告",
    "某某县国民经济统计公报发布",
]
MOMENTS = st.datetimes(
    min_value=datetime.fromisoformat("2019-12-20"), max_value=datetime.fromisoformat("2021-01-12")
) | st.sampled_from(
    [
        datetime.fromisoformat(moment)
        for moment in (
            "2020-02-29T00:00", "2020-03-01T00:01", "2021-02-28T23:59", "2021-01-01T00:00",
            "2020-12-31T23:59", "2024-02-29T12:00",
        )
    ]
)  # fmt: skip


def numerals(day: date) -> str:
    figures = "〇一二三四五六七八九"

    def small(number: int) -> str:
        tens, ones = divmod(number, 10)
        lead = "" if tens == 0 else ("十" if tens == 1 else figures[tens] + "十")
        return lead + (figures[ones] if ones else "")

    year = "".join(figures[int(digit)] for digit in str(day.year))
    return f"{year}年{small(day.month)}月{small(day.day)}日"


def rows_of(structure: str, texts: list[str], as_of: datetime, addresses: list[str]) -> list[Row]:
    wrapper, piece = STRUCTURES[structure]
    made = "".join(
        piece.format(u=url, t=title, d=text)
        for url, title, text in zip(addresses, TITLES, texts, strict=False)
    )
    page = f"<html><body><h1>通知公告</h1>{wrapper.format(made)}</body></html>"
    facts = read_page(page.encode(), url="http://www.example.gov.cn/tz/", as_of=as_of)
    return list(facts.rows)


def moment(naive: datetime) -> datetime:
    return naive.replace(tzinfo=BEIJING)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    shape=st.sampled_from(sorted(FORMATS)),
    structure=st.sampled_from(sorted(STRUCTURES)),
    naive=MOMENTS,
    ages=st.lists(st.integers(0, 3000), min_size=3, max_size=4),
)
def test_every_full_format_in_every_structure_is_read_back(
    shape: str, structure: str, naive: datetime, ages: list[int]
) -> None:
    as_of = moment(naive)
    days = [as_of.date() - timedelta(days=age) for age in ages]
    addresses = [f"/a/{number}.html" for number in range(4)]
    rows = rows_of(structure, [FORMATS[shape](day) for day in days], as_of, addresses)
    assert [(row.title, row.date) for row in rows] == list(zip(TITLES, days, strict=False))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    shape=st.sampled_from(sorted(YEARLESS)),
    structure=st.sampled_from(sorted(STRUCTURES)),
    naive=MOMENTS,
    ages=st.lists(st.integers(0, 300), min_size=3, max_size=4),
)
def test_dates_without_year_lie_in_the_year_before_the_look(
    shape: str, structure: str, naive: datetime, ages: list[int]
) -> None:
    as_of = moment(naive)
    days = [as_of.date() - timedelta(days=age) for age in sorted(ages)]
    addresses = [f"/a/{number}.html" for number in range(4)]
    rows = rows_of(structure, [YEARLESS[shape](day) for day in days], as_of, addresses)
    assert [row.date for row in rows] == days


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    shape=st.sampled_from(sorted(YEARLESS)),
    structure=st.sampled_from(sorted(set(STRUCTURES) - {"clicked"})),
    naive=MOMENTS,
    ages=st.lists(st.integers(0, 4000), min_size=3, max_size=4),
    late=st.integers(0, 20),
)
def test_the_year_in_the_address_decides(
    shape: str, structure: str, naive: datetime, ages: list[int], late: int
) -> None:
    as_of = moment(naive)
    days = [as_of.date() - timedelta(days=age) for age in ages]
    filed = [day + timedelta(days=late) for day in days]
    addresses = [f"./{day:%Y%m}/t{day:%Y%m%d}_{n}.html" for n, day in enumerate(filed)]
    rows = rows_of(structure, [YEARLESS[shape](day) for day in days], as_of, addresses)
    assert [row.date for row in rows] == days


@pytest.mark.parametrize(
    ("text", "age"),
    [("刚刚", 0), ("5分钟前", 0), ("3小时前", 1), ("今天 00:10", 0), ("昨天 23:50", 1), ("前天", 2), ("2天前", 2), ("00:10", 0), ("1周前", 7)],
)  # fmt: skip
def test_relative_dates_are_counted_from_the_look(text: str, age: int) -> None:
    as_of = datetime(2021, 1, 1, 1, 0, tzinfo=BEIJING)
    for structure in STRUCTURES:
        rows = rows_of(structure, [text] * 3, as_of, ["/a/1.html", "/a/2.html", "/a/3.html"])
        assert [row.date for row in rows] == [as_of.date() - timedelta(days=age)] * 3, structure
