"""The edge of time: the only place, beside the scheduler, that reads the clock for judging."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class ClockError(Exception):
    """A stated time cannot be read; the message says how to write it, in Chinese."""


def now() -> datetime:
    """This moment, in Beijing time, to the second."""
    return datetime.now(BEIJING).replace(microsecond=0)


def stated(text: str | None) -> datetime:
    """The moment that `--as-of` or `--at` states; now when nothing is stated.

    ISO 8601 with an offset; a bare date means its last second in Beijing.
    """
    if text is None or not text.strip():
        return now()
    try:
        if _DAY.fullmatch(text.strip()):
            day = datetime.strptime(text.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 -- a day
            return datetime.combine(day, time(23, 59, 59), BEIJING)
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ClockError(
            f"时间 {text!r} 无法识别；请写 2023-03-01 或 2023-03-01T01:00:00+08:00"
        ) from error
    if moment.tzinfo is None:
        raise ClockError(f"时间 {text!r} 没有时区；请写明，如 2023-03-01T01:00:00+08:00")
    return moment.astimezone(BEIJING)
