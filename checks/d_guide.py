"""D-GUIDE 办事指南: elements that the sampled guides lack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.guides import lacking, sampled, unread_guides
from checks.portal import PORTAL_STATES, not_judged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Which elements a guide must have is confirmed, what a gap costs is not: a person decides."""
    del as_of
    outside = not_judged(CODE, site, parameters)
    if outside:
        return outside
    if site.offers_services is False:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "no_outward_services")
    guides = sampled(site)
    if not guides:
        return Verdict(CODE, Outcome.UNDETERMINED, "no_guides_seen")
    gaps = [(page, missing) for page in guides if (missing := lacking(page))]
    evidence = bounded(
        {
            "guides": len(guides),
            "lacking": [f"缺少{'、'.join(missing)}：{page.url}" for page, missing in gaps],
        }
    )
    captures = tuple(page.capture_id for page, _ in gaps)[:12]
    if not gaps and unread_guides(site):
        return Verdict(CODE, Outcome.UNDETERMINED, "guides_unread", evidence)
    if not gaps:
        return Verdict(CODE, Outcome.PASS, "complete", evidence)
    if parameters["rule_confirmed"]:
        return Verdict(CODE, Outcome.FAIL, "missing", evidence, captures)
    return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence, captures)


CODE = "D-GUIDE"
CHECK = Check(
    code=CODE,
    title="办事指南",
    label="办事指南要素缺失",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="随机抽查办事指南，事项名称、设定依据、申请条件、办理材料、办理地点、办理时间、联系电话、办理流程等要素缺失的扣分",
    parameters={"portals_only": True, "rule_confirmed": False},
    reasons={
        **PORTAL_STATES,
        "complete": "抽查的办事指南要素齐全",
        "missing": "抽查的办事指南缺少要素",
        "needs_person": "抽查的办事指南似乎缺少要素，由人工核实",
        "guides_unread": "部分办事指南未能读到，不能判定",
        "no_guides_seen": "没有读到办事指南",
        "no_outward_services": "登记为不提供办事服务",
    },
    judge=judge,
    needs=("guides",),
    blind_to="图片或附件里的要素",
)
