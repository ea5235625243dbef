"""D-FOOTER 网站标识: items that the footer lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts
    from crawler.extract.facts import Badges

ITEMS = {
    "conac": "党政机关（事业单位）网站标识",
    "site_code": "网站标识码",
    "icp": "ICP备案编号",
    "police": "公安机关备案标识",
    "sponsor": "网站主办单位",
    "contact": "联系方式",
}


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Judged on the home page; an item in a footer that could not be read is not missing."""
    del as_of
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    home = site.home
    if home is None or home.facts is None or not home.good:
        return unread(CODE, home)
    badges, captures = home.facts.badges, (home.capture_id,)
    wanted = [item for item in ITEMS if item in parameters["items"]]
    missing = [ITEMS[item] for item in wanted if not getattr(badges, item)]
    evidence = bounded({"url": home.url, "missing": missing, **_error(badges)})
    if badges.conac_error and "conac" in wanted:
        return Verdict(CODE, Outcome.FAIL, "wrong_mark", evidence, captures)
    if not missing:
        return Verdict(CODE, Outcome.PASS, "complete", evidence, captures)
    if badges.conac is None or (home.facts.needs_browser and not home.rendered):
        return Verdict(CODE, Outcome.UNDETERMINED, "footer_unread", evidence, captures)
    return Verdict(CODE, Outcome.FAIL, "missing", evidence, captures)


def _error(badges: Badges) -> dict[str, str]:
    return {"mark": badges.evidence.get("conac", "")} if badges.conac_error else {}


CODE = "D-FOOTER"
CHECK = Check(
    code=CODE,
    title="网站标识",
    label="网站页面标识缺失",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="政府网站发展指引（国办发〔2017〕47号）：页面底部应列明党政机关网站标识、网站标识码、ICP备案编号、公安机关备案标识、主办单位、联系方式",
    parameters={"items": list(ITEMS)},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "missing": "首页底部缺少规定的标识",
        "wrong_mark": "党政机关网站标识显示为错误状态",
        "complete": "首页底部标识齐全",
        "footer_unread": "页面底部由脚本或框架生成，未能读到",
    },
    judge=judge,
    needs=("home",),
)
