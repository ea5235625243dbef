"""Tables of 找错留言: rates by unit and by class, and what is late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from report import numbers
from report.dates import DateStyle, end_of_span, printed
from report.table import StatisticsTable

if TYPE_CHECKING:
    from report.messages.counting import Message, MessageCount
    from report.statistics import Statistics

_COUNTS = (
    "收到", "不予受理", "应办理", "已办结", "办结率", "按期办结", "按期办结率", "超期办结", "超期未办结",
    "一个月以上办结",
)  # fmt: skip


def tables(told: Statistics) -> list[StatisticsTable]:
    """Units, classes, and the messages that are late."""
    found = told.figures.messages
    when = span(told)
    units = [_counts(told, one) for one in found.units] if found else []
    kinds = [_counts(told, one) for one in found.kinds] if found else []
    if found is not None:
        units.append(_counts(told, found.whole))
    return [
        StatisticsTable(
            "messages", f"网民找错留言办理情况{when}", ("单位", *_COUNTS), tuple(units)
        ),
        StatisticsTable(
            "message_kinds", f"网民找错留言类别{when}", ("类别", *_COUNTS), tuple(kinds)
        ),
        _late(told),
    ]


def span(told: Statistics) -> str:
    """Which messages these are, in brackets: when they came, and as of which list."""
    found = told.figures.messages
    if found is None:
        return ""
    start, end = printed(found.start, DateStyle.FULL), end_of_span(found.start, found.end)
    return f"（{start}至{end}收到，{printed(found.listed_on, DateStyle.FULL)}的清单）"


def on_time_rate(told: Statistics, one: MessageCount) -> str:
    """按期办结率 of what is known to be on time or not; `—` where nothing is."""
    return _rate(told, one.on_time, one.due)


def closed_rate(told: Statistics, one: MessageCount) -> str:
    """办结率 of what had to be dealt with; `—` where nothing had."""
    return _rate(told, one.closed, one.accepted)


def _rate(told: Statistics, part: int, whole: int) -> str:
    return numbers.pass_rate(whole - part, whole, told.layout.decimals)


def _counts(told: Statistics, one: MessageCount) -> tuple[str, ...]:
    return (
        told.layout.short_name(one.name),
        *map(str, (one.received, one.refused, one.accepted, one.closed)),
        closed_rate(told, one),
        str(one.on_time),
        on_time_rate(told, one),
        *map(str, (one.late, one.overdue, one.month)),
    )


def _late(told: Statistics) -> StatisticsTable:
    found = told.figures.messages
    rows = tuple(_line(told, one) for one in found.late) if found else ()
    headings = (
        "单位", "网站名称", "网站标识码", "留言编号", "类别", "收到日期", "办结期限", "办结日期", "工作日", "情况",
    )  # fmt: skip
    title = "超期或一个月以上办结的找错留言"
    return StatisticsTable("late_messages", title, headings, rows)


def _line(told: Statistics, one: Message) -> tuple[str, ...]:
    days = one.days()
    return (
        told.layout.short_name(one.unit),
        one.site,
        one.code,
        one.number,
        one.kind,
        one.received_on.isoformat(),
        one.due_on.isoformat() if one.due_on else "",
        one.closed_on.isoformat() if one.closed_on else "",
        str(days) if days is not None else "",
        _state(one),
    )


def _state(one: Message) -> str:
    if one.overdue:
        return f"超期未办结（{one.state}）"
    words = [word for word, true in (("超期办结", one.late), ("一个月以上办结", one.month)) if true]
    return "，".join(words)
