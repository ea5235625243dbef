"""One account as the platforms show it, and ways to show it otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from checks.base import Verdict
from checks.facts import AccountFacts
from checks.registry import BY_CODE
from crawler.fetch.access import AccessState
from crawler.platforms.observation import (
    AccountReading,
    Entity,
    EntityKind,
    Observation,
    Post,
    SourceReading,
)
from tests.unit.checks.world import stated

BEIJING = timezone(timedelta(hours=8))
AS_OF = datetime(2023, 3, 20, 1, 0, tzinfo=BEIJING)
TOMORROW = "2023-03-21"
SPONSOR = "例市人民政府办公室"


def judged(code: str, account: AccountFacts, as_of: datetime = AS_OF, **changed: Any) -> Verdict:
    parameters = {**stated()[code], **changed}
    verdict = BY_CODE[code].judge(account, parameters, as_of)
    assert verdict.reason in BY_CODE[code].reasons
    return verdict


def said(code: str, account: AccountFacts, **changed: Any) -> tuple[str, str]:
    """Outcome and reason."""
    verdict = judged(code, account, **changed)
    return verdict.outcome.value, verdict.reason


def post(days: float = 1, **changed: Any) -> Post:
    moment = AS_OF - timedelta(days=days)
    return replace(Post(f"p{days}", "发布", "", moment, "api"), **changed)


def source(platform: str = "weibo", **reading: Any) -> SourceReading:
    """One source in the platform's own words, unless `platform` says whose words they are."""
    given = {"posts": (post(),), "account_name": "例市发布", **reading}
    return SourceReading(
        f"{platform}:1",
        AccountReading(platform, **given),
        proves_silence=platform == "weibo",
        operator_route=platform,
    )


def refused(
    state: AccessState = AccessState.CHALLENGE, detail: str = "", platform: str = "weibo"
) -> SourceReading:
    return SourceReading(f"{platform}:1", AccountReading(platform, state, detail))


def certified(text: str) -> Entity:
    return Entity(text, EntityKind.CERTIFIED)


def account(*sources: SourceReading, **changed: Any) -> AccountFacts:
    platform = changed.get("platform", "weibo")
    whole = AccountFacts(
        code="430100M001XL0001",
        name="例市发布",
        platform=platform,
        unit=SPONSOR,
        running_state="正常",
        publishing=True,
        observation=Observation(platform, sources),
        printed="新浪微博",
    )
    return replace(whole, **changed)
