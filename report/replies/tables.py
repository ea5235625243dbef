"""Tables of replies: each document with its elements, and each unit with what its replies lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from report.replies.check import MISSING, UNDETERMINED
from report.replies.elements import Name
from report.table import StatisticsTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from report.replies.check import Reply

UNKNOWN = "未注明单位"


def tables(replies: Sequence[Reply]) -> list[StatisticsTable]:
    """Documents in their order, and units in the order of their first document."""
    return [_documents(replies), _units(replies)]


def _documents(replies: Sequence[Reply]) -> StatisticsTable:
    rows = []
    for one in replies:
        words = {element.name: element.presence.chinese for element in one.elements}
        cells = (words.get(name, "—") for name in Name)
        rows.append((one.unit or UNKNOWN, one.file, *cells, one.chinese, one.sentence()))
    headings = ("单位", "文件", *(name.value for name in Name), "结果", "说明")
    return StatisticsTable("replies", "依申请公开答复文书核查情况", headings, tuple(rows))


def _units(replies: Sequence[Reply]) -> StatisticsTable:
    found: dict[str, list[Reply]] = {}
    for one in replies:
        found.setdefault(one.unit or UNKNOWN, []).append(one)
    rows = []
    for unit, mine in found.items():
        wrong = [one for one in mine if one.state == MISSING]
        unsure = sum(one.state == UNDETERMINED for one in mine)
        counts = [
            f"{name.value} {count} 份"
            for name in Name
            if (count := sum(name in {e.name for e in one.missing} for one in wrong))
        ]
        rows.append((unit, *map(str, (len(mine), len(wrong), unsure)), "；".join(counts)))
    headings = ("单位", "文书数", "要素不全", "待人工核对", "缺少的要素")
    title = "各单位依申请公开答复文书核查情况"
    return StatisticsTable("reply_units", title, headings, tuple(rows))
