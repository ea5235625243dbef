"""W4.1 栏目不更新: stale news columns and stale level-1 notice and policy columns, five or more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Scope, Severity, Verdict
from checks.columns import (
    FOREIGN_STATES,
    NEWS,
    NOTICES,
    Tally,
    count_verdict,
    deadlines,
    kind,
    sort_columns,
)
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import ColumnReading, SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Level-2 notice and policy columns do not count here (new in 2019)."""
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    states = sort_columns(site, as_of, parameters)
    stale = tuple(column for column in states.stale if _counts(column))
    unknown = tuple(column for column in states.unread if _counts(column))
    elsewhere = tuple(column for column in states.elsewhere if _counts(column))
    tally = Tally(stale, unknown, elsewhere)
    return count_verdict(CODE, tally, parameters["columns"], parameters["warning_columns"])


def _counts(column: ColumnReading) -> bool:
    named = kind(column)
    return named in NEWS or (named in NOTICES and column.level == 1)


CODE = "W4.1"
CHECK = Check(
    code=CODE,
    title="栏目不更新（动态要闻、通知公告、政策文件）",
    label="动态要闻类栏目超过两周未更新",
    severity=Severity.VETO,
    scope=Scope.SITE,
    clause="前2周内的动态、要闻类栏目，以及前6个月内的通知公告、政策文件类一级栏目，累计超过（含）5个未更新",
    parameters={"columns": 5, "warning_columns": 3, **deadlines("news_days", "half_year_months")},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        **FOREIGN_STATES,
        "too_many": "未更新的动态要闻类及一级通知公告、政策文件类栏目达到 5 个",
        "in_order": "未更新的栏目不足 5 个",
        "columns_unread": "部分栏目未能读到日期，不能排除达到 5 个",
    },
    judge=judge,
    needs=("home", "columns"),
)
