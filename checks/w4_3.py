"""W4.3 空白栏目: five or more columns that never held anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Scope, Severity, Verdict
from checks.columns import count_verdict, sort_columns
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import ColumnReading, SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Only proven blanks count; an empty list that no browser looked at may still be blank."""
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    states = sort_columns(site, as_of)
    suspected = tuple(column for column in site.columns if _suspected(column))
    return count_verdict(
        CODE, states.blank, suspected, parameters["columns"], parameters["warning_columns"]
    )


def _suspected(column: ColumnReading) -> bool:
    page = column.page
    if column.look is not None and column.look.holds:
        return False
    return bool(
        page
        and page.facts
        and page.facts.blank_list
        and not page.rendered
        and not page.facts.rows
        and not column.ever_filled
        and not column.may_be_empty
        and not column.external
    )


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
        "columns_unread": "部分疑似空白栏目未经浏览器核实，不能排除达到 5 个",
    },
    judge=judge,
    needs=("columns", "browser"),
)
