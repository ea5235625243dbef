"""Annex tables from plain data: counting, listing, labels, order. No database, no clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from report import cells, numbers, table_annexes
from report.cells import Entry
from report.dates import DateStyle, printed
from report.fields import Field, Kind, Order
from report.period import all_filled, filled, words
from report.plain import Subject
from report.table import Annex, AnnexSet, StatisticsTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from report.layout_plan import AnnexPlan, Layout
    from report.plain import Problem, WindowData


def annex_set(
    data: WindowData, layout: Layout, tables: Mapping[str, StatisticsTable] | None = None
) -> AnnexSet:
    """All annexes of a window under a layout, every cell as printed.

    `tables` are the tables of statistics by key, for layouts that print some as annexes.
    """
    annexes = tuple(
        _table_annex(data, plan, tables or {})
        if plan.kind is Kind.STATISTICS
        else _annex(data, layout, plan)
        for plan in layout.annexes
    )
    return AnnexSet(data.window, layout.name, data.ends_on.isoformat(), annexes)


def unit_order(data: WindowData, layout: Layout) -> list[str]:
    """The rows of the statistics in their order, by the names under which units are counted."""
    return list(dict.fromkeys(layout.short_name(unit) for unit in data.units))


def _annex(data: WindowData, layout: Layout, plan: AnnexPlan) -> Annex:
    subjects = [one for one in data.subjects if one.kind == plan.subject]
    told = words(data)
    return Annex(
        plan.number,
        filled(plan.title, told),
        tuple(column.as_heading() for column in plan.columns),
        tuple(_ROWS[plan.kind](data, layout, plan, subjects)),
        _total_row(layout, plan, subjects) if plan.statistics else None,
        (
            *all_filled(layout.notes if plan.notes is None else plan.notes, told),
            *_recheck_note(data, layout, plan),
            *(_unread_note(plan, subjects) if plan.statistics else ()),
        ),
    )


def _table_annex(data: WindowData, plan: AnnexPlan, tables: Mapping[str, StatisticsTable]) -> Annex:
    """A table of statistics as an annex; its own title, with days and averages, is the note.

    What cannot be filled says so.
    """
    told = words(data)
    table = tables.get(plan.table) or StatisticsTable(plan.table, plan.title, ("序号",), ())
    notes = (f"注：{table.title}",) if plan.notes is None else all_filled(plan.notes, told)
    return table_annexes.annex(table, plan.number, filled(plan.title, told), notes)


def _count_rows(
    data: WindowData, layout: Layout, plan: AnnexPlan, subjects: Sequence[Subject]
) -> Iterator[tuple[str, ...]]:
    for index, (unit, mine) in enumerate(_counted(data, layout, plan, subjects), 1):
        told = _figures(layout, plan, mine) | {
            Field.INDEX: str(index),
            Field.UNIT: unit,
            Field.FULL_UNIT: layout.full_name(unit),
        }
        yield tuple(told[column.field] for column in plan.columns)


def _counted(
    data: WindowData, layout: Layout, plan: AnnexPlan, subjects: Sequence[Subject]
) -> list[tuple[str, list[Subject]]]:
    """Each row's name with its subjects; rows in which nothing runs are left out."""
    if plan.groups:
        names = [group.name for group in plan.groups]
        found = [(name, [s for s in subjects if _group(layout, plan, s) == name]) for name in names]
    else:
        units = unit_order(data, layout)
        found = [(u, [s for s in subjects if layout.short_name(s.unit) == u]) for u in units]
    return [(name, mine) for name, mine in found if any(one.running for one in mine)]


def _group(layout: Layout, plan: AnnexPlan, subject: Subject) -> str:
    """The first group that names the unit or the kind of site; else the last that names neither."""
    unit = layout.short_name(subject.unit)
    rest = ""
    for group in plan.groups:
        if not group.units and not group.site_kinds:
            rest = group.name
        elif (not group.units or unit in group.units) and (
            not group.site_kinds or subject.site_kind in group.site_kinds
        ):
            return group.name
    return rest


def _total_row(layout: Layout, plan: AnnexPlan, subjects: Sequence[Subject]) -> tuple[str, ...]:
    """Sums of all rows, the ratio from the sums; the word stands in the first column."""
    told = _figures(layout, plan, subjects)
    return (layout.total, *(told.get(column.field, "") for column in plan.columns[1:]))


def _figures(layout: Layout, plan: AnnexPlan, subjects: Sequence[Subject]) -> dict[Field, str]:
    """The counts of some subjects; the ratio's base is what the table prints, checked or running."""
    running = sum(one.running for one in subjects)
    checked = sum(one.checked for one in subjects)
    failed = sum(one.failed for one in subjects)
    base = running if plan.position(Field.CHECKED) is None else checked
    return {
        Field.RUNNING: str(running),
        Field.CHECKED: str(checked),
        Field.FAILED: str(failed),
        Field.PASSED: str(base - failed),
        Field.RATIO: numbers.ratio(failed, base, layout.decimals),
        Field.PASS_RATE: numbers.pass_rate(failed, base, layout.decimals),
    }


