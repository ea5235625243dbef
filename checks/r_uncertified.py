"""R-UNCERTIFIED 未认证: the platform itself shows no certified organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.accounts import PROFILE_STATES, not_to_be_judged, own_words, undetermined, witnesses
from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from crawler.platforms.observation import EntityKind, Presence

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import AccountFacts

# Shops certify their sellers, not accounts.
_WITHOUT = frozenset({"app", "miniprogram"})


def judge(account: AccountFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """A certificate anywhere passes; only the platform's own denial is a fault."""
    del parameters
    if account.platform in _WITHOUT:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "no_certification")
    outside = not_to_be_judged(CODE, account, as_of)
    if outside:
        return outside
    readings = [source.reading for source in own_words(account)]
    entities = [source.reading.entity for source in witnesses(account)]
    certified = next((one for one in entities if one.kind is EntityKind.CERTIFIED), None)
    if certified or any(one.certification is Presence.PRESENT for one in readings):
        told = bounded({"certified": certified.text if certified else ""})
        return Verdict(CODE, Outcome.PASS, "certified", told, account.captures[:12])
    registered = next((one for one in entities if one.kind is EntityKind.REGISTERED), None)
    denied = any(one.certification is Presence.ABSENT for one in readings)
    if not denied and registered is None:
        return undetermined(CODE, "not_shown", account, as_of)
    evidence = bounded({"registered": registered.text if registered else "", "name": account.name})
    if account.canary_ok is False:
        return undetermined(CODE, "canary_failed", account, as_of, **evidence)
    reason = "registered_only" if registered else "uncertified"
    return Verdict(CODE, Outcome.FAIL, reason, evidence, account.captures[:12])


CODE = "R-UNCERTIFIED"
CHECK = Check(
    code=CODE,
    title="账号认证",
    label="开设账号后未进行第三方平台官方认证",
    severity=Severity.NOTE,
    scope=Scope.ACCOUNT,
    clause="国办发〔2018〕123号：政务新媒体应进行平台官方认证",
    reasons={
        **PROFILE_STATES,
        "certified": "平台显示已认证",
        "uncertified": "平台的账号页显示没有单位认证",
        "registered_only": "平台只显示账号主体，没有认证",
        "not_shown": "平台没有公开是否认证，未能核实",
        "no_certification": "应用和小程序没有账号认证",
    },
    judge=judge,
    needs=("observation",),
    blind_to="微信、视频号的认证只在客户端可见",
)
