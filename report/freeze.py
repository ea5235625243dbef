"""End a window: what its notice prints is computed once and kept, whatever later nights find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import select

from models import Notice
from report import collect, layout, reconcile
from report.rows import WindowData, annex_set
from report.table import AnnexSet
from review import windows

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from models import Window

PLAIN = "*"
"""The notice row that keeps the plain data, for layouts that are added after the freeze."""
_PLAIN_DATA = TypeAdapter(WindowData)


class ExportRefused(Exception):  # noqa: N818 -- a refusal, with its reasons; nothing is broken
    """A notice that must not go out; `lines` say why, in plain Chinese."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("不能出具通报附件：\n" + "\n".join(lines))
        self.lines = lines


def freeze(session: Session, name: str, *, at: datetime, today: date | None = None) -> Window:
    """End the window and keep its annexes under every layout at hand; the caller commits.

    Raises ExportRefused while anything stands against printing it, WindowError when it is not
    there or frozen already.
    """
    window = windows.named(session, name)
    if window.frozen_at is not None:
        raise windows.WindowError(f"窗口 {name} 已经封存")
    data = collect.window_data(session, window)
    status = collect.window_status(session, window, today)
    notices: dict[str, dict[str, Any]] = {PLAIN: _PLAIN_DATA.dump_python(data, mode="json")}
    problems: list[str] = []
    for one in map(layout.load, layout.names()):
        tables = annex_set(data, one)
        problems.extend(reconcile.problems(data, status, one, tables))
        notices[one.name] = tables.to_payload()
    if problems:
        raise ExportRefused(list(dict.fromkeys(problems)))
    return windows.freeze(session, name, at=at, notices=notices)


def frozen_tables(session: Session, window: Window, chosen: layout.Layout) -> AnnexSet:
    """The annexes of a frozen window as they were kept."""
    kept = {
        one.layout: one.payload
        for one in session.scalars(select(Notice).where(Notice.window_id == window.id))
    }
    if chosen.name in kept:
        return AnnexSet.from_payload(kept[chosen.name])
    if PLAIN not in kept:
        raise ExportRefused([f"窗口 {window.name} 封存时没有保存版式 {chosen.name} 的附件数据"])
    return annex_set(_PLAIN_DATA.validate_python(kept[PLAIN]), chosen)
