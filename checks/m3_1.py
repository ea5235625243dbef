"""M3.1 互动回应差: no working interaction function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.accounts import undetermined
from checks.base import Check, Outcome, Scope, Severity, Verdict
from checks.common import ACCOUNT_STATES, account_out_of_scope
from crawler.fetch.access import AccessState
from crawler.platforms.observation import Presence

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import AccountFacts
    from crawler.platforms.observation import Observation

FUNCTIONS = ("menu", "message", "comments", "consult")


def judge(account: AccountFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Public evidence of one working function passes; absence is for a person to establish."""
    del parameters
    outside = account_out_of_scope(CODE, account)
    if outside:
        return outside
    if account.observation is None:
        return undetermined(CODE, "not_visited", account, as_of)
    seen = {name: told for name in FUNCTIONS if (told := _told(account.observation, name))}
    present = sorted(name for name, presence in seen.items() if presence is Presence.PRESENT)
    evidence = {name: presence.value for name, presence in sorted(seen.items())}
    if present:
        return Verdict(CODE, Outcome.PASS, "seen", evidence, account.captures[:12])
    return undetermined(CODE, "needs_person", account, as_of, **evidence)


def _told(observation: Observation, name: str) -> Presence | None:
    """What the sources say of one function: one that shows it outweighs those that do not."""
    told = {
        getattr(source.reading.interactions, name)
        for source in observation.sources
        if source.reading.access is AccessState.OK
    }
    return next((one for one in (Presence.PRESENT, Presence.ABSENT) if one in told), None)


CODE = "M3.1"
CHECK = Check(
    code=CODE,
    title="未提供有效互动功能",
    label="互动回应差",
    severity=Severity.VETO,
    scope=Scope.ACCOUNT,
    clause="未提供有效互动功能",
    reasons={
        **ACCOUNT_STATES,
        "seen": "公开页面可见互动功能",
        "needs_person": "互动功能须人工核实",
    },
    judge=judge,
    needs=("observation",),
    blind_to="私信、菜单、自动回复多数只在客户端可见",
)
