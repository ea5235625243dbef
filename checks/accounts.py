"""What the checks of accounts say alike: whose word counts, what is open, when it is asked again."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from checks.base import Outcome, Verdict, bounded
from checks.common import ACCOUNT_STATES, account_out_of_scope
from checks.deadlines import age_in_days, beijing_day
from crawler.fetch.access import AccessState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from checks.facts import AccountFacts
    from crawler.platforms.observation import SourceReading

OPERATOR = "operator"
# What a second platform says of the same account, by its id.
_WITNESSES = {"weixin": "sogou-weixin"}
PROFILE_STATES = {**ACCOUNT_STATES, "canary_failed": "该平台的哨兵账号未能核实，本批次不作判定"}


@lru_cache(maxsize=8)
def next_try(as_of: datetime) -> str:
    """下次核实: the Beijing day of the next night."""
    return (beijing_day(as_of) + timedelta(days=1)).isoformat()


def undetermined(
    check: str, reason: str, account: AccountFacts, as_of: datetime, **evidence: Any
) -> Verdict:
    """Not established, with the day on which it is tried again."""
    told = bounded({**evidence, "next_try": next_try(as_of)})
    return Verdict(check, Outcome.UNDETERMINED, reason, told, account.captures[:12])


def not_to_be_judged(check: str, account: AccountFacts, as_of: datetime) -> Verdict | None:
    """The verdict on an account that is closed, or of which nothing was seen in this run."""
    outside = account_out_of_scope(check, account)
    if outside:
        return outside
    if account.observation is None:
        return undetermined(check, "not_visited", account, as_of)
    return None


def own_words(account: AccountFacts) -> Iterator[SourceReading]:
    """The sources in which the platform itself speaks of this account, or its own article does.

    A bridge's feed and a page of another kind tell of posts, not of names and certificates.
    """
    for source in account.observation.sources if account.observation else ():
        if source.reading.platform in (account.platform, OPERATOR):
            yield source


def witnesses(account: AccountFacts) -> Iterator[SourceReading]:
    """Own words, then what a search of the same id says of the entity."""
    yield from own_words(account)
    witness = _WITNESSES.get(account.platform)
    for source in account.observation.sources if account.observation else ():
        if witness and source.reading.platform == witness:
            yield source


def told_sources(account: AccountFacts, as_of: datetime) -> list[str]:
    """Every source in one line: its access, its newest own post with age and provenance."""
    sources = account.observation.sources if account.observation else ()
    return [_line(source, as_of) for source in sources]


def _line(source: SourceReading, as_of: datetime) -> str:
    reading = source.reading
    said = f"{source.source}: {reading.access.value}"
    if reading.access is not AccessState.OK:
        return f"{said}（{reading.detail[:80]}）" if reading.detail else said
    parts = [said, f"{len(reading.posts)} 条"]
    dated = [post for post in reading.posts if post.own and post.published_at is not None]
    newest = max(dated, key=_published, default=None)
    if newest is not None and newest.published_at is not None:
        day = beijing_day(newest.published_at)
        age = age_in_days(newest.published_at, as_of)
        parts.append(f"最新 {day.isoformat()}（{age} 天，{newest.provenance}）")
    if reading.counter is not None:
        before = reading.counter_before
        parts.append(f"计数 {reading.counter}" + (f"，原为 {before}" if before is not None else ""))
    parts.append("可证明未更新" if source.proves_silence else "单独不能证明未更新")
    return "；".join(parts)


def _published(post: Any) -> Any:
    return post.published_at
