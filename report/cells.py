"""One cell of a list: what a target, a unit or a completion prints under each column."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from report import numbers
from report.dates import printed
from report.fields import Field
from report.plain import UPDATE_CHECKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from report.layout_plan import ColumnPlan, Layout
    from report.plain import Problem, Subject


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list: its subject with the problems that are printed, and its number."""

    subject: Subject
    problems: tuple[Problem, ...]
    index: int = 0

    def numbered(self, index: int) -> Entry:
        """The same row with its number."""
        return replace(self, index=index)

    @property
    def open(self) -> bool:
        """Whether anything printed is not put right yet."""
        return any(one.rectified_on is None for one in self.problems)


def row(layout: Layout, columns: Sequence[ColumnPlan], entry: Entry) -> tuple[str, ...]:
    """The cells of one row as printed."""
    return tuple(_cell(layout, column, entry) for column in columns)


def _cell(layout: Layout, column: ColumnPlan, entry: Entry) -> str:
    text = _CELLS[column.field](layout, entry)
    return "" if text in column.blank else text


def labels(layout: Layout, problems: Iterable[Problem]) -> list[str]:
    """The labels of problems in the layout's order, one label once."""
    ordered = sorted(problems, key=lambda one: layout.rank(one.check))
    told = [one.label if one.own_label else layout.label(one.check, one.label) for one in ordered]
    return list(dict.fromkeys(told))


def last_update(layout: Layout, problems: Iterable[Problem]) -> str:
    """The newest own item known, `无动态信息` where none was ever seen, else empty."""
    about_updates = [one for one in problems if one.check in UPDATE_CHECKS]
    if not about_updates:
        return ""
    newest = max((one.last_update for one in about_updates if one.last_update), default=None)
    return printed(newest, layout.date_style) if newest else layout.never_posted


def bare_address(url: str) -> str:
    """An address as notices print it: without the slash behind the host."""
    parts = urlsplit(url)
    return url.removesuffix("/") if parts.path == "/" and not parts.query else url


def _completion(layout: Layout, entry: Entry) -> str:
    relay = entry.subject.relay
    return numbers.completion(relay.done, relay.due, layout.decimals) if relay else ""


def _state(layout: Layout, entry: Entry) -> str:
    if not entry.problems:
        return ""
    return layout.states.open if entry.open else layout.states.rectified


def _relay(entry: Entry, name: str) -> str:
    return str(getattr(entry.subject.relay, name)) if entry.subject.relay else ""


_CELLS: dict[Field, Callable[[Layout, Entry], str]] = {
    Field.INDEX: lambda _layout, entry: str(entry.index),
    Field.UNIT: lambda layout, entry: layout.short_name(entry.subject.unit),
    Field.FULL_UNIT: lambda layout, entry: layout.full_name(layout.short_name(entry.subject.unit)),
    Field.OWN_UNIT: lambda layout, entry: layout.short_name(
        entry.subject.own_unit or entry.subject.unit
    ),
    Field.NAME: lambda _layout, entry: entry.subject.name,
    Field.URL: lambda _layout, entry: bare_address(entry.subject.url),
    Field.CODE: lambda _layout, entry: entry.subject.code,
    Field.FILING_NUMBER: lambda _layout, entry: entry.subject.filing_number,
    Field.SPONSOR: lambda _layout, entry: entry.subject.sponsor,
    Field.PLATFORM: lambda _layout, entry: entry.subject.platform,
    Field.RESULT: lambda layout, entry: (
        layout.results.failed if entry.subject.failed else layout.results.passed
    ),
    Field.PROBLEMS: lambda layout, entry: layout.separator.join(labels(layout, entry.problems)),
    Field.LAST_UPDATE: lambda layout, entry: last_update(layout, entry.problems),
    Field.STATE: _state,
    Field.DUE: lambda _layout, entry: _relay(entry, "due"),
    Field.DONE: lambda _layout, entry: _relay(entry, "done"),
    Field.COMPLETION: _completion,
}
