"""D-FOOTER 网站标识: items that the footer lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, read_whole, site_out_of_scope, unread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import PageReading, SiteFacts
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
    """The home page first, then the sampled articles: all pages must carry the marks (trap 34).

    An item in a footer that could not be read is not missing. On other pages only the two marks
    of the site itself count, and only where several pages lack both of them.
    """
    del as_of
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    home = site.home
    if home is None or home.facts is None or not home.good:
        return unread(CODE, home)
    badges, captures = home.facts.badges, (home.capture_id,)
    wanted = [item for item in ITEMS if item in parameters["items"]]
    missing = [ITEMS[item] for item in wanted if not _there(badges, item)]
    evidence = bounded({"url": home.url, "missing": missing, **_error(badges)})
    if badges.conac_error and "conac" in wanted:
        return Verdict(CODE, Outcome.FAIL, "wrong_mark", evidence, captures)
    if not missing:
        return _other_pages(site, parameters, evidence, captures)
    if badges.conac is None or not read_whole(home):
        return Verdict(CODE, Outcome.UNDETERMINED, "footer_unread", evidence, captures)
    return Verdict(CODE, Outcome.FAIL, "missing", evidence, captures)


def _there(badges: Badges, item: str) -> bool:
    """A link called 联系我们 or an address is 联系方式 as well as a telephone number is."""
    if item == "contact" and badges.contact_entry:
        return True
    return bool(getattr(badges, item))


def _other_pages(
    site: SiteFacts,
    parameters: Mapping[str, Any],
    evidence: dict[str, Any],
    captures: tuple[int, ...],
) -> Verdict:
    """What the sampled articles carry, the home page being complete."""
    pages = [page for page in site.articles if footer_at_hand(page)]
    bare = [
        page
        for page in pages
        if page.facts and not page.facts.badges.conac and not page.facts.badges.site_code
    ]
    evidence = {**evidence, "pages": len(pages), **bounded({"bare": [one.url for one in bare]})}
    if len(bare) >= parameters["pages"]:
        seen = tuple(page.capture_id for page in bare)[:8]
        return Verdict(CODE, Outcome.FAIL, "missing_on_pages", evidence, (*captures, *seen))
    return Verdict(CODE, Outcome.PASS, "complete", evidence, captures)


def footer_at_hand(page: PageReading) -> bool:
    """Whether a page was read with its footer: nothing of it comes from a script unread."""
    return read_whole(page) and page.facts is not None and page.facts.badges.conac is not None


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
    parameters={"items": list(ITEMS), "pages": 2},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "missing": "首页底部缺少规定的标识",
        "wrong_mark": "党政机关网站标识显示为错误状态",
        "missing_on_pages": "首页有标识，部分其他页面没有",
        "complete": "首页和抽查的其他页面底部标识齐全",
        "footer_unread": "页面底部由脚本或框架生成，或页面过大，未能读到",
    },
    judge=judge,
    needs=("home",),
)
