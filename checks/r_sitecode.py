"""R-SITECODE: the 网站标识码 printed in the footer against the registered one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts

_CODE = re.compile(r"(?:\d{6}|bm\d{4})\d{4}", re.IGNORECASE)


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Labels are often a copied template: they only warn. The 找错 entry has its own check."""
    del as_of, parameters
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    home = site.home
    if home is None or home.facts is None or not home.good:
        return unread(CODE, home)
    captures = (home.capture_id,)
    printed = home.facts.badges.site_code or ""
    labelled = home.facts.meta.get("SiteIDCode", "")
    evidence = bounded({"registered": site.code, "footer": printed, "label": labelled})
    if _CODE.fullmatch(site.code) is None:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "no_official_code", evidence, captures)
    if _CODE.fullmatch(printed) is None:
        return Verdict(CODE, Outcome.UNDETERMINED, "no_code_read", evidence, captures)
    if printed.lower() != site.code.lower():
        return Verdict(CODE, Outcome.FAIL, "footer_differs", evidence, captures)
    copied = _CODE.fullmatch(labelled) and labelled.lower() != site.code.lower()
    warning = "label_differs" if copied else None
    return Verdict(CODE, Outcome.PASS, "agrees", evidence, captures, warning=warning)


CODE = "R-SITECODE"
CHECK = Check(
    code=CODE,
    title="网站标识码一致",
    label="网站标识码与登记的不一致",
    severity=Severity.NOTE,
    scope=Scope.SITE,
    clause="页面底部、页面标签、找错入口的网站标识码应与全国政府网站信息报送系统登记的一致",
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "footer_differs": "页面底部的网站标识码与登记的不一致",
        "agrees": "页面底部的网站标识码与登记的一致",
        "label_differs": "页面标签中的网站标识码与登记的不一致",
        "no_code_read": "页面底部没有读到网站标识码",
        "no_official_code": "名录中的标识码不是网站标识码",
    },
    judge=judge,
    needs=("home",),
)
