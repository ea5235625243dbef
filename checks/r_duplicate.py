"""R-DUPLICATE 同一单位在同一平台开设了多个政务新媒体: from the register alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import ACCOUNT_STATES, account_out_of_scope

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import AccountFacts, RegisteredAccount

# Every app and every mini-program is a thing of its own; 其他 is no platform.
_SEVERAL_ALLOWED = frozenset({"app", "miniprogram", "other"})
_KINDS = ("服务号", "订阅号", "企业")


def judge(account: AccountFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """All but the main one are too many; a 服务号 beside a 订阅号 is for a person."""
    del parameters, as_of
    outside = account_out_of_scope(CODE, account)
    if outside:
        return outside
    if account.platform in _SEVERAL_ALLOWED or not account.unit:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "several_allowed")
    there = [one for one in account.siblings if one.platform == account.platform]
    if not there:
        return Verdict(CODE, Outcome.PASS, "only_one")
    evidence = bounded({"sponsor": account.unit, "others": [_shown(one) for one in there]})
    alike = [one for one in there if _alike(account, one)]
    if not alike:
        return Verdict(CODE, Outcome.UNDETERMINED, "needs_person", evidence)
    if not any(_comes_first(account, one) for one in alike):
        return Verdict(CODE, Outcome.PASS, "main_one", evidence)
    return Verdict(CODE, Outcome.FAIL, "several", evidence)


def _shown(one: RegisteredAccount) -> str:
    return f"{one.name}（{one.printed}）"


def _alike(account: AccountFacts, other: RegisteredAccount) -> bool:
    """The same kind of account: 公众号 without a kind may be either, and is for a person."""
    return _kind(account.printed) == _kind(other.printed)


def _kind(printed: str) -> str:
    return next((kind for kind in _KINDS if kind in printed), "")


def _comes_first(account: AccountFacts, other: RegisteredAccount) -> bool:
    """The main account (主要账号) of a unit, else the one entered first, is the one that stays."""
    if account.principal != other.principal:
        return other.principal
    return other.before


CODE = "R-DUPLICATE"
CHECK = Check(
    code=CODE,
    title="同一平台重复开设",
    label="同一单位在同一平台开设了多个政务新媒体",
    severity=Severity.NOTE,
    scope=Scope.ACCOUNT,
    clause="国办发〔2018〕123号：一个单位原则上在同一平台只开设一个账号",
    reasons={
        **ACCOUNT_STATES,
        "only_one": "该单位在该平台只登记了这一个账号",
        "main_one": "该单位在该平台登记了多个账号，这是主要的一个",
        "several": "该单位在该平台还登记了另一个主要账号",
        "needs_person": "该单位同时登记了订阅号与服务号，是否重复须人工判定",
        "several_allowed": "应用、小程序和其他类不按平台计数",
    },
    judge=judge,
    needs=("siblings",),
    blind_to="开设主体写法不同的同一单位",
)
