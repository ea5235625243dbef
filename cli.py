"""The `xuncha` command: each verb parses, calls one function, prints."""

from __future__ import annotations

import json
import logging
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

import clock
import settings as configuration

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console
    from sqlalchemy.orm import Session, sessionmaker

    from review.decisions import Accused, DecisionReport
    from settings import Settings

FAILED, WRONG_INPUT = 1, 2

app = typer.Typer(
    help="xuncha（巡查）：政府网站与政务新媒体自动巡查", no_args_is_help=True, add_completion=False
)
registry_app = typer.Typer(help="名录：单位、网站、栏目、账号、联动任务", no_args_is_help=True)
window_app = typer.Typer(help="采样窗口", no_args_is_help=True)
findings_app = typer.Typer(help="问题：查看、确认、排除、录入、复核", invoke_without_command=True)
runs_app = typer.Typer(help="巡查批次", invoke_without_command=True)
app.add_typer(registry_app, name="registry")
app.add_typer(window_app, name="window")
app.add_typer(findings_app, name="findings")
app.add_typer(runs_app, name="runs")
observe_app = typer.Typer(help="人工查看账号的记录", no_args_is_help=True)
app.add_typer(observe_app, name="observe")

AsJson = Annotated[bool, typer.Option("--json", help="每行输出一个 JSON 对象")]
By = Annotated[str, typer.Option("--by", help="由谁作出")]
Why = Annotated[str, typer.Option("--why", help="理由")]
WindowName = Annotated[str | None, typer.Option("--window", help="采样窗口，如 2023Q1")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="监测时间点，ISO 8601 带时区；只写日期即当日 23:59:59")
]


