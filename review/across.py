"""Across windows: how often each problem was printed, and what a unit had the window before, too.

Pure: what findings say goes in, counts and repeats come out; `read` fetches the findings.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from models import Finding, Target, Unit, Window
from review.states import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

PRINTED = (State.CONFIRMED, State.RECTIFIED)


@dataclass(frozen=True, slots=True)
class Printed:
    """One finding that a notice prints. `subject` is `target:ID` or `unit:ID`."""

    window: str
    unit: str
    subject: str
    name: str
    check: str
    label: str
    rectified_on: date | None = None


@dataclass(frozen=True, slots=True)
class Trend:
    """One problem over the windows: how many findings, and how many of them are rectified."""

    check: str
    label: str
    counts: tuple[int, ...]
    rectified: tuple[int, ...]

    @property
    def change(self) -> int:
        """The last window against the one before it."""
        return self.counts[-1] - self.counts[-2] if len(self.counts) > 1 else 0


@dataclass(frozen=True, slots=True)
class Again:
    """A finding of a window whose unit had the same problem in the window before.

    `in_a_row` counts the windows up to this one in which the unit had it; `same_subject` says that
    the very target had it the last time, not only another one of the unit; `settled_before` that
    what the window before printed was rectified, so that it came back.
    """

    found: Printed
    in_a_row: int
    same_subject: bool
    settled_before: bool


def trends(windows: Sequence[str], found: Iterable[Printed]) -> list[Trend]:
    """Every problem that any of the windows printed, the most frequent of the last one first."""
    counts: Counter[tuple[str, str]] = Counter()
    rectified: Counter[tuple[str, str]] = Counter()
    labels: dict[str, str] = {}
    for one in found:
        counts[one.check, one.window] += 1
        rectified[one.check, one.window] += one.rectified_on is not None
        labels.setdefault(one.check, one.label)
    rows = [
        Trend(
            check,
            label,
            tuple(counts[check, window] for window in windows),
            tuple(rectified[check, window] for window in windows),
        )
        for check, label in labels.items()
    ]
    shown = [one for one in rows if any(one.counts)]
    return sorted(shown, key=lambda one: (-one.counts[-1], -sum(one.counts), one.check))


def again(windows: Sequence[str], found: Iterable[Printed]) -> list[Again]:
    """What the last window prints of units that had the same problem in the window before it."""
    if len(windows) < 2:
        return []
    by_matter: dict[tuple[str, str, str], list[Printed]] = defaultdict(list)
    for one in found:
        by_matter[one.window, one.unit, one.check].append(one)
    *earlier, last = windows
    told = []
    for (window, unit, check), now in by_matter.items():
        before = by_matter.get((earlier[-1], unit, check), [])
        if window != last or not before:
            continue
        row = 1
        for name in reversed(earlier):
            if (name, unit, check) not in by_matter:
                break
            row += 1
        subjects = {one.subject for one in before}
        settled = all(one.rectified_on is not None for one in before)
        told += [Again(one, row, one.subject in subjects, settled) for one in now]
    return sorted(told, key=lambda one: (-one.in_a_row, one.found.unit, one.found.check))


def window_names(session: Session, until: str | None = None, most: int = 8) -> list[str]:
    """The names of the windows up to one (the last one without it), the earliest first."""
    names = list(session.scalars(select(Window.name).order_by(Window.starts_on)))
    if until in names:
        names = names[: names.index(until) + 1]
    return names[-most:]


def read(session: Session, windows: Sequence[str]) -> list[Printed]:
    """The printed findings of the windows; canaries are counted nowhere."""
    rows = session.execute(
        select(Finding, Window.name, Unit.name, Target.name)
        .join(Window, Window.id == Finding.window_id)
        .join(Unit, Unit.id == Finding.unit_id)
        .outerjoin(Target, Target.id == Finding.target_id)
        .where(
            Window.name.in_(windows),
            Finding.state.in_([state.value for state in PRINTED]),
            Target.canary.is_not(True),
        )
        .order_by(Window.starts_on, Finding.id)
    )
    return [
        Printed(
            window,
            unit,
            finding.subject,
            name or unit,
            finding.check,
            finding.label,
            finding.rectified_on,
        )
        for finding, window, unit, name in rows
    ]
