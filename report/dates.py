"""Days as notices print them: `2020年8月19日`, `4.21`, `7月16日` (notices.md 3.2)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class DateStyle(StrEnum):
    """How a layout prints a day."""

    FULL = "full"
    MONTH_DAY = "month_day"
    DOTTED = "dotted"


def printed(day: date, style: DateStyle) -> str:
    """The day as text; `5.20` is text and keeps its zero."""
    if style is DateStyle.FULL:
        return f"{day.year}年{day.month}月{day.day}日"
    if style is DateStyle.MONTH_DAY:
        return f"{day.month}月{day.day}日"
    return f"{day.month}.{day.day}"


def end_of_span(start: date, end: date) -> str:
    """The last day of a span, without the year when the first day has it already."""
    style = DateStyle.MONTH_DAY if end.year == start.year else DateStyle.FULL
    return printed(end, style)