def _problem_rows(
    data: WindowData, layout: Layout, plan: AnnexPlan, subjects: Sequence[Subject]
) -> Iterable[tuple[str, ...]]:
    entries = [
        Entry(one, one.of(plan.severities))
        for one in subjects
        if (one.failed if plan.listed == "failed" else one.running and one.of(plan.severities))
    ]
    return _listed(data, layout, plan, entries)


def _relay_rows(
    data: WindowData, layout: Layout, plan: AnnexPlan, subjects: Sequence[Subject]
) -> Iterable[tuple[str, ...]]:
    entries = [
        Entry(one, ())
        for one in subjects
        if one.running
        and one.relay is not None
        and (plan.principal or not one.principal)
        and (not plan.full or one.relay.full)
        and (plan.below is None or one.relay.below(plan.below))
    ]
    return _listed(data, layout, plan, entries)


def _unit_rows(
    data: WindowData, layout: Layout, plan: AnnexPlan, subjects: Sequence[Subject]
) -> Iterable[tuple[str, ...]]:
    """Units with what was found against them, or on their targets of the annex's kind."""
    found: dict[str, list[Problem]] = {unit: [] for unit in unit_order(data, layout)}
    for subject in subjects:
        if subject.running:
            found[layout.short_name(subject.unit)].extend(subject.of(plan.severities))
    for one in data.accused:
        mine = [problem for problem in one.problems if problem.severity in plan.severities]
        found[layout.short_name(one.unit)].extend(mine)
    entries = [
        Entry(Subject(plan.subject, unit, unit), tuple(problems))
        for unit, problems in found.items()
        if problems
    ]
    return _listed(data, layout, plan, entries)


def _listed(
    data: WindowData, layout: Layout, plan: AnnexPlan, entries: Sequence[Entry]
) -> Iterator[tuple[str, ...]]:
    for index, entry in enumerate(_ordered(data, layout, plan, entries), 1):
        yield cells.row(layout, plan.columns, entry.numbered(index))


def _ordered(
    data: WindowData, layout: Layout, plan: AnnexPlan, entries: Sequence[Entry]
) -> list[Entry]:
    """By the plan's keys; stable, so that inside equal keys the registry's order holds."""
    places = {unit: place for place, unit in enumerate(unit_order(data, layout))}
    lowest = _lowest_completion(entries)
    keys: dict[Order, Callable[[Entry], tuple[int | float, ...]]] = {
        Order.UNIT: lambda one: (places[layout.short_name(one.subject.unit)],),
        Order.UNRECTIFIED: lambda one: (not one.open,),
        Order.FAILED: lambda one: (not one.subject.failed,),
        Order.COMPLETION: lambda one: (*lowest[_body(one)], _share(one)),
    }
    return sorted(entries, key=lambda one: tuple(keys[order](one) for order in plan.order))


def _body(entry: Entry) -> tuple[str, str, str]:
    """Whose account it is: all accounts of one name and body stand together."""
    return entry.subject.own_unit, entry.subject.sponsor, entry.subject.name


def _share(entry: Entry) -> float:
    relay = entry.subject.relay
    return relay.done / relay.due if relay and relay.due else 0.0


def _lowest_completion(entries: Sequence[Entry]) -> dict[tuple[str, str, str], tuple[float, int]]:
    """The lowest share of each body, and where the body first stands in the registry's order."""
    lowest: dict[tuple[str, str, str], tuple[float, int]] = {}
    for place, entry in enumerate(entries):
        share, first = lowest.get(_body(entry), (2.0, place))
        lowest[_body(entry)] = (min(share, _share(entry)), first)
    return lowest


_ROWS = {
    Kind.COUNTS: _count_rows,
    Kind.PROBLEMS: _problem_rows,
    Kind.UNITS: _unit_rows,
    Kind.RELAY: _relay_rows,
}


def _recheck_note(data: WindowData, layout: Layout, plan: AnnexPlan) -> tuple[str, ...]:
    """The day of the second look, where the annex tells the first."""
    told = layout.notes if plan.notes is None else plan.notes
    if data.recheck_on is None or not told:
        return ()
    return (f"复核时间为{printed(data.recheck_on, DateStyle.FULL)}",)


def _unread_note(plan: AnnexPlan, subjects: Sequence[Subject]) -> tuple[str, ...]:
    """Why some running targets are not in the count of checked ones: never silently."""
    unread = [one for one in subjects if one.running and not one.checked]
    if not unread:
        return ()
    what = "政府网站" if plan.subject == "site" else "政务新媒体"
    told = "、".join(f"{one.name}（{one.unread or '未巡查'}）" for one in unread)
    return (f"未能核实、未计入检查数的{what}{len(unread)}个：{told}",)
