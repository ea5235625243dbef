"""D-PROFILE 概况信息: the column of the place or body, missing or long out of date."""

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
    """Whether what it says is right is for a person."""
    return judge_columns(CODE, site, parameters, as_of, belongs)


def belongs(column: ColumnReading) -> bool:
    """A column of 概况, by type or name."""
    return kind(column) is ColumnKind.PROFILE


CODE = "D-PROFILE"
CHECK = Check(
    code=CODE,
    title="概况信息",
    label="概况信息长期不更新",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="概况信息栏目缺失，或内容更新不及时、不准确",
    parameters={
        "portals_only": True,
        "rule_confirmed": True,
        **deadlines("year_months"),
    },
    reasons=COLUMN_STATES,
    judge=judge,
    needs=("home", "columns"),
    blind_to="内容是否准确、过时",
)
