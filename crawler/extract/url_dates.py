"""The date in an address, as content systems build their paths."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

_YEAR: Final = r"(?P<y>19[89]\d|20[0-4]\d)"
_MONTH: Final = r"(?P<m>0[1-9]|1[0-2])"
_DAY: Final = r"(?P<d>0[1-9]|[12]\d|3[01])"
_CLOCK: Final = r"(?:[01]\d|2[0-3])[0-5]\d[0-5]\d"
_LOOSE: Final = r"(?P<m>0?[1-9]|1[0-2])[-/_](?P<d>0?[1-9]|[12]\d|3[01])(?![\d])"
_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        rf"(?<![a-zA-Z0-9])t{_YEAR}{_MONTH}{_DAY}_\d",  # TRS: /202012/t20201230_123.html
        rf"(?<![\d]){_YEAR}[-/_]{_LOOSE}",  # /2021/1/12/, /2021-01/12/, art_2021_1_12
        rf"(?<![\d]){_YEAR}{_MONTH}[-/]{_DAY}(?![\d])",  # /202101/12/
        rf"/{_YEAR}(?P<m>[1-9])/(?P<d>0?[1-9]|[12]\d|3[01])/",  # /20211/12/
        rf"(?<![\d]){_YEAR}[-/]{_MONTH}{_DAY}(?![\d])",  # /2021/0112/
        rf"(?<![\d.]){_YEAR}{_MONTH}{_DAY}(?:\d{{6}}(?![\d])|(?![\d]))",  # /20210112/, 20210112093011
        rf"(?<![\d]){_YEAR}{_MONTH}{_DAY}\d{{3,14}}\.(?:s?html?|aspx?|jsp)",  # 2021011200013.html
        rf"/{_YEAR}{_MONTH}{_DAY}{_CLOCK}\d{{2,5}}/",  # /2021011209183942113/index.shtml
    )
)
_UNPADDED: Final = re.compile(
    rf"(?<![\d]){_YEAR}(?P<md>\d\d\d){_CLOCK}(?![\d])"
)  # 2018322100548.asp
_MONTH_FOLDER: Final = re.compile(rf"/{_YEAR}[-/]?{_MONTH}/")
_HAS_YEAR: Final = re.compile(r"19[89]\d|20[0-4]\d")
_LONGEST: Final = 400


@lru_cache(maxsize=1024)  # several readers of one page ask for the same addresses
def date_in_url(url: str) -> date | None:
    """The day that an address carries in its path or query; None when there is no whole day."""
    path = _path(url)
    if not _HAS_YEAR.search(path):
        return None
    for form in _FORMS:
        for match in form.finditer(path):
            if (found := _day(match)) is not None:
                return found
    unpadded = _UNPADDED.search(path)
    return _day_without_zeros(unpadded) if unpadded is not None else None


def month_in_url(url: str) -> tuple[int, int] | None:
    """Year and month of a month folder (`/202101/`); None when there is none."""
    match = _MONTH_FOLDER.search(_path(url))
    return (int(match["y"]), int(match["m"])) if match else None


def _day_without_zeros(match: re.Match[str]) -> date | None:
    """The day of 322: the third month; None for 112, which could be two days."""
    year, digits = int(match["y"]), match["md"]
    days: list[date] = []
    for month, day in ((digits[:1], digits[1:]), (digits[:2], digits[2:])):
        try:
            days.append(date(year, int(month), int(day)))
        except ValueError:
            continue
    return days[0] if len(days) == 1 else None


def _path(url: str) -> str:
    """What follows the host, bounded; hosts and ports may hold digits that are no date."""
    start = url.find("//")
    slash = url.find("/", start + 2) if start >= 0 else 0
    path = url[slash if slash >= 0 else len(url) :][:_LONGEST]
    return unquote(path) if "%" in path else path


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None
