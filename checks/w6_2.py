"""W6.2 服务不实用: five or more services whose guides lack four or more classes of elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.guides import STATES, lacking, not_judged, sampled, unread_guides

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Both numbers are unverified: a person decides until a ruleset confirms the rule."""
    del as_of
    outside = not_judged(CODE, site)
    if outside:
        return outside
    guides = sampled(site)
    poor = [
        (page, missing) for page in guides if len(missing := lacking(page)) >= parameters["classes"]
    ]
    evidence = bounded(
        {
            "guides": len(guides),
            "poor": len(poor),
            "lacking": [f"缺少{'、'.join(missing)}：{page.url}" for page, missing in poor],
        }
    )
    captures = tuple(page.capture_id for page, _ in poor)[:12]
    if len(poor) >= parameters["items"]:
        if parameters["rule_confirmed"]:
            return Verdict(CODE, Outcome.FAIL, "too_many", evidence, captures)
        return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence, captures)
    if poor:
        # A sample in which some are poor says nothing of the rest.
        return Verdict(CODE, Outcome.UNDETERMINED, "more_to_look_at", evidence, captures)
    if unread_guides(site):
        return Verdict(CODE, Outcome.UNDETERMINED, "guides_unread", evidence, captures)
    return Verdict(CODE, Outcome.PASS, "in_order", evidence)


CODE = "W6.2"
CHECK = Check(
    code=CODE,
    title="办事指南重点要素缺失",
    label="办事指南重点要素缺失",
    severity=Severity.VETO,
    scope=Scope.SITE,
    clause="办事指南重点要素类别缺失4类及以上的事项数量超过（含）5个（两个数字均未核实）",
    parameters={"classes": 4, "items": 5, "rule_confirmed": False},
    reasons={
        **STATES,
        "too_many": "重点要素缺失 4 类及以上的事项达到 5 个",
        "needs_person": "抽查到重点要素缺失 4 类及以上的事项达到 5 个，由人工核实后判定",
        "more_to_look_at": "部分事项重点要素缺失较多，但抽查数量不足以判定",
        "in_order": "抽查的事项没有重点要素缺失 4 类及以上的",
    },
    judge=judge,
    needs=("guides",),
    blind_to="抽查之外的事项；图片或附件里的要素",
)
