"""The patrol of one account: its sources, what earlier nights and people know of it.

Each account is looked at once in a run. The nightly job is one run a day; a second run of the
same day looks again, but for platforms that rest (`budgets`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from crawler.fetch.access import AccessState
from crawler.fetch.origins import host_of
from crawler.history import last_counted, last_seen
from crawler.links import LinkTask
from crawler.platforms.observe import observe
from crawler.platforms.sources import AccountTicket, OperatorLook, parse_sources, planned_sources
from crawler.spiders import result
from crawler.spiders.account_recall import AccountRecall
from crawler.spiders.budgets import BUDGET_SPENT, RESTING, resting, sogou_allowed
from crawler.spiders.menus import menu_page
from crawler.spiders.result import PageRecord, TargetResult
from models import Account, OperatorObservation

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from crawler.fetch.capture import Capture, Fetch
    from crawler.links import LinkReport
    from crawler.platforms.adapters.look import Credentials
    from crawler.platforms.observation import Observation

_BATCH = 500
# Sources whose readers never tell a count; all others may.
_UNCOUNTED: Final = frozenset(
    {"feed", "operator", "sogou", "channels", "weixin-album", "weixin-home", "weixin-api"}
)
NO_SOURCE = "no_source"
"""The register names nothing that could be read: no fault of the patrol, and for a person."""


@dataclass(frozen=True, slots=True)
class AccountTask:
    """One account of a run: who it is in the registry, and what is looked at.

    `lane` names who is asked: the platform, or the host of a feed. Accounts of one lane share
    its pace, its canary and its refusals. `before` is the stored form of what the last nights saw
    last, empty where nothing is to be used again.
    """

    id: int
    lane: str
    canary: bool
    ticket: AccountTicket
    before: bytes = b""


def account_tasks(
    session: Session, target_ids: Sequence[int], as_of: datetime, *, recalled: bool = True
) -> list[AccountTask]:
    """The accounts among `target_ids`, in that order, canaries first.

    `recalled`: what an earlier night read may be used again.
    """
    found: dict[int, AccountTask] = {}
    rests = resting(session, as_of, _lane)
    sogou = sogou_allowed(session, as_of)
    for start in range(0, len(target_ids), _BATCH):
        batch = target_ids[start : start + _BATCH]
        looks = _looks(session, batch, as_of)
        kept = last_seen(session, batch, as_of) if recalled else {}
        tickets = {
            account: _ticket(account, tuple(looks.get(account.id, ())))
            for account in session.scalars(select(Account).where(Account.id.in_(batch)))
        }
        counting = [account.id for account, ticket in tickets.items() if _may_count(ticket)]
        counted = last_counted(session, counting, as_of)
        for account, ticket in tickets.items():
            spent = {} if sogou is None or account.id in sogou else {"sogou": BUDGET_SPENT}
            found[account.id] = AccountTask(
                account.id,
                lane_of(ticket),
                account.canary,
                replace(ticket, not_tonight=rests | spent, **_remembered(counted.get(account.id))),
                kept.get(account.id, b""),
            )
    tasks = [found[one] for one in target_ids if one in found]
    return sorted(tasks, key=lambda task: not task.canary)


def _lane(account: Account) -> str:
    return lane_of(_ticket(account, ()))


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


def _may_count(ticket: AccountTicket) -> bool:
    """Whether a source of the account may state how many posts there are: a bridge never does."""
    try:
        return any(spec.kind not in _UNCOUNTED for spec in planned_sources(ticket))
    except ValueError:
        return False


def _remembered(before: Observation | None) -> dict[str, Any]:
    """What earlier runs knew: a post count that grew without a newer post tells of a gap.

    The count is that of the night when the newest post was first read, so that the gap does not
    close by itself the night after; deletions since then lower it.
    """
    if before is None:
        return {}
    readings = [source.reading for source in before.sources]
    counted = next((one for one in readings if one.counter is not None), None)
    moments = [one.newest_at for one in readings if one.newest_at is not None]
    counts = (counted.counter, counted.counter_before) if counted is not None else ()
    return {
        "last_counter": min((count for count in counts if count is not None), default=None),
        "last_newest": max(moments, default=None),
    }


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
    task: AccountTask,
    fetch: Fetch,
    as_of: datetime,
    keep: Callable[[bytes], str],
    *,
    check_links: Callable[[LinkTask], Awaitable[LinkReport]] | None = None,
    credentials: Credentials | None = None,
) -> TargetResult:
    """One account's sources, looked at once, and the web links of its menu where it shows one.

    `credentials` are those of owners' interfaces, shared by all accounts of a night.
    Never raises for what a platform does.
    """
    begun = time.monotonic()
    try:
        parse_sources(task.ticket.sources)
    except ValueError:
        # The registry should not have taken it; nothing could be looked at.
        return result.failed(task.id, AccessState.OUR_FAULT, "bad_source")
    observation, captures = await observe(
        task.ticket, fetch, as_of, credentials=credentials, recall=AccountRecall(task.before)
    )
    access = observed_access(observation)
    menu = menu_page(observation, task.ticket.home_url or task.ticket.sources)
    checked = await check_links(LinkTask(menu)) if menu and check_links else None
    return TargetResult(
        task.id,
        fresh=access is AccessState.OK,
        access=access,
        reason=_reason(observation, access),
        pages=[_page(capture, keep) for capture in captures],
        observation=observation,
        links=checked.readings if checked else None,
        requests=checked.requests if checked else 0,
        seconds=round(time.monotonic() - begun, 3),
    )


def _reason(observation: Observation, access: AccessState) -> str:
    """Why nothing was seen: the state, or our own manners where they kept us from asking."""
    if access is AccessState.OK:
        return ""
    if not observation.sources:
        return NO_SOURCE
    details = {source.reading.detail for source in observation.sources}
    return next((one for one in (RESTING, BUDGET_SPENT) if one in details), access.value)


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
