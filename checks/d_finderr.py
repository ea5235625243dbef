"""D-FINDERR 我为政府网站找错: the entry on the home page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, read_whole, site_out_of_scope, unread
from checks.d_footer import footer_at_hand

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import PageReading, SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """A live entry with the site's own code passes; one on a retired host is not to the rule."""
    del as_of
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    home = site.home
    if home is None or home.facts is None or not home.good:
        return unread(CODE, home)
    badges, captures = home.facts.badges, (home.capture_id,)
    evidence = bounded({"url": home.url, "node": badges.evidence.get("jiucuo", "")})
    if badges.jiucuo is None:
        return Verdict(CODE, Outcome.UNDETERMINED, "footer_unread", evidence, captures)
    if not badges.jiucuo:
        if not read_whole(home):
            return Verdict(CODE, Outcome.UNDETERMINED, "footer_unread", evidence, captures)
        return Verdict(CODE, Outcome.FAIL, "missing", evidence, captures)
    if badges.jiucuo_obsolete:
        return Verdict(CODE, Outcome.FAIL, "obsolete_entry", evidence, captures)
    if badges.jiucuo_code and badges.jiucuo_code.lower() != site.code.lower():
        evidence |= {"entry_code": badges.jiucuo_code, "registered_code": site.code}
        return Verdict(CODE, Outcome.FAIL, "wrong_code", evidence, captures)
    bare = [page.url for page in site.articles if _lacks(page)]
    if len(bare) >= parameters["pages"]:
        evidence |= bounded({"without": bare})
        return Verdict(
            CODE, Outcome.PASS, "present", evidence, captures, warning="not_on_all_pages"
        )
    return Verdict(CODE, Outcome.PASS, "present", evidence, captures)


def _lacks(page: PageReading) -> bool:
    """An article with its own footer at hand and no entry in it."""
    return bool(footer_at_hand(page) and page.facts and page.facts.badges.jiucuo is False)


CODE = "D-FINDERR"
CHECK = Check(
    code=CODE,
    title="我为政府网站找错",
    label="未在首页添加“我为政府网站找错”监督举报平台入口",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="首页及其他页面应规范添加“我为政府网站找错”监督举报平台入口",
    parameters={"pages": 2},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "missing": "首页没有“我为政府网站找错”入口",
        "obsolete_entry": "“我为政府网站找错”入口指向已停用的地址",
        "wrong_code": "“我为政府网站找错”入口的网站标识码与登记的不一致",
        "not_on_all_pages": "首页有入口，部分其他页面没有",
        "present": "首页有“我为政府网站找错”入口",
        "footer_unread": "页面底部由脚本或框架生成，或页面过大，未能读到",
    },
    judge=judge,
    needs=("home",),
)
