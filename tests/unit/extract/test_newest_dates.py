"""The newest date of rows, and dates for undated rows from their articles (trap 20, design 4.4)."""

from __future__ import annotations

from datetime import date, datetime

from crawler.extract.dates import BEIJING
from crawler.extract.facts import PageFacts, Provenance, Row
from crawler.extract.newest import date_rows, newest

AS_OF = datetime(2021, 4, 7, 1, 0, tzinfo=BEIJING)


def row(
    day: date | None, provenance: Provenance | None = Provenance.LIST_ROW, *, own: bool = True
) -> Row:
    return Row(
        "关于某事的通知", "http://a.gov.cn/1.html", day, provenance if day else None, own=own
    )


def test_the_newest_is_the_maximum_not_the_first_row() -> None:
    rows = [row(date(2020, 1, 1)), row(date(2021, 4, 6)), row(date(2021, 3, 1))]
    assert newest(rows, AS_OF) == (date(2021, 4, 6), Provenance.LIST_ROW)


def test_future_and_foreign_rows_never_count() -> None:
    rows = [
        row(date(2021, 4, 8)),
        row(date(2021, 4, 7), own=False),
        row(date(2021, 3, 1)),
        row(None),
    ]
    assert newest(rows, AS_OF) == (date(2021, 3, 1), Provenance.LIST_ROW)


def test_the_day_of_the_look_itself_counts() -> None:
    assert newest([row(date(2021, 4, 7))], AS_OF)[0] == date(2021, 4, 7)


def test_of_equal_days_the_printed_one_is_told() -> None:
    rows = [row(date(2021, 3, 1), Provenance.URL), row(date(2021, 3, 1))]
    assert newest(rows, AS_OF)[1] is Provenance.LIST_ROW


def test_no_dated_row_gives_nothing() -> None:
    assert newest([row(None)], AS_OF) == (None, None)
    assert newest([], AS_OF) == (None, None)


def test_undated_rows_take_the_day_of_their_article() -> None:
    article = PageFacts(url="http://a.gov.cn/1.html", published_on=date(2021, 2, 3))
    dated = date_rows([row(None), row(date(2020, 1, 1))], {"http://a.gov.cn/1.html": article})
    assert [(each.date, each.provenance) for each in dated] == [
        (date(2021, 2, 3), Provenance.DETAIL),
        (date(2020, 1, 1), Provenance.LIST_ROW),
    ]


def test_an_article_without_a_day_dates_nothing() -> None:
    assert date_rows([row(None)], {"http://a.gov.cn/1.html": PageFacts(url="x")})[0].date is None
