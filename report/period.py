"""What a window is called in running text: `2020年第三季度`, `2021年`, or its days."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING

from report.dates import DateStyle, end_of_span, printed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from report.plain import WindowData

_QUARTER = re.compile(r"(\d{4})[-_年]?(?:[Qq]|第)([1-4一二三四])(?:季度)?")
_HALF = re.compile(r"(\d{4})[-_年]?[Hh]([12])")
_YEAR = re.compile(r"(\d{4})年?")
_NUMERALS = "一二三四"


def period(name: str, otherwise: str = "") -> str:
    """The period that a window's name states; `otherwise` where it states none."""
    if found := _QUARTER.fullmatch(name):
        number = found[2] if found[2] in _NUMERALS else _NUMERALS[int(found[2]) - 1]
        return f"{found[1]}年第{number}季度"
    if found := _HALF.fullmatch(name):
        return f"{found[1]}年{'上' if found[2] == '1' else '下'}半年"
    if found := _YEAR.fullmatch(name):
        return f"{found[1]}年"
    return otherwise


def calendar_span(name: str) -> tuple[date, date] | None:
    """The days of the quarter, half year or year that a window's name states; None for others."""
    if found := _QUARTER.fullmatch(name):
        number = _NUMERALS.index(found[2]) + 1 if found[2] in _NUMERALS else int(found[2])
        return _months(int(found[1]), 3 * number - 2, 3 * number)
    if found := _HALF.fullmatch(name):
        return _months(int(found[1]), 6 * int(found[2]) - 5, 6 * int(found[2]))
    if found := _YEAR.fullmatch(name):
        return _months(int(found[1]), 1, 12)
    return None


def _months(year: int, first: int, last: int) -> tuple[date, date] | None:
    if year < 1:
        return None
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def words(data: WindowData) -> dict[str, str]:
    """What a layout's titles and notes may name in braces."""
    start = printed(data.starts_on, DateStyle.FULL)
    end = end_of_span(data.starts_on, data.ends_on)
    return {
        "start": start,
        "end": end,
        "as_of": printed(data.as_of or data.ends_on, DateStyle.FULL),
        "period": period(data.window, f"{start}至{end}"),
        "year": str(data.ends_on.year),
    }


def filled(text: str, words: dict[str, str]) -> str:
    """The text with the known words in braces put in; any other brace stays as it is written."""
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
    return text


def all_filled(texts: Iterable[str], words: dict[str, str]) -> tuple[str, ...]:
    """Each of the texts, filled."""
    return tuple(filled(text, words) for text in texts)
