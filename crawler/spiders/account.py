"""The patrol of one account, and what is done when a platform turns us away."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from crawler.fetch.access import AccessState
from crawler.platforms.observe import observe
from crawler.platforms.sources import AccountTicket, OperatorLook
from crawler.spiders import result
from crawler.spiders.result import PageRecord, TargetResult
from models import Account, OperatorObservation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from crawler.fetch.capture import Capture, Fetch
    from crawler.platforms.observation import Observation

_BATCH = 500
HEALTHY_WITHIN = timedelta(hours=48)
_TURNED_AWAY = frozenset(
    {
        AccessState.CHALLENGE,
        AccessState.BLOCKED,
        AccessState.RATE_LIMITED,
        AccessState.LOGIN_WALL,
    }
)


@dataclass(frozen=True, slots=True)
class AccountTask:
    """One account of a run: who it is in the registry, and what is looked at."""

    id: int
    platform: str
    canary: bool
    ticket: AccountTicket


def account_tasks(
    session: Session, target_ids: Sequence[int], as_of: datetime
) -> list[AccountTask]:
    """The accounts among `target_ids`, in that order, canaries first."""
    found: dict[int, AccountTask] = {}
    for start in range(0, len(target_ids), _BATCH):
        batch = target_ids[start : start + _BATCH]
        looks = _looks(session, batch, as_of)
        for account in session.scalars(select(Account).where(Account.id.in_(batch))):
            ticket = _ticket(account, tuple(looks.get(account.id, ())))
            found[account.id] = AccountTask(account.id, account.platform, account.canary, ticket)
    tasks = [found[one] for one in target_ids if one in found]
    return sorted(tasks, key=lambda task: not task.canary)


def _ticket(account: Account, looks: tuple[OperatorLook, ...]) -> AccountTicket:
    return AccountTicket(
        platform=account.platform,
        platform_printed=account.platform_printed,
        name=account.name,
        unit=account.sponsor,
        platform_id=account.platform_id,
        home_url=account.home_url,
        sources=account.sources,
        operator_looks=looks,
    )


def _looks(
    session: Session, target_ids: Sequence[int], as_of: datetime
) -> dict[int, list[OperatorLook]]:
    found: dict[int, list[OperatorLook]] = {}
    rows = session.scalars(
        select(OperatorObservation)
        .where(OperatorObservation.target_id.in_(target_ids), OperatorObservation.seen_at <= as_of)
        .order_by(OperatorObservation.seen_at)
    )
    for row in rows:
        look = OperatorLook(
            seen_at=row.seen_at,
            newest_at=row.newest_at,
            never_posted=row.never_posted,
            url=row.url,
            text=row.text,
            screenshot=row.screenshot,
            observed_by=row.observed_by,
        )
        found.setdefault(row.target_id, []).append(look)
    return found


async def patrol_account(
    task: AccountTask, fetch: Fetch, as_of: datetime, keep: Callable[[bytes], str]
) -> TargetResult:
    """One account's sources, looked at once. Never raises for what a platform does."""
    begun = time.monotonic()
    observation, captures = await observe(task.ticket, fetch, as_of)
    access = observed_access(observation)
    fresh = access is AccessState.OK
    return TargetResult(
        task.id,
        fresh=fresh,
        access=access,
        reason="" if fresh else access.value,
        pages=[_page(capture, keep) for capture in captures],
        observation=observation,
        seconds=round(time.monotonic() - begun, 3),
    )


def observed_access(observation: Observation) -> AccessState:
    """The account was seen when any source was; else the first source says why not."""
    states = [source.reading.access for source in observation.sources]
    if AccessState.OK in states:
        return AccessState.OK
    # A deleted account was seen, too: that is what there is to see.
    return states[0] if states else AccessState.OUR_FAULT


def _page(capture: Capture, keep: Callable[[bytes], str]) -> PageRecord:
    return PageRecord(
        capture=replace(capture, body=b"", screenshot=None),
        role=result.SOURCE,
        sha256=keep(capture.body) if capture.body else "",
        size=len(capture.body),
        screenshot=keep(capture.screenshot) if capture.screenshot else "",
    )


@dataclass(slots=True)
class PlatformWatch:
    """Whether a platform still lets us look (design: fleet breaker).

    After a refusal the canary is asked. If it answers, the refusal belongs to that account;
    if not, the platform stops for the night. Without a canary the batch is healthy when any
    account of it showed a post younger than 48 hours.
    """

    as_of: datetime
    stopped: set[str] = field(default_factory=set)
    healthy: set[str] = field(default_factory=set)
    refusals: dict[str, int] = field(default_factory=dict)

    def note(self, platform: str, told: TargetResult) -> None:
        """Learn from one account's result."""
        if told.access is AccessState.OK:
            self.refusals[platform] = 0
            if self._shows_recent(told):
                self.healthy.add(platform)

    def refused(self, told: TargetResult) -> bool:
        """True when the platform turned us away on this account."""
        return told.access in _TURNED_AWAY

    def judge_refusal(self, platform: str, canary: AccessState | None) -> None:
        """Stop the platform when its canary is refused, too, or when nothing speaks for it."""
        if canary is AccessState.OK:
            return
        self.refusals[platform] = self.refusals.get(platform, 0) + 1
        alone = canary is None
        most = REFUSALS_WITHOUT_CANARY if platform in self.healthy else 2
        if not alone or self.refusals[platform] >= most:
            self.stopped.add(platform)

    def _shows_recent(self, told: TargetResult) -> bool:
        posts = told.observation.posts if told.observation else ()
        oldest = self.as_of - HEALTHY_WITHIN
        return any(
            post.own and post.published_at is not None and oldest <= post.published_at
            for post in posts
        )


REFUSALS_WITHOUT_CANARY = 5