def main() -> None:
    """Run the command; every known failure is one sentence and the right exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app()
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        _fail(*sentence)


def _sentence(error: Exception) -> tuple[str, int] | None:
    """What an operator reads of a known failure, and its exit code; None for a fault of ours."""
    by_input = {"ClockError", "WindowError", "DecisionError", "SettingsError", "RulesetError"}
    by_input |= {"ScheduleError", "InspectionError", "LayoutError", "ResolveError", "InputError"}
    by_state = {"DatabaseError", "NightError", "ExportRefused", "ExportError", "CityError"}
    by_state |= {"StoreError", "ScenarioError", "DemoError"}
    name = type(error).__name__
    if name in by_input:
        return str(error), WRONG_INPUT
    if name in by_state:
        return str(error), FAILED
    if isinstance(error, OSError) and error.filename is not None:
        return f"文件 {error.filename} 无法读写：{error.strerror}", FAILED
    return None


def _fail(sentence: str, code: int) -> NoReturn:
    typer.echo(sentence, err=True)
    sys.exit(code)


def _open() -> tuple[Settings, sessionmaker[Session]]:
    """Settings and a session factory on a database that is up to date."""
    from database import session_factory, upgrade

    loaded = configuration.load()
    upgrade(loaded)
    return loaded, session_factory(loaded)


def _readers() -> tuple[Settings, sessionmaker[Session]]:
    """As `_open`, for verbs that only read: they take no write lock."""
    from database import session_factory, upgrade

    loaded = configuration.load()
    upgrade(loaded)
    return loaded, session_factory(loaded, read_only=True)


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=stderr)


def _print_lines(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        typer.echo(json.dumps(row, ensure_ascii=False, default=str))


def _print_table(rows: Iterable[dict[str, Any]], headings: dict[str, str], empty: str) -> None:
    from rich.markup import escape
    from rich.table import Table

    shown = list(rows)
    if not shown:
        typer.echo(empty)
        return
    table = Table()
    for heading in headings.values():
        table.add_column(heading, overflow="fold")
    for row in shown:
        table.add_row(
            *(escape(str(row.get(key) if row.get(key) is not None else "")) for key in headings)
        )
    _console().print(table)


@app.command()
def demo(
    home: Annotated[Path | None, typer.Option(help="演示数据放在哪里；缺省为临时目录")] = None,
    scenario: Annotated[str, typer.Option(help="democity 场景名或 YAML 文件")] = "demo",
    workers: Annotated[int, typer.Option(min=0, help="进程数，0 为处理器核数")] = 0,
) -> None:
    """启动模拟辖区，连续巡查数夜，打印发现的问题、准确率和导出文件的位置。"""
    import demonstration

    sys.exit(demonstration.play(_console(), home=home, scenario=scenario, workers=workers))


@registry_app.command("import")
def registry_import(
    files: list[Path],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入")] = False,
    as_json: AsJson = False,
) -> None:
    """导入名录（CSV 或 XLSX）；合格的行在一个事务里写入，不合格的行列出文件、行号和原因。"""
    from registry.importing import import_files

    _, sessions = _open()
    with sessions() as session:
        report = import_files(session, files, dry_run=dry_run)
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        for one in report.files:
            typer.echo(
                f"{one.file}：{one.kind} {one.rows} 行，新增 {one.added}，更新 {one.updated}，"
                f"未变 {one.unchanged}，不合格 {one.rejected}"
            )
        for bad in (*report.unreadable, *report.rejected):
            typer.echo(str(bad), err=True)
        if dry_run:
            typer.echo("只检查，没有写入")
    if report.rejected or report.unreadable:
        sys.exit(WRONG_INPUT)


@registry_app.command("export")
def registry_export(
    kind: Annotated[str, typer.Argument(help="sites、columns、accounts 或 relay_tasks")],
    out: Annotated[Path | None, typer.Option("--out", help="写到文件；缺省为标准输出")] = None,
) -> None:
    """导出名录为 CSV（UTF-8 带 BOM），可以原样再导入。"""
    from registry.export import export_csv

    _, sessions = _readers()
    with sessions() as session:
        try:
            text = export_csv(session, kind)
        except ValueError as error:
            _fail(f"没有名为 {kind!r} 的名录：{error}", WRONG_INPUT)
    if out is None:
        sys.stdout.buffer.write(text.encode("utf-8"))
    else:
        out.write_text(text, encoding="utf-8", newline="")
        typer.echo(f"已写入 {out}")


@registry_app.command("check")
def registry_check(as_json: AsJson = False) -> None:
    """检查名录：重复的地址、缺失的上级、没有信息源的账号、没有哨兵的平台等。"""
    from registry.check import check

    _, sessions = _readers()
    with sessions() as session:
        issues = [
            {
                "level": one.level,
                "kind": one.kind,
                "code": one.code,
                "name": one.name,
                "message": one.message,
            }
            for one in check(session)
        ]
    if as_json:
        _print_lines(issues)
        return
    headings = {"level": "程度", "code": "标识码", "name": "名称", "message": "问题"}
    _print_table(issues, headings, "名录没有发现问题")


@registry_app.command("resolve")
def registry_resolve(url: str) -> None:
    """由账号主页或文章的网址得出平台、唯一标识和信息源。"""
    from crawler.platforms.resolve import resolve

    found = resolve(url)
    if found is None:
        _fail(f"不认识这个网址：{url}", WRONG_INPUT)
    platform, identifier, source = found
    typer.echo(
        json.dumps({"platform": platform, "id": identifier, "source": source}, ensure_ascii=False)
    )


@observe_app.command("import")
def observe_import(
    files: list[Path],
    by: Annotated[str, typer.Option("--by", help="查看人；表中写了的以表为准")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入")] = False,
    as_json: AsJson = False,
) -> None:
    """导入人工查看记录（CSV 或 XLSX）：账号、查看时间、最新发布时间、链接、截图等。"""
    from crawler.store import CaptureStore
    from registry.looks import import_looks

    loaded, sessions = _open()
    keep = CaptureStore(loaded.capture_store).put
    with sessions() as session:
        report = import_looks(session, files, now=clock.now(), by=by, keep=keep, dry_run=dry_run)
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        typer.echo(f"新增 {report.added} 条，未变 {report.unchanged} 条")
        for bad in (*report.unreadable, *report.rejected):
            typer.echo(str(bad), err=True)
    if report.rejected or report.unreadable:
        sys.exit(WRONG_INPUT)


@observe_app.command("add")
def observe_add(
    by: By,
    name: Annotated[str, typer.Option("--name", help="账号名称")] = "",
    identifier: Annotated[str, typer.Option("--id", help="账号唯一标识")] = "",
    platform: Annotated[str, typer.Option("--platform", help="账号类型")] = "",
    unit: Annotated[str, typer.Option("--unit", help="开设主体")] = "",
    seen: Annotated[str, typer.Option("--seen", help="查看时间；缺省为现在")] = "",
    newest: Annotated[str, typer.Option("--newest", help="看到的最新发布时间")] = "",
    url: Annotated[str, typer.Option("--url", help="文章或主页链接")] = "",
    text: Annotated[str, typer.Option("--text", help="说明")] = "",
    never: Annotated[bool, typer.Option("--never", help="从未发布")] = False,
    screenshot: Annotated[Path | None, typer.Option("--screenshot", help="截图文件")] = None,
) -> None:
    """登记一次人工查看。"""
    from crawler.store import CaptureStore
    from registry.looks import add_look

    moment = clock.now()
    cells = {
        "账号名称": name,
        "账号唯一标识": identifier,
        "账号类型": platform,
        "开设主体": unit,
        "查看时间": seen or moment.isoformat(),
        "最新发布时间": newest,
        "链接": url,
        "说明": text,
        "从未发布": "是" if never else "",
        "查看人": by,
        "截图": screenshot.name if screenshot else "",
    }
    loaded, sessions = _open()
    with sessions.begin() as session:
        try:
            look = add_look(
                session,
                {key: value for key, value in cells.items() if value},
                now=moment,
                by=by,
                folder=screenshot.parent if screenshot else None,
                keep=CaptureStore(loaded.capture_store).put,
            )
        except ValueError as error:
            _fail(str(error), WRONG_INPUT)
    typer.echo("已登记" if look else "这次查看已经登记过")


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

    _, sessions = _open()
    with sessions.begin() as session:
        window = windows.add(
            session,
            name,
            _day(start),
            _day(end),
            recheck=_day(recheck) if recheck else None,
            confirm=confirm,
        )
        typer.echo(f"已建立窗口 {window.name}：{window.starts_on} 至 {window.ends_on}")


@window_app.command("list")
def window_list(as_json: AsJson = False) -> None:
    """列出采样窗口。"""
    from review import windows

    _, sessions = _readers()
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
        _print_lines(rows)
        return
    headings = {"name": "窗口", "start": "开始", "end": "结束", "recheck": "复核"}
    headings |= {"confirm": "确认方式", "frozen_at": "冻结时间"}
    _print_table(rows, headings, "还没有采样窗口；用 xuncha window add 建立")


@window_app.command("freeze")
def window_freeze(name: str) -> None:
    """冻结窗口：此后导出的文件逐字节不变。"""
    from report.freeze import freeze

    _, sessions = _open()
    with sessions.begin() as session:
        moment = clock.now()
        freeze(session, name, at=moment, today=moment.date())
    typer.echo(f"窗口 {name} 已冻结")


@app.command()
def nightly(
    as_of: AsOf = None,
    only: Annotated[str, typer.Option("--only", help="只巡查这些标识码或编号，逗号分隔")] = "",
    workers: Annotated[int, typer.Option(min=0, help="进程数，0 为处理器核数")] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="续跑中断的批次")] = False,
    cluster: Annotated[bool, typer.Option("--cluster", help="分发到多台机器")] = False,
    as_json: AsJson = False,
) -> None:
    """每夜巡查：计划、抓取、判定、登记问题，打印汇总。"""
    from nightly import run_night
    from progress import bar, summary

    if cluster:
        _fail("多机分发（--cluster）尚未提供", WRONG_INPUT)
    moment = clock.stated(as_of)
    loaded, sessions = _open()
    with bar(_console(stderr=True), quiet=as_json) as advance:
        report = run_night(
            loaded,
            sessions,
            as_of=moment,
            only=[one for one in only.split(",") if one],
            workers=workers,
            resume=resume,
            progress=advance,
        )
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        summary(_console(), report)
    sys.exit(report.exit_code)


@app.command()
def probe(
    at: Annotated[str | None, typer.Option("--at", help="这一轮探测的时刻；缺省为现在")] = None,
    as_json: AsJson = False,
) -> None:
    """对全部网站作一轮可用性探测。"""
    from crawler.probes import probe_round

    moment = clock.stated(at)
    loaded, sessions = _open()
    told = probe_round(loaded, sessions, moment)
    if as_json:
        typer.echo(json.dumps(told.to_json(), ensure_ascii=False))
    else:
        typer.echo(told.sentence())


@app.command()
def judge(
    run: Annotated[int | None, typer.Option("--run", help="批次编号")] = None,
    window: WindowName = None,
    ruleset: Annotated[Path | None, typer.Option(help="规则文件（YAML）")] = None,
    reextract: Annotated[bool, typer.Option("--reextract", help="从快照重新读取")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="只比较，不保存")] = False,
    as_json: AsJson = False,
) -> None:
    """用已保存的资料重新判定，不访问网络。"""
    import rejudging

    loaded, sessions = _open()
    told = rejudging.rejudge(
        loaded,
        sessions,
        run=run,
        window=window,
        ruleset=ruleset,
        reextract=reextract,
        keep=not diff,
    )
    if as_json:
        _print_lines(one.to_json() for one in told)
        return
    for one in told:
        typer.echo(one.sentence())
        for line in one.lines() if diff else ():
            typer.echo(f"  {line}")


@app.command()
def verdicts(
    run: Annotated[int | None, typer.Option("--run", help="批次编号")] = None,
    window: WindowName = None,
    target: Annotated[str | None, typer.Option("--target", help="标识码或编号")] = None,
    check: Annotated[str | None, typer.Option("--check", help="检查项代码，如 W3.1")] = None,
    as_json: AsJson = False,
) -> None:
    """列出判定结果；缺省为最近一个批次。"""
    from review import listing

    _, sessions = _readers()
    with sessions() as session:
        chosen = _run_ids(session, run, window)
        rows = listing.verdict_rows(session, run_ids=chosen, target=target, check=check)
        if as_json:
            _print_lines(rows)
            return
        headings = {"code": "标识码", "name": "名称", "check": "检查项", "outcome": "结果"}
        headings |= {"reason": "原因", "last_update": "最后更新"}
        _print_table(rows, headings, "没有判定结果")


def _run_ids(session: Session, run: int | None, window: str | None) -> list[int]:
    """The runs that a verb is about: one, a window's, or the latest."""
    from models import Run
    from review import listing, windows

    if run is not None and window is not None:
        _fail("--run 和 --window 只能给一个", WRONG_INPUT)
    if window is not None:
        windows.named(session, window)
        return listing.runs_of(session, window)
    if run is not None:
        if session.get(Run, run) is None:
            _fail(f"没有批次 {run}", WRONG_INPUT)
        return [run]
    latest = listing.latest_run(session)
    return [latest.id] if latest else []


