"""R-SAMENAME 各平台账号名称: in principle one name on all platforms; a warning only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import ACCOUNT_STATES, account_out_of_scope
from checks.names import account_names, same_but_for_platform

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import AccountFacts, RegisteredAccount


def judge(account: AccountFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Compared with the unit's main account: 主要账号, else the one entered first."""
    del parameters, as_of
    outside = account_out_of_scope(CODE, account)
    if outside:
        return outside
    main = _main(account)
    if main is None:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "no_other_platform")
    evidence = bounded({"name": account.name, "main": f"{main.name}（{main.printed}）"})
    if same_but_for_platform(account.name, main.name):
        return Verdict(CODE, Outcome.PASS, "same", evidence)
    evidence["likeness"] = account_names(account.name, main.name).value
    return Verdict(CODE, Outcome.PASS, "differs", evidence, warning="differs")


def _main(account: AccountFacts) -> RegisteredAccount | None:
    """The main account of the unit where it is another one, on another platform."""
    if account.principal:
        return None
    others = [one for one in account.siblings if one.platform != account.platform]
    named = [one for one in others if one.principal]
    return next(iter([*named, *(one for one in others if one.before)]), None)


CODE = "R-SAMENAME"
CHECK = Check(
    code=CODE,
    title="各平台账号名称",
    label="同一单位在不同平台的账号名称不一致",
    severity=Severity.NOTE,
    scope=Scope.ACCOUNT,
    clause="国办发〔2018〕123号：名称简洁、与职责相关，原则上各平台一致；只作提醒，不作问题",
    reasons={
        **ACCOUNT_STATES,
        "no_other_platform": "该单位没有在其他平台登记更主要的账号",
        "same": "与该单位的主要账号同名",
        "differs": "与该单位的主要账号名称不同（提醒）",
    },
    judge=judge,
    needs=("siblings",),
)
