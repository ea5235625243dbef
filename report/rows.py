"""Annex tables from plain data: counting, listing, labels, order. No database, no clock."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from report import numbers
from report.dates import DateStyle, end_of_span, printed
from report.layout import AnnexPlan, CountField, Layout, ProblemField
from report.table import Annex, AnnexSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

UPDATE_CHECKS = frozenset({"W3.1", "W3.2", "M2.1"})
"""Problems that a last update explains; beside any other the date cell stays empty."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One confirmed veto of a target. `own_label` is a label that a person wrote for it.

    `last_update` is the newest own item known at the failing run; None: none was ever seen.
    """

    check: str
    label: str
    own_label: bool = False
    last_update: date | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """One registered target as the annexes need it. `unit` is the row it is counted under.

    `running` excludes what is closed; `fresh` says that it was read well in the window, else
    `unread` is the reason in Chinese, empty where nobody ever looked.
    """

    kind: str
    name: str
    unit: str
    code: str = ""
    platform: str = ""
    sponsor: str = ""
    running: bool = True
    fresh: bool = True
    unread: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def checked(self) -> bool:
        """Whether it counts as checked: read well, or convicted without (a dead site)."""
        return self.running and (self.fresh or bool(self.problems))


@dataclass(frozen=True, slots=True)
class WindowData:
    """Everything the annexes of one window are made from; subjects in registry order."""

    window: str
    starts_on: date
    ends_on: date
    recheck_on: date | None
    units: tuple[str, ...]
    subjects: tuple[Subject, ...]


def annex_set(data: WindowData, layout: Layout) -> AnnexSet:
    """All annexes of a window under a layout, every cell as printed."""
    annexes = tuple(_annex(data, layout, plan) for plan in layout.annexes)
    return AnnexSet(data.window, layout.name, data.ends_on.isoformat(), annexes)


def _annex(data: WindowData, layout: Layout, plan: AnnexPlan) -> Annex:
    subjects = [one for one in data.subjects if one.kind == plan.subject]
    counts = plan.kind == "counts"
    rows = _count_rows if counts else _problem_rows
    return Annex(
        plan.number,
        plan.title,
        tuple(column.as_heading() for column in plan.columns),
        tuple(rows(data, layout, plan, subjects)),
        _total_row(layout, plan, subjects) if counts else None,
        (*_notes(data, layout), *(_unread_note(plan, subjects) if counts else ())),
    )


def _unit_order(data: WindowData, layout: Layout) -> list[str]:
    return list(dict.fromkeys(layout.short_name(unit) for unit in data.units))


def _count_rows(
    data: WindowData, layout: Layout, plan: AnnexPlan, subjects: Sequence[Subject]
) -> Iterable[tuple[str, ...]]:
    running = Counter(layout.short_name(one.unit) for one in subjects if one.running)
    listed = [unit for unit in _unit_order(data, layout) if running[unit]]
    for index, unit in enumerate(listed, 1):
        mine = [one for one in subjects if layout.short_name(one.unit) == unit]
        cells = _figures(layout, plan, mine) | {
            CountField.INDEX: str(index),
            CountField.UNIT: unit,
            CountField.FULL_UNIT: layout.full_name(unit),
        }
        yield tuple(cells[CountField(column.field)] for column in plan.columns)


def _total_row(layout: Layout, plan: AnnexPlan, subjects: Sequence[Subject]) -> tuple[str, ...]:
    """Sums of all rows, the ratio from the sums; the word stands in the first column."""
    cells = _figures(layout, plan, subjects)
    figures = [cells.get(CountField(column.field), "") for column in plan.columns]
    return (layout.total, *figures[1:])


def _figures(layout: Layout, plan: AnnexPlan, subjects: Sequence[Subject]) -> dict[CountField, str]:
    """The counts of some subjects; the ratio's base is what the table prints, checked or running."""
    running = sum(one.running for one in subjects)
    checked = sum(one.checked for one in subjects)
    failed = sum(one.checked and bool(one.problems) for one in subjects)
    prints_checked = any(column.field == CountField.CHECKED for column in plan.columns)
    base = checked if prints_checked else running
    return {
        CountField.RUNNING: str(running),
        CountField.CHECKED: str(checked),
        CountField.FAILED: str(failed),
        CountField.RATIO: numbers.ratio(failed, base, layout.decimals),
    }


def _problem_rows(
    data: WindowData, layout: Layout, plan: AnnexPlan, subjects: Sequence[Subject]
) -> Iterable[tuple[str, ...]]:
    order = {unit: index for index, unit in enumerate(_unit_order(data, layout))}
    failing = [one for one in subjects if one.checked and one.problems]
    # Stable: inside a unit the registry's order holds.
    failing.sort(key=lambda one: order[layout.short_name(one.unit)])
    for index, subject in enumerate(failing, 1):
        yield tuple(
            _PROBLEM_CELLS[ProblemField(column.field)](layout, subject, index)
            for column in plan.columns
        )


def _labels(layout: Layout, subject: Subject) -> str:
    """The problems of one target, by code, one label once."""
    ordered = sorted(subject.problems, key=lambda one: one.check)
    labels = [one.label if one.own_label else layout.label(one.check, one.label) for one in ordered]
    return layout.separator.join(dict.fromkeys(labels))


def _last_update(layout: Layout, subject: Subject) -> str:
    """The newest own item known, `无动态信息` where none was ever seen, else empty."""
    about_updates = [one for one in subject.problems if one.check in UPDATE_CHECKS]
    if not about_updates:
        return ""
    newest = max((one.last_update for one in about_updates if one.last_update), default=None)
    return printed(newest, layout.date_style) if newest else layout.never_posted


_PROBLEM_CELLS: dict[ProblemField, Callable[[Layout, Subject, int], str]] = {
    ProblemField.INDEX: lambda _layout, _subject, index: str(index),
    ProblemField.UNIT: lambda layout, subject, _index: layout.short_name(subject.unit),
    ProblemField.FULL_UNIT: lambda layout, subject, _index: layout.full_name(
        layout.short_name(subject.unit)
    ),
    ProblemField.NAME: lambda _layout, subject, _index: subject.name,
    ProblemField.PROBLEMS: lambda layout, subject, _index: _labels(layout, subject),
    ProblemField.CODE: lambda _layout, subject, _index: subject.code,
    ProblemField.SPONSOR: lambda _layout, subject, _index: subject.sponsor,
    ProblemField.PLATFORM: lambda _layout, subject, _index: subject.platform,
    ProblemField.LAST_UPDATE: lambda layout, subject, _index: _last_update(layout, subject),
}


def _notes(data: WindowData, layout: Layout) -> tuple[str, ...]:
    start = printed(data.starts_on, DateStyle.FULL)
    end = end_of_span(data.starts_on, data.ends_on)
    notes = [note.format(start=start, end=end) for note in layout.notes]
    if data.recheck_on is not None:
        notes.append(f"复核时间为{printed(data.recheck_on, DateStyle.FULL)}")
    return tuple(notes)


def _unread_note(plan: AnnexPlan, subjects: Sequence[Subject]) -> tuple[str, ...]:
    """Why some running targets are not in the count of checked ones: never silently."""
    unread = [one for one in subjects if one.running and not one.checked]
    if not unread:
        return ()
    what = "政府网站" if plan.subject == "site" else "政务新媒体"
    told = "、".join(f"{one.name}（{one.unread or '未巡查'}）" for one in unread)
    return (f"未能核实、未计入检查数的{what}{len(unread)}个：{told}",)
