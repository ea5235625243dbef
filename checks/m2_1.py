"""M2.1 内容不更新: no post in the two weeks before the monitoring time point."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from checks.accounts import next_try, told_sources, undetermined
from checks.base import Check, Outcome, Scope, Severity, Verdict, bounded
from checks.common import ACCOUNT_STATES, UNREAD_REASONS, account_out_of_scope
from checks.deadlines import age_in_days
from crawler.fetch.access import AccessState
from crawler.platforms.observation import PostKind
from crawler.platforms.readings import LIST_LACKS_NEWEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from checks.facts import AccountFacts
    from crawler.platforms.observation import Post, SourceReading

FUTURE = timedelta(minutes=10)
_ACCOUNT = re.compile(
    r"账号|帐号|公众号|订阅号|服务号|视频号|抖音号|头条号|新媒体|微博|本号|客户端"
)
_ENDING = re.compile(
    r"关停|停更|停用|停止(?:运营|更新|使用|维护|服务)|注销|不再(?:更新|使用|运营)|迁移|下线"
)


def judge(account: AccountFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """One recent own post from any source passes; silence needs proof (design.md 4.3)."""
    outside = account_out_of_scope(CODE, account)
    if outside:
        return outside
    if not account.publishing:
        return Verdict(CODE, Outcome.NOT_APPLICABLE, "not_publishing")
    if account.observation is None:
        return undetermined(CODE, "not_visited", account, as_of)
    sources = account.observation.sources
    seen = [
        (post.published_at, post, source)
        for source in sources
        for post in own_posts(source, as_of, count_reposts=parameters["count_reposts"])
        if post.published_at is not None
    ]
    newest = max((moment for moment, _, _ in seen), default=None)
    known = max(filter(None, (newest, account.newest_known)), default=None)
    evidence = _evidence(account, seen, known, as_of)
    if known is not None and age_in_days(known, as_of) < parameters["days"]:
        age = age_in_days(known, as_of)
        evidence["age_days"] = age
        warning = "early" if age >= parameters["warning_days"] else None
        return _told(account, Outcome.PASS, "fresh", evidence, known, warning)
    if account.never_posted_proven and known is None:
        return _told(account, Outcome.FAIL, "never_posted", evidence, None)
    if newest is None:
        return _open(account, _refusal(sources), evidence, known, as_of)
    doubt = _doubt(account, as_of, parameters)
    if doubt:
        return _open(account, doubt, evidence, known, as_of)
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


def _doubt(account: AccountFacts, as_of: datetime, parameters: Mapping[str, Any]) -> str:
    """Why old posts alone prove no silence here; empty where they do."""
    assert account.observation is not None
    sources = account.observation.sources
    if not _silence_proven(sources, as_of, parameters):
        lacking = any(source.reading.detail == LIST_LACKS_NEWEST for source in sources)
        return LIST_LACKS_NEWEST if lacking else "stale_by_one_source"
    if account.canary_ok is False:
        return "canary_failed"
    return "closing_announced" if _closing_announced(sources, as_of) else ""


def _closing_announced(sources: tuple[SourceReading, ...], as_of: datetime) -> bool:
    """Whether the newest posts say that the account ends: a lawful closing is no neglect."""
    return any(
        _ACCOUNT.search(post.title) and _ENDING.search(post.title)
        for source in sources
        for post in sorted(own_posts(source, as_of), key=_moment, reverse=True)[:3]
    )


def _moment(post: Post) -> Any:
    return post.published_at


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
    as_of: datetime,
) -> dict[str, Any]:
    newest = max(seen, key=lambda one: one[0], default=None)
    told: dict[str, Any] = {"sources": told_sources(account, as_of)}
    if account.canary_ok is not None:
        told["canary_ok"] = account.canary_ok
    unchanged = _counter_unchanged(account)
    if unchanged is not None:
        told["counter_unchanged"] = unchanged
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


def _counter_unchanged(account: AccountFacts) -> bool | None:
    """Whether the platform's own count stood still since the newest post was first read."""
    readings = [one.reading for one in (account.observation.sources if account.observation else ())]
    counted = [one for one in readings if one.counter is not None]
    compared = [one.counter == one.counter_before for one in counted if one.counter_before]
    return all(compared) if compared else None


def _open(
    account: AccountFacts,
    reason: str,
    evidence: dict[str, Any],
    known: datetime | None,
    as_of: datetime,
) -> Verdict:
    evidence["next_try"] = next_try(as_of)
    return _told(account, Outcome.UNDETERMINED, reason, evidence, known)


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
        "fresh": "规定期限内有更新（全国规则为两周）",
        "stale": "最后更新超过规定期限（全国规则为两周）",
        "boundary": "最后更新距监测时间点恰为规定期限（全国规则为 14 天）",
        "never_posted": "开通至今未发布任何消息",
        "stale_by_one_source": "疑似未更新，待核实：只有一个来源显示超期",
        LIST_LACKS_NEWEST: "平台计数增加而列表没有新内容，列表不全，未能核实",
        "closing_announced": "最近发布的内容是关停或停更公告，是否依规关停须人工核实",
        "canary_failed": "该平台的哨兵账号未能核实，本批次不作判定",
        "no_source": "没有可用的信息源",
    },
    judge=judge,
    needs=("observation",),
    blind_to="平台拒绝公开访问的内容；微信群发与发布列表不同",
)
