"""Tables of what was published: units, columns, platforms, and who is below the average."""

from __future__ import annotations

from typing import TYPE_CHECKING

from report import numbers
from report.dates import DateStyle, printed
from report.published import NONE, Average, mean, responsible
from report.table import StatisticsTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from report.published import UnitVolume
    from report.statistics import Statistics

REMARK = "与平均相比"


def tables(told: Statistics) -> list[StatisticsTable]:
    """Units, those below the average, columns, 责任单位, platforms."""
    return [
        _units(told),
        _low(told),
        _columns(told),
        _responsible(told),
        _platforms(told),
    ]


def letter_kinds(told: Statistics) -> StatisticsTable:
    """Public letters by class."""
    rows = tuple(
        (
            one.unit,
            *map(str, (one.received, one.answered)),
            numbers.completion(one.answered, one.received, told.layout.decimals),
            str(mean(one.days, one.timed)) if one.timed else "—",
        )
        for one in told.figures.letter_kinds
    )
    headings = ("类别", "公开留言数", "已答复数", "答复率", "平均答复天数")
    return StatisticsTable("letter_kinds", "留言办理情况（按类别）", headings, rows)


def _units(told: Statistics) -> StatisticsTable:
    usual = average(told.figures.unit_volumes)
    rows = tuple(
        (
            told.layout.short_name(one.unit),
            one.own,
            *map(str, (one.sites, one.site_items, one.accounts, one.account_items, one.items)),
            str(mean(one.items, one.targets)),
            usual.remark(one.items, one.targets),
        )
        for one in told.figures.unit_volumes
    )
    headings = (
        "归口", "单位", "网站数", "网站发布条数", "账号数", "新媒体发布条数", "合计", "平均每个对象条数", REMARK,
    )  # fmt: skip
    title = f"各单位信息发布情况（{usual.count}个网站和账号，平均每个{usual}条）"
    return StatisticsTable("unit_volumes", title, headings, rows)


def average(units: Sequence[UnitVolume]) -> Average:
    """Items over sites and accounts."""
    return Average(sum(one.items for one in units), sum(one.targets for one in units))


def _low(told: Statistics) -> StatisticsTable:
    """Units that published nothing, then those below the average, the fewest first."""
    units = told.figures.unit_volumes
    usual = average(units)
    low = [one for one in units if usual.remark(one.items, one.targets)]
    rows = tuple(
        (
            told.layout.short_name(one.unit),
            one.own,
            *map(str, (one.targets, one.items, mean(one.items, one.targets))),
            usual.remark(one.items, one.targets),
        )
        for one in sorted(low, key=lambda one: mean(one.items, one.targets))
    )
    headings = ("归口", "单位", "网站和账号数", "发布条数", "平均每个对象条数", REMARK)
    title = f"信息发布量为零或低于平均的单位（平均每个网站或账号{usual}条）"
    return StatisticsTable("low_volumes", title, headings, rows)


def _columns(told: Statistics) -> StatisticsTable:
    rows = tuple(
        (
            told.layout.short_name(one.unit),
            one.site,
            one.column,
            one.responsible,
            str(one.items),
            printed(one.newest, DateStyle.FULL) if one.newest else "未见有日期的信息",
        )
        for one in told.figures.column_volumes
    )
    headings = ("归口", "网站", "栏目", "责任单位", "发布条数", "最新一条")
    return StatisticsTable("column_volumes", "各栏目信息发布情况", headings, rows)


def _responsible(told: Statistics) -> StatisticsTable:
    units = responsible(told.figures.column_volumes)
    usual = Average(sum(one.items for one in units), sum(one.columns for one in units))
    rows = tuple(
        (
            one.unit,
            *map(str, (one.columns, one.items, one.silent, mean(one.items, one.columns))),
            usual.remark(one.items, one.columns),
        )
        for one in units
    )
    headings = ("责任单位", "栏目数", "发布条数", "未发布的栏目数", "平均每个栏目条数", REMARK)
    title = f"栏目责任单位信息发布情况（平均每个栏目{usual}条）"
    return StatisticsTable("responsible_volumes", title, headings, rows)


def _platforms(told: Statistics) -> StatisticsTable:
    rows = tuple(
        (
            one.platform,
            *map(str, (one.accounts, one.items)),
            str(mean(one.items, one.accounts)),
            str(one.silent),
        )
        for one in told.figures.platform_volumes
    )
    headings = ("账号类型", "账号数", "发布条数", "平均每个账号条数", f"发布量{NONE}的账号数")
    return StatisticsTable("platform_volumes", "各类账号信息发布情况", headings, rows)
