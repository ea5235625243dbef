"""Before anything is printed: sums agree, lists agree with counts, everything is decided."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from report import numbers
from report.fields import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from report.layout_plan import AnnexPlan, Layout
    from report.plain import WindowData
    from report.table import Annex, AnnexSet

NAMED = 10
"""So many names stand in one line; the rest is a number."""


@dataclass(frozen=True, slots=True)
class WindowStatus:
    """What stands against printing a window: findings, runs, the calendar."""

    flagged: int = 0
    held_runs: tuple[int, ...] = ()
    open_runs: tuple[int, ...] = ()
    counted_runs: int = 1
    ended: bool = True


def problems(data: WindowData, status: WindowStatus, layout: Layout, tables: AnnexSet) -> list[str]:
    """Everything that forbids printing, as plain Chinese lines; none: the notice may go out."""
    return [
        *unfinished(data.window, data.ends_on, status),
        *_unvisited(data),
        *disagreements(layout, tables),
    ]


def disagreements(layout: Layout, tables: AnnexSet) -> list[str]:
    """Where the printed tables contradict themselves or each other, and what would be right."""
    pairs = list(zip(layout.annexes, tables.annexes, strict=True))
    told: list[str] = []
    for plan, annex in pairs:
        if plan.statistics:
            told.extend(_sums(layout, plan, annex))
        else:
            told.extend(_numbering(plan, annex))
    for subject in ("site", "account"):
        mine = [pair for pair in pairs if pair[0].subject == subject]
        counts = [pair for pair in mine if pair[0].statistics]
        lists = [p for p in mine if p[0].kind is Kind.PROBLEMS and p[0].listed == "failed"]
        for counted in counts:
            for listed in lists:
                told.extend(_counts_and_list(layout, counted, listed))
    return told


def unfinished(window: str, ends_on: date, status: WindowStatus) -> Iterator[str]:
    """What stands against printing, whatever the annexes say."""
    if status.held_runs:
        yield f"窗口 {window} 有被扣留待放行的巡查批次：{_numbers(status.held_runs)}"
    if status.open_runs:
        yield f"窗口 {window} 有尚未完成的巡查批次：{_numbers(status.open_runs)}"
    if status.flagged:
        yield f"窗口 {window} 还有 {status.flagged} 个问题待审核：请先逐条确认或排除"
    if not status.counted_runs:
        yield f"窗口 {window} 还没有完成的巡查批次"
    if not status.ended:
        yield f"窗口 {window} 到 {ends_on} 才结束"


def _unvisited(data: WindowData) -> Iterator[str]:
    """A target that was not read must at least have been tried: its reason is printed."""
    for kind, what in (("site", "网站"), ("account", "账号")):
        names = [
            one.name
            for one in data.subjects
            if one.kind == kind and one.running and not one.checked and not one.unread
        ]
        if names:
            more = f"等 {len(names)} 个" if len(names) > NAMED else ""
            yield f"{what}在本窗口内没有巡查记录：{'、'.join(names[:NAMED])}{more}"


def _sums(layout: Layout, plan: AnnexPlan, annex: Annex) -> Iterator[str]:
    where = f"附件{annex.number}"
    if annex.total is None:
        yield f"{where}没有合计行"
        return
    for field in (Field.RUNNING, Field.CHECKED, Field.FAILED, Field.PASSED):
        index = plan.position(field)
        if index is None:
            continue
        total = sum(int(row[index]) for row in annex.rows)
        if total != int(annex.total[index]):
            yield f"{where}“{plan.columns[index].heading}”合计 {annex.total[index]} 不等于各行之和 {total}"
    for row in annex.lines:
        wrong = _wrong_ratio(layout, plan, row)
        if wrong:
            yield f"{where}“{row[0]} {row[1]}”行的比例应为 {wrong}"


def _wrong_ratio(layout: Layout, plan: AnnexPlan, row: Sequence[str]) -> str:
    base = plan.position(Field.CHECKED, Field.RUNNING)
    failed, ratio = plan.position(Field.FAILED), plan.position(Field.RATIO)
    if base is None or failed is None or ratio is None:
        return ""
    right = numbers.ratio(int(row[failed]), int(row[base]), layout.decimals)
    return right if right != row[ratio] else ""


def _numbering(plan: AnnexPlan, annex: Annex) -> Iterator[str]:
    """A list is numbered through, and every row of it says what is wrong."""
    index, problems = plan.position(Field.INDEX), plan.position(Field.PROBLEMS)
    for place, row in enumerate(annex.rows, 1):
        if index is not None and row[index] != str(place):
            yield f"附件{annex.number}第 {place} 行的序号是 {row[index]}"
        if problems is not None and not row[problems]:
            yield f"附件{annex.number}第 {place} 行没有写明问题"


def _counts_and_list(
    layout: Layout, counted: tuple[AnnexPlan, Annex], listed: tuple[AnnexPlan, Annex]
) -> Iterator[str]:
    """As many named as counted: unit by unit where both tables name them, else together."""
    count_unit = counted[0].position(Field.UNIT, Field.FULL_UNIT)
    list_unit = listed[0].position(Field.UNIT, Field.FULL_UNIT)
    failed = counted[0].position(Field.FAILED)
    if failed is None:
        return
    if count_unit is None or list_unit is None or counted[0].groups:
        stated, found = sum(int(row[failed]) for row in counted[1].rows), len(listed[1].rows)
        if stated != found:
            yield f"附件{counted[1].number}共 {stated} 个，附件{listed[1].number}列出 {found} 个"
        return
    blank = listed[0].columns[list_unit].blank
    stated_by = Counter(
        {
            "" if row[count_unit] in blank else layout.short_name(row[count_unit]): int(row[failed])
            for row in counted[1].rows
        }
    )
    found_by = Counter(layout.short_name(row[list_unit]) for row in listed[1].rows)
    for unit in sorted(stated_by.keys() | found_by.keys()):
        if stated_by[unit] != found_by[unit]:
            yield (
                f"{unit or '、'.join(blank)}：附件{counted[1].number}为 {stated_by[unit]} 个，"
                f"附件{listed[1].number}列出 {found_by[unit]} 个"
            )


def _numbers(ids: Sequence[int]) -> str:
    return "、".join(map(str, ids))
