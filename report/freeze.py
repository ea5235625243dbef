"""End a window: what its notice prints is computed once and kept, whatever later nights find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models import Notice
from report import collect, figures_read, kept, layout, reconcile
from report.annexes import annexes
from report.figures import Figures
from report.kept import Beside
from report.notice import charts
from report.notice.templates import own_template
from report.stamp import window_stamp
from report.statistics import Statistics
from report.table import AnnexSet
from review import windows

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from models import Window
    from report.layout_plan import Layout
    from report.plain import WindowData

_CHARTS = "hunan"
"""Pictures are drawn once for all layouts, with this one's rounding."""


class ExportRefused(Exception):  # noqa: N818 -- a refusal, with its reasons; nothing is broken
    """A notice that must not go out; `lines` say why, in plain Chinese."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("不能出具通报附件：\n" + "\n".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Prepared:
    """The notices of a window as they would be kept, and the stamp of what they were made from."""

    stamp: tuple[Any, ...]
    notices: dict[str, dict[str, Any]]


def prepare(
    session: Session, name: str, *, today: date | None = None, home: Path | None = None
) -> Prepared:
    """Make what a freeze keeps: the annexes under every layout at hand, those of `home` among them.

    Takes half a minute for a province, so it belongs into a session that only reads: on SQLite a
    writing one would keep every operator's decision waiting. Raises ExportRefused while anything
    stands against printing it, LayoutError for a layout that cannot be read, WindowError when
    the window is not there or frozen already.
    """
    window = windows.named(session, name)
    if window.frozen_at is not None:
        raise windows.WindowError(f"窗口 {name} 已经封存")
    stamp = window_stamp(session, window)
    data = collect.window_data(session, window)
    status = collect.window_status(session, window, today)
    figures = figures_read.read(session, window, data)
    notices: dict[str, dict[str, Any]] = {kept.PLAIN: kept.dumped(data)}
    problems: list[str] = []
    for one in [layout.load(each, home) for each in layout.names(home)]:
        tables = annexes(data, one, lambda: figures)
        problems.extend(reconcile.problems(data, status, one, tables))
        notices[one.name] = tables.to_payload()
    if problems:
        raise ExportRefused(list(dict.fromkeys(problems)))
    notices[kept.BESIDE] = beside(data, figures, home).to_payload()
    return Prepared(stamp, notices)


def freeze(
    session: Session,
    name: str,
    *,
    at: datetime,
    today: date | None = None,
    home: Path | None = None,
    prepared: Prepared | None = None,
) -> Window:
    """End the window and keep its annexes; the caller commits. Raises as `prepare` does.

    What was `prepared` counts as long as nothing moved since; else it is made anew here.
    """
    if prepared is None or prepared.stamp != window_stamp(session, windows.named(session, name)):
        prepared = prepare(session, name, today=today, home=home)
    return windows.freeze(session, name, at=at, notices=prepared.notices)


def beside(data: WindowData, figures: Figures, home: Path | None) -> Beside:
    """What the document of a window needs beside its annexes, as of now."""
    told = Statistics(data, figures, layout.load(_CHARTS))
    pictures = charts.draw(told, charts.chinese_font())
    return Beside(figures, pictures, own_template(home))


def frozen_tables(session: Session, window: Window, chosen: Layout) -> AnnexSet:
    """The annexes of a frozen window as they were kept."""
    named = {
        one.layout: one.payload
        for one in session.scalars(select(Notice).where(Notice.window_id == window.id))
    }
    if chosen.name in named:
        return AnnexSet.from_payload(named[chosen.name])
    data = kept.kept_data(session, window)
    if data is None:
        raise ExportRefused([f"窗口 {window.name} 封存时没有保存版式 {chosen.name} 的附件数据"])
    told = kept.kept_beside(session, window)
    return annexes(data, chosen, lambda: told.figures if told else Figures())
