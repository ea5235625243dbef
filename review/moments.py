"""Stored days and moments: `last_update` is ISO text, a Beijing day or a moment."""

from __future__ import annotations

from datetime import date, datetime, time

from checks.deadlines import BEIJING

_DAY_CHARACTERS = len("2023-03-31")


def moment(text: str) -> datetime | None:
    """The text as an aware moment; a day is its Beijing midnight, empty text is None."""
    if not text:
        return None
    if len(text) == _DAY_CHARACTERS:
        return datetime.combine(date.fromisoformat(text), time(), BEIJING)
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=BEIJING)


def day(text: str) -> date | None:
    """The Beijing day of the text."""
    read = moment(text)
    return read.astimezone(BEIJING).date() if read else None


def later(first: str, second: str) -> bool:
    """Whether the first is known and after the second."""
    one, other = moment(first), moment(second)
    return one is not None and (other is None or one > other)


def beijing(value: datetime) -> str:
    """A moment as Beijing ISO text to the second: what JSON and pages show."""
    return value.astimezone(BEIJING).isoformat(timespec="seconds")
