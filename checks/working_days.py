"""Chinese working days: weekends, holidays and make-up days as the State Council set them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import chinese_calendar

if TYPE_CHECKING:
    from datetime import date

_MOST_DAYS = 3_660


def working_days(after: date, until: date) -> int | None:
    """How many working days lie after the first day, up to and with the last one.

    None where the calendar of a year in between is not known.
    """
    if until <= after:
        return 0
    if (until - after).days > _MOST_DAYS:
        return None
    days = [after + timedelta(days=step) for step in range(1, (until - after).days + 1)]
    try:
        return sum(bool(chinese_calendar.is_workday(day)) for day in days)
    except NotImplementedError:
        return None