@findings_app.callback()
def findings(
    context: typer.Context,
    window: WindowName = None,
    state: Annotated[str | None, typer.Option("--state", help="flagged、confirmed 等")] = None,
    as_json: AsJson = False,
) -> None:
    """列出问题；缺省为最近批次所在的窗口。"""
    if context.invoked_subcommand is not None:
        return
    from review.listing import finding_rows

    _, sessions = _readers()
    with sessions() as session:
        chosen = _window_name(session, window)
        rows = finding_rows(session, window=chosen, state=state) if chosen else iter(())
        if as_json:
            _print_lines(rows)
            return
        headings = {"id": "编号", "state": "状态", "unit": "单位", "name": "名称"}
        headings |= {"check": "检查项", "label": "问题", "last_update": "最后更新"}
        _print_table(rows, headings, "没有问题")


def _window_name(session: Session, name: str | None) -> str | None:
    """The named window, else the one of the latest run; None where there is none."""
    from review import windows

    if name is not None:
        return windows.named(session, name).name
    latest = windows.latest(session)
    return latest.name if latest else None


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
    until = _day(waive_until) if waive_until else None
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
        _fail("请给出问题编号，或用 --all", WRONG_INPUT)
    _, sessions = _open()
    with sessions.begin() as session:
        chosen = ids
        if everything:
            name = _window_name(session, window)
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
    from review import decisions, windows

    _, sessions = _open()
    with sessions.begin() as session:
        name = _window_name(session, window)
        if name is None:
            _fail("还没有采样窗口，请用 --window 指明", WRONG_INPUT)
        finding = decisions.add(
            session,
            windows.named(session, name),
            _accused(session, target, unit),
            check=check,
            evidence={"note": evidence} if evidence else {},
            by=by,
            why=why,
            at=clock.now(),
            label=label or "",
            last_update=last_update,
        )
        typer.echo(f"已录入问题 {finding.id}")


