"""D-INTERP 政策解读: the interpretation column, missing or not updated within six months."""

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
    """The six months are not confirmed: a person decides until a ruleset says otherwise."""
    return judge_columns(CODE, site, parameters, as_of, belongs)


def belongs(column: ColumnReading) -> bool:
    """A column of 政策解读, by type or name."""
    return kind(column) is ColumnKind.INTERPRETATION


CODE = "D-INTERP"
CHECK = Check(
    code=CODE,
    title="政策解读",
    label="高关注度政策文件没有相关解读稿",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="政策解读栏目缺失、6个月内未更新，或重要政策文件未作解读",
    parameters={
        "portals_only": True,
        "rule_confirmed": False,
        **deadlines("half_year_months"),
    },
    reasons=COLUMN_STATES,
    judge=judge,
    needs=("home", "columns"),
    blind_to="哪些文件属于高关注度、应作解读",
)
