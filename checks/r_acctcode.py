"""R-ACCTCODE 新媒体标识码与账号类型: a warning only, for printed notices disagree with their codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import ACCOUNT_STATES, account_out_of_scope
from crawler.platforms.names import code_letters, platform_of_letters

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import AccountFacts


def judge(account: AccountFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Never a fault: a code that is odd or of another platform is a warning beside a pass."""
    del parameters, as_of
    outside = account_out_of_scope(CODE, account)
    if outside:
        return outside
    if not account.code:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "no_code")
    letters = code_letters(account.code)
    evidence = bounded({"code": account.code, "printed": account.printed or account.platform})
    if letters is None:
        return Verdict(CODE, Outcome.PASS, "odd_code", evidence, warning="odd_code")
    platform = platform_of_letters(letters)
    if platform is None:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "unknown_letters", evidence)
    if platform != account.platform:
        return Verdict(CODE, Outcome.PASS, "other_platform", evidence, warning="other_platform")
    return Verdict(CODE, Outcome.PASS, "fits", evidence)


CODE = "R-ACCTCODE"
CHECK = Check(
    code=CODE,
    title="新媒体标识码",
    label="录入报送系统的账号信息存在错误",
    severity=Severity.NOTE,
    scope=Scope.ACCOUNT,
    clause="新媒体标识码第 11、12 位为平台字母；只作提醒，不作问题",
    reasons={
        **ACCOUNT_STATES,
        "no_code": "没有登记新媒体标识码",
        "odd_code": "新媒体标识码不是 16 位的常见格式（提醒）",
        "unknown_letters": "平台字母的含义未知",
        "other_platform": "平台字母与账号类型不符（提醒）",
        "fits": "平台字母与账号类型相符",
    },
    judge=judge,
)
