"""The verb of publication and letters: what units, columns and accounts published in a period."""

from __future__ import annotations

from typing import Annotated

import typer

from verbs.shell import WRONG_INPUT, AsJson, WindowName, fail
from verbs.tables import From, Layouts, Out, To, show

TABLES = {
    "volumes": "信息发布量",
    "unit_volumes": "各单位",
    "low_volumes": "为零或低于平均的单位",
    "column_volumes": "各栏目",
    "responsible_volumes": "栏目责任单位",
    "platform_volumes": "各类账号",
    "letters": "留言办理（按单位）",
    "letter_kinds": "留言办理（按类别）",
    "misplaced": "内容与栏目疑似不匹配",
}


def statistics(
    window: WindowName = None,
    start: From = "",
    end: To = "",
    table: Annotated[
        str, typer.Option("--table", help=f"只看这些表，逗号分隔：{'、'.join(TABLES)}")
    ] = "",
    layout: Layouts = "hunan",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """一段时间的信息发布和留言办理：按单位、栏目、责任单位、账号类型，指出为零和低于平均的单位。"""
    wanted = [one.strip() for one in table.split(",") if one.strip()]
    unknown = [one for one in wanted if one not in TABLES]
    if unknown:
        fail(f"没有统计表 {'、'.join(unknown)}，可用：{'、'.join(TABLES)}", WRONG_INPUT)
    show(
        wanted or tuple(TABLES),
        window=window,
        days=(start, end),
        layout=layout,
        out=out,
        as_json=as_json,
        empty="这段时间没有巡查到有日期的信息，也没有公开留言",
    )
