"""Read from the tables what was published and which letters were shown in a span of days."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from checks.deadlines import beijing_day
from crawler import factcodec
from models import Capture, Column, Fact, Item, Run
from report.figures import LetterCount, Volume
from report.letter_kinds import NO_KIND, kind_of
from report.published import ColumnVolume, PlatformVolume, UnitVolume
from review import results

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from crawler.extract.facts import Letter
    from report.plain import Subject
    from report.spans import Span

_ANSWERED = ("已回复", "已答复", "已办结", "办结", "已处理")


def items(session: Session, span: Span) -> dict[int, int]:
    """Target id → items dated inside the span."""
    chosen = (
        select(Item.target_id, func.count())
        .where(Item.published_at >= span.first, Item.published_at < span.after)
        .group_by(Item.target_id)
    )
    return {row[0]: row[1] for row in session.execute(chosen)}


def volumes(
    counted: Mapping[int, int], units: Sequence[str], targets: Mapping[int, Subject]
) -> Iterator[Volume]:
    """Published items by unit; a span in which nothing was seen tells nothing."""
    if not counted:
        return
    rows: dict[str, Counter[str]] = {unit: Counter() for unit in units}
    for target, subject in _read(targets):
        rows[subject.unit][subject.kind] += 1
        rows[subject.unit][f"{subject.kind} items"] += counted.get(target, 0)
    for unit, told in rows.items():
        yield Volume(unit, told["site"], told["site items"], told["account"], told["account items"])


def unit_volumes(
    counted: Mapping[int, int], units: Sequence[str], targets: Mapping[int, Subject]
) -> Iterator[UnitVolume]:
    """Published items by registered unit: in the order of the rows, then of the registry."""
    if not counted:
        return
    places = {unit: place for place, unit in enumerate(units)}
    rows: dict[tuple[str, str], Counter[str]] = {}
    for target, subject in _read(targets):
        told = rows.setdefault((subject.unit, subject.own_unit or subject.unit), Counter())
        told[subject.kind] += 1
        told[f"{subject.kind} items"] += counted.get(target, 0)
    ordered = sorted(rows.items(), key=lambda one: places.get(one[0][0], len(places)))
    for (unit, own), told in ordered:
        yield UnitVolume(
            unit, own, told["site"], told["site items"], told["account"], told["account items"]
        )


def platform_volumes(
    counted: Mapping[int, int], targets: Mapping[int, Subject]
) -> Iterator[PlatformVolume]:
    """Published items by printed type of account, the most frequent type first."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for target, subject in _read(targets):
        if subject.kind == "account":
            rows[subject.platform].append(counted.get(target, 0))
    for platform, mine in sorted(rows.items(), key=lambda one: -len(one[1])):
        yield PlatformVolume(platform, len(mine), sum(mine), mine.count(0))


def column_volumes(
    session: Session, span: Span, targets: Mapping[int, Subject]
) -> Iterator[ColumnVolume]:
    """Published items by registered column of the sites that were read, in registry order."""
    counted, newest = _by_column(session, span)
    registered = (
        select(Column.id, Column.site_id, Column.name, Column.responsible_unit)
        .where(Column.registered.is_(True), Column.retired.is_(False))
        .order_by(Column.id)
    )
    rows: defaultdict[int, list[ColumnVolume]] = defaultdict(list)
    sites = {target: one for target, one in _read(targets) if one.kind == "site"}
    for column, site, name, responsible in session.execute(registered):
        told = sites.get(site)
        if told is not None:
            volume = ColumnVolume(
                told.unit, told.name, name, responsible, counted.get(column, 0), newest.get(column)
            )
            rows[site].append(volume)
    for site in sites:
        yield from rows[site]


def letters(
    session: Session,
    span: Span,
    targets: Mapping[int, Subject],
    *,
    units: Sequence[str],
    window: int | None,
) -> tuple[tuple[LetterCount, ...], tuple[LetterCount, ...]]:
    """The letters asked in the span, by unit and by class, as runs of the window or span saw them."""
    by_unit: dict[str, list[Letter]] = {unit: [] for unit in units}
    by_kind: defaultdict[str, list[Letter]] = defaultdict(list)
    for (target, _, _), (letter, kind) in _seen(session, span, window).items():
        subject = targets.get(target)
        if subject is not None:
            by_unit[subject.unit].append(letter)
            by_kind[kind].append(letter)
    kinds = sorted(by_kind.items(), key=lambda one: (one[0] == NO_KIND, -len(one[1]), one[0]))
    return (
        tuple(_letter_count(unit, mine) for unit, mine in by_unit.items() if mine),
        tuple(_letter_count(kind, mine) for kind, mine in kinds),
    )


def _read(targets: Mapping[int, Subject]) -> Iterator[tuple[int, Subject]]:
    return ((target, one) for target, one in targets.items() if one.running and one.fresh)


def _by_column(session: Session, span: Span) -> tuple[dict[int, int], dict[int, date]]:
    inside = (
        select(Item.column_id, func.count())
        .where(Item.column_id.is_not(None))
        .where(Item.published_at >= span.first, Item.published_at < span.after)
        .group_by(Item.column_id)
    )
    ever = (
        select(Item.column_id, func.max(Item.published_at))
        .where(Item.column_id.is_not(None), Item.published_at < span.after)
        .group_by(Item.column_id)
    )
    counted = {column: count for column, count in session.execute(inside) if column is not None}
    newest = {
        column: beijing_day(moment)
        for column, moment in session.execute(ever)
        if column is not None and moment is not None
    }
    return counted, newest


def _seen(
    session: Session, span: Span, window: int | None
) -> dict[tuple[int, str, str], tuple[Letter, str]]:
    """Each letter once, as the newest run told it, with its class."""
    found: dict[tuple[int, str, str], tuple[Letter, str]] = {}
    for target, letter, page in _shown(session, span, window):
        if span.holds(letter.asked_on) and letter.asked_on is not None:
            key = (target, letter.title, letter.asked_on.isoformat())
            found[key] = (letter, kind_of(letter.title, page))
    return found


def _shown(session: Session, span: Span, window: int | None) -> Iterator[tuple[int, Letter, str]]:
    """The letters on the boards with the board's title, the oldest run first."""
    chosen = (
        select(Fact.target_id, Fact.payload)
        .join(Run, Run.id == Fact.run_id)
        .join(Capture, Capture.id == Fact.capture_id)
        .where(
            Run.state.in_(results.COUNTED_RUNS),
            Fact.kind == factcodec.PAGE,
            Capture.role == "board",
        )
        .order_by(Run.as_of, Fact.id)
    )
    if window is not None:
        chosen = chosen.where(Run.window_id == window)
    else:
        chosen = chosen.where(Run.as_of >= span.first, Run.as_of < span.after)
    for target, payload in session.execute(chosen):
        try:
            page = factcodec.decode_page(payload)
        except ValueError:
            # Facts of an older extractor: re-reading is `judge --reextract`, not a report's work.
            continue
        for letter in page.letters:
            yield target, letter, page.title


def _letter_count(name: str, letters: list[Letter]) -> LetterCount:
    answered = [
        one for one in letters if one.replied_on or any(word in one.status for word in _ANSWERED)
    ]
    waited = [
        (one.replied_on - one.asked_on).days
        for one in answered
        if one.replied_on and one.asked_on and one.replied_on >= one.asked_on
    ]
    return LetterCount(name, len(letters), len(answered), len(waited), sum(waited))
