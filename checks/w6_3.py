"""W6.3 服务不实用: fewer than five services, and the guide of each lacks four or more classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread
from checks.guides import lacking, sampled, unread_guides

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """How many services there are is known only where fewer than a whole sample were found."""
    del as_of
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.offers_services is False:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "no_outward_services")
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    guides = sampled(site)
    if not guides:
        return Verdict(CODE, Outcome.UNDETERMINED, "no_guides_seen")
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
        **SITE_STATES,
        **UNREAD_REASONS,
        "all_poor": "事项不足 5 个，且每个事项重点要素均缺失 4 类及以上",
        "needs_person": "读到的事项不足 5 个且重点要素均缺失 4 类及以上，由人工核实后判定",
        "guides_unread": "部分办事指南未能读到，不能判定",
        "in_order": "至少一个事项的重点要素缺失不足 4 类",
        "enough_items": "读到的事项不少于 5 个，按 W6.2 判定",
        "no_guides_seen": "没有读到办事指南",
        "no_outward_services": "登记为不提供办事服务",
    },
    judge=judge,
    needs=("guides",),
    blind_to="没有读到的事项；图片或附件里的要素",
)
