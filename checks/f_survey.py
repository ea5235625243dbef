"""F-SURVEY 调查征集: the column of surveys without any activity for long."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.columns import FOREIGN, FOREIGN_STATES, elsewhere_line
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread
from checks.deadlines import older_than_months
from checks.portal import line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import ColumnReading, SiteFacts

# 调查研究 is what officials do in the country, a 调查队 is an office of statistics.
_SURVEY = re.compile(r"征集|调查(?!研究|队|总队|局|处|科|报告)|问卷|民意")


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """No national deadline: an old column is shown to a person, who knows whether one was due."""
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    columns = [
        column for column in site.columns if _SURVEY.search(column.name) and not column.external
    ]
    if not columns:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "no_column")
    evidence = bounded({"columns": [line(column) for column in columns]})
    captures = tuple(column.page.capture_id for column in columns if column.page)[:12]
    known = (day for one in columns for day in (one.newest, one.newest_known) if day is not None)
    newest = max(known, default=None)
    if newest is None:
        return Verdict(CODE, Outcome.UNDETERMINED, "undated", evidence, captures)
    if older_than_months(newest, parameters["months"], as_of):
        foreign = [column for column in columns if _leads_elsewhere(column, parameters, as_of)]
        if foreign:
            evidence["elsewhere"] = bounded([elsewhere_line(column) for column in foreign])
            return Verdict(CODE, Outcome.UNDETERMINED, FOREIGN, evidence, captures, newest)
        return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence, captures, newest)
    return Verdict(CODE, Outcome.PASS, "updated", evidence, captures, newest)


def _leads_elsewhere(column: ColumnReading, parameters: Mapping[str, Any], as_of: datetime) -> bool:
    """Surveys are often held on a platform of their own, to which the column leads."""
    row = column.elsewhere
    if row is None or row.date is None:
        return bool(column.moved_to)
    return not older_than_months(row.date, parameters["months"], as_of)


CODE = "F-SURVEY"
CHECK = Check(
    code=CODE,
    title="调查征集",
    label="征集调查的结果反馈更新不及时",
    severity=Severity.NOTE,
    scope=Scope.SITE,
    clause="调查征集应及时开展并反馈结果（期限未核实）",
    parameters={"months": 12},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        **FOREIGN_STATES,
        "updated": "调查征集栏目一年内有更新",
        "needs_person": "调查征集栏目超过一年没有更新，由人工核实",
        "undated": "调查征集栏目没有读到日期",
        "no_column": "没有发现调查征集栏目",
    },
    judge=judge,
    needs=("columns",),
    blind_to="结果是否反馈；在统一平台上开展的调查",
)
