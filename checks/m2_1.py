"""M2.1 内容不更新: no post in the two weeks before the monitoring time point."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import ACCOUNT_STATES, UNREAD_REASONS, account_out_of_scope
from checks.deadlines import age_in_days
from crawler.fetch.access import AccessState
from crawler.platforms.observation import PostKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from checks.facts import AccountFacts
    from crawler.platforms.observation import Post, SourceReading

FUTURE = timedelta(minutes=10)


def judge(account: AccountFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """One recent own post from any source passes; silence needs proof (design.md 4.3)."""
    outside = account_out_of_scope(CODE, account)
    if outside:
        return outside
    if not account.publishing:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "not_publishing")
    if account.observation is None:
        return Verdict(CODE, Outcome.UNDETERMINED, "not_visited")
    sources = account.observation.sources
    seen = [
        (post.published_at, post, source)
        for source in sources
        for post in own_posts(source, as_of, count_reposts=parameters["count_reposts"])
        if post.published_at is not None
    ]
    newest = max((moment for moment, _, _ in seen), default=None)
    known = max(filter(None, (newest, account.newest_known)), default=None)
    evidence = _evidence(account, seen, known)
    if known is not None and age_in_days(known, as_of) < parameters["days"]:
        age = age_in_days(known, as_of)
        evidence["age_days"] = age
        warning = "early" if age >= parameters["warning_days"] else None
        return _told(account, Outcome.PASS, "fresh", evidence, known, warning)
    if account.never_posted_proven and known is None:
        return _told(account, Outcome.FAIL, "never_posted", evidence, None)
    if newest is None:
        return _told(account, Outcome.UNDETERMINED, _refusal(sources), evidence, known)
    if not _silence_proven(sources, as_of, parameters):
        return _told(account, Outcome.UNDETERMINED, "stale_by_one_source", evidence, known)
    if account.canary_ok is False:
        return _told(account, Outcome.UNDETERMINED, "canary_failed", evidence, known)
    assert known is not None
    evidence["age_days"] = age_in_days(known, as_of)
    reason = "boundary" if evidence["age_days"] == parameters["days"] else "stale"
    return _told(account, Outcome.FAIL, reason, evidence, known)


def own_posts(
    source: SourceReading, as_of: datetime, *, count_reposts: bool = True
) -> Iterator[Post]:
    """The posts of one source that are updates: own, dated, not liked, automatic or live."""
    counted = {PostKind.ORIGINAL, PostKind.REPOST} if count_reposts else {PostKind.ORIGINAL}
    if source.reading.access is not AccessState.OK:
        return
    for post in source.reading.posts:
        if (
            post.published_at is not None
            and post.own
            and not post.deleted
            and post.kind in counted
            and post.published_at <= as_of + FUTURE
        ):
            yield post


def _silence_proven(
    sources: tuple[SourceReading, ...], as_of: datetime, parameters: Mapping[str, Any]
) -> bool:
    """The platform's own list or a person's look; else two routes, both old, both read well."""
    old = [
        source for source in sources if not source.positive_only and _old(source, as_of, parameters)
    ]
    if any(source.proves_silence for source in old):
        return True
    return len({source.operator_route for source in old}) >= 2


def _old(source: SourceReading, as_of: datetime, parameters: Mapping[str, Any]) -> bool:
    dates = [
        post.published_at
        for post in own_posts(source, as_of, count_reposts=parameters["count_reposts"])
        if post.published_at is not None
    ]
    return bool(dates) and age_in_days(max(dates), as_of) >= parameters["days"]


def _refusal(sources: tuple[SourceReading, ...]) -> str:
    """The typed reason of the first source that was refused, in the registry's order."""
    if not sources:
        return "no_source"
    for source in sources:
        if source.reading.access is not AccessState.OK:
            return source.reading.access.value
    return AccessState.EMPTY_UNPROVEN.value


def _evidence(
    account: AccountFacts,
    seen: list[tuple[datetime, Post, SourceReading]],
    known: datetime | None,
) -> dict[str, Any]:
    newest = max(seen, key=lambda one: one[0], default=None)
    told: dict[str, Any] = {
        "sources": [
            f"{source.source}: {source.reading.access.value}"
            for source in (account.observation.sources if account.observation else ())
        ]
    }
    if newest is not None:
        told |= {
            "post": newest[1].title,
            "url": newest[1].url,
            "provenance": newest[1].provenance,
            "source": newest[2].source,
        }
    elif known is not None:
        told["source"] = account.newest_known_source
    return bounded(told)  # type: ignore[no-any-return]


def _told(
    account: AccountFacts,
    outcome: Outcome,
    reason: str,
    evidence: dict[str, Any],
    known: datetime | None,
    warning: str | None = None,
) -> Verdict:
    return Verdict(CODE, outcome, reason, evidence, account.captures[:12], known, warning=warning)


CODE = "M2.1"
CHECK = Check(
    code=CODE,
    title="内容不更新",
    label="监测时间点前2周内无更新",
    severity=Severity.VETO,
    scope=Scope.ACCOUNT,
    clause="监测时间点前2周内无更新",
    parameters={"days": 14, "warning_days": 10, "count_reposts": True},
    reasons={
        **ACCOUNT_STATES,
        **UNREAD_REASONS,
        "fresh": "两周内有更新",
        "stale": "最后更新早于监测时间点两周以上",
        "boundary": "最后更新距监测时间点恰为 14 天",
        "never_posted": "开通至今未发布任何消息",
        "stale_by_one_source": "疑似未更新，待核实：只有一个来源显示超期",
        "canary_failed": "该平台的哨兵账号未能核实，本批次不作判定",
        "no_source": "没有可用的信息源",
    },
    judge=judge,
    needs=("observation",),
    blind_to="平台拒绝公开访问的内容；微信群发与发布列表不同",
)
