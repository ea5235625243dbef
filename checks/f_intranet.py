"""F-INTRANET: addresses of an inner network published on a public site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread
from checks.link_evidence import PRIVATE, line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """The page itself proves it: no visitor can open such an address, and it tells of the inside.

    A name that is looked up to a private address may be so only at our vantage: a person decides.
    """
    del as_of
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    if site.home is None or not site.home.good:
        return unread(CODE, site.home)
    if site.links is None:
        return Verdict(CODE, Outcome.UNDETERMINED, "links_unchecked")
    found = [link for link in site.links if link.link_class == PRIVATE]
    written = [link for link in found if link.detail.endswith("literal")]
    evidence = bounded({"addresses": len(found), "links": [line(link) for link in found]})
    if len(written) >= parameters["addresses"]:
        return Verdict(CODE, Outcome.FAIL, "published", evidence)
    if found:
        return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence)
    return Verdict(CODE, Outcome.PASS, "none", evidence)


CODE = "F-INTRANET"
CHECK = Check(
    code=CODE,
    title="公开内网地址",
    label="链接异常（内网地址）",
    severity=Severity.NOTE,
    scope=Scope.SITE,
    clause="对外网站不应出现公众无法访问的内网地址链接",
    parameters={"addresses": 1},
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "published": "页面上公开了内网地址，公众无法打开，且暴露内部网络信息",
        "none": "已检查的链接中没有内网地址",
        "needs_person": "链接的域名在本机解析为内网地址，请人工核实",
        "links_unchecked": "本次没有检查链接",
    },
    judge=judge,
    needs=("home", "links"),
)
