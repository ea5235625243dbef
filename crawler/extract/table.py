"""Tables whose heads say what each column of dates means (签发日期, 发布日期, 有效期)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from crawler.extract.cells import DateCell
    from crawler.extract.outline import Outline

_WRONG: Final = re.compile(
    r"截止|截至|结束|到期|有效|失效|废止|开始|实施|施行|生效|开标|开工|竣工|出生|任职|成立|"
    r"开庭|庭审|宣判|报名|考试|投标|拍卖|竞价|举办|活动|"
    r"编号|编码|文号|字号|索引号|流水号|序号|查询码|电话|次数"
)
_SECOND: Final = re.compile(
    r"成文|签发|印发|生成|来信|来件|提问|咨询|提交|留言|写信|创建|受理|登记|申请|征集"
)
_PUBLISHED: Final = re.compile(r"发布|公布|公开|发表|发文|更新|上传|答复|回复|办结|日期|时间")


def wrong_columns(outline: Outline, cells: list[DateCell]) -> frozenset[int]:
    """Places of date cells that stand under a head naming another day than the publication's.

    A signing or question date is wrong only where the table also has a publication column.
    """
    if "table" not in outline.places:
        return frozenset()
    heads: dict[int, list[str]] = {}
    wrong: set[int] = set()
    for cell in cells:
        place = _column(outline, cell.index)
        if place is None:
            continue
        table, column = place
        if table not in heads:
            heads[table] = _heads(outline, table)
        if _is_wrong(heads[table], column):
            wrong.add(cell.index)
    return frozenset(wrong)


def _is_wrong(heads: list[str], column: int) -> bool:
    if column >= len(heads):
        return False
    head = heads[column]
    if _WRONG.search(head):
        return True
    others = any(
        _PUBLISHED.search(other) and not _SECOND.search(other) and not _WRONG.search(other)
        for other in heads
    )
    return bool(_SECOND.search(head)) and others


def _column(outline: Outline, index: int) -> tuple[int, int] | None:
    """The table and the column number of a text in a table cell."""
    place = outline.parents[index]
    for _ in range(5):
        if place < 0 or outline.tags[place] in {"li", "table", "body"}:
            return None
        if outline.tags[place] in {"td", "th"}:
            return _position(outline, place)
        place = outline.parents[place]
    return None


def _position(outline: Outline, cell: int) -> tuple[int, int] | None:
    row = outline.parents[cell]
    table = row
    while table >= 0 and outline.tags[table] != "table":
        table = outline.parents[table]
    if table < 0:
        return None
    return table, sum(1 for place in _children(outline, row) if place < cell)


def _children(outline: Outline, parent: int) -> list[int]:
    found: list[int] = []
    place = parent + 1
    while place < outline.ends[parent] and len(found) < 40:
        found.append(place)
        place = outline.ends[place]
    return found


def _heads(outline: Outline, table: int) -> list[str]:
    """The texts of the first row of a table when it is a head: short texts without figures."""
    end = min(outline.ends[table], table + 120)
    row = next((place for place in range(table, end) if outline.tags[place] == "tr"), None)
    if row is None:
        return []
    texts = [outline.inner_text(place)[:20] for place in _children(outline, row)]
    plain = all(len(text) <= 12 and not re.search(r"\d{3}", text) for text in texts)
    return texts if len(texts) >= 2 and plain else []
