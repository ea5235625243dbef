"""The patrol of one account: its sources, what earlier nights and people know of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from crawler import factcodec
from crawler.fetch.access import AccessState
from crawler.fetch.origins import host_of
from crawler.platforms.observe import observe
from crawler.platforms.sources import AccountTicket, OperatorLook, parse_sources
from crawler.spiders import result
from crawler.spiders.result import PageRecord, TargetResult
from models import Account, Fact, OperatorObservation, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from crawler.fetch.capture import Capture, Fetch
    from crawler.platforms.observation import Observation

_BATCH = 500


@dataclass(frozen=True, slots=True)
class AccountTask:
    """One account of a run: who it is in the registry, and what is looked at.

    `lane` names who is asked: the platform, or the host of a feed. Accounts of one lane share
    its pace, its canary and its refusals.
    """

    id: int
    lane: str
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
        before = _observed_before(session, batch, as_of)
        for account in session.scalars(select(Account).where(Account.id.in_(batch))):
            ticket = _ticket(account, tuple(looks.get(account.id, ())))
            ticket = _remembering(ticket, before.get(account.id))
            found[account.id] = AccountTask(account.id, lane_of(ticket), account.canary, ticket)
    tasks = [found[one] for one in target_ids if one in found]
    return sorted(tasks, key=lambda task: not task.canary)


def lane_of(ticket: AccountTicket) -> str:
    """Who is asked first for an account."""
    kind, _, rest = ticket.sources.strip().partition(":")
    if kind in {"feed", "page"}:
        return f"{kind} {host_of(rest.partition(';')[0].strip())}"
    return kind or ticket.platform


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


def _remembering(ticket: AccountTicket, before: Observation | None) -> AccountTicket:
    """What the run before knew: a post count that grew without a newer post tells of a gap."""
    if before is None:
        return ticket
    readings = [source.reading for source in before.sources]
    counters = [one.counter for one in readings if one.counter is not None]
    moments = [one.newest_at for one in readings if one.newest_at is not None]
    return replace(
        ticket,
        last_counter=counters[0] if counters else None,
        last_newest=max(moments, default=None),
    )


def _observed_before(
    session: Session, target_ids: Sequence[int], as_of: datetime
) -> dict[int, Observation]:
    last = (
        select(func.max(Fact.id))
        .join(Run, Run.id == Fact.run_id)
        .where(Fact.target_id.in_(target_ids), Fact.kind == factcodec.ACCOUNT, Run.as_of < as_of)
        .group_by(Fact.target_id)
    )
    rows = session.execute(select(Fact.target_id, Fact.payload).where(Fact.id.in_(last)))
    return {target: factcodec.decode_observation(payload) for target, payload in rows}


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
    try:
        parse_sources(task.ticket.sources)
    except ValueError:
        # The registry should not have taken it; nothing could be looked at.
        return result.failed(task.id, AccessState.OUR_FAULT, "bad_source")
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
