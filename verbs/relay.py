"""The verb of mandated reposts (整体联动、协同发声)."""

from __future__ import annotations

from typing import Annotated

import typer

from verbs.shell import AsJson, WindowName, readers, stated_window
from verbs.tables import Layouts, Out, deliver

_SHOWN = ("relay_tasks", "relay_accounts", "relay_full", "relay_low", "relay_unread")


def relay(
    window: WindowName = None,
    below: Annotated[
        int, typer.Option("--below", min=0, max=100, help="低于百分之几列入落后名单，0 为按规则")
    ] = 0,
    without_principal: Annotated[
        bool, typer.Option("--without-principal", help="不计主要账号")
    ] = False,
    matches: Annotated[
        bool, typer.Option("--matches", help="一并列出每次转发的标题和链接")
    ] = False,
    layout: Layouts = "shaoyang",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """整体联动转发任务：每项任务、每个账号的应完成、实际完成和完成率，100% 与落后名单。"""
    from report import layout as layouts
    from report.relay_tables import tables
    from review import rulesets

    loaded, sessions = readers()
    with sessions() as session:
        chosen = stated_window(session, window)
        limit = below or rulesets.in_force(session, loaded).reports["L-RELAY"]["below_percent"]
        found = tables(
            session,
            chosen,
            layouts.load(layout, loaded.home),
            below=limit,
            principal=not without_principal,
        )
    keys = (*_SHOWN, "relay_matches") if matches or as_json or out is not None else _SHOWN
    wanted = [one for one in found if one.key in keys]
    empty = "这个窗口没有转发任务（xuncha registry import 导入整体联动任务表）"
    deliver(wanted, chosen.name, out=out, as_json=as_json, empty=empty)