def _accused(session: Session, target: str | None, unit: str | None) -> Accused:
    """Whom a manual finding accuses: a target by code, id or name, or a unit by name."""
    from sqlalchemy import or_, select

    from models import Target, Unit
    from review.decisions import Accused

    if bool(target) == bool(unit):
        _fail("请用 --target 或 --unit 指明一个对象", WRONG_INPUT)
    if unit:
        found = session.scalar(select(Unit).where(Unit.name == unit))
        return Accused(unit=found) if found else _fail(f"名录中没有单位“{unit}”", WRONG_INPUT)
    same = [Target.code == target, Target.name == target]
    if target and target.isdecimal() and len(target) < 10:
        same.append(Target.id == int(target))
    matches = session.scalars(select(Target).where(or_(*same))).all()
    if len(matches) != 1:
        told = "没有" if not matches else f"有 {len(matches)} 个"
        _fail(f"名录中{told}“{target}”；请用编号（xuncha verdicts --json 的 target）", WRONG_INPUT)
    return Accused(target=matches[0])


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

    moment, last = clock.now(), _day(until)
    if not check and not column:
        _fail("请给出 --check 或 --column", WRONG_INPUT)
    if last < moment.date():
        _fail(f"豁免期限 {last} 已经过去", WRONG_INPUT)
    _, sessions = _open()
    with sessions.begin() as session:
        accused = _accused(session, target, None).target
        assert accused is not None
        found = None
        if column:
            named = select(Column).where(Column.site_id == accused.id, Column.name == column)
            found = session.scalars(named).first()
            if found is None:
                _fail(f"{accused.name} 没有栏目“{column}”", WRONG_INPUT)
        waivers.grant(
            session,
            accused.id,
            check=check,
            column_id=found.id if found else None,
            until=last,
            by=by,
            why=why,
            at=moment,
        )
    typer.echo(f"已豁免 {accused.name}{'·' + column if column else ''}，至 {last}")


