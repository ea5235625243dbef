"""R-SECURITY: the certificate and the protocol of a site's home page. Never an outage (trap 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import SITE_STATES, UNREAD_REASONS, site_out_of_scope, unread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import SiteFacts

# What the fetcher notes of a certificate, and what it proves. A chain that we cannot follow may
# only lack a root in our own store, so it proves nothing.
_PROVEN = (
    ("certificate has expired", "expired"),
    ("certificate is not yet valid", "not_yet_valid"),
    ("ostname mismatch", "wrong_name"),
    ("IP address mismatch", "wrong_name"),
)


def judge(site: SiteFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """A site that opens over plain http alone is judged elsewhere; here only what https shows."""
    del as_of, parameters
    outside = site_out_of_scope(CODE, site)
    if outside:
        return outside
    home = site.home
    if home is None or not home.good:
        return unread(CODE, home)
    detail, captures = home.detail, (home.capture_id,)
    evidence = bounded({"url": home.url, "detail": detail})
    if "tls_certificate" in detail:
        reason = next((name for mark, name in _PROVEN if mark in detail), "")
        if reason:
            return Verdict(CODE, Outcome.FAIL, reason, evidence, captures)
        return Verdict(CODE, Outcome.UNDETERMINED, "untrusted", evidence, captures)
    if "tls_legacy" in detail or "tls_protocol" in detail:
        return Verdict(CODE, Outcome.PASS, "legacy", evidence, captures, warning="legacy")
    if "tls_expires" in detail:
        return Verdict(CODE, Outcome.PASS, "expiring", evidence, captures, warning="expiring")
    return Verdict(CODE, Outcome.PASS, "sound", evidence, captures)


CODE = "R-SECURITY"
CHECK = Check(
    code=CODE,
    title="网站证书",
    label="没有落实与主域名相关的网站安全措施",
    severity=Severity.NOTE,
    scope=Scope.SITE,
    clause="没有落实与主域名相关的网站安全措施",
    reasons={
        **SITE_STATES,
        **UNREAD_REASONS,
        "expired": "网站证书已过期",
        "not_yet_valid": "网站证书尚未生效",
        "wrong_name": "网站证书与域名不符",
        "untrusted": "网站证书链不完整或本机不认识其颁发者，请人工核实",
        "legacy": "网站只支持过时的加密协议或不安全的重新协商，能打开，建议升级",
        "expiring": "网站证书将在 30 天内到期",
        "sound": "没有发现证书问题",
    },
    judge=judge,
    needs=("home",),
    blind_to="只看首页所用地址的证书",
)
