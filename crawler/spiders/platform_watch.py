"""What is done when an account platform turns us away: ask its canary, go on or stop."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.fetch.access import AccessState

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.spiders.result import TargetResult

# Refusals in a row after which a platform without a canary is left alone: soon when nothing of it
# was seen to be well tonight, late when something was.
REFUSALS_WHEN_UNPROVEN = 5
REFUSALS_WHEN_HEALTHY = 20
HEALTHY_WITHIN = timedelta(hours=48)
_TURNED_AWAY = frozenset(
    {
        AccessState.CHALLENGE,
        AccessState.BLOCKED,
        AccessState.RATE_LIMITED,
        AccessState.LOGIN_WALL,
    }
)
_UNANSWERED = _TURNED_AWAY | {
    AccessState.TIMEOUT,
    AccessState.DNS,
    AccessState.CONNECT,
    AccessState.TLS_ERROR,
    AccessState.SERVER_ERROR,
    AccessState.OUR_FAULT,
}


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
        """Stop the platform when its canary gets no answer, either, or when nothing speaks for it.

        A canary that was answered in a way we could not read was answered.
        """
        if canary is not None and canary not in _UNANSWERED:
            return
        self.refusals[platform] = self.refusals.get(platform, 0) + 1
        well = platform in self.healthy
        most = REFUSALS_WHEN_HEALTHY if well else REFUSALS_WHEN_UNPROVEN
        if canary is not None or self.refusals[platform] >= most:
            self.stopped.add(platform)

    def _shows_recent(self, told: TargetResult) -> bool:
        posts = told.observation.posts if told.observation else ()
        oldest = self.as_of - HEALTHY_WITHIN
        return any(
            post.own and post.published_at is not None and oldest <= post.published_at
            for post in posts
        )
