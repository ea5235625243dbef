"""W4.2 栏目不更新: ten or more columns that should be updated and are not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.columns import DEADLINES, FOREIGN_STATES, Tally, count_verdict, kind, sort_columns
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread
from crawler.extract.column_kinds import ColumnKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import ColumnReading, SiteFacts

# Classes whose yearly deadline is practice from one source (indicators 2.3).
RESTING = frozenset(
    {
        ColumnKind.PROFILE,
        ColumnKind.ORGANISATION,
        ColumnKind.LEADERS,
        ColumnKind.FINANCE,
        ColumnKind.PROJECTS,
        ColumnKind.STATISTICS,
        ColumnKind.DISCLOSURE,
    }
)


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Blank columns and every stale column count, each once (indicators.md 2.2).

    A page of the place, its leaders or its bodies that the patrol found by itself may rightly stay
    as it is for years: such columns may reach the number for a person, never for the machine.
    """
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    states = sort_columns(site, as_of, parameters)
    quiet = tuple(column for column in states.stale if _may_rest(column))
    sure = tuple(column for column in states.stale if not _may_rest(column))
    limit, warning = parameters["columns"], parameters["warning_columns"]
    counted = (*sure, *states.blank)
    tally = Tally(counted, (*quiet, *states.unread), states.elsewhere)
    told = count_verdict(CODE, tally, limit, warning)
    if told.outcome is Outcome.FAIL or len(counted) + len(quiet) < limit:
        return told
    evidence = {**told.evidence, "quiet": bounded([column.name for column in quiet])}
    return replace(told, outcome=Outcome.UNDETERMINED, reason="needs_person", evidence=evidence)


def _may_rest(column: ColumnReading) -> bool:
    return not column.registered and column.deadline_days is None and kind(column) in RESTING


CODE = "W4.2"
CHECK = Check(
    code=CODE,
    title="应更新但长期未更新的栏目",
    label="应更新未更新栏目超过10个",
    severity=Severity.VETO,
    scope=Scope.SITE,
    clause="应更新但长期未更新的栏目数量超过（含）10个",
    parameters={"columns": 10, "warning_columns": 6, **DEADLINES},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        **FOREIGN_STATES,
        "needs_person": "连同巡查自行发现的概况、机构、领导等栏目达到 10 个，由人工核实",
        "too_many": "应更新未更新的栏目达到 10 个",
        "in_order": "应更新未更新的栏目不足 10 个",
        "columns_unread": "部分栏目未能读到日期，不能排除达到 10 个",
    },
    judge=judge,
    needs=("home", "columns"),
)
