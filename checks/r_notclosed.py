"""R-NOTCLOSED 账号已注销，备案平台未关停: platform and register disagree on whether it lives."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from checks.accounts import PROFILE_STATES, not_to_be_judged, own_words, undetermined
from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import UNREAD_REASONS
from crawler.fetch.access import AccessState
from crawler.platforms.readings import GONE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import AccountFacts


def judge(account: AccountFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Gone twice, a day apart, by the platform's own words; or posting though registered 注销."""
    if account.running_state == "注销":
        return _closed(account)
    outside = not_to_be_judged(CODE, account, as_of)
    if outside:
        return outside
    assert account.observation is not None
    own = [source.reading for source in own_words(account)]
    gone = [one for one in own if one.access is AccessState.NOT_FOUND and one.detail in GONE]
    if not gone:
        return _there(account, as_of)
    evidence: dict[str, Any] = {"said": gone[0].detail}
    if any(source.reading.access is AccessState.OK for source in account.observation.sources):
        return undetermined(CODE, "sources_disagree", account, as_of, **evidence)
    if account.canary_ok is False:
        return undetermined(CODE, "canary_failed", account, as_of, **evidence)
    if not account.canary_ok and not account.batch_healthy:
        return undetermined(CODE, "platform_unproven", account, as_of, **evidence)
    first = min(account.gone_before, default=as_of)
    evidence["first_gone"] = first.isoformat()
    if as_of - first < timedelta(hours=parameters["hours"]):
        return undetermined(CODE, "gone_once", account, as_of, **evidence)
    return _told(account, Outcome.FAIL, "gone", evidence)


def _closed(account: AccountFacts) -> Verdict:
    """A post from after the register closed the account proves that it was not closed."""
    known, since = account.newest_known, account.closed_since
    if known is None or since is None or known <= since:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "closed")
    evidence = {"closed_since": since.isoformat(), "source": account.newest_known_source}
    told = bounded(evidence)
    return Verdict(CODE, Outcome.FAIL, "still_posting", told, account.captures[:12], known)


def _there(account: AccountFacts, as_of: datetime) -> Verdict:
    """No word of its end: it is there where any source showed it, else nothing is known."""
    assert account.observation is not None
    states = [source.reading.access for source in account.observation.sources]
    if AccessState.OK in states:
        return _told(account, Outcome.PASS, "there", {})
    reason = states[0].value if states else "no_source"
    return undetermined(CODE, reason, account, as_of)


def _told(
    account: AccountFacts, outcome: Outcome, reason: str, evidence: dict[str, Any]
) -> Verdict:
    told = bounded(evidence)
    return Verdict(CODE, outcome, reason, told, account.captures[:12], account.newest_known)


CODE = "R-NOTCLOSED"
CHECK = Check(
    code=CODE,
    title="注销与备案状态",
    label="账号已注销，备案平台未关停",
    severity=Severity.NOTE,
    scope=Scope.ACCOUNT,
    clause="国办发〔2018〕123号：关停须发布公告、注销账号，并在报送系统确认",
    parameters={"hours": 24},
    reasons={
        **PROFILE_STATES,
        **UNREAD_REASONS,
        "there": "账号在平台上可见",
        "gone": "平台两次明确答复账号不存在或已注销，备案状态仍未关停",
        "gone_once": "平台答复账号不存在或已注销，须隔日再次核实",
        "sources_disagree": "平台答复账号不存在，另一来源仍可见，须人工核实",
        "platform_unproven": "该平台本批次没有见到近 48 小时的内容，不作判定",
        "still_posting": "备案状态为注销，之后仍有新发布的内容",
        "no_source": "没有可用的信息源",
    },
    judge=judge,
    needs=("observation", "gone_before", "closed_since"),
    blind_to="没有公开账号页的平台（微信、视频号）",
)
