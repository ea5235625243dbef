"""Date cells: the texts of a page that are a date and little else.

A date inside a sentence is no cell; nor is a clock, a weather line or a deadline (traps 15, 19).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from crawler.extract.cell_labels import LABEL_REACH, ends_label, label_at
from crawler.extract.clocks import without_clock
from crawler.extract.dates import FULL, Stamp, find_full, first_full, read_stamp
from crawler.extract.outline import HIDDEN, squeeze

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.extract.document import Document
    from crawler.extract.outline import Outline

# Figures are named one by one: a set of characters is searched twice as fast without `\d` in it.
_DATEISH: Final = re.compile(r"[0-9０-９]|[〇○零一二三四五六七八九]年|刚刚|刚才|[今昨前][天日]")
# One set of characters is searched fastest; letters stand for months in English.
_HINT: Final = re.compile(r"[0-9０-９a-zA-Z刚昨今前年月日号/.-]")
_NOISE: Final = re.compile(
    r"今天是|现在是|当前时间|北京时间|农历|℃|°C|多云|转晴|copyright|版权|©|备案|ICP",
    re.IGNORECASE,
)
_WEEKDAY: Final = re.compile(r"(?:星期|周)[一二三四五六日天]")
_FULL_WIDTH: Final = str.maketrans("０１２３４５６７８９－／．", "0123456789-/.")
_LABEL: Final = re.compile(
    r"([\u4e00-\u9fff]{0,6}(?:时\s{0,4}间|日\s{0,4}期|于|自|期限|至|到)|[\u4e00-\u9fff]{2,4}|\bdate|\btime)"
    r"\s{0,3}[】\])）]?\s{0,3}[:：]?\s{0,6}[\[(（【]?\s{0,3}$",
    re.IGNORECASE,
)
_WRONG: Final = re.compile(
    r"截止|截至|结束|到期|有效|失效|废止|开始|起止|实施|施行|生效|活动|开标|开庭|报名|举办|会议|考试|"
    r"出生|任职|成立|至$|到$|自$|期限|上映|竣工|开工|执行|投标|公示期|征集"
)
_EVENT: Final = re.compile(
    rf"(?:{_WRONG.pattern})(?:的?(?:时间|日期)为?\s*[:：]?|\s*[:：])\s*$|"
    r"(?:截止|截至|结束|到期|有效期?|期限|至|到|自|于|从|~|～)\s*$"
)
_SECOND: Final = re.compile(
    r"成文|签发|印发|生成|来信|来件|提问|咨询|提交|留言|写信|创建|受理|登记"
)
_PUBLISHED: Final = re.compile(
    r"发布|公布|公开|发表|发文|更新|上传|上网|刊登|录入|添加|答复|回复|办结|办复"
)
_PUNCTUATION: Final = re.compile(
    r"[\s\[\]()（）【】〔〕{}<>《》|:：,，.。;；/\-–—－_·•~*#&+!！\"'“”]+"
)
_CLOCKTIME: Final = re.compile(
    r"\d{1,2}[:：]\d{2}(?:[:：]\d{2}(?:\.\d{1,6})?)?|\d{1,2}时\d{1,2}分(?:\d{1,2}秒)?"
)
_COMPANY: Final = re.compile(
    r"(?:来源|作者|单位|浏览|阅读|点击|访问|人气|编辑|部门|栏目|类别|状态|文号|字体|字号|机构|次数|置顶|new)",
    re.IGNORECASE,
)
_DATED: Final = re.compile(
    r"\d\s{0,3}[-/.－／．年月·—]\s{0,6}\d|20\d{6}|[一二三四五六七八九〇○零]年|[前昨刚]|今[天日]|\d[:：]\d\d|[0-3]\d日?\s20\d\d|\d\s\d{1,2}月|20\d\d\s\d\d\s\d\d"
)
_IN_ENGLISH: Final = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE
)
_LETTER: Final = re.compile("[a-zA-Z]")
_PROSE: Final = re.compile(r"(?:(?![一二三四五六七八九十年月日])[\u4e00-\u9fff]){9}")
_FRAGMENT: Final = re.compile(
    r"[^\w]{0,4}(?:(?:19|20)\d\d(?:[-/.年]\d{1,2})?|\d{1,2}(?:[-/.月]\d{1,2}|[-/.](?:19|20)\d\d)?|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?)"
    r"[年月日号]?[^\w]{0,4}|[年月日号./-]",
    re.IGNORECASE,
)
_MONTH_NAME: Final = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?,?", re.IGNORECASE
)
_MONTH_LENGTH: Final = 12
_NEW_LIST: Final = frozenset(["ul", "ol", "table"])
_MONTH_AND_DAY: Final = re.compile(r"[^\w]{0,4}\d{1,2}[-/.月]\d{1,2}日?[^\w]{0,4}")
_EDGE: Final = re.compile(
    r"^\s*[\[【(（〔]([^\]】)）〕]{3,24})[\]】)）〕]|[\[【(（〔]([^\]】)）〕]{3,24})[\]】)）〕]\s*$"
)
_NEW_DATE: Final = re.compile(r"new\s+Date\(\s*(\d{4})\s*,\s*(\d{1,2})\s*,\s*(\d{1,2})")
_GAP: Final = " |·/:：—"
_PLAIN: Final = re.compile(
    r"\s*[\[(（【]?\s*(((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2}))(?: \d\d:\d\d(?::\d\d)?)?\s*[\])）】]?\s*"
)
_JOINTS: Final = frozenset("年月日号/-.")
_OPENING: Final = "[【(（〔"
_CLOSING: Final = "]】)）〕"
_FEW: Final = 24
_SHORT: Final = 60
_LONGEST: Final = 3000
_LONGEST_SCRIPT: Final = 400
_RUN: Final = 6
_MOST: Final = 3000


class Rank(IntEnum):
    """How sure it is that a date is the day of publication; the larger the surer."""

    SECOND = 1
    BARE = 2
    PUBLISHED = 3


@dataclass(slots=True)
class DateCell:
    """A date on the page: `index` its text in the outline, `last` the last text it spans.

    `alone` is False for a date at the edge of a title; `rest` counts the characters beside the date;
    `clock` says that a day of the week stands with it, as on the clock at the top of a page.
    """

    index: int
    last: int
    stamp: Stamp
    rank: Rank = Rank.BARE
    alone: bool = True
    script: bool = False
    rest: int = 0
    clock: bool = False


def find_cells(document: Document, as_of: datetime) -> list[DateCell]:
    """Every date cell of the page in document order."""
    outline = document.outline
    cells: list[DateCell] = []
    fragments: list[int] = []
    texts, tags, parents = outline.texts, outline.tags, outline.parents
    hint, search = _HINT.search, _DATEISH.search
    hinted = [
        index
        for index in outline.places.get("-text", ())
        if len(texts[index]) <= _LONGEST and hint(texts[index])
    ]
    wide = any("２０" in texts[index] for index in hinted)  # a century in full-width figures
    for index in hinted:
        text, parent = texts[index], tags[parents[index]]
        if wide:
            text = text.translate(_FULL_WIDTH)
        if len(text) > _LONGEST_SCRIPT and parent in HIDDEN:
            continue
        if search(text) is None and text.strip() not in _JOINTS:
            short = len(text) <= _MONTH_LENGTH and text.isascii()
            if short and _MONTH_NAME.fullmatch(text.strip()):
                fragments.append(index)
            continue
        if len(cells) >= _MOST:
            break
        if parent in HIDDEN:
            cells += _of_script(index, text) if parent == "script" else ()
        else:
            cells += _of_text(index, text, as_of, fragments)
    cells = without_clock(document, cells)
    cells += _of_time_elements(document, as_of)
    return _merged(outline, _labelled_beside(outline, cells), fragments, as_of)


def _labelled_beside(outline: Outline, cells: list[DateCell]) -> list[DateCell]:
    """The cells with the rank that a label in the text before them gives; dates of other things out."""
    kept: list[DateCell] = []
    for cell in cells:
        bare = cell.alone and not cell.rest and cell.rank is Rank.BARE
        label = _label_before(outline, cell.index) if bare else None
        if label is not None:
            rank = _rank(label)
            if rank is None and _WRONG.search(label):
                continue
            cell.rank = rank or cell.rank
        kept.append(cell)
    return kept


def _label_before(outline: Outline, index: int) -> str | None:
    """The label that the text before a text ends in, if it is one."""
    texts, place = outline.texts, index - 1
    first = max(0, index - LABEL_REACH)
    while place >= first and not texts[place]:
        place -= 1
    if place < first or not ends_label(texts[place]):
        return None
    return label_at(outline, place, index)


def _of_time_elements(document: Document, as_of: datetime) -> list[DateCell]:
    """`<time datetime="2021-03-12T…">`: the attribute says the year that the text may leave out."""
    cells: list[DateCell] = []
    for index in document.outline.places.get("time", ()):
        stamp = read_stamp(document.attribute(index, "datetime")[:40], as_of)
        if stamp is not None and stamp.year and not stamp.relative:
            cells.append(DateCell(index, index, stamp, Rank.PUBLISHED))
    return cells


def _of_text(index: int, text: str, as_of: datetime, fragments: list[int]) -> list[DateCell]:
    if (plain := _PLAIN.fullmatch(text)) is not None:
        printed, year, month, day = plain.groups()
        start, end = plain.span(1)
        stamp = Stamp(int(year), int(month), int(day), start, end, printed)
        return [DateCell(index, index, stamp)]
    short = squeeze(text)
    if len(short) <= 16 and _FRAGMENT.fullmatch(short):
        fragments.append(index)
        return []
    cell = cell_of(short, as_of)
    if cell is None:
        return []
    cell.index = cell.last = index
    return [cell]


def cell_of(text: str, as_of: datetime) -> DateCell | None:
    """The date of one squeezed text, when the text is a date cell; its indexes are 0."""
    full = FULL.search(text) is not None or ("年" in text and "月" in text)
    bracket = bool(text) and (text[0] in _OPENING or text[-1] in _CLOSING)
    if not full and not bracket and (len(text) > _FEW or not _is_dated(text)):
        return None
    found = _cell(text, as_of, full=full, edged=full or bracket)
    if found is None or _NOISE.search(text) is not None:
        return None
    found.clock = found.rank is Rank.BARE and _WEEKDAY.search(text) is not None
    return found


def _cell(text: str, as_of: datetime, *, full: bool, edged: bool) -> DateCell | None:
    if full and (found := labelled(text)) is not None:
        return found
    if len(text) <= _SHORT and _is_dated(text) and not _PROSE.search(text):
        bare = _bare(text, as_of)
        if bare is not None:
            return bare
    return _edge(text, as_of) if edged else None


def _is_dated(text: str) -> bool:
    """Whether a short text could hold a date in any form."""
    if _DATED.search(text) is not None:
        return True
    return _LETTER.search(text) is not None and _IN_ENGLISH.search(text) is not None


def labelled(text: str) -> DateCell | None:
    """The best of the dates that a label introduces: 发布日期：2021-01-12."""
    best: DateCell | None = None
    for stamp in find_full(text):
        label = _LABEL.search(text[max(0, stamp.start - 24) : stamp.start])
        rank = _rank(label[1]) if label else None
        if rank is not None and (best is None or rank > best.rank):
            best = DateCell(0, 0, stamp, rank)
    return best


def _rank(label: str) -> Rank | None:
    if _WRONG.search(label):
        return None
    if _PUBLISHED.search(label):
        return Rank.PUBLISHED
    if _SECOND.search(label):
        return Rank.SECOND
    return Rank.BARE if label[-1] in "间期eE" else None


def _bare(text: str, as_of: datetime) -> DateCell | None:
    stamp = read_stamp(text, as_of)
    if stamp is None:
        return None
    before, after = text[: stamp.start], text[stamp.end :]
    if _WRONG.search(before) or (stamp.year is None and before.endswith("第")):
        return None
    rest = _PUNCTUATION.sub("", _CLOCKTIME.sub("", f"{before} {after}"))
    room = 8 if stamp.year and not stamp.relative else 1
    sentence = "，" in text or "。" in text
    if len(rest) <= room or (stamp.year and not sentence and _COMPANY.search(rest)):
        return DateCell(0, 0, stamp, rest=len(rest))
    return None


def _edge(text: str, as_of: datetime) -> DateCell | None:
    """A bracketed date, or one in figures, at either end of a title: [01-12] 关于…"""
    match = _EDGE.search(text)
    if match is not None:
        inner = match[1] or match[2]
        stamp = read_stamp(inner, as_of)
        figures = stamp is not None and not re.search(r"[年月]", stamp.text)
        square = match[0].strip()[0] in "[【"
        if stamp is not None and figures and (stamp.year or square) and _is_all(inner, stamp):
            start = match.start()
            placed = stamp._replace(start=start, end=match.end())
            return DateCell(0, 0, placed, alone=False)
    stamp = first_full(text)
    if stamp is None or "年" in stamp.text or _EVENT.search(text[: stamp.start][-12:]):
        return None
    at_edge = (stamp.start == 0 and text[stamp.end : stamp.end + 1] in _GAP) or (
        stamp.end >= len(text) and text[stamp.start - 1] in _GAP
    )
    return DateCell(0, 0, stamp, alone=False) if at_edge else None


def _is_all(text: str, stamp: Stamp) -> bool:
    rest = _CLOCKTIME.sub("", text[: stamp.start] + text[stamp.end :])
    return not _PUNCTUATION.sub("", rest)


def _of_script(index: int, text: str) -> list[DateCell]:
    """A date that a short script inside a row writes."""
    match = _NEW_DATE.search(text)
    if match is not None:
        year, month, day = int(match[1]), int(match[2]) + 1, int(match[3])
        stamp = Stamp(year, month, day, match.start(), match.end(), match[0])
        return [DateCell(index, index, stamp, script=True)]
    stamps = list(find_full(text))
    return [DateCell(index, index, stamps[0], script=True)] if len(stamps) == 1 else []


def _merged(
    outline: Outline, cells: list[DateCell], fragments: list[int], as_of: datetime
) -> list[DateCell]:
    """Dates split over neighbouring texts put together (`<em>08</em><span>2021-07</span>`)."""
    for run in _runs(outline, fragments):
        for part in _parts(outline, run):
            text = " ".join(squeeze(outline.texts[index]) for index in part)
            cell = _bare(text, as_of) if len(part) <= _RUN and _is_dated(text) else None
            if cell is not None:
                cell.index, cell.last = part[0], part[-1]
                cells.append(cell)
    cells.sort(key=lambda cell: cell.index)
    return cells


def _parts(outline: Outline, run: list[int]) -> list[list[int]]:
    """A run whole; where two of its texts are each a month and a day, each text for itself."""
    days = sum(1 for index in run if _MONTH_AND_DAY.fullmatch(squeeze(outline.texts[index])))
    return [[index] for index in run] if days > 1 else [run]


def _runs(outline: Outline, fragments: list[int]) -> list[list[int]]:
    """Fragments that follow each other with no other text between."""
    runs: list[list[int]] = []
    for index in fragments:
        before = runs[-1][-1] + 1 if runs else 0
        apart = any(outline.texts[before:index])
        if runs and not apart and _NEW_LIST.isdisjoint(outline.tags[before:index]):
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs
