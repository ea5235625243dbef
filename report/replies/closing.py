"""The end of a reply: who signs, on which day, and the seal beside it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from report.replies.document import Reading

TAIL_LINES = 80
NEAR_LINES = 8
"""A seal stands over the signature and the day, at most so many lines away."""
_DIGITS = {one: place for place, one in enumerate("〇一二三四五六七八九")}
_DIGITS |= {"零": 0, "○": 0, "Ο": 0, "O": 0, "o": 0, "0": 0}
_CHINESE = re.compile(
    r"([〇零○ΟOo0一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_ARABIC = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日|(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
# Nothing but the day, or the unit that signs before it: a day in a sentence or behind the headline
# of some news is no signature.
_ALONE = re.compile(
    r"(?:[^,，。;；:：]{1,30}(?:局|府|厅|室|会|委|办|院|中心|队|所|处|部|站|司|署|行|公司|\)))?"
)
_SEALED = re.compile(r"\([^()]{0,6}章\)$")
_BEHIND = re.compile(r"[)(（）印章盖]{0,10}")
_BLANK = re.compile(
    r"[^,，。;；:：]{0,30}?(?:[\d〇二零○Xx×*_]{0,4})年[Xx×*_\d]{0,2}月[Xx×*_\d]{0,2}日$"
)


def date_of(lines: Sequence[str], today: date | None) -> tuple[str, str]:
    """`present`, `missing` or `undetermined`, and what is told of the day."""
    place, told = _place(lines)
    if place is None:
        blank = any(_BLANK.fullmatch(line) and not _day(line) for line in lines[-TAIL_LINES:])
        return "missing", "落款日期没有填写" if blank else "文末没有落款日期"
    try:
        day = date(*told)
    except ValueError:
        return "missing", "落款日期不存在：{}年{}月{}日".format(*told)
    if today is not None and day > today:
        return "undetermined", f"落款日期 {day} 晚于今天"
    return "present", day.isoformat()


def signature(lines: Sequence[str]) -> tuple[str, ...]:
    """The units that may sign: the lines at the day without it, the nearest first."""
    place, _ = _place(lines)
    if place is None:
        return ()
    bare = _ARABIC.sub("", _CHINESE.sub("", lines[place]))
    near = [bare, *reversed(lines[max(0, place - 3) : place])]
    return tuple(_SEALED.sub("", line) for line in near if line and len(line) <= 60)


def seal_of(reading: Reading, lines: Sequence[str]) -> tuple[str, str]:
    """Whether a picture that may be a seal stands where a seal stands."""
    if reading.signed:
        return "present", "有电子签章"
    place, _ = _place(lines)
    end = place if place is not None else len(lines)
    fitting = [one for one in reading.pictures if one.seal_sized]
    near = [one for one in fitting if abs(one.line - end) <= NEAR_LINES]
    if near:
        sides = f"（{near[-1].width}×{near[-1].height} 厘米）" if near[-1].width else ""
        return "present", f"落款处有图片{sides}，是不是公章请看一眼"
    if reading.recognised:
        return "undetermined", "整页是图像，公章在图中，请人工核对"
    if fitting:
        return "undetermined", "有图片，但不在落款处"
    return "missing", "落款处没有图片：没有公章，或是未用印的电子稿"


def _place(lines: Sequence[str]) -> tuple[int | None, tuple[int, int, int]]:
    """The last line that is a day, or a unit with a day; and the day as it is written."""
    start = max(0, len(lines) - TAIL_LINES)
    for place in range(len(lines) - 1, start - 1, -1):
        told = _day(lines[place])
        if told is not None:
            return place, told
    return None, (0, 0, 0)


def _day(line: str) -> tuple[int, int, int] | None:
    if len(line) > 60 or line.startswith(("附", "抄送", "发布", "更新", "日期", "打印")):
        return None
    for pattern in (_ARABIC, _CHINESE):
        found = pattern.search(line)
        if (
            found is not None
            and _ALONE.fullmatch(line[: found.start()])
            and _BEHIND.fullmatch(line[found.end() :])
        ):
            parts = [one for one in found.groups() if one is not None]
            year, month, day = (_number(one) for one in parts)
            return year, month, day
    return None


def _number(text: str) -> int:
    """Digits, Chinese digits in a row, or a Chinese count up to 99."""
    if text.isdecimal():
        return int(text)
    if "十" not in text:
        return int("".join(str(_DIGITS[one]) for one in text))
    tens, _, ones = text.partition("十")
    return 10 * (_DIGITS.get(tens[:1], 1) if tens else 1) + (
        _DIGITS.get(ones[:1], 0) if ones else 0
    )
