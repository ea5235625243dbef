"""R-ADDRESS: the registered address against the one that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread
from crawler.extract.addresses import registrable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Another scheme, www. or path is the same address; another registered domain is not.

    Within one domain the host may have moved lawfully: only noted. Whoever answers elsewhere may
    be a shared platform that the registry names as jump target: a person decides.
    """
    del as_of, parameters
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    home = site.home
    if home is None or home.facts is None or not home.good:
        return unread(CODE, home)
    captures = (home.capture_id,)
    registered, live = _host(site.home_url), _host(home.facts.url)
    evidence = bounded({"registered": site.home_url, "live": home.facts.url})
    if site.jump_url:
        evidence["jump"] = bounded(site.jump_url)
    if not registered or not live or live in {registered, _host(site.jump_url)}:
        return Verdict(CODE, Outcome.PASS, "agrees", evidence, captures)
    if registrable(site.home_url) == registrable(home.facts.url):
        return Verdict(CODE, Outcome.PASS, "agrees", evidence, captures, warning="other_host")
    return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence, captures)


def _host(url: str) -> str:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.lower().removeprefix("www.")


CODE = "R-ADDRESS"
CHECK = Check(
    code=CODE,
    title="网址一致",
    label="报送的网址与实际网址不一致",
    severity=Severity.NOTE,
    scope=Scope.SITE,
    clause="网站名称、网址、域名变更后应及时在全国政府网站信息报送系统中更新",
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "agrees": "实际打开的网址与登记的一致",
        "other_host": "打开登记的网址后转到同一域名下的另一主机",
        "needs_person": "打开登记的网址后转到另一个域名，由人工核实是否已变更",
    },
    judge=judge,
    needs=("home",),
)
