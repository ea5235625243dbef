"""Read the figures of a window from the tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from pydantic import ValidationError
from sqlalchemy import func, select

from checks.deadlines import BEIJING, beijing_day
from crawler import factcodec
from models import Capture, Fact, Item, Notice, Run, Target, Window
from report import collect, kept
from report.figures import AnnualReports, Before, Figures, LetterCount, Repeat, Tally, Volume, tally
from review import results

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from crawler.extract.facts import Letter
    from report.plain import Subject, WindowData

_ANSWERED = ("已回复", "已答复", "已办结", "办结", "已处理")
_REPORT = "年度报表"
_LAST_MONTH_OF_REPORTS = 3


def read(session: Session, window: Window, data: WindowData) -> Figures:
    """All figures of a window; what was never observed is left out, not told as zero."""
    ids = _targets(session, data)
    before = _window_before(session, window)
    return Figures(
        _before(session, before) if before else None,
        tuple(_repeats(session, before, data)) if before else (),
        tuple(_volumes(session, window, data, ids)),
        tuple(_letters(session, window, data, ids)),
        _annual(session, window, ids),
    )


def _targets(session: Session, data: WindowData) -> dict[int, Subject]:
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


def _volumes(
    session: Session, window: Window, data: WindowData, ids: dict[int, Subject]
) -> Iterator[Volume]:
    """Published items by unit; a window in which nothing was read tells nothing."""
    counted = _items_in(session, window)
    if not counted:
        return
    rows: dict[str, Counter[str]] = {unit: Counter() for unit in data.units}
    for target, subject in ids.items():
        if subject.running and subject.fresh:
            rows[subject.unit][subject.kind] += 1
            rows[subject.unit][f"{subject.kind} items"] += counted.get(target, 0)
    for unit, told in rows.items():
        yield Volume(unit, told["site"], told["site items"], told["account"], told["account items"])


def _items_in(session: Session, window: Window) -> dict[int, int]:
    """Target id → items dated inside the window's Beijing days."""
    first = datetime.combine(window.starts_on, time(), BEIJING)
    last = datetime.combine(window.ends_on, time(), BEIJING) + timedelta(days=1)
    chosen = (
        select(Item.target_id, func.count())
        .where(Item.published_at >= first, Item.published_at < last)
        .group_by(Item.target_id)
    )
    return {row[0]: row[1] for row in session.execute(chosen)}


def _letters(
    session: Session, window: Window, data: WindowData, ids: dict[int, Subject]
) -> Iterator[LetterCount]:
    seen: defaultdict[str, dict[tuple[int, str, str], Letter]] = defaultdict(dict)
    for target, letter in _read_letters(session, window):
        subject = ids.get(target)
        asked = letter.asked_on
        if subject is None or asked is None or not window.starts_on <= asked <= window.ends_on:
            continue
        seen[subject.unit][target, letter.title, asked.isoformat()] = letter
    for unit in data.units:
        if unit in seen:
            yield _letter_count(unit, list(seen[unit].values()))


def _letter_count(unit: str, letters: list[Letter]) -> LetterCount:
    answered = [
        one for one in letters if one.replied_on or any(word in one.status for word in _ANSWERED)
    ]
    waited = [
        (one.replied_on - one.asked_on).days
        for one in answered
        if one.replied_on and one.asked_on and one.replied_on >= one.asked_on
    ]
    return LetterCount(unit, len(letters), len(answered), len(waited), sum(waited))


def _read_letters(session: Session, window: Window) -> Iterator[tuple[int, Letter]]:
    """The letters on the boards, as the runs of the window saw them, the oldest run first."""
    chosen = (
        select(Fact.target_id, Fact.payload)
        .join(Run, Run.id == Fact.run_id)
        .join(Capture, Capture.id == Fact.capture_id)
        .where(
            Run.window_id == window.id,
            Run.state.in_(results.COUNTED_RUNS),
            Fact.kind == factcodec.PAGE,
            Capture.role == "board",
        )
        .order_by(Run.as_of, Fact.id)
    )
    for target, payload in session.execute(chosen):
        try:
            page = factcodec.decode_page(payload)
        except ValidationError:
            # Facts of an older extractor: re-reading is `judge --reextract`, not a report's work.
            continue
        for letter in page.letters:
            yield target, letter


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
