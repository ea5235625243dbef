"""F-PRIVACY 个人信息: numbers of persons on public pages, as candidates for a person."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread
from checks.personal import CARD, IDENTITY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Mobile numbers of contacts are published lawfully every day: only many of them on one page

    count. Evidence is masked; the page itself is the proof.
    """
    del as_of
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    if site.personal is None:
        return Verdict(CODE, Outcome.UNDETERMINED, "not_scanned")
    plain = [hit for hit in site.personal if hit.kind in parameters["kinds"]]
    pages = Counter(hit.url for hit in site.personal if hit.kind not in parameters["kinds"])
    many = {url for url, count in pages.items() if count >= parameters["mobiles"]}
    told = [*plain, *(hit for hit in site.personal if hit.url in many and hit not in plain)]
    if not told:
        return Verdict(CODE, Outcome.PASS, "nothing_found", {"mobiles": sum(pages.values())})
    evidence = bounded(
        {
            "places": len(told),
            "numbers": [f"{hit.kind} {hit.masked} 见于 {hit.url}" for hit in told],
        }
    )
    captures = tuple(dict.fromkeys(hit.capture_id for hit in told))[:12]
    return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence, captures)


CODE = "F-PRIVACY"
CHECK = Check(
    code=CODE,
    title="个人信息泄露",
    label="个人信息泄露",
    severity=Severity.NOTE,
    scope=Scope.SITE,
    clause="公开的信息泄露个人隐私，公示名单未做去标识化处理",
    parameters={"kinds": [IDENTITY, CARD], "mobiles": 10},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "needs_person": "页面上有未遮盖的身份证号、银行卡号，或同一页有大量手机号，由人工核实",
        "nothing_found": "读到的文字中没有发现个人信息",
        "not_scanned": "本次没有检查文字",
    },
    judge=judge,
    needs=("personal",),
    blind_to="附件和图片里的名单；没有打开的页面",
)
