"""The verb of reply documents (依申请公开答复文书)."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 -- typer reads the annotations at run time
from typing import TYPE_CHECKING, Annotated

import typer

import clock
from verbs.shell import WRONG_INPUT, AsJson, WindowName, fail, opened, readers, stated_window
from verbs.tables import Out, deliver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from report.replies.check import Reply


def replies(
    files: Annotated[
        list[Path], typer.Argument(help="答复文书：DOCX、PDF、HTML，或装着它们的文件夹、ZIP")
    ],
    unit: Annotated[
        str, typer.Option("--unit", help="答复单位；缺省按文件夹名和落款对照名录")
    ] = "",
    flag: Annotated[
        bool, typer.Option("--flag", help="把要素不全的单位登记为待审核问题（F-REPLY）")
    ] = False,
    by: Annotated[str, typer.Option("--by", help="由谁登记；与 --flag 同用")] = "",
    window: WindowName = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """核查依申请公开答复文书：标题、文书号、称呼、依据、救济途径、落款日期、公章，缺什么列什么。"""
    from sqlalchemy import select

    from models import Unit
    from report.replies import check
    from report.replies.files import sources
    from report.replies.tables import tables

    absent = [str(path) for path in files if not path.exists()]
    if absent:
        fail(f"没有这个文件或文件夹：{'、'.join(absent)}", WRONG_INPUT)
    if flag and not by.strip():
        fail("登记问题须写明由谁登记（--by）", WRONG_INPUT)
    _, sessions = readers()
    with sessions() as session:
        units = list(session.scalars(select(Unit.name)))
    if unit and unit not in units:
        fail(f"名录中没有单位“{unit}”", WRONG_INPUT)
    today = clock.now().date()
    found = list(check.replies(sources(files), units, unit=unit, today=today))
    if as_json:
        for one in found:
            typer.echo(json.dumps(one.to_json(), ensure_ascii=False))
    else:
        empty = "没有找到 DOCX、PDF 或 HTML 文件"
        deliver(tables(found), "replies", out=out, as_json=False, empty=empty)
        if out is None:
            _tell(found)
    if flag:
        _flag(found, window, by, quiet=as_json)


def _tell(found: Sequence[Reply]) -> None:
    """What is wrong with each file, whole: the table cuts long sentences."""
    for one in found:
        if one.sentence():
            typer.echo(f"{one.file}：{one.sentence()}")


def _flag(found: Sequence[Reply], window: str | None, by: str, *, quiet: bool) -> None:
    from report.replies import findings

    _, sessions = opened()
    with sessions.begin() as session:
        chosen = stated_window(session, window)
        told = findings.flag(session, chosen, found, by=by, at=clock.now())
    typer.echo(told.sentence(), err=quiet)
    for one in told.skipped:
        typer.echo(one, err=True)
