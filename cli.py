"""The `xuncha` command: each verb parses, calls one function, prints."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import clock
import settings as configuration
from crawler import garbage
from crawler.logs import configure as configure_logs
from verbs import (
    across,
    fixture,
    links,
    messages,
    register,
    relay,
    replies,
    report,
    review,
    rules,
    statistics,
    upkeep,
    users,
    wording,
    worker,
)
from verbs import serve as desk
from verbs.shell import (
    FAILED,
    WRONG_INPUT,
    AsJson,
    AsOf,
    WindowName,
    console,
    fail,
    opened,
    print_examined,
    print_lines,
    print_table,
    readers,
    run_ids,
    worded_verdict,
)

if TYPE_CHECKING:
    from settings import Settings

app = typer.Typer(
    help="xuncha（巡查）：政府网站与政务新媒体自动巡查", no_args_is_help=True, add_completion=False
)
app.add_typer(register.app, name="registry")
app.add_typer(register.observe_app, name="observe")
app.add_typer(review.window_app, name="window")
app.add_typer(rules.rules_app, name="rules")
app.add_typer(rules.lexicon_app, name="lexicon")
app.command("new-check")(rules.new_check)
app.add_typer(review.findings_app, name="findings")
app.add_typer(review.runs_app, name="runs")
report.register(app, review.window_app)
across.register(review.window_app)
review.runs_app.command("report")(upkeep.runs_report)
app.add_typer(upkeep.db_app, name="db")
app.add_typer(users.app, name="user")
app.command()(desk.serve)
app.command()(desk.notify)
app.command()(links.links)
app.command()(fixture.fixture)
app.command()(links.availability)
app.command()(worker.worker)
app.add_typer(messages.app, name="messages")
app.command()(statistics.statistics)
app.command()(relay.relay)
app.command()(replies.replies)


def main() -> None:
    """Run the command; every known failure is one sentence and the right exit code."""
    configure_logs()
    try:
        ended = app(standalone_mode=False)
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            typer.echo("程序自身出错，不是用法不对。请把以下内容交给维护人员：", err=True)
            raise
        fail(*sentence)
    # What a command returns means nothing; the number is that of `--help` or of Ctrl-C.
    sys.exit(ended if isinstance(ended, int) else 0)


def _sentence(error: Exception) -> tuple[str, int] | None:
    """What an operator reads of a known failure, and its exit code; None for a fault of ours."""
    if isinstance(error, typer.Abort):
        return "已中止", FAILED
    if isinstance(error, wording.UsageFault):
        return wording.usage(error), error.exit_code
    by_input = {"ClockError", "WindowError", "DecisionError", "SettingsError", "RulesetError"}
    by_input |= {
        "ImportingError",
        "EvidenceError",
        "ScheduleError",
        "InspectionError",
        "LayoutError",
        "ResolveError",
        "InputError",
    }
    by_input |= {"UserError", "SelectionError"}
    by_state = {"DatabaseError", "NightError", "ExportRefused", "ExportError", "CityError"}
    by_state |= {"StoreError", "ScenarioError", "DemoError", "ClusterError", "UpkeepError"}
    name = type(error).__name__
    if name in by_input:
        return str(error), WRONG_INPUT
    if name in by_state:
        return str(error), FAILED
    if isinstance(error, OSError) and error.filename is not None:
        return f"文件 {error.filename} 无法读写：{error.strerror}", FAILED
    return None


@app.command()
def demo(
    home: Annotated[Path | None, typer.Option(help="演示数据放在哪里；缺省为临时目录")] = None,
    scenario: Annotated[str, typer.Option(help="democity 场景名或 YAML 文件")] = "demo",
    workers: Annotated[int, typer.Option(min=0, help="进程数，0 为处理器核数")] = 0,
) -> None:
    """启动模拟辖区，连续巡查数夜，打印发现的问题、准确率和导出文件的位置。"""
    with garbage.loading():
        import demonstration
        from crawler import nursery

    nursery.open_by_fork()
    sys.exit(demonstration.play(console(), home=home, scenario=scenario, workers=workers))


@app.command()
def nightly(
    as_of: AsOf = None,
    only: Annotated[str, typer.Option("--only", help="只巡查这些标识码或编号，逗号分隔")] = "",
    workers: Annotated[int, typer.Option(min=0, help="进程数，0 为处理器核数")] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="续跑中断的批次")] = False,
    cluster: Annotated[
        bool, typer.Option("--cluster", help="分发给各台机器上的 xuncha worker")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """每夜巡查：计划、抓取、判定、登记问题，打印汇总。"""
    with garbage.loading():
        from crawler import nursery
        from crawler.coverage import HERE
        from nightly import run_night
        from progress import bar, summary

    moment = clock.stated(as_of)
    if not cluster:
        nursery.open_by_fork()
    loaded, sessions = opened()
    crawlers = HERE
    if cluster:
        from cluster.coordinator import engine, places

        crawlers, workers = engine(loaded), workers or places(loaded)
    with bar(console(stderr=True), quiet=as_json) as advance:
        report = run_night(
            loaded,
            sessions,
            as_of=moment,
            only=[one for one in only.split(",") if one],
            workers=workers,
            resume=resume,
            progress=advance,
            crawlers=crawlers,
        )
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        summary(console(), report)
    sys.exit(report.exit_code)


@app.command()
def probe(
    at: Annotated[str | None, typer.Option("--at", help="这一轮探测的时刻；缺省为现在")] = None,
    as_json: AsJson = False,
) -> None:
    """对全部网站作一轮可用性探测。"""
    from crawler.probes import probe_round

    moment = clock.stated(at)
    loaded, sessions = opened()
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

    loaded, sessions = opened()
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
        print_lines(one.to_json() for one in told)
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

    _, sessions = readers()
    with sessions() as session:
        chosen = run_ids(session, run, window)
        rows = listing.verdict_rows(session, run_ids=chosen, target=target, check=check)
        if as_json:
            print_lines(rows)
            return
        headings = {"code": "标识码", "name": "名称", "check": "检查项", "outcome": "结果"}
        headings |= {"reason": "原因", "last_update": "最后更新"}
        print_table(map(worded_verdict, rows), headings, "没有判定结果")


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
            fail(str(error), WRONG_INPUT)
        told = accounts.to_contract(reading)
        if as_json:
            typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            inspection.print_account(console(), told)
        return
    if capture is not None:
        facts = inspection.page_of_capture(capture, moment, loaded.parse_cap)
    else:
        facts = inspection.page_of_file(Path(source), url, moment, loaded.parse_cap)
    if as_json:
        typer.echo(json.dumps(inspection.contract(facts), ensure_ascii=False, indent=2))
    else:
        inspection.print_page(console(), facts)


def _fetch(loaded: Settings, url: str, moment: Any) -> Any:
    from crawler.single import fetch_one

    return fetch_one(loaded, url, moment)


@app.command()
def schedule(
    once: Annotated[str | None, typer.Option("--once", help="立即执行一次这个任务")] = None,
    list_: Annotated[bool, typer.Option("--list", help="列出任务和下次时间")] = False,
    as_json: AsJson = False,
) -> None:
    """按任务表定时巡查、探测、复核；常驻运行。"""
    import scheduler

    loaded, _ = opened()
    if list_:
        rows = scheduler.listing(loaded, clock.now())
        if as_json:
            print_lines(rows)
        else:
            headings = {"name": "任务", "description": "说明", "last": "上次", "next": "下次"}
            print_table(rows, headings, "没有任务")
        return
    if once is not None:
        execution = scheduler.run_once(loaded, once, clock.now())
        typer.echo(str(execution))
        sys.exit(execution.exit_code)
    scheduler.serve(loaded)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """检查运行条件：数据库、目录、浏览器、规则、时钟。"""
    import diagnosis

    loaded = configuration.load()
    rows = [
        one.to_json() | {"told": wording.chinese(one.told)} for one in diagnosis.examine(loaded)
    ]
    if as_json:
        print_lines(rows)
    else:
        print_examined(rows)
    if any(row["state"] == "bad" for row in rows):
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
