"""The words of message boards: labels of dates and titles, and states of handling."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.extract.dates import beijing_day, first_full, read_stamp

if TYPE_CHECKING:
    from datetime import date, datetime

ASKED = frozenset(
    [
        "来信",
        "留言",
        "提交",
        "咨询",
        "写信",
        "提问",
        "信件",
        "发信",
        "投诉",
        "反映",
        "诉求",
        "寄信",
        "来电",
        "发起",
        "问政",
        "求助",
        "提出",
        "递交",
        "发帖",
    ]
)
# These alone make a page with one of them a letter: no notice or form uses them.
OF_LETTERS = frozenset(["来信", "留言", "写信", "信件", "寄信", "发信", "提问"])
REPLIED = frozenset(
    [
        "回复",
        "答复",
        "反馈",
        "办结",
        "回应",
        "处理",
        "解答",
        "复信",
        "回信",
        "回函",
        "复函",
        "办复",
        "结案",
    ]
)
# These stand in service guides too: they count only beside a word that no guide uses.
VAGUE = frozenset(["受理", "办理", "登记", "发布"])
STATUS = re.compile(
    r"已(?:回复|答复|办结|办理|受理|反馈|处理|转办|解决|完成|回应)|办理(?:完毕|完成|中)|处理(?:完毕|中)|受理中|转办中|审核中"
    r"|待(?:回复|办理|受理|处理|答复)|未(?:回复|答复|受理|处理|办结)|不予受理|办结(?![时日率])"
)
TITLE = re.compile(
    r"(?:信件|来信|留言|咨询|问题|诉求|建议)?(?:标题|主题|题目)|信件名称|问题描述|咨询内容|留言内容|来信内容|事项"
)
TITLE_VALUE = re.compile(rf"(?:^|[\s】])(?:{TITLE.pattern})\s?[:：]\s?(\S[^:：]{{1,120}}?)(?=\s|$)")
# What only the page of one letter labels and fills: in a form the next label follows at once.
PART = re.compile(
    r"(?:信件|来信|留言|写信|提问|咨询)(?:人|者|内容|编号|类型|主题)\s{0,3}[:：]\s{0,3}(?=\S)(?![^\s:：]{1,8}\s?[:：])"
)
_LABEL = re.compile(r"(\w{2})\s?(?:时间|日期)(?!段|间|限)")
_MOMENT = re.compile(r"(?:时间|日期)(?!段|间|限)")
DATE_ZONE = 26  # characters after a label in which its date stands


def label_role(word: str) -> str:
    """asked, replied, vague or nothing, for the word before 时间 or 日期."""
    if word in ASKED:
        return "asked"
    if word in REPLIED:
        return "replied"
    return "vague" if word in VAGUE else ""


def labels(text: str) -> list[tuple[str, int, int]]:
    """Each date label of a text as role, start and end."""
    if "时间" not in text and "日期" not in text:  # most texts; plain searches are fast
        return []
    found = []
    for match in _MOMENT.finditer(text):
        end = match.start()
        end -= text[end - 1 : end].isspace()
        start = max(0, end - 2)
        if role := label_role(text[start:end]):
            found.append((role, start, match.end()))
    return found


def day_after(text: str, position: int, as_of: datetime) -> date | None:
    """The date that stands right after a label, before the next one."""
    zone = text[position : position + DATE_ZONE]
    following = _LABEL.search(zone)
    return day_of(zone[: following.start()] if following else zone, as_of)


def day_of(text: str, as_of: datetime, near: date | None = None) -> date | None:
    """The date of a short text; one without year is the last such day up to `as_of`,

    or the one that lies nearest to `near`, where the letter tells its year elsewhere.
    """
    text = text.strip(" :：[]【】()（）|\t\n")
    full = first_full(text)
    stamp = full or (read_stamp(text, as_of) if len(text) <= 16 else None)
    if stamp is None or stamp.year is not None:
        return stamp.date() if stamp is not None else None
    if near is not None:
        around = (stamp.date(year) for year in (near.year - 1, near.year, near.year + 1))
        days = [day for day in around if day is not None]
        return min(days, key=lambda day: abs(day - near), default=None)
    today = beijing_day(as_of)
    day = stamp.date(today.year)
    return stamp.date(today.year - 1) if day is None or day > today else day
