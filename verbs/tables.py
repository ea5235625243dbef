"""What verbs of statistics share: a window or two days, a layout, and tables to see or to keep."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import clock
from verbs.shell import WRONG_INPUT, console, day_of, fail, print_table, readers, window_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from report.table import StatisticsTable

From = Annotated[str, typer.Option("--from", help="开始日期；与 --to 同用，代替 --window")]
To = Annotated[str, typer.Option("--to", help="结束日期（含）")]
Layouts = Annotated[str, typer.Option("--layout", help="版式名：取它的小数位和单位名称")]
Out = Annotated[
    Path | None, typer.Option("--out", help="写成文件：.xlsx、.csv（一张表一个文件）或 .json")
]
SHOWN = 60
_WIDEST = 60


def show(
    keys: Sequence[str],
    *,
    window: str | None,
    days: tuple[str, str],
    layout: str,
    out: Path | None,
    as_json: bool,
    empty: str,
) -> None:
    """Print the tables of those keys, or write them to a file."""
    from report.period_tables import of_span, of_window

    loaded, sessions = readers()
    with sessions() as session:
        if any(days):
            if window is not None or not all(days):
                fail("请给出 --window，或同时给出 --from 和 --to", WRONG_INPUT)
            start, end = day_of(days[0]), day_of(days[1])
            if end < start:
                fail(f"结束日期 {end} 早于开始日期 {start}", WRONG_INPUT)
            name = f"{start:%Y%m%d}-{end:%Y%m%d}"
            found = of_span(session, (start, end), layout, home=loaded.home)
        else:
            chosen = window_name(session, window)
            if chosen is None:
                fail("还没有采样窗口，请用 --window 或 --from、--to 指明", WRONG_INPUT)
            name = chosen
            found = of_window(session, chosen, layout, home=loaded.home)
    wanted = [one for one in found if one.key in keys]
    deliver(wanted, name, out=out, as_json=as_json, empty=empty)


def deliver(
    tables: Sequence[StatisticsTable], name: str, *, out: Path | None, as_json: bool, empty: str
) -> None:
    """To a file, as one JSON object, or on the terminal."""
    if out is not None:
        _write(tables, name, out)
    elif as_json:
        typer.echo(json.dumps(_object(tables, name), ensure_ascii=False))
    else:
        tell(tables, empty)


def tell(tables: Sequence[StatisticsTable], empty: str) -> None:
    """The filled tables on a terminal; long ones end with how many rows are left out."""
    filled = [one for one in tables if one.rows]
    if not filled:
        typer.echo(empty)
    for table in filled:
        console().print(f"\n{table.title}", markup=False, soft_wrap=True)
        shown = [tuple(map(_cut, row)) for row in table.rows[:SHOWN]]
        rows = [dict(zip(table.headings, row, strict=True)) for row in shown]
        print_table(rows, {heading: heading for heading in table.headings}, "")
        more = len(table.rows) - SHOWN
        if more > 0:
            typer.echo(f"另有 {more} 行，用 --json 或 --out 取全表")


def _cut(cell: str) -> str:
    """A long cell shortened for the terminal; an address stays whole."""
    short = len(cell) <= _WIDEST or cell.startswith(("http://", "https://"))
    return cell if short else f"{cell[:_WIDEST]}…"


def _object(tables: Sequence[StatisticsTable], name: str) -> dict[str, Any]:
    return {
        "schema": "xuncha-statistics-1",
        "period": name,
        "tables": {
            one.key: {
                "title": one.title,
                "rows": [dict(zip(one.headings, row, strict=True)) for row in one.rows],
            }
            for one in tables
        },
    }


def _write(tables: Sequence[StatisticsTable], name: str, out: Path) -> None:
    from report.table import AnnexSet
    from report.table_annexes import annexes
    from report.text_files import csv_bytes
    from report.xlsx import workbook_bytes

    suffix = out.suffix.lower()
    made = annexes([one for one in tables if one.rows])
    if not made:
        fail("没有可写的表", WRONG_INPUT)
    if suffix == ".json":
        body = json.dumps(_object(tables, name), ensure_ascii=False, indent=1)
        files = {out: f"{body}\n".encode()}
    elif suffix == ".xlsx":
        dated = clock.now().date().isoformat()
        files = {out: workbook_bytes(AnnexSet(name, "", dated, made))}
    elif suffix == ".csv":
        files = {
            out.with_name(f"{out.stem}-{table.key}.csv"): csv_bytes(one)
            for table, one in zip([t for t in tables if t.rows], made, strict=True)
        }
    else:
        fail("--out 的文件名应以 .xlsx、.csv 或 .json 结尾", WRONG_INPUT)
    for path, content in files.items():
        path.write_bytes(content)
        typer.echo(str(path))
