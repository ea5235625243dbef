"""D-LEADER 领导信息: the column of leaders, missing or long out of date."""

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
    """Names, careers and duties are for a person to compare."""
    return judge_columns(CODE, site, parameters, as_of, belongs)


def belongs(column: ColumnReading) -> bool:
    """A column of 领导信息, by type or name."""
    return kind(column) is ColumnKind.LEADERS


CODE = "D-LEADER"
CHECK = Check(
    code=CODE,
    title="领导信息",
    label="领导信息不准确",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="领导信息栏目缺失，或领导姓名、简历、分管工作缺失或不准确，逐处扣分",
    parameters={
        "portals_only": True,
        "rule_confirmed": True,
        **deadlines("year_months"),
    },
    reasons=COLUMN_STATES,
    judge=judge,
    needs=("home", "columns"),
    blind_to="姓名、简历、分管工作是否齐全准确",
)
