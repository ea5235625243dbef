"""The verbs of the report: export, the window's table, previous notices, evidence packs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import clock
from verbs.shell import (
    FAILED,
    AsJson,
    By,
    console,
    day_of,
    fail,
    opened,
    readers,
)
from verbs.tables import tell

if TYPE_CHECKING:
    from report.importing.store import ImportedNotice

evidence_app = typer.Typer(help="证据包：生成、核验", no_args_is_help=True)
notice_app = typer.Typer(help="通报：导入上期、取模板", no_args_is_help=True)

LayoutName = Annotated[str, typer.Option("--layout", help="版式名，或版式文件的路径")]


def register(app: typer.Typer, window_app: typer.Typer) -> None:
    """Hang the verbs under the command and under `window`."""
    app.command("export")(export)
    window_app.command("report")(window_report)
    app.add_typer(evidence_app, name="evidence")
    app.add_typer(notice_app, name="notice")


def export(
    window: Annotated[str, typer.Option("--window", help="采样窗口")],
    layout: LayoutName = "hunan",
    formats: Annotated[
        str, typer.Option("--format", help="xlsx,docx,csv,json,pdf")
    ] = "xlsx,docx,csv,json",
    out: Annotated[
        Path | None, typer.Option("--out", help="目录；缺省为数据目录下 exports")
    ] = None,
    draft: Annotated[bool, typer.Option("--draft", help="未审核完也导出，标明草稿")] = False,
) -> None:
    """导出通报及附件。"""
    from report.export import export as export_annexes

    loaded, sessions = readers()
    with sessions() as session:
        told = export_annexes(
            session,
            window=window,
            layout=layout,
            formats=[one.strip() for one in formats.split(",") if one.strip()],
            out=out or loaded.exports,
            draft=draft,
            today=clock.now().date(),
            home=loaded.home,
        )
    for problem in told.problems:
        typer.echo(f"草稿：{problem}", err=True)
    for note in told.notes:
        typer.echo(note, err=True)
    for path in told.paths:
        typer.echo(str(path))


def window_report(name: str, layout: LayoutName = "hunan", as_json: AsJson = False) -> None:
    """在终端显示窗口的统计：合格率、问题分布、连续被通报、整改等，与通报同源。"""
    from report.summary import summary

    loaded, sessions = readers()
    with sessions() as session:
        told = summary(session, name, layout, home=loaded.home, today=clock.now().date())
    if as_json:
        typer.echo(json.dumps(told.to_json(), ensure_ascii=False))
        return
    tell(told.tables, "这个窗口还没有统计")
    if told.problems:
        console().print("\n尚不能出具通报：")
    for line in told.problems:
        console().print(f"  {line}", markup=False, soft_wrap=True)


@evidence_app.command("pack")
def evidence_pack(
    window: Annotated[str, typer.Option("--window", help="采样窗口")],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="文件；缺省为数据目录下 exports/<窗口>-evidence.zip"),
    ] = None,
) -> None:
    """把窗口内已确认的问题连同快照、截图、哈希打成一个签名的证据包。"""
    from report.evidence.pack import pack

    loaded, sessions = readers()
    target = out or loaded.exports / f"{window}-evidence.zip"
    with sessions() as session:
        told = pack(
            session, window=window, store_url=loaded.capture_store, home=loaded.home, out=target
        )
    typer.echo(str(told.path))
    typer.echo(f"问题 {told.findings} 个，文件 {told.files} 个，{told.bytes} 字节")
    typer.echo(f"签名 Ed25519，密钥指纹 {told.key}；公钥在 {loaded.home / 'keys'}")
    for line in told.missing:
        typer.echo(f"快照已不在库中：问题 {line}", err=True)


@evidence_app.command("verify")
def evidence_verify(
    file: Path,
    key: Annotated[
        Path | None, typer.Option("--key", help="公钥文件（PEM）；缺省为本机数据目录中的公钥")
    ] = None,
) -> None:
    """核验证据包：任何一处改动都会指出；有改动时以 1 结束。"""
    import settings
    from report.evidence import keys
    from report.evidence.verify import verify

    if key is not None and not key.is_file():
        fail(f"没有公钥文件 {key}", FAILED)
    known = key.read_bytes() if key is not None else keys.known_public(settings.load().home)
    told = verify(file, known)
    for line in told.faults:
        typer.echo(line, err=True)
    if told.faults:
        sys.exit(FAILED)
    typer.echo(f"未被改动：窗口 {told.window}，问题 {told.findings} 个，文件 {told.files} 个")
    trusted = "与所给公钥一致" if told.trusted else "没有公钥可比，请与发布单位公布的指纹核对"
    typer.echo(f"密钥指纹 {told.key}，{trusted}")


@notice_app.command("import")
def notice_import(
    files: Annotated[list[Path], typer.Argument(help="上期通报附件：csv、xlsx 或 docx")],
    window: Annotated[str, typer.Option("--window", help="上期窗口名，如 2020Q2")],
    by: By,
    start: Annotated[str, typer.Option("--start", help="窗口尚未建立时的开始日期")] = "",
    end: Annotated[str, typer.Option("--end", help="窗口尚未建立时的结束日期")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只读取和核对，不保存")] = False,
    as_json: AsJson = False,
) -> None:
    """导入上期通报的附件，使第一期就能比较、能认出连续被通报的对象。"""
    from report.importing.store import import_notice

    _, sessions = opened()
    days = (day_of(start), day_of(end)) if start and end else None
    with sessions() as session:
        told = import_notice(session, files, window=window, days=days, by=by, at=clock.now())
        if dry_run:
            session.rollback()
        else:
            session.commit()
    if as_json:
        typer.echo(json.dumps(told.to_json(), ensure_ascii=False))
        return
    _tell_import(told)


def _tell_import(told: ImportedNotice) -> None:
    typer.echo(f"读到附件 {told.annexes} 个，问题 {told.rows} 行，登记问题 {len(told.entered)} 个")
    for line in (*told.realigned, *told.contradictions, *told.unknown):
        typer.echo(line, err=True)


@notice_app.command("template")
def notice_template(
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件")] = Path("notice.docx"),
) -> None:
    """写出通报模板；修改后放到数据目录的 layouts/notice.docx，导出时即用它。"""
    from report.notice.templates import shipped_template

    if out.exists():
        fail(f"文件 {out} 已经存在", FAILED)
    out.write_bytes(shipped_template())
    typer.echo(str(out))
