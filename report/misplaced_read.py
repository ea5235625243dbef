"""Read from the tables which columns hold titles that speak against their type."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from models import Column, Item
from report.misplaced import EXAMPLES, LOOKED_AT, Misplaced, enough, kind, sign
from report.table import StatisticsTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.orm import Session

    from report.layout_plan import Layout
    from report.plain import Subject
    from report.spans import Span

_ASKED_AT_ONCE = 500


def misplaced(session: Session, span: Span, targets: Mapping[int, Subject]) -> list[Misplaced]:
    """The columns of running sites, registered or found, in registry order."""
    registered = (
        select(Column.id, Column.site_id, Column.name, Column.kind)
        .where(Column.retired.is_(False))
        .order_by(Column.id)
    )
    looked_at = {
        row.id: (row.site_id, row.name, wanted)
        for row in session.execute(registered)
        if row.site_id in targets and targets[row.site_id].running
        if (wanted := kind(row.kind, row.name)) in LOOKED_AT
    }
    found: list[Misplaced] = []
    for column, titles in _titles(session, span, list(looked_at)):
        site, name, wanted = looked_at[column]
        signs = {title: told for title in titles if (told := sign(wanted, title))}
        if enough(len(signs), len(titles)):
            subject = targets[site]
            kinds = tuple(dict.fromkeys(signs.values()))
            found.append(
                Misplaced(
                    subject.unit, subject.name, name, wanted.value, len(titles), kinds, tuple(signs)
                )
            )
    return found


def table(found: list[Misplaced], layout: Layout) -> StatisticsTable:
    """One row a column, with a few of the titles."""
    rows = tuple(
        (
            layout.short_name(one.unit),
            one.site,
            one.column,
            one.kind,
            *map(str, (one.items, len(one.titles))),
            "、".join(one.signs),
            "；".join(title[:40] for title in one.titles[:EXAMPLES]),
        )
        for one in found
    )
    headings = ("归口", "网站", "栏目", "栏目类型", "发布条数", "疑似不符", "线索", "示例")
    title = "内容与栏目疑似不匹配（线索，由人核实后以 findings add --check F-MISPLACED 登记）"
    return StatisticsTable("misplaced", title, headings, rows)


def _titles(
    session: Session, span: Span, columns: list[int]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Column → its different titles dated inside the span."""
    for start in range(0, len(columns), _ASKED_AT_ONCE):
        part = columns[start : start + _ASKED_AT_ONCE]
        rows: defaultdict[int, dict[str, None]] = defaultdict(dict)
        chosen = (
            select(Item.column_id, Item.title)
            .where(Item.column_id.in_(part))
            .where(Item.published_at >= span.first, Item.published_at < span.after)
            .order_by(Item.published_at, Item.id)
        )
        for column, title in session.execute(chosen):
            if column is not None:
                rows[column][title] = None
        for column in part:
            if column in rows:
                yield column, tuple(rows[column])
