"""What the verbs of the command share: opening, failing, printing, and naming things."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

import settings as configuration
from verbs import wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console
    from sqlalchemy.orm import Session, sessionmaker

    from models import Window
    from review.decisions import Accused
    from settings import Settings

FAILED, WRONG_INPUT = 1, 2

AsJson = Annotated[bool, typer.Option("--json", help="每行输出一个 JSON 对象")]
By = Annotated[str, typer.Option("--by", help="由谁作出")]
Why = Annotated[str, typer.Option("--why", help="理由")]
WindowName = Annotated[str | None, typer.Option("--window", help="采样窗口，如 2023Q1")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="监测时间点，ISO 8601 带时区；只写日期即当日 23:59:59")
]


def fail(sentence: str, code: int) -> NoReturn:
    """End with one sentence and that exit code."""
    if sentence:
        typer.echo(wording.chinese(sentence), err=True)
    sys.exit(code)


def opened() -> tuple[Settings, sessionmaker[Session]]:
    """Settings and a session factory on a database that is up to date."""
    from database import session_factory, upgrade

    loaded = configuration.load()
    upgrade(loaded)
    return loaded, session_factory(loaded)


def readers() -> tuple[Settings, sessionmaker[Session]]:
    """As `_open`, for verbs that only read: they take no write lock."""
    from database import session_factory, upgrade

    loaded = configuration.load()
    upgrade(loaded)
    return loaded, session_factory(loaded, read_only=True)


def console(*, stderr: bool = False) -> Console:
    """A rich console, made when something is to be shown."""
    from rich.console import Console

    return Console(stderr=stderr)


def print_lines(rows: Iterable[dict[str, Any]]) -> None:
    """One JSON object a line."""
    for row in rows:
        typer.echo(json.dumps(row, ensure_ascii=False, default=str))


def print_table(rows: Iterable[dict[str, Any]], headings: dict[str, str], empty: str) -> None:
    """A table under Chinese headings, or the sentence for nothing."""
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
        table.add_row(*(escape(printable(row.get(key))) for key in headings))
    console().print(table)


EXAMINED = {"good": "正常", "warn": "注意", "bad": "故障"}


def print_examined(rows: Iterable[dict[str, Any]]) -> None:
    """What was looked at, one thing a line: good, a warning, or to be mended first."""
    worded = [row | {"state": EXAMINED[row["state"]]} for row in rows]
    headings = {"state": "状态", "what": "项目", "told": "说明"}
    print_table(worded, headings, "没有可检查的项目")


def worded_verdict(row: dict[str, Any]) -> dict[str, Any]:
    """The row of a verdict with its codes in words."""
    from web import words

    told = {"outcome": words.outcome(row["outcome"])}
    return row | told | {"reason": words.reason(row["check"], row["reason"] or "")}


def printable(value: object) -> str:
    """A cell as a terminal may be given it: titles of strangers hold no commands for it."""
    text = "" if value is None else str(value)
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one == "\n" else " " for one in text)


def run_ids(session: Session, run: int | None, window: str | None) -> list[int]:
    """The runs that a verb is about: one, a window's, or the latest."""
    from models import Run
    from review import listing, windows

    if run is not None and window is not None:
        fail("--run 和 --window 只能给一个", WRONG_INPUT)
    if window is not None:
        windows.named(session, window)
        return listing.runs_of(session, window)
    if run is not None:
        if session.get(Run, run) is None:
            fail(f"没有批次 {run}", WRONG_INPUT)
        return [run]
    latest = listing.latest_run(session)
    return [latest.id] if latest else []


def window_name(session: Session, name: str | None) -> str | None:
    """The named window, else the one of the latest run; None where there is none."""
    from review import windows

    if name is not None:
        return windows.named(session, name).name
    latest = windows.latest(session)
    return latest.name if latest else None


def stated_window(session: Session, name: str | None) -> Window:
    """The named window, else the one of the latest run; ends the command where there is none."""
    from review import windows

    found = window_name(session, name)
    if found is None:
        fail("还没有采样窗口，请用 --window 指明", WRONG_INPUT)
    return windows.named(session, found)


def accused(session: Session, target: str | None, unit: str | None) -> Accused:
    """Whom a manual finding accuses: a target by code, id or name, or a unit by name."""
    from sqlalchemy import or_, select

    from models import Target, Unit
    from review.decisions import Accused

    if bool(target) == bool(unit):
        fail("请用 --target 或 --unit 指明一个对象", WRONG_INPUT)
    if unit:
        found = session.scalar(select(Unit).where(Unit.name == unit))
        return Accused(unit=found) if found else fail(f"名录中没有单位“{unit}”", WRONG_INPUT)
    same = [Target.code == target, Target.name == target]
    if target and target.isdecimal() and len(target) < 10:
        same.append(Target.id == int(target))
    matches = session.scalars(select(Target).where(or_(*same))).all()
    if len(matches) != 1:
        told = "没有" if not matches else f"有 {len(matches)} 个"
        fail(f"名录中{told}“{target}”；请用编号（xuncha verdicts --json 的 target）", WRONG_INPUT)
    return Accused(target=matches[0])


def day_of(text: str) -> date:
    """The day that an option states; a bad one ends the command."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"日期 {text!r} 无法识别；请写 YYYY-MM-DD", WRONG_INPUT)
