"""The verbs of upkeep: the database's state, backups, retention, the report of a run."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 -- typer reads annotations at run time
from typing import TYPE_CHECKING, Annotated

import typer

import clock
import settings as configuration
from verbs.shell import (
    FAILED,
    WRONG_INPUT,
    AsJson,
    console,
    fail,
    opened,
    print_examined,
    print_lines,
    print_table,
    readers,
)

if TYPE_CHECKING:
    from upkeep.run_report import RunReport

db_app = typer.Typer(help="数据库：检查、备份、恢复、按保存期限精简", no_args_is_help=True)


@db_app.command("check")
def check(
    thorough: Annotated[bool, typer.Option("--thorough", help="逐份读回全部快照")] = False,
    as_json: AsJson = False,
) -> None:
    """检查保存的资料是否完好：表结构、引用、问题的依据、快照、备份。"""
    from upkeep.soundness import examine

    told = [one.to_json() for one in examine(configuration.load(), clock.now(), thorough=thorough)]
    if as_json:
        print_lines(told)
    else:
        print_examined(told)
    if any(one["state"] == "bad" for one in told):
        sys.exit(FAILED)


@db_app.command("backup")
def backup(
    to: Annotated[Path | None, typer.Option("--to", help="放在哪里；缺省为 XUNCHA_BACKUPS")] = None,
    portable: Annotated[
        bool, typer.Option("--portable", help="通用格式，可在 SQLite 与 PostgreSQL 之间转移")
    ] = False,
    captures: Annotated[
        bool | None, typer.Option("--captures/--no-captures", help="是否连同快照；缺省看备份目录")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """备份数据库（巡查中也可以），以及尚未备份的快照。"""
    from upkeep.backup import backup as make

    loaded, sessions = opened()
    sessions.kw["bind"].dispose()
    made = make(loaded, clock.now(), to=to, portable=portable, captures=captures)
    if as_json:
        print_lines([made.to_json()])
    else:
        typer.echo(made.sentence())


@db_app.command("list")
def backups(as_json: AsJson = False) -> None:
    """列出已有的备份，新的在前。"""
    from upkeep.backup import listed, place

    found = listed(place(configuration.load()))
    if as_json:
        print_lines([one.to_json() for one in found])
        return
    # No table: what `restore` is given must be whole on a narrow terminal, too.
    for one in found:
        typer.echo(one.sentence())
    if not found:
        typer.echo("没有备份")


@db_app.command("restore")
def restore(
    folder: Annotated[Path, typer.Argument(help="备份的目录")],
    replace: Annotated[bool, typer.Option("--replace", help="覆盖数据库里已有的内容")] = False,
) -> None:
    """把一份备份恢复到 XUNCHA_DATABASE_URL 和快照库。"""
    from upkeep.backup import restore as put_back

    typer.echo(f"已恢复：{put_back(configuration.load(), folder, replace=replace).sentence()}")


@db_app.command("thin")
def thin(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出会清理什么，不改动")] = False,
    as_json: AsJson = False,
) -> None:
    """按保存期限，把已冻结窗口的快照精简为证据。"""
    from upkeep import thinning

    loaded, sessions = readers() if dry_run else opened()
    today = clock.now().date()
    work = thinning.plan if dry_run else thinning.thin
    told = work(loaded, sessions, today)
    if as_json:
        print_lines(one.to_json() for one in told)
        return
    for one in told:
        typer.echo(one.sentence())
    size = sum(one.bytes for one in told) / 1024**2
    done = "将清理" if dry_run else "已清理"
    typer.echo(
        f"{done}快照 {sum(one.captures for one in told)} 份，{size:.1f} MiB"
        if told
        else f"没有超过保存期限（{loaded.keep_days} 天）而可清理的批次"
    )


def runs_report(
    run: Annotated[int | None, typer.Argument(help="批次编号；缺省为最近一个")] = None,
    as_json: AsJson = False,
) -> None:
    """一个批次的报告：数量、未能核实的原因、慢的网站和主机。"""
    from models import Run
    from review import listing
    from upkeep.run_report import report

    _, sessions = readers()
    with sessions() as session:
        chosen = session.get(Run, run) if run is not None else listing.latest_run(session)
        if chosen is None:
            fail(f"没有批次 {run}" if run is not None else "还没有批次", WRONG_INPUT)
        told = report(session, chosen)
    if as_json:
        print_lines([told.to_json()])
    else:
        _print(told)


def _print(told: RunReport) -> None:
    from web import words

    figures = told.to_json()
    typer.echo(
        f"批次 {told.run}（{told.as_of}，{words.run_state(told.state)}）：对象 {told.visited}/{told.targets}，"
        f"页面 {figures['pages']}，请求 {figures['requests']}，"
        f"{figures['bytes'] / 1024**2:.1f} MiB，{figures['seconds']} 秒"
    )
    if figures["held_reason"]:
        typer.echo(f"扣留原因：{figures['held_reason']}")
    unread = {words.access(reason): count for reason, count in figures["undetermined"].items()}
    for title, counts in (("未能核实", unread), ("标记问题", figures["flagged"])):
        if counts:
            typer.echo(
                f"{title}：" + "，".join(f"{name} {count}" for name, count in counts.items())
            )
    console().rule("慢的网站和账号")
    headings = {
        "code": "标识码",
        "name": "名称",
        "seconds": "秒",
        "requests": "请求",
        "access": "状态",
    }
    slow = [row | {"access": words.access(row["access"])} for row in told.slow_targets]
    print_table(slow, headings, "没有")
    console().rule("慢的主机")
    headings = {
        "host": "主机",
        "seconds": "共等待秒",
        "worst": "最慢",
        "slow": "超过 5 秒",
        "failed": "失败",
    }
    print_table(told.slow_hosts, headings, "没有")
