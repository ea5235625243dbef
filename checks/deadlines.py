"""Deadlines on Beijing days: 14 days counts, months are calendar months (design.md section 9)."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def beijing_day(moment: date | datetime) -> date:
    """The Beijing calendar day of a moment; a plain date is one already."""
    if isinstance(moment, datetime):
        return moment.astimezone(BEIJING).date()
    return moment


def age_in_days(last: date | datetime, as_of: datetime) -> int:
    """Whole Beijing days between the last item and the monitoring time point."""
    return (beijing_day(as_of) - beijing_day(last)).days


def months_later(day: date, months: int) -> date:
    """The same day `months` calendar months on, clipped at the month's end."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def older_than_months(last: date | datetime, months: int, as_of: datetime) -> bool:
    """True only when strictly older: exactly `months` calendar months is still in time."""
    return months_later(beijing_day(last), months) < beijing_day(as_of)
