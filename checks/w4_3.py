"""W4.3 空白栏目: five or more columns that never held anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Scope, Severity, Verdict
from checks.columns import (
    NEWS,
    NOTICES,
    Tally,
    blank,
    count_verdict,
    excused,
    kind,
    sort_columns,
)
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread
from crawler.extract.column_kinds import ColumnKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import ColumnReading, SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Only proven blanks count; what was not read, or by no browser, may still be blank."""
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    states = sort_columns(site, as_of)
    suspected = tuple(
        column
        for column in site.columns
        if _suspected(column) and not excused(column, as_of) and column not in states.blank
    )
    tally = Tally(states.blank, suspected)
    return count_verdict(CODE, tally, parameters["columns"], parameters["warning_columns"])


def _suspected(column: ColumnReading) -> bool:
    """Nothing was ever seen in it, and tonight its page was refused or no browser looked."""
    if column.ever_filled or column.may_be_empty or column.newest is not None or column.moved_to:
        return False
    if column.look is not None and column.look.holds:
        return False
    page = column.page
    if blank(column):  # on another night than the others
        return True
    if page is None or page.facts is None or not page.good:
        return True
    if page.facts.rows or page.facts.letters:
        return False
    if column.registered and kind(column) in LISTS:
        return True  # a list should be there, and nothing was read that is one
    return not page.rendered and (page.facts.blank_list or page.facts.needs_browser)


LISTS = NEWS | NOTICES | {ColumnKind.PERSONNEL, ColumnKind.PLANS, ColumnKind.INTERPRETATION}
"""Kinds of columns that are lists of items, whatever their page looks like."""


CODE = "W4.3"
CHECK = Check(
    code=CODE,
    title="空白栏目",
    label="空白栏目数超过5个",
    severity=Severity.VETO,
    scope=Scope.SITE,
    clause="空白栏目数量超过（含）5个",
    parameters={"columns": 5, "warning_columns": 2},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "too_many": "空白栏目达到 5 个",
        "in_order": "空白栏目不足 5 个",
        "columns_unread": "部分栏目未能读到，或疑似空白而未经浏览器核实，不能排除达到 5 个",
    },
    judge=judge,
    needs=("columns", "browser"),
)