@findings_app.command("waivers")
def findings_waivers(as_json: AsJson = False) -> None:
    """列出豁免，先到期的在前。"""
    from models import Column, Target
    from review import waivers

    _, sessions = _readers()
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
        _print_lines(rows)
        return
    headings = {"code": "标识码", "name": "名称", "column": "栏目", "check": "检查项"}
    headings |= {"expires_on": "到期", "granted_by": "批准人", "why": "理由"}
    _print_table(rows, headings, "没有豁免")


@findings_app.command("recheck")
def findings_recheck(
    ids: list[int], as_of: AsOf = None, workers: Annotated[int, typer.Option(min=0)] = 0
) -> None:
    """对问题所在的对象立即复核：再巡查一次，看是否已整改。"""
    from models import Finding
    from nightly import run_night
    from review import decisions

    moment = clock.stated(as_of)
    loaded, sessions = _open()
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
    day = _day(on) if on else moment.date()
    _, sessions = _open()
    with sessions.begin() as session:
        report = decisions.rectify(session, ids, on=day, by=by, why=why, at=moment)
    _tell_decisions(report)


@runs_app.callback()
def runs(context: typer.Context, as_json: AsJson = False) -> None:
    """列出巡查批次。"""
    if context.invoked_subcommand is not None:
        return
    from review.listing import run_rows

    _, sessions = _readers()
    with sessions() as session:
        rows = run_rows(session)
        if as_json:
            _print_lines(rows)
            return
        headings = {"run": "批次", "window": "窗口", "as_of": "监测时间点", "state": "状态"}
        headings |= {"targets": "对象", "fresh": "已核实", "held_reason": "扣留原因"}
        _print_table(rows, headings, "还没有巡查批次")


@runs_app.command("release")
def runs_release(run: int, by: By, why: Why) -> None:
    """放行被扣留的批次，登记其问题。"""
    from nightly import release

    loaded, sessions = _open()
    flagged = release(loaded, sessions, run, by=by, why=why)
    typer.echo(f"批次 {run} 已放行，登记问题 {sum(flagged.values())} 个")


