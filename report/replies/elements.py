"""What a reply must have, and whether it is there: seven elements, each judged from the reading.

《政府信息公开条例》: 第三十三条 (in writing, in time), 第三十六条 to 第四十条 (what is answered, with
reasons), 第五十一条 (复议, 诉讼). What is missing is for a person to confirm: it is never a veto.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from report.replies import closing
from report.replies.document import Doubt, UnjudgedError
from report.replies.plain import squeezed

if TYPE_CHECKING:
    from report.replies.document import Reading


class Name(StrEnum):
    """The elements in the order of a reply."""

    TITLE = "标题"
    NUMBER = "答复文书号"
    ADDRESSEE = "申请人称呼"
    BASIS = "处理依据"
    REMEDY = "救济途径"
    DATE = "落款日期"
    SEAL = "公章"


class Presence(StrEnum):
    """Whether an element is there."""

    PRESENT = "present"
    MISSING = "missing"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not_applicable"

    @property
    def chinese(self) -> str:
        """The word that a person reads."""
        words = {
            "present": "有",
            "missing": "缺",
            "undetermined": "待核实",
            "not_applicable": "不适用",
        }
        return words[self.value]


@dataclass(frozen=True, slots=True)
class Element:
    """One element; `told` says what was found or what is wrong, without anybody's name."""

    name: Name
    presence: Presence
    told: str = ""


HEAD_LINES = 14
WEB_HEAD_LINES = 120
TITLE_CHARACTERS = 70
_SUBJECT = re.compile(r"政府信息|信息公开|依申请公开|申请公开|公开申请")
_FORM = re.compile(r"(?:告知书|答复书|答复函|答复|决定书|通知书|回复|复函|回执)(?:\(.{1,12}\))?$")
# Told along the way: what these decide is not the request itself.
_ALONG = re.compile(r"补正|延期|延长|征求意见|征询|收费|缴费|受理通知|登记回执|回执$")
_NUMBER = re.compile(
    r"[〔\[(【〈]\d{4}[〕\])】〉]\s*(?:第\s*)?[\d零〇○一二三四五六七八九十百]{1,6}\s*(?:号|-|$)"
    r"|\d{4}年?(?:第|-)\d{1,6}号"
    r"|(?:编号|文号|文书号|登记号|答复号)[:：]?[A-Za-z0-9\u4e00-\u9fff〔〕()\[\]-]{0,20}\d{3,}"
)
_BLANK_NUMBER = re.compile(
    r"[〔\[(【〈](?:\d{0,4}|[Xx×*]{2,4}|_+)[〕\])】〉](?:第)?[Xx×*_\-]{0,6}号"
)
_CALL = re.compile(r"(?:申请人[:：])?([^:：,，。;；]{1,40})[:：]$")
_NAMED = re.compile(r"申请人(?:姓名|名称)?[:：](.{1,40})$")
# Lines that end with a colon and address nobody.
_NO_CALL = re.compile(
    r"(?:如下|附件\d*|附|电话|地址|编号|文号|邮编|抄送|日期|规定|条例|索引号?|机构|来源|时间|理由|内容|事项|联系人?"
    r"|网址|信息|方式|主送|答复|名称|链接|经办人|承办人|(?:承办|经办|制发)(?:单位|部门|机关))$"
)
_PLACEHOLDER = re.compile(r"[Xx×*_\s.…]+|某某?|\(.*\)|申请人|姓名|[您你]好|(?:单位|部门|人)")
# A sentence of the body is neither a title nor a number.
_SENTENCE = re.compile(r"[,。;:]|特此|此复|现予")
_LAW = re.compile(r"《([^《》]{2,60})》")
_LAW_END = re.compile(r"(?:条例|法|办法|规定|规则|细则)(?:\(.{1,12}\))?$")
_REMEDY_LAW = re.compile(r"行政复议法|行政诉讼法")
_ARTICLE = re.compile(r"第[一二三四五六七八九十百零〇\d]{1,7}条")
_BARE_LAW = re.compile(r"(?:条例|办法|规定)第[一二三四五六七八九十百零〇\d]{1,7}条")
_DAYS = re.compile(r"(?:六十|60)个?(?:工作)?[日天]")
_MONTHS = re.compile(r"(?:六|6)个月")
_REVIEW = re.compile(r"复议")
_COURT = re.compile(r"诉讼|起诉|人民法院")
_BY_LAW = re.compile(r"法定期限|规定(?:的)?期限|依法")


