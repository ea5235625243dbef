"""W4.2 栏目不更新: ten or more columns that should be updated and are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Scope, Severity, Verdict
from checks.columns import DEADLINES, count_verdict, sort_columns
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Blank columns and every stale column count, each once (indicators.md 2.2)."""
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    states = sort_columns(site, as_of, parameters)
    return count_verdict(
        CODE,
        (*states.stale, *states.blank),
        states.unread,
        parameters["columns"],
        parameters["warning_columns"],
    )


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
        "too_many": "应更新未更新的栏目达到 10 个",
        "in_order": "应更新未更新的栏目不足 10 个",
        "columns_unread": "部分栏目未能读到日期，不能排除达到 10 个",
    },
    judge=judge,
    needs=("home", "columns"),
)
