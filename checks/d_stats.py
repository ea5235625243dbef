"""D-STATS 办事统计: statistics of services not published, or not updated within three months."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Scope, Severity, Verdict
from checks.columns import deadlines, kind
from checks.portal import COLUMN_STATES, judge_columns
from crawler.extract.column_kinds import ColumnKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import ColumnReading, SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Exactly three calendar months are still in time."""
    return judge_columns(CODE, site, parameters, as_of, belongs)


def belongs(column: ColumnReading) -> bool:
    """A column of 办事统计, by type or name."""
    return kind(column) is ColumnKind.SERVICE_STATISTICS


CODE = "D-STATS"
CHECK = Check(
    code=CODE,
    title="办事统计",
    label="办事统计数据超过3个月未更新",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="未公开办事统计数据，或监测时间点前3个月内未更新",
    parameters={
        "portals_only": True,
        "rule_confirmed": True,
        **deadlines("quarter_months"),
    },
    reasons=COLUMN_STATES,
    judge=judge,
    needs=("home", "columns"),
    blind_to="统计数据以图表或报表系统发布的",
)
