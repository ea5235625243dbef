"""F-OFFTOPIC 点赞与本单位业务无关的信息: likes that the public sees are shown to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.accounts import PROFILE_STATES, not_to_be_judged, undetermined
from checks.base import Check, Outcome, Scope, Severity, Verdict
from crawler.fetch.access import AccessState
from crawler.platforms.observation import PostKind
from crawler.platforms.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from checks.facts import AccountFacts
    from crawler.platforms.observation import Post

# Where likes stand in the public timeline or on a public list of their own.
_PUBLIC = frozenset({"weibo"})


def judge(account: AccountFacts, parameters: Mapping[str, Any], as_of: datetime) -> Verdict:
    """Never automatic: a like of a stranger's post is a candidate, its topic is for a person."""
    del parameters
    outside = not_to_be_judged(CODE, account, as_of)
    if outside:
        return outside
    assert account.observation is not None
    liked = [post for post in account.observation.posts if post.kind is PostKind.LIKED]
    strangers = [post for post in liked if not _of_the_matrix(post, account)]
    if strangers:
        told = [f"{post.title[:80]} {post.url}" for post in strangers]
        return undetermined(CODE, "needs_person", account, as_of, likes=len(strangers), liked=told)
    read = any(
        source.reading.access is AccessState.OK and source.reading.platform in _PUBLIC
        for source in account.observation.sources
    )
    if liked or read:
        return Verdict(CODE, Outcome.PASS, "none_seen", {"likes": len(liked)})
    return Verdict(CODE, Outcome.NOT_APPLICABLE, "likes_not_public")


def _of_the_matrix(post: Post, account: AccountFacts) -> bool:
    """Whether a registered account of the platform wrote it."""
    found = resolve(post.url) if post.url else None
    return found is not None and bool(found.id) and found.id in account.matrix


CODE = "F-OFFTOPIC"
CHECK = Check(
    code=CODE,
    title="点赞内容",
    label="点赞与本单位业务无关的信息",
    severity=Severity.NOTE,
    scope=Scope.ACCOUNT,
    clause="通报用语：点赞与本单位业务无关的信息（全国指标没有单独的分值）",
    reasons={
        **PROFILE_STATES,
        "needs_person": "有公开的点赞，是否与本单位业务无关由人工判定",
        "none_seen": "没有见到对矩阵以外内容的点赞",
        "likes_not_public": "平台不公开点赞，或没有读到",
    },
    judge=judge,
    needs=("observation", "matrix"),
    blind_to="登录后才可见的点赞列表",
)
