"""D-DOMAIN 域名名称: the suffix of a government portal's domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.portal import PORTAL_STATES, not_judged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts

_SUFFIXES = (".gov.cn", ".政务", ".xn--zfr164b")


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """The address that answered counts. www. before it is a rule of its own, only noted."""
    del as_of
    outside = not_judged(CODE, site, parameters)
    if outside:
        return outside
    assert site.home is not None
    host = _host(site.home.facts.url if site.home.facts else "") or _host(site.home_url)
    evidence = bounded({"host": host, "registered": site.home_url})
    captures = (site.home.capture_id,)
    if not host or host.replace(".", "").isdigit():
        return Verdict(CODE, Outcome.UNDETERMINED, "no_domain", evidence, captures)
    if not _official(host):
        # Sent on to a notice of maintenance or a house that hosts it: the name is still its own.
        if _official(_host(site.home_url)):
            return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence, captures)
        return Verdict(CODE, Outcome.FAIL, "wrong_suffix", evidence, captures)
    warning = None if host.startswith("www.") else "without_www"
    return Verdict(CODE, Outcome.PASS, "in_order", evidence, captures, warning=warning)


def _official(host: str) -> bool:
    return f".{host}".endswith(_SUFFIXES)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


CODE = "D-DOMAIN"
CHECK = Check(
    code=CODE,
    title="域名名称",
    label="网站域名不符合规定",
    severity=Severity.DEDUCT,
    scope=Scope.SITE,
    clause="国办函〔2018〕55号：政府网站英文域名以“.gov.cn”为后缀，中文域名以“.政务”为后缀，不得使用其他后缀",
    parameters={"portals_only": True},
    reasons={
        **PORTAL_STATES,
        "wrong_suffix": "网站域名不以“.gov.cn”或“.政务”为后缀",
        "needs_person": "登记的域名符合规定，打开后转到其他后缀的域名，由人工核实",
        "no_domain": "首页网址没有域名，不能判定",
        "in_order": "网站域名后缀符合规定",
        "without_www": "县级以上政府门户网站应使用以“www.”开头的域名",
    },
    judge=judge,
    needs=("home",),
)
