"""D-COLUMN 其他栏目: each stale or blank column that no other indicator charges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict
from checks.columns import deadlines, kind
from checks.portal import COLUMN_STATES, judge_columns
from crawler.extract.column_kinds import ColumnKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import ColumnReading, SiteFacts

# 因空白、应更新未更新等原因已按其他指标扣分的，本指标项下不重复扣分.
_CHARGED = frozenset(
    {
        ColumnKind.PROFILE,
        ColumnKind.ORGANISATION,
        ColumnKind.LEADERS,
        ColumnKind.INTERPRETATION,
        ColumnKind.SERVICE_STATISTICS,
        ColumnKind.MESSAGES,
    }
)
_ABSENT = frozenset({"none_seen", "navigation_unread"})
_CHARGED_AT_LEVEL_ONE = frozenset({ColumnKind.NEWS, ColumnKind.POLICY})


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Below the numbers of W4.2 and W4.3 the same columns are a deduction, each of them."""
    told = judge_columns(CODE, site, parameters, as_of, belongs)
    if told.reason in _ABSENT:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "no_others")
    return told


def belongs(column: ColumnReading) -> bool:
    """Whether the column is charged here and nowhere else."""
    named = kind(column)
    if named in _CHARGED:
        return False
    return not (named in _CHARGED_AT_LEVEL_ONE and column.level == 1)


CODE = "D-COLUMN"
CHECK = Check(
    code=CODE,
    title="其他栏目",
    label="应更新未更新",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="其他栏目存在空白、应更新未更新的，逐个扣分；已按其他指标扣分的不重复扣分",
    parameters={"portals_only": True, **deadlines("news_days", "half_year_months", "year_months")},
    reasons={
        **{key: said for key, said in COLUMN_STATES.items() if key not in _ABSENT},
        "no_others": "没有发现应按本项检查的栏目",
    },
    judge=judge,
    needs=("home", "columns"),
)
