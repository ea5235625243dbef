"""R-SUBJECT 认证主体不一致: the certified entity is another body than the registered one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.accounts import PROFILE_STATES, not_to_be_judged, undetermined, witnesses
from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.names import Likeness, bodies, names_a_body
from crawler.platforms.observation import EntityKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import AccountFacts


def judge(account: AccountFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Only a certified text that names another body is a fault; anything near is for a person."""
    del parameters
    outside = not_to_be_judged(CODE, account, as_of)
    if outside:
        return outside
    texts = _certified(account)
    if not texts:
        return undetermined(CODE, "no_entity", account, as_of)
    evidence = {"sponsor": account.unit, "certified": texts}
    found = {text: bodies(account.unit, text) for text in texts}
    if Likeness.SAME in found.values():
        told = bounded(evidence)
        return Verdict(CODE, Outcome.PASS, "same", told, account.captures[:12])
    if not any(names_a_body(text) for text in texts):
        return undetermined(CODE, "names_no_body", account, as_of, **evidence)
    if Likeness.SIMILAR in found.values():
        return undetermined(CODE, "similar", account, as_of, **evidence)
    if account.canary_ok is False:
        return undetermined(CODE, "canary_failed", account, as_of, **evidence)
    return Verdict(CODE, Outcome.FAIL, "different", bounded(evidence), account.captures[:12])


def _certified(account: AccountFacts) -> list[str]:
    entities = [source.reading.entity for source in witnesses(account)]
    texts = (one.text for one in entities if one.kind is EntityKind.CERTIFIED and one.text)
    return list(dict.fromkeys(texts))


CODE = "R-SUBJECT"
CHECK = Check(
    code=CODE,
    title="认证主体与开设主体",
    label="认证主体不一致",
    severity=Severity.NOTE,
    scope=Scope.ACCOUNT,
    clause="国办发〔2018〕123号：政务新媒体应公开认证，认证主体与开设主体一致",
    reasons={
        **PROFILE_STATES,
        "same": "认证主体与开设主体一致",
        "different": "认证主体与登记的开设主体不是同一单位",
        "similar": "认证主体与开设主体相近而不相同，须人工核实",
        "names_no_body": "认证文字没有写明单位，须人工核实",
        "no_entity": "平台没有公开认证主体，未能核实",
    },
    judge=judge,
    needs=("observation",),
    blind_to="微信公众号的认证主体只在客户端可见；认证说明多为宣传文字",
)
