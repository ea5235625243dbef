"""Sentences about what was published, public letters and 找错留言."""

from __future__ import annotations

from typing import TYPE_CHECKING

from report.dates import DateStyle, end_of_span, printed
from report.notice.pieces import Computed, Line, Piece, number, share
from report.statistics_messages import closed_rate, on_time_rate
from report.statistics_published import average

if TYPE_CHECKING:
    from collections.abc import Iterator

    from report.messages.counting import MessageCount
    from report.statistics import Statistics


def lines(told: Statistics) -> Iterator[Line]:
    """The sentences of 总体情况, in their order."""
    yield from _volumes(told)
    yield from _letters(told)
    yield from _messages(told)


def _volumes(told: Statistics) -> Iterator[Line]:
    """What was seen published; a kind of which nothing was read is not told as nothing."""
    counts = {
        "政府网站": sum(one.site_items for one in told.figures.volumes),
        "政务新媒体": sum(one.account_items for one in told.figures.volumes),
    }
    line: list[Piece] = []
    for noun, count in counts.items():
        if count:
            line += ["，" if line else "检查期内，", f"{noun}发布信息", number(count), "条"]
    if line:
        yield (*line, "（以巡查所见为准）。")
    yield from _low_volumes(told)


def _low_volumes(told: Statistics) -> Iterator[Line]:
    """The average, and how many units published nothing: who they are a person looks up."""
    units = told.figures.unit_volumes
    silent = sum(not one.items for one in units)
    if len(units) < 2:
        return
    line: list[Piece] = ["平均每个网站或账号发布信息", Computed(str(average(units))), "条"]
    if silent:
        line += ["，", number(silent), "个单位未见发布（名单见统计附表，请核实）"]
    yield (*line, "。")


def _letters(told: Statistics) -> Iterator[Line]:
    received = sum(one.received for one in told.figures.letters)
    answered = sum(one.answered for one in told.figures.letters)
    if received:
        yield (
            "政府网站公开的检查期内留言", number(received), "件，已答复", number(answered),
            "件，答复率", Computed(share(told, answered, received)), "。",
        )  # fmt: skip


def _messages(told: Statistics) -> Iterator[Line]:
    """找错留言 with both rates; what nobody had to deal with is told apart."""
    found = told.figures.messages
    if found is None:
        return
    whole = found.whole
    line: list[Piece] = [
        "“我为政府网站找错”监督举报平台收到网民留言", number(whole.received), "条（",
        printed(found.start, DateStyle.FULL), "至", end_of_span(found.start, found.end), "），",
    ]  # fmt: skip
    if whole.refused:
        line += [
            "其中不予受理",
            number(whole.refused),
            "条；应办理",
            number(whole.accepted),
            "条，",
        ]
    line += ["已办结", number(whole.closed), "条，办结率", Computed(closed_rate(told, whole))]
    if whole.due:
        line += ["，按期办结率", Computed(on_time_rate(told, whole))]
    yield (*line, *_late_messages(whole), "。")


def _late_messages(whole: MessageCount) -> Iterator[Piece]:
    for count, told in (
        (whole.late, "条超期办结"),
        (whole.overdue, "条超期未办结"),
        (whole.month, "条超过（含）一个月办结"),
    ):
        if count:
            yield "，"
            yield number(count)
            yield told
