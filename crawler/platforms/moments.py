"""Times as account platforms write them, all resolved to Beijing time (accounts.md 4.1).

Absolute numbers and texts, and the relative or year-less ones that only mean something beside
the clock of the capture. A text without a zone is Beijing time, never the server's.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_tz
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

BEIJING: Final = timezone(timedelta(hours=8))
EARLIEST: Final = datetime(2009, 1, 1, tzinfo=BEIJING)
AHEAD: Final = timedelta(minutes=10)
_MILLISECONDS_FROM: Final = 100_000_000_000
_LONGEST: Final = 80
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dated:
    """A moment with the slack of its text: zero for an exact time, a day for a bare date."""

    at: datetime
    slack: timedelta = timedelta(0)


def plausible(moment: datetime | None, as_of: datetime) -> bool:
    """Whether a publish time can be one: not before 2009, at most ten minutes ahead of `as_of`."""
    return moment is not None and EARLIEST <= moment <= as_of + AHEAD


def from_unix(value: object) -> datetime | None:
    """Unix seconds or milliseconds (told apart by size), as a number or a digit string."""
    number = _number(value)
    if number is None or number <= 0:
        return None
    while number >= _MILLISECONDS_FROM:
        number /= 1000
    return datetime.fromtimestamp(int(number), UTC).astimezone(BEIJING)


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = value.strip()
        if not re.fullmatch(r"\d{1,19}", value, re.ASCII):
            return None
        return float(value)
    if isinstance(value, int):
        return float(value) if value < 10**19 else None
    return value if isinstance(value, float) and math.isfinite(value) and value < 1e19 else None


def from_text(text: object, as_of: datetime) -> Dated | None:
    """The moment that a printed time means, seen at `as_of`; None when it is not a time."""
    if not isinstance(text, str):
        return None
    cleaned = _cleaned(text)
    if not cleaned:
        return None
    local = as_of.astimezone(BEIJING)
    return next((found for form in _FORMS if (found := form(cleaned, local)) is not None), None)


def from_absolute(text: object, as_of: datetime) -> Dated | None:
    """Like `from_text`, but only complete dates: a cached 刚刚 would look fresh for ever."""
    if not isinstance(text, str):
        return None
    cleaned = _cleaned(text)
    # Which forms may fit can be told from the first letter; most dates of feeds are those of mail.
    forms = _FIGURES_FIRST if cleaned[:1].isdigit() else _WORDS_FIRST
    return next((found for form in forms if (found := form(cleaned, as_of)) is not None), None)


def _cleaned(text: str) -> str:
    """One line, blanks single, the hour by the clock of 24 hours."""
    line = " ".join(text.split())[:_LONGEST]
    return _HALF.sub(_of_day, line, count=1)


def _of_day(match: re.Match[str]) -> str:
    """`下午3:05` and `3:05 PM` as `15:05`; noon and midnight are twelve and nought."""
    half = (match[1] or match[6]).upper()
    hour, rest = int(match[2] or match[4]), match[3] or match[5]
    late = half in ("下午", "晚上", "PM", "中午")
    if half == "中午" and hour in (10, 11):
        late = False
    return f"{hour if hour > 12 else hour % 12 + 12 * late}{rest}"


def from_anything(value: object, as_of: datetime) -> Dated | None:
    """A number as Unix time, else a printed time."""
    exact = from_unix(value)
    return Dated(exact) if exact is not None else from_text(value, as_of)


_ISO = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T ]{0,2}(\d{1,2})[:时点](\d{1,2})分?(?::?(\d{1,2})(?:\.\d{1,9})?秒?)?)?"
    r" ?(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_HALF = re.compile(
    r"(?:(上午|下午|晚上|中午|凌晨|早上) ?(\d{1,2})((?:[:：]\d{2}){1,2})"
    r"|(?<![\d:])(\d{1,2})((?:[:：]\d{2}){1,2}) ?([AaPp][Mm])\b)"
)
_SCRIPT = re.compile(
    r"[A-Za-z]{3} ([A-Za-z]{3}) (\d{1,2}) (\d{4}) (\d{2}):(\d{2}):(\d{2})(?: (?:GMT|UTC)([+-]\d{4})?)?(?: \(.{0,40})?",
    re.ASCII,
)
_COMPACT = re.compile(
    r"(20\d{2})([01]\d)([0-3]\d)(?:[T ]?([0-2]\d):?([0-5]\d)(?::?([0-5]\d))?)?", re.ASCII
)
# `+0800` as Weibo writes it; a name or nothing as a program's default print does.
_WEIBO = re.compile(
    r"[A-Za-z]{3} ([A-Za-z]{3}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2})"
    r"(?: ([+-]\d{4}|CST|GMT|UTC))? (\d{4})",
    re.ASCII,
)
# As nearly all feeds print it; whatever else mail allows is left to the standard library.
_PLAIN_MAIL = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r" ([12]\d{3}) (\d\d):(\d\d):(\d\d) (GMT|(?!-0000)[+-](?:[01]\d|2[0-3])[0-5]\d)",
    re.ASCII,
)
_CHINESE_MAIL = re.compile(
    r"^(?:(?:周|星期)[一二三四五六日天][,，]? )?(\d{1,2}) (\d{1,2})月 (\d{4})(?= )", re.ASCII
)
_ZONED = re.compile(r":\d{2} ?(?:[+-]\d{4}|[A-Za-z]{1,5})(?: ?\([^)]{0,20}\))?$", re.ASCII)
_AGO = re.compile(r"(\d{1,4}) ?(秒钟?|分钟?|个?小时|天|日|周|个?星期|个?月|年)[以之]?前", re.ASCII)
_NAMED = re.compile(
    r"(今天|昨天|前天|今日|昨日) ?(?:(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?)?", re.ASCII
)
_YEARLESS = re.compile(
    r"(\d{1,2})[-/.月](\d{1,2})日?(?: ?(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?)?", re.ASCII
)
_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?", re.ASCII)
_WEEKDAY = re.compile(r"(?:星期|周|礼拜)([一二三四五六日天])(?: ?(\d{1,2})[:：](\d{2}))?", re.ASCII)
_UNITS: Final = {
    "秒": timedelta(seconds=1),
    "分": timedelta(minutes=1),
    "小时": timedelta(hours=1),
    "天": _DAY,
    "日": _DAY,
    "周": timedelta(days=7),
    "星期": timedelta(days=7),
    "月": timedelta(days=30),
    "年": timedelta(days=365),
}
_BACK: Final = {"今": 0, "昨": 1, "前": 2}


def _iso(text: str, as_of: datetime) -> Dated | None:
    del as_of
    match = _ISO.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    made = _make(year, month, day, hour, minute, second, zone=_zone(zone))
    return Dated(made, _slack(hour, second)) if made else None


def _compact(text: str, as_of: datetime) -> Dated | None:
    """`20260308`, `20260308090506`, `20260308 09:05:06`: dates of programs, without separators."""
    del as_of
    match = _COMPACT.fullmatch(text)
    made = _make(*match.groups()) if match else None
    return Dated(made, _slack(match[4], match[6])) if match and made else None


def _weibo(text: str, as_of: datetime) -> Dated | None:
    del as_of
    match = _WEIBO.fullmatch(text)
    if match is None or match[1].lower() not in _MONTHS:
        return None
    month = _MONTHS[match[1].lower()]
    made = _make(match[7], month, *match.group(2, 3, 4, 5), zone=_zone(match[6]))
    return Dated(made) if made else None


def _script(text: str, as_of: datetime) -> Dated | None:
    """What a script prints of a date: `Mon Mar 09 2026 09:00:00 GMT+0800 (中国标准时间)`."""
    del as_of
    match = _SCRIPT.fullmatch(text)
    month = _MONTHS.get(match[1].lower()) if match else None
    if match is None or month is None:
        return None
    made = _make(match[3], month, *match.group(2, 4, 5, 6), zone=_zone(match[7]))
    return Dated(made) if made else None


def _mail(text: str, as_of: datetime) -> Dated | None:
    del as_of
    plain = _PLAIN_MAIL.fullmatch(text)
    if plain is not None:
        day, month, year, hour, minute, second, zone = plain.groups()
        made = _make(year, _MONTHS[month.lower()], day, hour, minute, second, zone=_zone(zone))
        return Dated(made) if made else None
    text = _CHINESE_MAIL.sub(_mail_day, text)
    if not re.match(r"(?:[A-Za-z]{3,9},? )?\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4}", text, re.ASCII):
        return None
    china = text.replace("CST", "+0800")  # China Standard Time, which e-mail reads as US Central
    try:
        parts = parsedate_tz(china)
    except (ValueError, IndexError):
        return None
    if parts is None:
        return None
    zoned = _ZONED.search(china) is not None and not china.endswith("-0000")
    zone = _offset(parts[9] or 0) if zoned else BEIJING
    made = zone and _make(*parts[:6], zone=zone)
    return Dated(made) if made else None


def _mail_day(match: re.Match[str]) -> str:
    """The English form of a mail date whose names a bridge translated: 周六, 07 3月 2026."""
    names = list(_MONTHS)
    number = int(match[2])
    return f"{match[1]} {names[number - 1]} {match[3]}" if 1 <= number <= len(names) else match[0]


def _now(text: str, as_of: datetime) -> Dated | None:
    return Dated(as_of, timedelta(minutes=1)) if text.startswith(("刚刚", "刚才")) else None


def _ago(text: str, as_of: datetime) -> Dated | None:
    match = _AGO.match(text)
    if match is None:
        return None
    unit = _UNITS[match[2].removeprefix("个").removesuffix("钟")]
    try:
        at = as_of - int(match[1]) * unit
    except OverflowError:
        return None
    if unit >= _DAY:
        at = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return Dated(at.replace(microsecond=0), max(unit, timedelta(minutes=1)))


def _named(text: str, as_of: datetime) -> Dated | None:
    match = _NAMED.match(text)
    if match is None:
        return None
    day = as_of - _BACK[match[1][0]] * _DAY
    made = _make(day.year, day.month, day.day, *match.group(2, 3, 4))
    return Dated(made, _slack(match[2], match[4])) if made else None


def _weekday(text: str, as_of: datetime) -> Dated | None:
    match = _WEEKDAY.match(text)
    if match is None:
        return None
    wanted = "一二三四五六日".find(match[1].replace("天", "日"))
    day = as_of - ((as_of.weekday() - wanted) % 7) * _DAY
    made = _make(day.year, day.month, day.day, *match.group(2, 3))
    if made is not None and made > as_of + AHEAD:
        made -= 7 * _DAY
    return Dated(made, _slack(match[2], None)) if made else None


def _yearless(text: str, as_of: datetime) -> Dated | None:
    match = _YEARLESS.match(text)
    if match is None:
        return None
    # Nine years back reach a 29 February even across a century.
    for year in range(as_of.year, as_of.year - 9, -1):
        made = _make(year, *match.group(1, 2, 3, 4, 5))
        if made is not None and made <= as_of + AHEAD:
            return Dated(made, _slack(match[3], match[5]))
    return None


def _clock(text: str, as_of: datetime) -> Dated | None:
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    made = _make(as_of.year, as_of.month, as_of.day, *match.groups())
    if made is None:
        return None
    return Dated(made if made <= as_of + AHEAD else made - _DAY, _slack("0", match[3]))


def _slack(hour: str | None, second: str | None) -> timedelta:
    if hour is None:
        return _DAY
    return timedelta(0) if second is not None else timedelta(minutes=1)


def _zone(text: str | None) -> timezone:
    if text is None or text == "CST":
        return BEIJING
    if text in ("Z", "GMT", "UTC"):
        return UTC
    digits = text[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return _offset((-60 if text[0] == "-" else 60) * minutes) or BEIJING


def _offset(seconds: int) -> timezone | None:
    return timezone(timedelta(seconds=seconds)) if abs(seconds) < 86_400 else None


def _make(
    year: str | int,
    month: str | int,
    day: str | int,
    hour: str | int | None = None,
    minute: str | int | None = None,
    second: str | int | None = None,
    *,
    zone: timezone = BEIJING,
) -> datetime | None:
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
            tzinfo=zone,
        )  # fmt: skip
        return moment.astimezone(BEIJING)
    except (ValueError, OverflowError):
        return None


def day_of(moment: datetime) -> date:
    """The Beijing day of a moment."""
    return moment.astimezone(BEIJING).date()


_Form: TypeAlias = "Callable[[str, datetime], Dated | None]"
_FIGURES_FIRST: Final[tuple[_Form, ...]] = (_iso, _compact, _mail)
_WORDS_FIRST: Final[tuple[_Form, ...]] = (_weibo, _script, _mail)
_FORMS: Final[tuple[_Form, ...]] = (
    _weibo, _iso, _mail, _now, _ago, _named, _weekday, _yearless, _clock,
)  # fmt: skip
