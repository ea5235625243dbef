"""D-LINK.1 可用性: dead links on the home page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import LinkReading, SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Dead means confirmed by a second failure; refused and challenged links are not dead."""
    del as_of
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    captures = (site.home.capture_id,)
    if site.links is None:
        return Verdict(CODE, Outcome.UNDETERMINED, "links_unchecked", captures=captures)
    links = [link for link in site.links if link.home]
    dead = [link for link in links if link.state == "dead"]
    suspected = [link for link in links if link.state == "suspected"]
    evidence = bounded(
        {
            "checked": len(links),
            "dead": len(dead),
            "suspected": len(suspected),
            "blocked": sum(link.state == "blocked" for link in links),
            "links": [_line(link) for link in (*dead, *suspected)],
        }
    )
    if len(dead) >= parameters["dead_links"]:
        return Verdict(CODE, Outcome.FAIL, "dead", evidence, captures)
    return Verdict(
        CODE,
        Outcome.PASS,
        "alive",
        evidence,
        captures,
        warning="suspected" if suspected else None,
    )


def _line(link: LinkReading) -> str:
    return f"{link.link_class} {link.status or link.detail} {link.text[:40]} {link.url}"


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
        "links_unchecked": "本次没有检查首页链接",
    },
    judge=judge,
    needs=("home", "links"),
)
