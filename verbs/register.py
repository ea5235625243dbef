"""The verbs of the register: 名录 and the looks of operators."""

from __future__ import annotations

import json
import sys
from pathlib import Path  # noqa: TC003 -- typer reads the annotations at run time
from typing import Annotated

import typer

import clock
from verbs import cookies, wording
from verbs.shell import WRONG_INPUT, AsJson, By, fail, opened, print_lines, print_table, readers

app = typer.Typer(help="名录：单位、网站、栏目、账号、联动任务", no_args_is_help=True)
app.add_typer(cookies.app, name="cookies")
observe_app = typer.Typer(help="人工查看账号的记录", no_args_is_help=True)


@app.command("import")
def registry_import(
    files: list[Path],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入")] = False,
    as_json: AsJson = False,
) -> None:
    """导入名录（CSV 或 XLSX）；合格的行在一个事务里写入，不合格的行列出文件、行号和原因。"""
    from registry.importing import import_files
    from registry.outcome import listed
    from registry.schema import Kind

    _, sessions = opened()
    with sessions() as session:
        report = import_files(session, files, dry_run=dry_run)
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        for one in report.files:
            typer.echo(
                f"{one.file}：{Kind(one.kind).chinese} {one.rows} 行，新增 {one.added}，更新 {one.updated}，"
                f"未变 {one.unchanged}，不合格 {one.rejected}"
            )
        for line in (*map(str, report.unreadable), *listed(report.rejected)):
            typer.echo(wording.chinese(line), err=True)
        if dry_run:
            typer.echo("只检查，没有写入")
    if report.rejected or report.unreadable:
        sys.exit(WRONG_INPUT)


@app.command("export")
def registry_export(
    kind: Annotated[str, typer.Argument(help="sites、columns、accounts 或 relay_tasks")],
    out: Annotated[Path | None, typer.Option("--out", help="写到文件；缺省为标准输出")] = None,
) -> None:
    """导出名录为 CSV（UTF-8 带 BOM），可以原样再导入。"""
    from registry.export import export_csv

    _, sessions = readers()
    with sessions() as session:
        try:
            text = export_csv(session, kind)
        except ValueError as error:
            fail(f"没有名为 {kind!r} 的名录：{error}", WRONG_INPUT)
    if out is None:
        sys.stdout.buffer.write(text.encode("utf-8"))
    else:
        out.write_text(text, encoding="utf-8", newline="")
        typer.echo(f"已写入 {out}")


@app.command("check")
def registry_check(as_json: AsJson = False) -> None:
    """检查名录：重复的地址、缺失的上级、没有信息源的账号、没有哨兵的平台等。"""
    from registry.check import check

    _, sessions = readers()
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
        print_lines(issues)
        return
    headings = {"level": "程度", "code": "标识码", "name": "名称", "message": "问题"}
    levels = {"error": "错误", "warning": "提醒"}
    worded = [one | {"level": levels.get(one["level"], one["level"])} for one in issues]
    print_table(worded, headings, "名录没有发现问题")


@app.command("resolve")
def registry_resolve(url: str) -> None:
    """由账号主页或文章的网址得出平台、唯一标识和信息源。"""
    from crawler.platforms.resolve import resolve

    found = resolve(url)
    if found is None:
        fail(f"不认识这个网址：{url}", WRONG_INPUT)
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

    loaded, sessions = opened()
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
    loaded, sessions = opened()
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
            fail(str(error), WRONG_INPUT)
    typer.echo("已登记" if look else "这次查看已经登记过")
