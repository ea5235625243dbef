"""W6.3 服务不实用: fewer than five services, and the guide of each lacks four or more classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.guides import STATES, lacking, not_judged, sampled, unread_guides

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """How many services there are is known only where fewer than a whole sample were found."""
    del as_of
    outside = not_judged(CODE, site)
    if outside:
        return outside
    guides = sampled(site)
    if len(guides) >= parameters["items"]:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "enough_items", {"guides": len(guides)})
    rich = [page for page in guides if len(lacking(page)) < parameters["classes"]]
    if rich:
        evidence = bounded({"guides": len(guides), "complete": rich[0].url})
        return Verdict(CODE, Outcome.PASS, "in_order", evidence)
    evidence = bounded(
        {"guides": len(guides), "lacking": [f"{'、'.join(lacking(p))}：{p.url}" for p in guides]}
    )
    captures = tuple(page.capture_id for page in guides)[:12]
    if unread_guides(site):
        return Verdict(CODE, Outcome.UNDETERMINED, "guides_unread", evidence, captures)
    if parameters["rule_confirmed"]:
        return Verdict(CODE, Outcome.FAIL, "all_poor", evidence, captures)
    return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence, captures)


CODE = "W6.3"
CHECK = Check(
    code=CODE,
    title="办事指南重点要素缺失（事项不足5个）",
    label="办事指南重点要素缺失",
    severity=Severity.VETO,
    scope=Scope.SITE,
    clause="事项总数不足5个的，每个事项的办事指南重点要素类别均缺失4类及以上（未核实）",
    parameters={"classes": 4, "items": 5, "rule_confirmed": False},
    reasons={
        **STATES,
        "all_poor": "事项不足 5 个，且每个事项重点要素均缺失 4 类及以上",
        "needs_person": "读到的事项不足 5 个且重点要素均缺失 4 类及以上，由人工核实后判定",
        "in_order": "至少一个事项的重点要素缺失不足 4 类",
        "enough_items": "读到的事项不少于 5 个，按 W6.2 判定",
    },
    judge=judge,
    needs=("guides",),
    blind_to="没有读到的事项；图片或附件里的要素",
)
