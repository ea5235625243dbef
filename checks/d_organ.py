"""D-ORGAN 机构职能: the column of bodies and their duties, missing or long out of date."""

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
    """Whether the duties are right is for a person."""
    return judge_columns(CODE, site, parameters, as_of, belongs)


def belongs(column: ColumnReading) -> bool:
    """A column of 机构职能, by type or name."""
    return kind(column) is ColumnKind.ORGANISATION


CODE = "D-ORGAN"
CHECK = Check(
    code=CODE,
    title="机构职能",
    label="机构职能信息不准确",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="机构职能栏目缺失，或信息不准确，逐处扣分",
    parameters={
        "portals_only": True,
        "rule_confirmed": True,
        **deadlines("year_months"),
    },
    reasons=COLUMN_STATES,
    judge=judge,
    needs=("home", "columns"),
    blind_to="机构职能是否准确",
)
