"""The annexes of a layout with the tables of statistics that it prints among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from report.fields import Kind
from report.rows import annex_set
from report.statistics import Statistics, all_tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from report.figures import Figures
    from report.layout_plan import Layout
    from report.plain import WindowData
    from report.table import AnnexSet


def annexes(data: WindowData, layout: Layout, figures: Callable[[], Figures]) -> AnnexSet:
    """All annexes of a window; `figures` are asked for only where the layout prints some."""
    if not any(plan.kind is Kind.STATISTICS for plan in layout.annexes):
        return annex_set(data, layout)
    told = all_tables(Statistics(data, figures(), layout))
    return annex_set(data, layout, {one.key: one for one in told})
