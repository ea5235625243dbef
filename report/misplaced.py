"""内容与栏目不匹配: columns in which many titles are plainly of another sort. For a person to look at.

A single stray article is nobody's fault; a column is named only where several titles, and a good
part of all of its, speak against its type. Whether they are out of place a person decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.extract.column_kinds import ColumnKind, kind_of

FEWEST = 3
SHARE = 30
"""A column is named from so many titles on, and so many in a hundred of what it published."""
EXAMPLES = 3
_TITLE = 120
_NEWS = re.compile(
    r"召开|调研|走访|慰问|座谈|举行|举办|出席|会见|赴.{2,12}(?:考察|学习)|开展.{0,20}(?:活动|行动|宣传)|圆满|荣获|喜获"
)
_PAPER = re.compile(
    r"通知|意见|办法|规定|方案|批复|公告|通告|规划|解读|图解|读懂|问答|公示|决定|命令|细则|标准|复函|条例|目录|清单"
    r"|预案|要点|措施|报告|纪要|计划|通报|任免|任命|免去|预算|决算|公报|指南|办理结果"
)
_DOCUMENT = re.compile(
    r"(?:关于|印发).{4,100}的?(?:通知|意见|决定|批复|办法|通告)(?:[（(《].{1,40})?$"
)
_READING = re.compile(r"解读|图解|一图|读懂|问答|说明|发布会|访谈|政策|视频|动漫|H5", re.IGNORECASE)
_TENDER = re.compile(r"(?:招标|中标|采购|成交|竞价|磋商|询价|拍卖).{0,6}公告|公开招标|中标结果")
_PAPERS = frozenset(
    {
        ColumnKind.POLICY,
        ColumnKind.INTERPRETATION,
        ColumnKind.PERSONNEL,
        ColumnKind.PLANS,
        ColumnKind.FINANCE,
        ColumnKind.STATISTICS,
    }
)
_NO_TENDERS = frozenset({ColumnKind.POLICY, ColumnKind.INTERPRETATION, ColumnKind.PERSONNEL})
LOOKED_AT = _PAPERS
"""Types of columns whose content is plain enough to tell; news and notices hold everything."""


@dataclass(frozen=True, slots=True)
class Misplaced:
    """One column: how many titles it published, and those that speak against its type."""

    unit: str
    site: str
    column: str
    kind: str
    items: int
    signs: tuple[str, ...]
    titles: tuple[str, ...]


def kind(registered: str, name: str) -> ColumnKind:
    """The registered type where it is one of ours, else what the name says."""
    return ColumnKind(registered) if registered in set(ColumnKind) else kind_of(name)


def sign(kind: ColumnKind, title: str) -> str:
    """What a title looks like that is not the column's; empty where it fits, or nothing tells."""
    text = title[:_TITLE]
    if kind in _NO_TENDERS and _TENDER.search(text):
        return "像采购招标公告"
    if kind in _PAPERS and _NEWS.search(text) and not _PAPER.search(text):
        return "像工作动态"
    if kind is ColumnKind.INTERPRETATION and _DOCUMENT.search(text) and not _READING.search(text):
        return "像政策文件本身"
    return ""


def enough(suspected: int, items: int) -> bool:
    """Whether so many of so many titles make a column worth a look."""
    return suspected >= FEWEST and suspected * 100 >= SHARE * items
