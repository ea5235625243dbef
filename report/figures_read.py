"""Read the figures of a window from the tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from checks.deadlines import beijing_day
from models import Item, Notice, Run, Target, Window
from report import collect, kept, published_read
from report.figures import AnnualReports, Before, Figures, Repeat, Tally, tally
from report.messages import read as messages_read
from report.period import calendar_span
from report.spans import Span
from review import results

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from report.messages.counting import MessageFigures
    from report.plain import Subject, WindowData

_REPORT = "年度报表"
_LAST_MONTH_OF_REPORTS = 3


def read(session: Session, window: Window, data: WindowData) -> Figures:
    """All figures of a window; what was never observed is left out, not told as zero."""
    ids = targets(session, data)
    before = _window_before(session, window)
    span = Span(window.starts_on, window.ends_on)
    seen = published(session, span, data.units, ids, window=window.id)
    return replace(
        seen,
        before=_before(session, before) if before else None,
        repeats=tuple(_repeats(session, before, data)) if before else (),
        annual=_annual(session, window, ids),
        messages=_messages(session, window, data),
    )


def published(
    session: Session,
    span: Span,
    units: Sequence[str],
    targets: Mapping[int, Subject],
    *,
    window: int | None = None,
) -> Figures:
    """What was published, and the letters shown, in a span of days; of a window by its runs."""
    counted = published_read.items(session, span)
    by_unit, by_kind = published_read.letters(session, span, targets, units=units, window=window)
    return Figures(
        volumes=tuple(published_read.volumes(counted, units, targets)),
        letters=by_unit,
        unit_volumes=tuple(published_read.unit_volumes(counted, units, targets)),
        column_volumes=tuple(published_read.column_volumes(session, span, targets)),
        platform_volumes=tuple(published_read.platform_volumes(counted, targets)),
        letter_kinds=by_kind,
    )


def _messages(session: Session, window: Window, data: WindowData) -> MessageFigures | None:
    """The messages of the quarter or year that the window is named after, else of its own days."""
    sites = {one.code: (one.unit, one.name) for one in data.subjects if one.kind == "site"}
    return messages_read.read(
        session,
        calendar_span(window.name) or (window.starts_on, window.ends_on),
        units=data.units,
        places=sites,
    )


def targets(session: Session, data: WindowData) -> dict[int, Subject]:
    """Target id → its subject."""
    by_identity = {one.identity: one for one in data.subjects}
    chosen = select(Target.id, Target.kind, Target.identity)
    return {
        row.id: by_identity[f"{row.kind}:{row.identity}"]
        for row in session.execute(chosen)
        if f"{row.kind}:{row.identity}" in by_identity
    }


def _window_before(session: Session, window: Window) -> Window | None:
    """The last earlier window of which anything is known: a run, or an imported notice."""
    known = (
        select(Run.window_id)
        .where(Run.state.in_(results.COUNTED_RUNS))
        .union(select(Notice.window_id))
    )
    return session.scalar(
        select(Window)
        .where(Window.starts_on < window.starts_on, Window.id.in_(known))
        .order_by(Window.starts_on.desc())
        .limit(1)
    )


def _data_of(session: Session, window: Window) -> WindowData:
    return kept.kept_data(session, window) or collect.window_data(session, window)


def _before(session: Session, window: Window) -> Before:
    imported = kept.kept(session, window, kept.IMPORTED)
    if imported is not None:
        told = imported.get("tallies", {})
        found = {kind: Tally(window.name, *counts) for kind, counts in told.items()}
        return Before(window.name, found.get("site"), found.get("account"))
    data = _data_of(session, window)
    sites = tally(window.name, (one for one in data.subjects if one.kind == "site"))
    accounts = tally(window.name, (one for one in data.subjects if one.kind == "account"))
    return Before(window.name, sites, accounts)


def _repeats(session: Session, before: Window, data: WindowData) -> Iterator[Repeat]:
    """Targets with a veto now that they had in the window before, in registry order."""
    earlier = {
        (one.identity, problem.check)
        for one in _data_of(session, before).subjects
        for problem in one.vetoes
    }
    for one in data.subjects:
        again = [problem for problem in one.vetoes if (one.identity, problem.check) in earlier]
        if again and one.failed:
            yield Repeat(one.kind, one.unit, one.name, tuple(again))


def _annual(session: Session, window: Window, ids: dict[int, Subject]) -> AnnualReports | None:
    """Reports are due by the end of January: told in the first quarter, where any was seen."""
    if window.starts_on.month > _LAST_MONTH_OF_REPORTS:
        return None
    year = window.starts_on.year
    chosen = select(Item.target_id, Item.published_at).where(Item.title.contains(_REPORT))
    shown = {
        row.target_id
        for row in session.execute(chosen)
        if row.published_at is not None and beijing_day(row.published_at).year == year
    }
    sites = {target: one for target, one in ids.items() if one.kind == "site" and one.running}
    read = {target: one for target, one in sites.items() if one.fresh}
    if not shown & read.keys():
        return None
    missing = tuple(one.name for target, one in read.items() if target not in shown)
    return AnnualReports(year - 1, len(read), missing)
