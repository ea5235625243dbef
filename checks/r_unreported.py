"""R-UNREPORTED 关联的视频号存在漏报情况: a neighbour account that no register knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.accounts import PROFILE_STATES, not_to_be_judged, undetermined
from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.names import Likeness, account_names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import AccountFacts
    from crawler.platforms.observation import LinkedAccount


def judge(account: AccountFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """A neighbour of the account's own name is its own; another name may be anybody's."""
    del parameters
    outside = not_to_be_judged(CODE, account, as_of)
    if outside:
        return outside
    assert account.observation is not None
    linked = [one for source in account.observation.sources for one in source.reading.linked]
    if not linked:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "none_shown")
    evidence = bounded({"linked": [_shown(one) for one in account.unregistered or linked]})
    if not account.unregistered:
        return Verdict(CODE, Outcome.PASS, "registered", evidence, account.captures[:12])
    own = [
        one
        for one in account.unregistered
        if account_names(account.name, one.name) is Likeness.SAME
    ]
    if not own:
        return undetermined(CODE, "needs_person", account, as_of, **evidence)
    return Verdict(CODE, Outcome.FAIL, "unreported", evidence, account.captures[:12])


def _shown(one: LinkedAccount) -> str:
    return f"{one.platform} {one.name} {one.id}".strip()


CODE = "R-UNREPORTED"
CHECK = Check(
    code=CODE,
    title="关联账号的备案",
    label="关联的视频号存在漏报情况",
    severity=Severity.NOTE,
    scope=Scope.ACCOUNT,
    clause="国办发〔2018〕123号：开设、变更、关停政务新媒体须在报送系统备案",
    reasons={
        **PROFILE_STATES,
        "none_shown": "公开页面没有显示关联账号",
        "registered": "显示的关联账号都已登记",
        "unreported": "同名的关联账号没有登记",
        "needs_person": "显示的账号没有登记，是否属于本单位须人工核实",
    },
    judge=judge,
    needs=("observation", "unregistered"),
    blind_to="关联账号多数只在客户端的账号页显示；只读公开文章中的视频号卡片",
)
