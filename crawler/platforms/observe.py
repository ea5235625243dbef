"""One account in one run: its sources in order, the union of what they saw."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from crawler.fetch.access import AccessState
from crawler.platforms.adapters import browsed
from crawler.platforms.adapters.feeds import look_at_feed
from crawler.platforms.adapters.look import Adapter, Afresh, Credentials, Look, Task, finish
from crawler.platforms.adapters.operator import look_at_operator
from crawler.platforms.adapters.pages import look_at_page
from crawler.platforms.adapters.wechat import (
    look_at_album,
    look_at_home,
    look_at_owner_api,
    look_at_sogou,
)
from crawler.platforms.adapters.weibo import look_at_weibo
from crawler.platforms.observation import Observation, SourceReading
from crawler.platforms.readings import refusal
from crawler.platforms.sources import AccountTicket, planned_sources

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.fetch.capture import Capture, Fetch
    from crawler.platforms.adapters.look import Recall

# A post this young settles the matter; older ones send the patrol to every source.
FRESH: Final = timedelta(days=7)

ADAPTERS: Final[dict[str, Adapter]] = {
    "feed": look_at_feed,
    "weibo": look_at_weibo,
    "operator": look_at_operator,
    "weixin-album": look_at_album,
    "weixin-home": look_at_home,
    "weixin-api": look_at_owner_api,
    "sogou": look_at_sogou,
    "page": look_at_page,
    **browsed.ADAPTERS,
}


async def observe(
    ticket: AccountTicket,
    fetch: Fetch,
    as_of: datetime,
    *,
    credentials: Credentials | None = None,
    recall: Recall | None = None,
) -> tuple[Observation, list[Capture]]:
    """What the account's sources show at `as_of`, and the captures behind it.

    Sources are asked in the registry's order until one shows a post younger than seven days.
    `capture_ids` of each source are positions in the returned list of captures. A 信息源 that
    the registry should not have taken is one source that could not be read, `our_fault`. `recall`
    may know from an earlier night what captures say.
    """
    known, before = credentials or Credentials(), recall or Afresh()
    sources: list[SourceReading] = []
    captures: list[Capture] = []
    try:
        specs = planned_sources(ticket)
    except ValueError as error:
        bad = refusal(ticket.platform, AccessState.OUR_FAULT, str(error))
        return Observation(ticket.platform, (SourceReading(ticket.sources[:60], bad),)), []
    for spec in specs:
        task = Task(spec, ticket, fetch, as_of, known, before)
        look = _spared(task) or await ADAPTERS[spec.kind](task)
        sources.append(_numbered(look, len(captures), before))
        captures += look.captures
        if _fresh(look, as_of):
            break
    return Observation(ticket.platform, tuple(sources)), captures


def _spared(task: Task) -> Look | None:
    """A source that is left alone in this run: it was not asked, so it says nothing.

    Our own choice, no refusal: the platform must not be blamed for it, nor its canary asked.
    """
    why = task.ticket.not_tonight.get(task.spec.kind)
    if why is None:
        return None
    reading = refusal(task.ticket.platform, AccessState.OUR_FAULT, why)
    return finish(task, reading, [], route=task.spec.kind)


def _numbered(look: Look, start: int, recall: Recall) -> SourceReading:
    return replace(
        look.reading,
        capture_ids=tuple(range(start, start + len(look.captures))),
        grounds=recall.grounds(look.reading),
    )


def _fresh(look: Look, as_of: datetime) -> bool:
    reading = look.reading.reading
    newest = reading.newest_at
    return reading.access is AccessState.OK and newest is not None and newest > as_of - FRESH
