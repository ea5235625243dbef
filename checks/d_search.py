"""D-SEARCH 搜索功能: whether the home page offers a search of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict
from checks.common import read_whole, unread
from checks.portal import PORTAL_STATES, shown_on_home

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """A box proves that a search is offered; none seen proves nothing, scripts draw many."""
    del as_of
    told = shown_on_home(CODE, site, parameters, lambda signs: signs.search, "offered")
    if told or site.home is None:
        return told or unread(CODE, site.home)
    captures = (site.home.capture_id,)
    if not read_whole(site.home):
        return Verdict(CODE, Outcome.UNDETERMINED, "script_page_unread", captures=captures)
    return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", {"url": site.home.url}, captures)


CODE = "D-SEARCH"
CHECK = Check(
    code=CODE,
    title="搜索功能",
    label="未提供站内搜索功能或搜索功能不可用",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="未提供站内搜索，或搜索不到已知标题的信息",
    parameters={"portals_only": True},
    reasons={
        **PORTAL_STATES,
        "offered": "首页提供了搜索框",
        "script_page_unread": "首页部分内容由脚本生成或页面过大，未能读全",
        "needs_person": "首页没有发现搜索框，由人工核实",
    },
    judge=judge,
    needs=("home",),
    blind_to="搜索结果是否准确；不提交搜索",
)
