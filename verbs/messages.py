"""The verbs of 找错留言: import the platform's list, tell its rates, put what is late before people."""

from __future__ import annotations

import json
import sys
from pathlib import Path  # noqa: TC003 -- typer reads the annotations at run time
from typing import TYPE_CHECKING, Annotated

import typer

import clock
from verbs.shell import WRONG_INPUT, AsJson, By, WindowName, day_of, fail, opened
from verbs.tables import From, Layouts, Out, To, show

if TYPE_CHECKING:
    from report.messages.importing import MessageImport

app = typer.Typer(help="找错留言：导入、办结率、登记超期", no_args_is_help=True)
_NAMED = 20


@app.command("import")
def messages_import(
    files: Annotated[
        list[Path], typer.Argument(help="我为政府网站找错平台的留言清单：XLSX 或 CSV")
    ],
    as_of: Annotated[str, typer.Option("--as-of", help="清单导出的日期；缺省为今天")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入")] = False,
    as_json: AsJson = False,
) -> None:
    """导入找错留言清单；以留言编号为准，重复导入不重复计数；不合格的行列出文件、行号和原因。"""
    from report.messages.importing import import_messages
    from review import rulesets

    listed = day_of(as_of) if as_of else clock.now().date()
    if listed > clock.now().date():
        fail(f"清单日期 {listed} 还没有到", WRONG_INPUT)
    loaded, sessions = opened()
    with sessions() as session:
        days = rulesets.in_force(session, loaded).reports["S-FIND1"]["working_days"]
        told = import_messages(session, files, listed_on=listed, days=days, dry_run=dry_run)
    if as_json:
        typer.echo(json.dumps(told.to_json(), ensure_ascii=False))
    else:
        _tell(told)
    if not told.report.clean:
        sys.exit(WRONG_INPUT)


def _tell(told: MessageImport) -> None:
    for one in told.report.files:
        typer.echo(
            f"{one.file}：留言 {one.rows} 条，新增 {one.added}，更新 {one.updated}，"
            f"未变 {one.unchanged}，不合格 {one.rejected}"
        )
    if told.older:
        typer.echo(f"{told.older} 条已有更新的清单，未改动")
    for bad in (*told.report.unreadable, *told.report.rejected):
        typer.echo(str(bad), err=True)
    unknown = list(told.unregistered.items())
    for code, name in unknown[:_NAMED]:
        typer.echo(
            f"网站标识码 {code}（{name or '未写名称'}）不在名录中，计入“名录外网站”", err=True
        )
    if len(unknown) > _NAMED:
        typer.echo(f"另有 {len(unknown) - _NAMED} 个网站标识码不在名录中", err=True)
    if told.report.dry_run:
        typer.echo("只检查，没有写入")


@app.command("table")
def messages_table(
    window: WindowName = None,
    start: From = "",
    end: To = "",
    layout: Layouts = "hunan",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """按单位和类别列出找错留言的办结率、按期办结率，以及超期和一个月以上办结的留言。"""
    show(
        ("messages", "message_kinds", "late_messages"),
        window=window,
        days=(start, end),
        layout=layout,
        out=out,
        as_json=as_json,
        empty="这段时间没有已导入的找错留言（xuncha messages import）",
    )


@app.command("flag")
def messages_flag(
    by: By,
    window: WindowName = None,
) -> None:
    """把有超期未办结（S-FIND1）和一个月以上办结（S-FIND2）留言的网站登记为待审核问题。"""
    from report.messages.flagging import flag
    from verbs.shell import stated_window

    _, sessions = opened()
    with sessions.begin() as session:
        told = flag(session, stated_window(session, window), by=by, at=clock.now())
    typer.echo(told.sentence())
    for line in told.skipped:
        typer.echo(line, err=True)
