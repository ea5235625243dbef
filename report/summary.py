"""The numbers of a window for the terminal and for programs: the same as the notice's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from report import collect, figures_read, kept, reconcile
from report import layout as layouts
from report.annexes import annexes
from report.statistics import Statistics, tables
from review import windows

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from sqlalchemy.orm import Session

    from report.table import StatisticsTable

SCHEMA = "xuncha-window-report-1"


@dataclass(frozen=True, slots=True)
class Summary:
    """The tables of a window; `problems` are what still forbids its notice."""

    window: str
    layout: str
    frozen: bool
    tables: tuple[StatisticsTable, ...]
    problems: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data: rows as objects by heading, every value as printed."""
        return {
            "schema": SCHEMA,
            "window": self.window,
            "layout": self.layout,
            "frozen": self.frozen,
            "tables": {
                one.key: {
                    "title": one.title,
                    "rows": [dict(zip(one.headings, row, strict=True)) for row in one.rows],
                }
                for one in self.tables
            },
            "problems": list(self.problems),
        }


def summary(
    session: Session, name: str, layout: str, *, home: Path | None, today: date | None
) -> Summary:
    """What is counted of a window; of a frozen one what was kept. Raises as export does."""
    window = windows.named(session, name)
    chosen = layouts.load(layout, home)
    beside = kept.kept_beside(session, window)
    data = kept.kept_data(session, window) if window.frozen_at else None
    unfrozen = data is None
    if data is None:
        data = collect.window_data(session, window)
    figures = beside.figures if beside else figures_read.read(session, window, data)
    problems: list[str] = []
    if unfrozen:
        status = collect.window_status(session, window, today)
        made = annexes(data, chosen, lambda: figures)
        problems = reconcile.problems(data, status, chosen, made)
    told = tables(Statistics(data, figures, chosen))
    frozen = window.frozen_at is not None
    return Summary(window.name, chosen.name, frozen, tuple(told), tuple(problems))
