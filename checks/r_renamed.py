"""R-RENAMED 更名不备案: the platform shows another name than the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.accounts import PROFILE_STATES, not_to_be_judged, own_words, undetermined
from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.names import Likeness, account_names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import AccountFacts


def judge(account: AccountFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Another name, or one that was the registered name in an earlier run and is no more."""
    del parameters
    outside = not_to_be_judged(CODE, account, as_of)
    if outside:
        return outside
    shown = shown_name(account)
    if not shown:
        return undetermined(CODE, "name_not_shown", account, as_of)
    likeness = account_names(account.name, shown)
    evidence = {"registered": account.name, "shown": shown}
    if likeness is Likeness.SAME:
        return Verdict(CODE, Outcome.PASS, "same", bounded(evidence), account.captures[:12])
    before = _last_as_registered(account)
    if before is not None:
        evidence["registered_name_seen"] = before.isoformat()
    elif likeness is Likeness.SIMILAR:
        return undetermined(CODE, "similar", account, as_of, **evidence)
    if account.canary_ok is False:
        return undetermined(CODE, "canary_failed", account, as_of, **evidence)
    reason = "renamed" if before is not None else "differs"
    return Verdict(CODE, Outcome.FAIL, reason, bounded(evidence), account.captures[:12])


def shown_name(account: AccountFacts) -> str:
    """The name under which the platform shows the account now; empty where it shows none."""
    names = (source.reading.account_name for source in own_words(account))
    return next((name for name in names if name), "")


def _last_as_registered(account: AccountFacts) -> datetime | None:
    """The last earlier run in which the platform showed the registered name."""
    seen = (
        moment
        for moment, name in account.names_before
        if account_names(account.name, name) is Likeness.SAME
    )
    return max(seen, default=None)


CODE = "R-RENAMED"
CHECK = Check(
    code=CODE,
    title="账号名称与备案名称",
    label="更名不备案",
    severity=Severity.NOTE,
    scope=Scope.ACCOUNT,
    clause="国办发〔2018〕123号：政务新媒体变更须在全国政务新媒体信息报送系统备案",
    reasons={
        **PROFILE_STATES,
        "same": "平台显示的名称与登记的一致",
        "renamed": "以前的巡查见过登记的名称，现在平台显示另一个名称",
        "differs": "平台显示的名称与登记的名称不同",
        "similar": "平台显示的名称与登记的相近而不相同，须人工核实",
        "name_not_shown": "没有看到平台显示的名称，未能核实",
    },
    judge=judge,
    needs=("observation", "names_before"),
    blind_to="登记的账号唯一标识填错时，看到的是另一个账号",
)