@app.command()
def inspect(
    source: Annotated[str, typer.Argument(help="文件或网址")],
    url: Annotated[str, typer.Option("--url", help="文件来自哪个网址")] = "",
    as_of: AsOf = None,
    platform: Annotated[str | None, typer.Option("--platform", help="账号平台")] = None,
    as_json: AsJson = False,
) -> None:
    """看提取器从一个页面或一份账号数据里读到什么；不保存。"""
    import inspection

    moment = clock.stated(as_of)
    loaded = configuration.load()
    remote = source.startswith(("http://", "https://"))
    capture = _fetch(loaded, source, moment) if remote else None
    if platform is not None:
        from crawler.platforms import inspect as accounts

        body = capture.body if capture else inspection.read_file(Path(source))
        try:
            reading = accounts.inspect(platform, body, url=url or source, as_of=moment)
        except ValueError as error:
            _fail(str(error), WRONG_INPUT)
        told = accounts.to_contract(reading)
        if as_json:
            typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            inspection.print_account(_console(), told)
        return
    if capture is not None:
        facts = inspection.page_of_capture(capture, moment, loaded.parse_cap)
    else:
        facts = inspection.page_of_file(Path(source), url, moment, loaded.parse_cap)
    if as_json:
        typer.echo(json.dumps(inspection.contract(facts), ensure_ascii=False, indent=2))
    else:
        inspection.print_page(_console(), facts)


def _fetch(loaded: Settings, url: str, moment: Any) -> Any:
    from crawler.single import fetch_one

    return fetch_one(loaded, url, moment)


@app.command()
def export(
    window: Annotated[str, typer.Option("--window", help="采样窗口")],
    layout: Annotated[str, typer.Option("--layout", help="版式，如 hunan")] = "hunan",
    formats: Annotated[str, typer.Option("--format", help="xlsx,csv,json")] = "xlsx,csv,json",
    out: Annotated[
        Path | None, typer.Option("--out", help="目录；缺省为数据目录下 exports")
    ] = None,
    draft: Annotated[bool, typer.Option("--draft", help="未审核完也导出，标明草稿")] = False,
) -> None:
    """导出通报附件。"""
    from report.export import export as export_annexes

    loaded, sessions = _readers()
    with sessions() as session:
        told = export_annexes(
            session,
            window=window,
            layout=layout,
            formats=[one.strip() for one in formats.split(",") if one.strip()],
            out=out or loaded.exports,
            draft=draft,
            today=clock.now().date(),
        )
    for problem in told.problems:
        typer.echo(f"草稿：{problem}", err=True)
    for path in told.paths:
        typer.echo(str(path))


@app.command()
def schedule(
    once: Annotated[str | None, typer.Option("--once", help="立即执行一次这个任务")] = None,
    list_: Annotated[bool, typer.Option("--list", help="列出任务和下次时间")] = False,
    as_json: AsJson = False,
) -> None:
    """按任务表定时巡查、探测、复核；常驻运行。"""
    import scheduler

    loaded, _ = _open()
    if list_:
        rows = scheduler.listing(loaded, clock.now())
        if as_json:
            _print_lines(rows)
        else:
            headings = {"name": "任务", "description": "说明", "last": "上次", "next": "下次"}
            _print_table(rows, headings, "没有任务")
        return
    if once is not None:
        execution = scheduler.run_once(loaded, once, clock.now())
        typer.echo(str(execution))
        sys.exit(execution.exit_code)
    scheduler.serve(loaded)


@app.command()
def serve() -> None:
    """审核台（网页）。"""
    _fail("审核台尚未提供；请用 xuncha findings、xuncha verdicts 和 xuncha export", FAILED)


@app.command()
def worker() -> None:
    """多机巡查的工作进程。"""
    _fail("多机巡查尚未提供；请用 xuncha nightly --workers N", FAILED)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """检查运行条件：数据库、目录、浏览器、规则、时钟。"""
    import diagnosis

    loaded = configuration.load()
    rows = [one.to_json() for one in diagnosis.examine(loaded)]
    if as_json:
        _print_lines(rows)
    else:
        headings = {"state": "状态", "what": "项目", "told": "说明"}
        _print_table(rows, headings, "没有可检查的项目")
    if any(row["state"] == "bad" for row in rows):
        sys.exit(FAILED)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        _fail(f"日期 {text!r} 无法识别；请写 YYYY-MM-DD", WRONG_INPUT)


if __name__ == "__main__":
    main()
