"""W1.3 发布或链接反动、暴力、色情等内容: links to sites that became gambling or pornography."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts

# Roles of `crawler.extract.dark_links` that name such content themselves.
_NAMED = frozenset({"gambling", "title"})


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Links count, but whether it is such content a person says; F-DARKLINK is the finding."""
    del as_of
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    home = site.home
    if home is None or home.facts is None or not home.good:
        return unread(CODE, home)
    dangerous = [link for link in site.links or () if link.danger]
    slipped = [link for link in home.facts.dark_links if link.role in _NAMED]
    if len(dangerous) + len(slipped) >= parameters["links"]:
        evidence = bounded(
            {
                "links": [f"{one.url} {one.danger} 见于 {one.parent}" for one in dangerous],
                "slipped_in": [f"{one.text[:40]} {one.url}" for one in slipped],
            }
        )
        return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence, (home.capture_id,))
    if site.links is None:
        return Verdict(CODE, Outcome.UNDETERMINED, "links_unchecked")
    return Verdict(CODE, Outcome.PASS, "nothing_found", {"checked": len(site.links)})


CODE = "W1.3"
CHECK = Check(
    code=CODE,
    title="发布或链接反动、暴力、色情等内容",
    label="发布或链接反动、暴力、色情等内容",
    severity=Severity.VETO,
    scope=Scope.SITE,
    clause="发布或链接反动、暴力、色情等内容",
    parameters={"links": 1},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "needs_person": "发现指向赌博、色情等网站的链接，由人工核实是否构成单项否决",
        "nothing_found": "已检查的链接没有指向赌博、色情等网站",
        "links_unchecked": "本次没有检查链接",
    },
    judge=judge,
    needs=("home", "links"),
    blind_to="页面文字、图片和视频里的内容",
)
