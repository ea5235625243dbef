"""R-EMBLEM: the national emblem on the home page of the bodies that the law names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict
from checks.common import unread
from checks.portal import PORTAL_STATES, shown_on_home

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """A picture of that name proves it; one drawn into a banner cannot be seen."""
    del as_of
    told = shown_on_home(CODE, site, parameters, lambda signs: signs.emblem, "shown")
    if told or site.home is None:
        return told or unread(CODE, site.home)
    evidence, captures = {"url": site.home.url}, (site.home.capture_id,)
    return Verdict(CODE, Outcome.UNDETERMINED, "none_seen", evidence, captures)


CODE = "R-EMBLEM"
CHECK = Check(
    code=CODE,
    title="国徽",
    label="新版国徽替换情况",
    severity=Severity.NOTE,
    scope=Scope.SITE,
    clause="《中华人民共和国国徽法》：县级以上人民政府等机构应当在其网站首页显著位置使用国徽图案（2021年1月1日起）",
    parameters={"portals_only": True},
    reasons={
        **PORTAL_STATES,
        "shown": "首页有国徽图案",
        "none_seen": "没有发现单独的国徽图案（可能画在横幅里），请人工核实",
    },
    judge=judge,
    needs=("home",),
    blind_to="画在横幅里的国徽；是否为标准图案",
)
