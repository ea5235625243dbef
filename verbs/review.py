"""The verbs of review: windows, findings, decisions, waivers, runs."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

import clock
from crawler import garbage
from verbs.shell import (
    WRONG_INPUT,
    AsJson,
    AsOf,
    By,
    Why,
    WindowName,
    accused,
    day_of,
    fail,
    opened,
    print_lines,
    print_table,
    readers,
    stated_window,
    window_name,
)

if TYPE_CHECKING:
    from review.decisions import DecisionReport

window_app = typer.Typer(help="采样窗口", no_args_is_help=True)
findings_app = typer.Typer(help="问题：查看、确认、排除、录入、复核", invoke_without_command=True)
runs_app = typer.Typer(help="巡查批次", invoke_without_command=True)


@window_app.command("add")
def window_add(
    name: str,
    start: Annotated[str, typer.Option("--start", help="开始日期 YYYY-MM-DD")],
    end: Annotated[str, typer.Option("--end", help="结束日期 YYYY-MM-DD")],
    recheck: Annotated[str | None, typer.Option("--recheck", help="复核日期")] = None,
    confirm: Annotated[str, typer.Option(help="operator：人工确认；auto：自动确认")] = "operator",
) -> None:
    """新建采样窗口；窗口之间不得重叠。"""
    from review import windows

    _, sessions = opened()
    with sessions.begin() as session:
        window = windows.add(
            session,
            name,
            day_of(start),
            day_of(end),
            recheck=day_of(recheck) if recheck else None,
            confirm=confirm,
        )
        typer.echo(f"已建立窗口 {window.name}：{window.starts_on} 至 {window.ends_on}")


@window_app.command("list")
def window_list(as_json: AsJson = False) -> None:
    """列出采样窗口。"""
    from review import windows

    _, sessions = readers()
    with sessions() as session:
        rows = [
            {
                "name": one.name,
                "start": one.starts_on.isoformat(),
                "end": one.ends_on.isoformat(),
                "recheck": one.recheck_on.isoformat() if one.recheck_on else None,
                "confirm": one.confirm,
                "frozen_at": one.frozen_at.isoformat() if one.frozen_at else None,
            }
            for one in windows.listing(session)
        ]
    if as_json:
        print_lines(rows)
        return
    headings = {"name": "窗口", "start": "开始", "end": "结束", "recheck": "复核"}
    headings |= {"confirm": "确认方式", "frozen_at": "冻结时间"}
    manners = {"operator": "人工审核", "auto": "自动确认"}
    worded = [row | {"confirm": manners.get(str(row["confirm"]), row["confirm"])} for row in rows]
    print_table(worded, headings, "还没有采样窗口；用 xuncha window add 建立")


@window_app.command("freeze")
def window_freeze(name: str, as_of: AsOf = None) -> None:
    """冻结窗口：此后导出的文件逐字节不变。"""
    from report.freeze import freeze, prepare

    loaded, reading = readers()
    moment = clock.stated(as_of)
    with reading() as session:
        prepared = prepare(session, name, today=moment.date(), home=loaded.home)
    _, sessions = opened()
    with sessions.begin() as session:
        today = moment.date()
        freeze(session, name, at=moment, today=today, home=loaded.home, prepared=prepared)
    typer.echo(f"窗口 {name} 已冻结")


@findings_app.callback()
def findings(
    context: typer.Context,
    window: WindowName = None,
    state: Annotated[
        str | None,
        typer.Option("--state", help="待审核（flagged）、已确认（confirmed）等，中文英文都可以"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """列出问题；缺省为最近批次所在的窗口。"""
    if context.invoked_subcommand is not None:
        return
    from review.listing import finding_rows
    from web import words

    wanted = _state(state) if state else None
    _, sessions = readers()
    with sessions() as session:
        chosen = window_name(session, window)
        rows = finding_rows(session, window=chosen, state=wanted) if chosen else iter(())
        if as_json:
            print_lines(rows)
            return
        headings = {"id": "编号", "state": "状态", "unit": "单位", "name": "名称"}
        headings |= {"check": "检查项", "label": "问题", "last_update": "最后更新"}
        worded = ({**row, "state": words.state(row["state"])} for row in rows)
        print_table(worded, headings, "没有问题")


def _state(named: str) -> str:
    """A state of findings by its code or its Chinese word; another word ends the command."""
    from review.states import State

    found = next((one for one in State if named in {one.value, one.chinese}), None)
    if found is None:
        known = "、".join(f"{one.chinese}（{one.value}）" for one in State)
        fail(f"没有状态“{named}”；可以是：{known}", WRONG_INPUT)
    return found.value


@findings_app.command("confirm")
def findings_confirm(
    by: By,
    why: Why,
    ids: Annotated[list[int] | None, typer.Argument()] = None,
    all_: Annotated[bool, typer.Option("--all", help="全部待审核的问题")] = False,
    window: WindowName = None,
) -> None:
    """确认问题。"""
    _decide("confirmed", ids or [], everything=all_, window=window, by=by, why=why)


@findings_app.command("dismiss")
def findings_dismiss(
    by: By,
    why: Why,
    ids: Annotated[list[int] | None, typer.Argument()] = None,
    all_: Annotated[bool, typer.Option("--all", help="全部待审核的问题")] = False,
    window: WindowName = None,
    code: Annotated[str, typer.Option("--code", help="原因代码")] = "other",
    waive_until: Annotated[str | None, typer.Option("--waive-until", help="豁免到哪一天")] = None,
) -> None:
    """排除问题，窗口期内有效；--waive-until 写明豁免到哪一天。"""
    until = day_of(waive_until) if waive_until else None
    _decide(
        "dismissed",
        ids or [],
        everything=all_,
        window=window,
        by=by,
        why=why,
        code=code,
        until=until,
    )


def _decide(
    state: str,
    ids: list[int],
    *,
    everything: bool,
    window: str | None,
    by: str,
    why: str,
    code: str = "",
    until: date | None = None,
) -> None:
    from review import decisions
    from review.listing import finding_rows

    if bool(ids) == everything:
        fail("请给出问题编号，或用 --all", WRONG_INPUT)
    _, sessions = opened()
    with sessions.begin() as session:
        chosen = ids
        if everything:
            name = window_name(session, window)
            rows = finding_rows(session, window=name, state="flagged") if name else iter(())
            chosen = [row["id"] for row in rows]
        report = decisions.decide(
            session,
            chosen,
            state=state,
            by=by,
            why=why,
            reason_code=code,
            at=clock.now(),
            waiver_until=until,
        )
    _tell_decisions(report)


def _tell_decisions(report: DecisionReport) -> None:
    typer.echo(f"已处理 {len(report.changed)} 个问题，{len(report.unchanged)} 个原已如此")
    for identifier, reason in report.refused.items():
        typer.echo(f"问题 {identifier}：{reason}", err=True)
    if report.refused:
        sys.exit(WRONG_INPUT)


@findings_app.command("add")
def findings_add(
    check: Annotated[str, typer.Option("--check", help="检查项代码")],
    by: By,
    why: Why,
    target: Annotated[str | None, typer.Option("--target", help="标识码或编号")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="责任单位")] = None,
    window: WindowName = None,
    label: Annotated[str | None, typer.Option("--label", help="附件中印出的问题名称")] = None,
    evidence: Annotated[str, typer.Option("--evidence", help="证据：网址或说明")] = "",
    last_update: Annotated[str, typer.Option("--last-update", help="最后更新日期")] = "",
) -> None:
    """录入人工发现的问题。"""
    from review import decisions

    _, sessions = opened()
    with sessions.begin() as session:
        finding = decisions.add(
            session,
            stated_window(session, window),
            accused(session, target, unit),
            check=check,
            evidence={"note": evidence} if evidence else {},
            by=by,
            why=why,
            at=clock.now(),
            label=label or "",
            last_update=last_update,
        )
        typer.echo(f"已录入问题 {finding.id}")


@findings_app.command("waive")
def findings_waive(
    target: Annotated[str, typer.Option("--target", help="标识码、编号或名称")],
    until: Annotated[str, typer.Option("--until", help="豁免到哪一天（含）")],
    by: By,
    why: Why,
    check: Annotated[str, typer.Option("--check", help="检查项；缺省为全部（须给出栏目）")] = "",
    column: Annotated[str | None, typer.Option("--column", help="栏目名称")] = None,
) -> None:
    """豁免一个对象的某项检查，或它的一个栏目（如全年没有人事任免）；到期自动失效。"""
    from sqlalchemy import select

    from models import Column
    from review import waivers

    moment, last = clock.now(), day_of(until)
    if not check and not column:
        fail("请给出 --check 或 --column", WRONG_INPUT)
    if last < moment.date():
        fail(f"豁免期限 {last} 已经过去", WRONG_INPUT)
    _, sessions = opened()
    with sessions.begin() as session:
        site = accused(session, target, None).target
        assert site is not None
        found = None
        if column:
            named = select(Column).where(Column.site_id == site.id, Column.name == column)
            found = session.scalars(named).first()
            if found is None:
                fail(f"{site.name} 没有栏目“{column}”", WRONG_INPUT)
        waivers.grant(
            session,
            site.id,
            check=check,
            column_id=found.id if found else None,
            until=last,
            by=by,
            why=why,
            at=moment,
        )
    typer.echo(f"已豁免 {site.name}{'·' + column if column else ''}，至 {last}")


@findings_app.command("waivers")
def findings_waivers(as_json: AsJson = False) -> None:
    """列出豁免，先到期的在前。"""
    from models import Column, Target
    from review import waivers

    _, sessions = readers()
    with sessions() as session:
        rows = []
        for one in waivers.listing(session):
            target = session.get_one(Target, one.target_id)
            column = session.get(Column, one.column_id) if one.column_id else None
            rows.append(
                {
                    "target": one.target_id,
                    "code": target.code,
                    "name": target.name,
                    "column": column.name if column else None,
                    "check": one.check or None,
                    "expires_on": one.expires_on.isoformat(),
                    "granted_by": one.granted_by,
                    "why": one.why,
                }
            )
    if as_json:
        print_lines(rows)
        return
    headings = {"code": "标识码", "name": "名称", "column": "栏目", "check": "检查项"}
    headings |= {"expires_on": "到期", "granted_by": "批准人", "why": "理由"}
    print_table(rows, headings, "没有豁免")


@findings_app.command("recheck")
def findings_recheck(
    ids: list[int], as_of: AsOf = None, workers: Annotated[int, typer.Option(min=0)] = 0
) -> None:
    """对问题所在的对象立即复核：再巡查一次，看是否已整改。"""
    with garbage.loading():
        from crawler import nursery
        from models import Finding
        from nightly import run_night
        from review import decisions

    moment = clock.stated(as_of)
    nursery.open_by_fork()
    loaded, sessions = opened()
    with sessions() as session:
        found = [session.get(Finding, one) for one in ids]
    targets = sorted({str(one.target_id) for one in found if one and one.target_id})
    if targets:
        run_night(loaded, sessions, as_of=moment, only=targets, workers=workers)
    with sessions.begin() as session:
        report = decisions.recheck(session, ids, at=moment)
    _tell_decisions(report)


@findings_app.command("rectify")
def findings_rectify(
    ids: list[int],
    by: By,
    why: Why,
    on: Annotated[str | None, typer.Option("--on", help="整改日期；缺省为今天")] = None,
) -> None:
    """登记问题已整改。"""
    from review import decisions

    moment = clock.now()
    day = day_of(on) if on else moment.date()
    _, sessions = opened()
    with sessions.begin() as session:
        report = decisions.rectify(session, ids, on=day, by=by, why=why, at=moment)
    _tell_decisions(report)


@runs_app.callback()
def runs(context: typer.Context, as_json: AsJson = False) -> None:
    """列出巡查批次。"""
    if context.invoked_subcommand is not None:
        return
    from review.listing import run_rows
    from web import words

    _, sessions = readers()
    with sessions() as session:
        rows = run_rows(session)
        if as_json:
            print_lines(rows)
            return
        headings = {"run": "批次", "window": "窗口", "as_of": "监测时间点", "state": "状态"}
        headings |= {"targets": "对象", "fresh": "已核实", "held_reason": "扣留原因"}
        worded = ({**row, "state": words.run_state(row["state"])} for row in rows)
        print_table(worded, headings, "还没有巡查批次")


@runs_app.command("release")
def runs_release(run: int, by: By, why: Why) -> None:
    """放行被扣留的批次，登记其问题。"""
    from nightly import release

    loaded, sessions = opened()
    flagged = release(loaded, sessions, run, by=by, why=why)
    typer.echo(f"批次 {run} 已放行，登记问题 {sum(flagged.values())} 个")
