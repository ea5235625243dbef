"""How often a platform may be asked across runs: rests after a refusal, and daily budgets.

    resting          kinds of sources that are left alone at `as_of`, with the reason
    sogou_allowed    whose Sogou source may be asked on that day

Within a run the pace of a platform is the network's (ten seconds between requests, one look per
account). A run that begins while a platform rests asks it nothing; nothing else keeps a second
run of the same day from looking again, so only the nightly job is meant to run unattended.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, or_, select

from crawler.fetch.access import AccessState
from crawler.platforms.moments import BEIJING
from models import Account, Run, Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

STOPPED: Final = "platform_stopped"
RESTING: Final = "platform_resting"
BUDGET_SPENT: Final = "daily_budget"
FIRST_REST: Final = timedelta(hours=6)
# A day less an hour: the next night, begun some minutes early, may ask again.
SECOND_REST: Final = timedelta(hours=23)
_REMEMBERED: Final = timedelta(hours=36)
SOGOU_A_DAY: Final = 50
_REFUSALS: Final = (
    AccessState.CHALLENGE.value,
    AccessState.BLOCKED.value,
    AccessState.RATE_LIMITED.value,
    AccessState.LOGIN_WALL.value,
)


def resting(session: Session, as_of: datetime, lane_of: Callable[[Account], str]) -> dict[str, str]:
    """The platforms that turned their canary away a short time before `as_of`.

    They rest for six hours; after a second refusal within a day and a half, for a day.
    """
    rows = session.execute(
        select(Run.as_of, Account)
        .join(Visit, Visit.run_id == Run.id)
        .join(Account, Account.id == Visit.target_id)
        .where(
            Run.as_of < as_of,
            Run.as_of > as_of - SECOND_REST - _REMEMBERED,
            or_(
                Visit.reason == STOPPED,
                and_(Account.canary.is_(True), Visit.access.in_(_REFUSALS)),
            ),
        )
    )
    stops: dict[str, set[datetime]] = {}
    for moment, account in rows:
        stops.setdefault(lane_of(account), set()).add(moment)
    return {lane: RESTING for lane, moments in stops.items() if as_of < rests_until(moments)}


def rests_until(stops: Iterable[datetime]) -> datetime:
    """When a platform that stopped at these moments may be asked again."""
    last, *before = sorted(stops, reverse=True)
    repeated = bool(before) and last - before[0] <= _REMEMBERED
    return last + (SECOND_REST if repeated else FIRST_REST)


def sogou_allowed(session: Session, as_of: datetime) -> frozenset[int] | None:
    """The accounts whose Sogou source may be asked today: 50, another 50 each day; None: all."""
    chosen = select(Account.id).where(
        Account.sources.contains("sogou:"), Account.retired.is_(False)
    )
    ids = list(session.scalars(chosen.order_by(Account.position, Account.id)))
    if len(ids) <= SOGOU_A_DAY:
        return None
    start = as_of.astimezone(BEIJING).toordinal() * SOGOU_A_DAY % len(ids)
    turned = ids[start:] + ids[:start]
    return frozenset(turned[:SOGOU_A_DAY])
