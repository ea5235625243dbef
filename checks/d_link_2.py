"""D-LINK.2 可用性: dead links on pages other than the home page."""

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
    """Links that the home page carries, too, are D-LINK.1's and not charged twice."""
    del as_of
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    links = counting(link for link in site.links or () if not link.home)
    if not links:
        return Verdict(CODE, Outcome.UNDETERMINED, "links_unchecked")
    dead = [link for link in links if link.state == "dead"]
    evidence = {**evidence_of(links), "problems": problems(dead)}
    if evidence["problems"] >= parameters["dead_links"]:
        return Verdict(CODE, Outcome.FAIL, "dead", evidence)
    if not answered(links):
        return Verdict(CODE, Outcome.UNDETERMINED, "links_refused", evidence)
    warning = "suspected" if evidence["suspected"] else None
    return Verdict(CODE, Outcome.PASS, "alive", evidence, warning=warning)


CODE = "D-LINK.2"
CHECK = Check(
    code=CODE,
    title="其他页面链接可用性",
    label="错链死链",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="其他页面链接（包括图片、附件、外部链接等）打不开或错误的，逐个扣分",
    parameters={"dead_links": 1},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "dead": "其他页面存在两次核实均打不开的链接",
        "alive": "已检查的其他页面没有核实为打不开的链接",
        "links_refused": "链接都拒绝访问或未能核实，不能判定",
        "links_unchecked": "本次没有检查其他页面的链接",
    },
    judge=judge,
    needs=("home", "links"),
    blind_to="只检查巡查打开过的页面上的链接，每晚检查一部分，几晚轮完",
)
