"""Tables of mandated reposts: tasks, accounts, the two lists of the notice, and what proves each."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from report import collect, figures_read, kept, numbers
from report.relay import reposts
from report.rows import unit_order
from report.table import StatisticsTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from models import Window
    from report.layout_plan import Layout
    from report.plain import Relay, Subject
    from report.relay import Repost, Task

_Row = tuple["Subject", "Relay", "tuple[Repost, ...]"]
_WHO = ("单位", "开设主体", "账号名称", "平台", "新媒体标识码")


def tables(
    session: Session, window: Window, layout: Layout, *, below: int, principal: bool = True
) -> list[StatisticsTable]:
    """Everything about the reposts of a window; counts of a frozen one as they were kept.

    `below` is the share in a hundred under which an account is named; without `principal`
    主要账号 are left out of all tables. Accounts that were not read well stand in the last table.
    """
    data = kept.kept_data(session, window) or collect.window_data(session, window)
    made = reposts(session, window)
    subjects = [
        (subject, made[one])
        for one, subject in figures_read.targets(session, data).items()
        if one in made and subject.running and (principal or not subject.principal)
    ]
    places = {unit: place for place, unit in enumerate(unit_order(data, layout))}
    subjects.sort(key=lambda one: places.get(layout.short_name(one[0].unit), len(places)))
    rows: list[_Row] = [(one, one.relay, mine) for one, mine in subjects if one.relay is not None]
    full = [one for one in rows if one[1].full]
    low = sorted((one for one in rows if one[1].below(below)), key=lambda r: r[1].done / r[1].due)
    return [
        _tasks(rows, layout),
        _accounts("relay_accounts", "各账号转发任务完成情况", rows, layout),
        _accounts("relay_full", "转发任务完成率100%的账号", full, layout),
        _accounts("relay_low", f"转发任务完成率低于{below}%的账号", low, layout),
        _matches(rows),
        _unread([one for one, _ in subjects if one.relay is None], layout),
    ]


def _tasks(rows: Sequence[_Row], layout: Layout) -> StatisticsTable:
    found: defaultdict[Task, list[Repost]] = defaultdict(list)
    for _, _, mine in rows:
        for one in mine:
            found[one.task].append(one)
    ordered = sorted(found.items(), key=lambda one: (one[0].published_on, one[0].number))
    told = tuple(
        (
            task.number,
            task.printed,
            task.published_on.isoformat(),
            task.due_on.isoformat(),
            str(len(mine)),
            str(sum(one.done for one in mine)),
            numbers.completion(sum(one.done for one in mine), len(mine), layout.decimals),
            str(sum(one.late for one in mine)),
        )
        for task, mine in ordered
    )
    headings = (
        "任务编号", "标题", "发布日期", "截止日期", "应转账号数", "已转账号数", "完成率", "逾期转发",
    )  # fmt: skip
    return StatisticsTable("relay_tasks", "各项转发任务完成情况", headings, told)


def _accounts(key: str, title: str, rows: Iterable[_Row], layout: Layout) -> StatisticsTable:
    told = tuple(
        (
            *_who(subject, layout),
            *map(str, (relay.due, relay.done)),
            numbers.completion(relay.done, relay.due, layout.decimals),
            str(sum(one.late for one in mine)),
            "、".join(one.task.number for one in mine if not one.done),
        )
        for subject, relay, mine in rows
    )
    headings = (*_WHO, "应完成", "实际完成", "完成率", "逾期转发", "未完成的任务")
    return StatisticsTable(key, title, headings, told)


def _matches(rows: Iterable[_Row]) -> StatisticsTable:
    """The post behind each repost: what an account may be shown when it objects."""
    told = tuple(
        (
            subject.name,
            subject.platform,
            one.task.number,
            one.post.day.isoformat(),
            one.how + ("，逾期" if one.late else ""),
            one.post.title,
            one.post.url,
        )
        for subject, _, mine in rows
        for one in mine
        if one.post is not None
    )
    headings = ("账号名称", "平台", "任务编号", "转发日期", "认定依据", "转发的标题", "链接")
    return StatisticsTable("relay_matches", "转发明细", headings, told)


def _unread(subjects: Iterable[Subject], layout: Layout) -> StatisticsTable:
    told = tuple((*_who(one, layout), one.unread or "未巡查") for one in subjects)
    return StatisticsTable("relay_unread", "未能核实、不计完成率的账号", (*_WHO, "原因"), told)


def _who(one: Subject, layout: Layout) -> tuple[str, ...]:
    return (
        layout.short_name(one.own_unit or one.unit),
        one.sponsor,
        one.name,
        one.platform,
        one.code,
    )
