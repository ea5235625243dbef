"""Rates of 找错 messages: boundaries of a deadline and of a month, and what proves nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from report.figures import Figures
from report.layout import load
from report.messages.counting import MOST_LATE, Message, count, figures
from report.plain import WindowData
from report.statistics import Statistics, tables
from report.statistics_messages import closed_rate, on_time_rate

SPAN = (date(2023, 1, 1), date(2023, 3, 31))
CLOSED = Message(
    "A1", "邵东市", "邵东市政府", "4305210001", "错别字", "已办结",
    date(2023, 3, 1), date(2023, 3, 6), date(2023, 3, 6), date(2023, 4, 10),
)  # fmt: skip
OPEN = replace(CLOSED, number="A2", state="受理", closed_on=None)


def test_the_last_day_is_on_time_and_the_next_is_late() -> None:
    assert CLOSED.on_time
    late = replace(CLOSED, closed_on=date(2023, 3, 7))
    assert (late.on_time, late.late) == (False, True)


def test_an_open_message_is_overdue_only_when_its_list_is_younger_than_its_deadline() -> None:
    assert OPEN.overdue
    assert not replace(OPEN, listed_on=date(2023, 3, 6)).overdue
    assert replace(OPEN, listed_on=date(2023, 3, 7)).overdue


@pytest.mark.parametrize(
    ("closed", "month"),
    [(date(2023, 3, 31), False), (date(2023, 4, 1), True), (date(2023, 4, 2), True)],
)
def test_exactly_a_calendar_month_counts_as_a_month(closed: date, month: bool) -> None:
    assert replace(CLOSED, closed_on=closed).month is month


def test_the_end_of_february_ends_a_month_that_begins_on_the_last_of_january() -> None:
    one = replace(CLOSED, received_on=date(2023, 1, 31), closed_on=date(2023, 2, 28))
    assert one.month
    assert not replace(one, closed_on=date(2023, 2, 27)).month


def test_refused_messages_stand_in_no_rate() -> None:
    refused = replace(CLOSED, state="不属实", closed_on=None)
    told = count("x", [CLOSED, OPEN, refused])
    assert (told.received, told.refused, told.accepted, told.closed, told.open) == (3, 1, 2, 1, 1)
    assert (told.on_time, told.overdue, told.due) == (1, 1, 2)


def test_what_has_no_day_or_no_calendar_is_neither_on_time_nor_late() -> None:
    undated = replace(CLOSED, closed_on=None)
    no_calendar = replace(CLOSED, due_on=None)
    not_due_yet = replace(OPEN, listed_on=date(2023, 3, 2))
    told = count("x", [undated, no_calendar, not_due_yet])
    assert (told.closed, told.unknown, told.due, told.late, told.overdue) == (2, 2, 0, 0, 0)


def statistics(*messages: Message) -> Statistics:
    data = WindowData("2023Q1", *SPAN, None, ("邵东市", "新邵县"), ())
    return Statistics(data, Figures(messages=figures(messages, data.units, SPAN)), load("hunan"))


def test_rates_are_rounded_as_the_notice_does_and_told_as_unknown_where_nothing_is_due() -> None:
    told = statistics()
    three = count("x", [CLOSED, CLOSED, OPEN])
    assert (closed_rate(told, three), on_time_rate(told, three)) == ("66.67%", "66.67%")
    assert on_time_rate(told, count("x", [replace(OPEN, due_on=None)])) == "—"
    assert closed_rate(told, count("x", [CLOSED])) == "100%"
    assert closed_rate(told, count("x", [OPEN])) == "0.00%"


def test_units_stand_in_the_notice_s_order_with_strangers_behind_and_a_total() -> None:
    found = {one.key: one for one in tables(statistics(
        replace(CLOSED, unit="名录外网站"), replace(CLOSED, unit="新邵县"), CLOSED
    ))}  # fmt: skip
    assert [row[0] for row in found["messages"].rows] == ["邵东市", "新邵县", "名录外网站", "合计"]
    assert found["messages"].rows[-1][1] == "3"
    assert "2023年1月1日至3月31日收到，2023年4月10日的清单" in found["messages"].title
    assert "late_messages" not in found


def test_the_list_of_what_is_late_begins_with_what_is_still_open() -> None:
    late = replace(CLOSED, number="A3", closed_on=date(2023, 4, 9))
    told = figures([late, CLOSED, OPEN], ("邵东市",), SPAN)
    assert told is not None
    assert [one.number for one in told.late] == ["A2", "A3"]
    table = next(one for one in tables(statistics(late, OPEN)) if one.key == "late_messages")
    assert [row[-1] for row in table.rows] == ["超期未办结（受理）", "超期办结，一个月以上办结"]
    many = figures([OPEN] * (MOST_LATE + 5), ("邵东市",), SPAN)
    assert many is not None
    assert (len(many.late), many.whole.overdue) == (MOST_LATE, MOST_LATE + 5)


def test_without_messages_nothing_is_told() -> None:
    assert figures([], ("邵东市",), SPAN) is None
