"""Dates as Chinese government pages print them, read without guessing.

A reading is a `Stamp`: month and day, with the year when it is printed. Impossible dates (6月31日)
give a stamp whose `date()` is None, so that they can be reported and never count (trap 19).
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BEIJING: Final = timezone(timedelta(hours=8))
FIRST_YEAR: Final = 1949

_SEP: Final = r"\s{0,3}[-/.–—－／．‐·]\s{0,3}"
FULL: Final = re.compile(
    # the look-behind stands after the year: a pattern that starts with figures is searched faster
    r"(?P<y>(?:19|20)\d\d)(?<![\d.]....)"
    rf"(?:{_SEP}(?P<m>\d{{1,2}}){_SEP}(?P<d>\d{{1,2}})|"
    r"\s{0,3}年\s{0,3}(?P<cm>\d{1,2})\s{0,3}月\s{0,3}(?P<cd>\d{1,2})\s{0,2}[日号]?)"
    r"(?=\D|$|\d\d:\d\d)"
)
_DIGITS: Final = re.compile(r"(?<!\d)(?<!\d-)((?:19|20)\d\d)(0\d|1[0-2])([0-2]\d|3[01])(?!\d)")
_NUMERALS: Final = re.compile(
    r"([一二][〇○零OΟ０一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_A_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_MONTH_DAY: Final = re.compile(
    r"(?<!\d)(\d{1,2})(?:[-/.－／．]|\s{0,2}月\s{0,2})(\d{1,2})(?!\d)日?"
)
_SHORT_YEAR: Final = re.compile(r"(?<!\d)([0-3]\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_YEAR_LAST: Final = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.]((?:19|20)\d\d)(?!\d)")
_DAY_FIRST: Final = re.compile(
    r"(?<!\d)(\d{1,2})日?\s{0,3}[|/,，-]?\s{0,3}((?:19|20)\d\d)(?:\s{0,2}[-/.年]\s{0,2})(\d{1,2})(?!\d)月?"
)
_DAY_MONTH_YEAR: Final = re.compile(
    r"(?<!\d)(\d{1,2})(?:[-/.]|\s{0,2}月\s{0,2})(\d{1,2})\s?日?\s{0,3}[-/—]{0,4}\s{0,3}((?:19|20)\d\d)(?!\d)年?"
)
_YEAR_FIRST_SPLIT: Final = re.compile(
    r"(?<!\d)((?:19|20)\d\d)年?[-—\s]{1,6}(\d{1,2})(?:[-/.]|\s{0,2}月\s{0,2})(\d{1,2})(?!\d)日?"
)
_YEAR_MONTH_DAY_SPLIT: Final = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:\s{0,2}[-/.年]\s{0,2}|\s(?=\d\d\s\d\d))(\d{1,2})月?\s{1,3}(\d{1,2})(?!\d)日?"
)
_DAY_THEN_MONTH: Final = re.compile(r"(?<!\d)(\d{1,2})日?\s{1,3}(\d{1,2})月(?!\d)")
_MONTH_NAMES: Final = [
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
]
_ENGLISH: Final = re.compile(
    rf"(?:(\d{{1,2}})\s{{0,2}})?\b({'|'.join(_MONTH_NAMES)})[a-z]{{0,6}}\.?[\s,-]{{1,2}}"
    r"(?:(\d{1,2})(?!\d)[\s,]{0,3})?(?:\d\d:\d\d:\d\d\s{1,2}(?:[a-z]{3,4}\s{1,2})?)?((?:19|20)\d\d)?",
    re.IGNORECASE,
)
_LATIN: Final = re.compile("[a-zA-Z]{3}")
_WRAPPED_EPOCH: Final = re.compile(
    r"\\?/Date\((\d{13}|\d{10})(?:[+-]\d{4})?\)"
)  # as ASP.NET writes it
_ZONED: Final = re.compile(
    r"(?:19|20)\d\d-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)"
)
_AGO: Final = re.compile(
    r"(\d{1,4})\s{0,2}(秒|分钟|小时|个小时|天|日|周|个月|年)\s{0,2}(?:之前|以前|前)"
)
_WORDS: Final = re.compile(r"刚刚|刚才|今天|今日|昨天|昨日|前天")
_CLOCK: Final = re.compile(
    r"(?<![\d:])([01]?\d|2[0-3])[:：][0-5]\d(?:[:：][0-5]\d)?(?:\.\d{1,7})?(?![\d:])"
)
_HOURS_OF_OPENING: Final = re.compile(
    r"[:：][0-5]\d\s{0,3}[-~—–－至到]{1,2}\s{0,3}(?:[上中下]午)?\s{0,3}\d{1,2}[:：][0-5]\d"
)
"""8:30-12:00: when somebody is there, no time of today at which something was published."""
_CHINESE: Final = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {
    "○": 0, "零": 0, "O": 0, "Ο": 0, "０": 0
}  # fmt: skip
_CENTURY: Final = re.compile("二[〇○零OΟ０]|一九")
_DAYS: Final = {"秒": 0.0, "分钟": 0.0, "小时": 0.0, "个小时": 0.0, "天": 1.0, "日": 1.0, "周": 7.0}
_HOURS: Final = {"秒": 1 / 3600, "分钟": 1 / 60, "小时": 1.0, "个小时": 1.0}


class Stamp(NamedTuple):
    """One date as printed: `year` is None where only month and day stand; `text` as printed.

    `start` and `end` are its place in the text it was read from. `relative` marks 昨天 and the like;
    `swapped` marks 10/09 2020, where day and month could also stand the other way round.
    """

    year: int | None
    month: int
    day: int
    start: int
    end: int
    text: str
    relative: bool = False
    swapped: bool = False

    def date(self, year: int | None = None) -> date | None:
        """The day, in `year` where none is printed; None where it is impossible or unknown."""
        chosen = self.year or year
        if chosen is None or not FIRST_YEAR <= chosen <= 2099:
            return None
        try:
            return date(chosen, self.month, self.day)
        except ValueError:
            return None

    @property
    def possible(self) -> bool:
        """Whether such a day exists in any year."""
        return self.date(self.year or 2020) is not None


def find_full(text: str) -> Iterator[Stamp]:
    """Every date with year, month and day that stands anywhere in a text, in order."""
    for match in _full_matches(text):
        month, day = match["m"] or match["cm"], match["d"] or match["cd"]
        yield _stamp(match, int(match["y"]), int(month), int(day))
    for match in _NUMERALS.finditer(text) if "年" in text and _CENTURY.search(text) else ():
        yield _stamp(match, *_numerals(match))


def _full_matches(text: str) -> Iterator[re.Match[str]]:
    """As `FULL.finditer`: centuries are rare in a long text, and plain searches find them fast."""
    old, new = text.find("19"), text.find("20")
    while old >= 0 or new >= 0:
        place = old if new < 0 or 0 <= old < new else new
        match = FULL.match(text, place)
        if match is not None:
            yield match
        following = match.end() if match is not None else place + 1
        if 0 <= old < following:
            old = text.find("19", following)
        if 0 <= new < following:
            new = text.find("20", following)


def holds_full(text: str) -> bool:
    """Whether a date with year, month and day in figures stands anywhere in a text."""
    return next(_full_matches(text), None) is not None


def first_full(text: str) -> Stamp | None:
    """The first full date of a text, or None."""
    if "年" in text:
        return min(find_full(text), key=lambda stamp: stamp.start, default=None)
    match = FULL.search(text)
    return _stamp(match, int(match["y"]), int(match["m"]), int(match["d"])) if match else None


def read_stamp(text: str, as_of: datetime) -> Stamp | None:
    """The date of a short text that holds one date and little else: a cell, not a sentence.

    Formats without year or with parts in odd order are only read here, never inside prose.
    """
    if (full := first_full(text)) is not None:
        return full
    readers = _CELL_READERS if _A_YEAR.search(text) is not None else _WITHOUT_YEAR
    for reader in readers:
        if (found := reader(text)) is not None:
            return found
    return _relative(text, as_of)


def read_value(text: str, as_of: datetime) -> date | None:
    """The day of a field that is said to be a date: a meta value, a JSON value, an attribute."""
    text = text.strip()[:60]
    if text.isdigit():
        if len(text) in {10, 13}:
            return _epoch(int(text))
        text = text[:8] if len(text) in {12, 14} else text
    if (match := _WRAPPED_EPOCH.match(text)) is not None:
        return _epoch(int(match[1]))
    if _ZONED.fullmatch(text) is not None:
        return _in_beijing(text)
    stamp = read_stamp(text, as_of)
    return stamp.date() if stamp is not None else None


def _in_beijing(text: str) -> date | None:
    """The Beijing day of a time that names its zone."""
    try:
        return datetime.fromisoformat(text).astimezone(BEIJING).date()
    except (ValueError, OverflowError):
        return None


def beijing_day(moment: datetime) -> date:
    """The Beijing day of a moment; a moment without zone is taken as Beijing time."""
    return moment.astimezone(BEIJING).date() if moment.tzinfo else moment.date()


def _stamp(match: re.Match[str], year: int | None, month: int, day: int) -> Stamp:
    return Stamp(year, month, day, match.start(), match.end(), match[0].strip())


def _numerals(match: re.Match[str]) -> tuple[int, int, int]:
    year = int("".join(str(_CHINESE[char]) for char in match[1]))
    return year, _small(match[2]), _small(match[3])


def _small(text: str) -> int:
    """一 to 三十一."""
    if "十" not in text:
        return _CHINESE[text[-1]] if len(text) == 1 else 99
    tens, _, ones = text.partition("十")
    return 10 * (_CHINESE.get(tens, 1) if tens else 1) + (_CHINESE.get(ones, 0) if ones else 0)


def _epoch(number: int) -> date | None:
    seconds = number / 1000 if number >= 10**12 else number
    moment = datetime.fromtimestamp(seconds, tz=BEIJING)
    return moment.date() if FIRST_YEAR + 30 < moment.year < 2100 else None


def _in_order(pattern: re.Pattern[str], order: str) -> Callable[[str], Stamp | None]:
    """A reader for a pattern whose groups stand in `order`, e.g. `dym`."""

    def read(text: str) -> Stamp | None:
        match = pattern.search(text)
        if match is None:
            return None
        part = dict(zip(order, map(int, match.groups()), strict=True))
        year = part.get("y")
        if year is not None and year < 100:
            year += 2000
        return _stamp(match, year, part["m"], part["d"])

    return read


def _year_last(text: str) -> Stamp | None:
    """1/12/2021 (as American server software prints it), or 13/1/2021."""
    match = _YEAR_LAST.search(text) or _DAY_MONTH_YEAR.search(text)
    if match is None:
        return None
    first, second, year = map(int, match.groups())
    month, day = (second, first) if first > 12 else (first, second)
    ambiguous = first <= 12 and second <= 12 and "月" not in match[0]
    return Stamp(year, month, day, match.start(), match.end(), match[0].strip(), swapped=ambiguous)


def read_english(text: str) -> Stamp | None:
    """The first English date of a short text (Feb 6, 2024; 6 February); `year` None without one."""
    match = _ENGLISH.search(text) if _LATIN.search(text) else None
    if match is None or not (match[1] or match[3]):
        return None
    month = _MONTH_NAMES.index(match[2].lower()[:3]) + 1
    return _stamp(match, int(match[4]) if match[4] else None, month, int(match[1] or match[3]))


def _month_day(text: str) -> Stamp | None:
    match = _MONTH_DAY.search(text)
    if match is None:
        return None
    month, day = int(match[1]), int(match[2])
    return _stamp(match, None, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


_WITHOUT_YEAR: Final[tuple[Callable[[str], Stamp | None], ...]] = (
    _in_order(_SHORT_YEAR, "ymd"),
    _in_order(_DAY_THEN_MONTH, "dm"),
    read_english,
    _month_day,
)
_CELL_READERS: Final[tuple[Callable[[str], Stamp | None], ...]] = (
    _in_order(_DIGITS, "ymd"),
    _in_order(_YEAR_FIRST_SPLIT, "ymd"),
    _in_order(_YEAR_MONTH_DAY_SPLIT, "ymd"),
    _in_order(_DAY_FIRST, "dym"),
    _year_last,
    *_WITHOUT_YEAR,
)


def _relative(text: str, as_of: datetime) -> Stamp | None:
    """刚刚, 3小时前, 昨天, 2天前, or a time alone, against the moment of the capture (trap 21)."""
    now = as_of.astimezone(BEIJING) if as_of.tzinfo else as_of
    match = _AGO.search(text)
    if match is not None:
        return _ago(match, now)
    match = _WORDS.search(text) or _CLOCK.search(text)
    if match is None or (match[0][0].isdigit() and _HOURS_OF_OPENING.search(text)):
        return None
    back = {"昨": 1, "前": 2}.get(match[0][0], 0)
    return _moved(match, now.date() - timedelta(days=back))


def _ago(match: re.Match[str], now: datetime) -> Stamp | None:
    count, unit = int(match[1]), match[2]
    if unit in {"个月", "年"}:
        days = count * (30 if unit == "个月" else 365)
    elif unit in _HOURS:
        return _moved(match, (now - timedelta(hours=count * _HOURS[unit])).date())
    else:
        days = int(count * _DAYS[unit])
    return _moved(match, now.date() - timedelta(days=days))


def _moved(match: re.Match[str], day: date) -> Stamp:
    return Stamp(
        day.year, day.month, day.day, match.start(), match.end(), match[0].strip(), relative=True
    )
