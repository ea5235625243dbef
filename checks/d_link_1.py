"""D-LINK.1 可用性: dead links on the home page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread
from checks.link_evidence import answered, counting, evidence_of, problems

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Dead means confirmed by a second failure; refused and challenged links are not dead.

    All links below one dead host are one problem.
    """
    del as_of
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    captures = (site.home.capture_id,)
    if site.links is None:
        return Verdict(CODE, Outcome.UNDETERMINED, "links_unchecked", captures=captures)
    links = counting(link for link in site.links if link.home)
    dead = [link for link in links if link.state == "dead"]
    evidence = {**evidence_of(links), "problems": problems(dead)}
    if evidence["problems"] >= parameters["dead_links"]:
        return Verdict(CODE, Outcome.FAIL, "dead", evidence, captures)
    if links and not answered(links):
        return Verdict(CODE, Outcome.UNDETERMINED, "links_refused", evidence, captures)
    return Verdict(
        CODE,
        Outcome.PASS,
        "alive",
        evidence,
        captures,
        warning="suspected" if evidence["suspected"] else None,
    )


CODE = "D-LINK.1"
CHECK = Check(
    code=CODE,
    title="首页链接可用性",
    label="错链死链",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="首页链接（包括图片、附件、外部链接等）打不开或错误的，逐个扣分",
    parameters={"dead_links": 1},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "dead": "首页存在两次核实均打不开的链接",
        "alive": "首页没有核实为打不开的链接",
        "links_refused": "链接都拒绝访问或未能核实，不能判定",
        "links_unchecked": "本次没有检查首页链接",
    },
    judge=judge,
    needs=("home", "links"),
)