def elements(reading: Reading, today: date | None = None) -> tuple[Element, ...]:
    """The seven elements of a reply.

    A page whose words a machine read off a scan proves what is found in it, and nothing else.
    Raises UnjudgedError for a document that is no reply.
    """
    lines = tuple(squeezed(line) for line in reading.lines)
    whole = "".join(lines)
    place = _title_place(lines, web=reading.web)
    if place is None and not _SUBJECT.search(whole):
        raise UnjudgedError(Doubt.NOT_A_REPLY)
    title = lines[place] if place is not None else ""
    head = lines[: HEAD_LINES if not reading.web else WEB_HEAD_LINES]
    if place is not None:
        head = lines[max(0, place - 4) : place + HEAD_LINES]
    found = [
        _title(title),
        _number(head),
        _addressee(head),
        _basis(whole),
        _remedy(whole, along=bool(_ALONG.search(title))),
        Element(Name.DATE, *_presence(closing.date_of(lines, today))),
        Element(Name.SEAL, *_presence(closing.seal_of(reading, lines))),
    ]
    return tuple(_doubted(one) for one in found) if reading.recognised else tuple(found)


def _presence(told: tuple[str, str]) -> tuple[Presence, str]:
    return Presence(told[0]), told[1]


def _doubted(one: Element) -> Element:
    if one.presence is not Presence.MISSING:
        return one
    return Element(one.name, Presence.UNDETERMINED, f"扫描件的识别文字里没有找到（{one.told}）")


def _title_place(lines: tuple[str, ...], *, web: bool) -> int | None:
    """The line of the title, or its last line where it takes two."""
    for place, line in enumerate(lines[: WEB_HEAD_LINES if web else HEAD_LINES]):
        if len(line) > TITLE_CHARACTERS or not _FORM.search(line) or _SENTENCE.search(line):
            continue
        before = lines[place - 1][:TITLE_CHARACTERS] if place else ""
        if _SUBJECT.search(line) or _SUBJECT.search(before) or len(line) <= 12:
            return place
    return None


def _title(title: str) -> Element:
    if title:
        return Element(Name.TITLE, Presence.PRESENT, title if len(title) <= 20 else "")
    return Element(Name.TITLE, Presence.MISSING, "开头没有告知书、答复书等标题")


def _number(head: tuple[str, ...]) -> Element:
    short = [line for line in head if len(line) <= 60 and not re.search("[,。]", line)]
    for line in short:
        if found := _NUMBER.search(line):
            return Element(Name.NUMBER, Presence.PRESENT, found[0])
    if any(_BLANK_NUMBER.search(line) for line in short):
        return Element(Name.NUMBER, Presence.MISSING, "文书号没有填写")
    return Element(Name.NUMBER, Presence.MISSING, "开头没有文书号")


def _addressee(head: tuple[str, ...]) -> Element:
    blank = False
    for line in head:
        found = _NAMED.fullmatch(line) or _CALL.fullmatch(line)
        if found is None or _NO_CALL.search(found[1]):
            continue
        name = found[1]
        if _PLACEHOLDER.fullmatch(name):
            blank = True
            continue
        return Element(Name.ADDRESSEE, Presence.PRESENT, masked(name))
    told = "申请人称呼没有填写" if blank else "正文之前没有称呼申请人"
    return Element(Name.ADDRESSEE, Presence.MISSING, told)


def masked(name: str) -> str:
    """The first character alone: a report is read by many, a request is its applicant's matter."""
    return f"{name.removeprefix('尊敬的')[:1]}＊＊"


def _basis(whole: str) -> Element:
    laws = [
        (found[1], whole[found.end() : found.end() + 30])
        for found in _LAW.finditer(whole)
        if _LAW_END.search(found[1]) or found[1] == "条例"
        if not _REMEDY_LAW.search(found[1])
    ]
    for law, behind in laws:
        if article := _ARTICLE.search(behind):
            return Element(Name.BASIS, Presence.PRESENT, f"《{law}》{article[0]}")
    if found := _BARE_LAW.search(whole):
        return Element(Name.BASIS, Presence.PRESENT, found[0])
    if laws:
        told = f"写了《{laws[0][0]}》，没有写明条款"
        return Element(Name.BASIS, Presence.UNDETERMINED, told)
    return Element(Name.BASIS, Presence.MISSING, "没有写明依据的法律法规和条款")


def _remedy(whole: str, *, along: bool) -> Element:
    review, court = bool(_REVIEW.search(whole)), bool(_COURT.search(whole))
    if along and not (review and court):
        told = "补正、延期等过程性告知书"
        return Element(Name.REMEDY, Presence.NOT_APPLICABLE, told)
    absent = [word for word, there in (("行政复议", review), ("行政诉讼", court)) if not there]
    if absent:
        return Element(Name.REMEDY, Presence.MISSING, f"没有写明{'和'.join(absent)}")
    terms = [
        word
        for word, there in (
            ("行政复议的期限（六十日）", _DAYS.search(whole)),
            ("行政诉讼的期限（六个月）", _MONTHS.search(whole)),
        )
        if not there
    ]
    if not terms:
        return Element(Name.REMEDY, Presence.PRESENT, "行政复议、行政诉讼及期限")
    told = f"没有写明{'和'.join(terms)}"
    by_law = _BY_LAW.search(whole[max(0, whole.rfind("复议") - 80) :])
    return Element(Name.REMEDY, Presence.UNDETERMINED if by_law else Presence.MISSING, told)
