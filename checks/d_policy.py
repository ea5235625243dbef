"""D-POLICY 政策文件: a level-1 policy column not updated within six months."""

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
    """Exactly six calendar months are still in time."""
    return judge_columns(CODE, site, parameters, as_of, belongs)


def belongs(column: ColumnReading) -> bool:
    """A level-1 policy column, by type or name."""
    return kind(column) is ColumnKind.POLICY and column.level == 1


CODE = "D-POLICY"
CHECK = Check(
    code=CODE,
    title="政策文件",
    label="政策文件类栏目6个月内未更新",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="政策文件类一级栏目在监测时间点前6个月内未更新",
    parameters={
        "portals_only": True,
        "rule_confirmed": True,
        **deadlines("half_year_months"),
    },
    reasons=COLUMN_STATES,
    judge=judge,
    needs=("home", "columns"),
)
