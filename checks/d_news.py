"""D-NEWS 动态要闻: the news column, missing or not updated within two weeks."""

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
    """The same two weeks as W4.1; each column counts here."""
    return judge_columns(CODE, site, parameters, as_of, belongs)


def belongs(column: ColumnReading) -> bool:
    """A level-1 news column, by type or name."""
    return kind(column) is ColumnKind.NEWS and column.level == 1


CODE = "D-NEWS"
CHECK = Check(
    code=CODE,
    title="动态要闻",
    label="动态要闻类栏目超过两周未更新",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="动态要闻栏目缺失，或监测时间点前2周内未更新",
    parameters={"portals_only": True, "rule_confirmed": True, **deadlines("news_days")},
    reasons=COLUMN_STATES,
    judge=judge,
    needs=("home", "columns"),
)
