"""Tables of statistics of a window, or of any stretch of days, whether a window or none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from report import collect, figures_read, kept
from report import layout as layouts
from report.messages import read as messages_read
from report.misplaced_read import misplaced, table
from report.plain import WindowData
from report.spans import Span, present
from report.statistics import Statistics, all_tables
from review import windows

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from sqlalchemy.orm import Session

    from report.table import StatisticsTable


def of_window(
    session: Session, name: str, layout: str, *, home: Path | None
) -> list[StatisticsTable]:
    """As the window's notice tells them; of a frozen one as they were kept.

    Columns whose content speaks against them are told as of now: they stand in no notice.
    """
    window = windows.named(session, name)
    beside = kept.kept_beside(session, window)
    data = kept.kept_data(session, window) or collect.window_data(session, window)
    figures = beside.figures if beside else figures_read.read(session, window, data)
    chosen = layouts.load(layout, home)
    found = misplaced(
        session,
        Span(window.starts_on, window.ends_on),
        figures_read.targets(session, data),
    )
    return [*all_tables(Statistics(data, figures, chosen)), table(found, chosen)]


def of_span(
    session: Session, days: tuple[date, date], layout: str, *, home: Path | None
) -> list[StatisticsTable]:
    """What was published and which letters and messages came between two days, both included.

    Who is counted is who is registered today; who was read well is told by the runs of the span.
    """
    span = Span(*days)
    known = present(session, span)
    rows = known.places.rows
    figures = replace(
        figures_read.published(session, span, rows, known.targets),
        messages=messages_read.read(
            session,
            days,
            units=rows,
            places=known.places.sites,
        ),
    )
    name = f"{days[0]}—{days[1]}"
    data = WindowData(name, *days, None, rows, tuple(known.targets.values()))
    chosen = layouts.load(layout, home)
    found = misplaced(session, span, known.targets)
    return [*all_tables(Statistics(data, figures, chosen)), table(found, chosen)]
