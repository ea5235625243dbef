"""What earlier runs saw of an account: read from stored facts and visits, newest run first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from crawler import factcodec
from crawler.facts_of_runs import last_runs, left_by
from crawler.fetch.access import AccessState
from crawler.platforms.readings import GONE
from models import Account, Fact, Item, OperatorObservation, Run, Visit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from crawler.platforms.observation import AccountReading, Observation

# Nights looked back; more than a quarter's gap proves nothing that a notice would print.
MOST_RUNS = 10
MOST_VISITS = 400
# Runs asked for what may be used again: without it an account is only read anew.
LAST_RUNS = 5
HEALTHY_WITHIN = timedelta(hours=48)
_BATCH = 400
# Facts are found by run and target: without the visits, those of all nights would be read through.
_OF_THE_VISIT = (Fact.run_id == Visit.run_id) & (Fact.target_id == Visit.target_id)


def earlier(
    session: Session, target_id: int, as_of: datetime, most: int = MOST_RUNS
) -> Iterator[tuple[datetime, Observation]]:
    """The observations of the last runs before `as_of`, newest first, each with its `as_of`.

    A run that was read again has several; the last one counts.
    """
    rows = session.execute(
        select(Run.id, Run.as_of, Fact.payload)
        .join(Visit, Visit.run_id == Run.id)
        .join(Fact, _OF_THE_VISIT)
        .where(Visit.target_id == target_id, Fact.kind == factcodec.ACCOUNT, Run.as_of < as_of)
        .order_by(Run.as_of.desc(), Run.id.desc(), Fact.id.desc())
        .limit(2 * most)
    )
    told: set[int] = set()
    for run, moment, payload in rows:
        if run not in told and len(told) < most:
            told.add(run)
            yield moment, factcodec.decode_observation(payload)


def names_before(
    session: Session, target_id: int, platform: str, as_of: datetime
) -> tuple[tuple[datetime, str], ...]:
    """The names that the platform itself showed in the last runs, newest first."""
    return tuple(
        (moment, name)
        for moment, seen in earlier(session, target_id, as_of)
        if (name := next((r.account_name for r in _own(seen, platform) if r.account_name), None))
    )


def gone_before(
    session: Session, target_id: int, platform: str, as_of: datetime
) -> tuple[datetime, ...]:
    """The last runs in a row to which the platform said that there is no such account.

    A run in which nothing was learned is skipped; one that saw the account ends the row.
    """
    found: list[datetime] = []
    for moment, seen in earlier(session, target_id, as_of):
        if any(source.reading.access is AccessState.OK for source in seen.sources):
            break
        if any(is_gone(reading) for reading in _own(seen, platform)):
            found.append(moment)
    return tuple(found)


def is_gone(reading: AccountReading) -> bool:
    """Whether a platform said in so many words that the account is not there (any more)."""
    return reading.access is AccessState.NOT_FOUND and reading.detail in GONE


def _own(seen: Observation, platform: str) -> Iterator[AccountReading]:
    return (one.reading for one in seen.sources if one.reading.platform == platform)


def closed_since(session: Session, target_id: int, as_of: datetime) -> datetime | None:
    """The first of the last runs in a row in which the register called the account closed."""
    visits = session.execute(
        select(Run.as_of, Visit.reason)
        .join(Visit, Visit.run_id == Run.id)
        .where(Visit.target_id == target_id, Run.as_of <= as_of)
        .order_by(Run.as_of.desc())
        .limit(MOST_VISITS)
    )
    since = None
    for moment, reason in visits:
        if reason != "closed":
            break
        since = moment
    return since


def seen_by_a_person(session: Session, target_id: int, as_of: datetime) -> datetime | None:
    """The newest post that an operator's look names."""
    seen: datetime | None = session.scalar(
        select(func.max(OperatorObservation.newest_at)).where(
            OperatorObservation.target_id == target_id, OperatorObservation.seen_at <= as_of
        )
    )
    return seen


def shows_fresh_posts(session: Session, platform: str, as_of: datetime) -> bool:
    """Whether any account of the platform showed a post younger than 48 hours (design.md 4.6)."""
    fresh = select(Item.id).where(
        Item.target_id == Account.id,
        Item.published_at > as_of - HEALTHY_WITHIN,
        Item.published_at <= as_of,
        Item.first_seen_at <= as_of,
    )
    found = select(Account.id).where(Account.platform == platform, fresh.exists()).limit(1)
    return session.scalar(found) is not None


def last_counted(
    session: Session, target_ids: Sequence[int], as_of: datetime
) -> dict[int, Observation]:
    """Each account's last observation before `as_of` that holds the platform's own post count.

    Nights that were refused in between are passed over; without a count, the last one is told.
    """
    found: dict[int, Observation] = {}
    ids = _fact_ids(session, target_ids, as_of)
    for depth in range(MOST_RUNS):
        wanted = {
            facts[depth]: target
            for target, facts in ids.items()
            if depth < len(facts) and not _counted(found.get(target))
        }
        for fact, payload in _payloads(session, list(wanted)):
            seen = factcodec.decode_observation(payload)
            if wanted[fact] not in found or _counted(seen):
                found[wanted[fact]] = seen
    return found


def last_seen(session: Session, target_ids: Sequence[int], as_of: datetime) -> dict[int, bytes]:
    """The stored form of each account's last observation, where one of the last runs left any."""
    found: dict[int, bytes] = {}
    connection = session.connection()
    for run, _ in last_runs(connection, as_of, LAST_RUNS):
        wanted = [one for one in target_ids if one not in found]
        if not wanted:
            break
        found |= left_by(connection, run, wanted, factcodec.ACCOUNT)
    return found


def _counted(seen: Observation | None) -> bool:
    return seen is not None and any(one.reading.counter is not None for one in seen.sources)


def _fact_ids(session: Session, target_ids: Sequence[int], as_of: datetime) -> dict[int, list[int]]:
    """The ids of each account's last observations, newest first."""
    found: dict[int, list[int]] = {}
    rows = session.execute(
        select(Fact.target_id, Fact.id)
        .join(Visit, _OF_THE_VISIT)
        .join(Run, Run.id == Visit.run_id)
        .where(Visit.target_id.in_(target_ids), Fact.kind == factcodec.ACCOUNT, Run.as_of < as_of)
        .order_by(Run.as_of.desc(), Fact.id.desc())
    )
    for target, fact in rows:
        kept = found.setdefault(target, [])
        if len(kept) < MOST_RUNS:
            kept.append(fact)
    return found


def _payloads(session: Session, ids: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        rows = session.execute(select(Fact.id, Fact.payload).where(Fact.id.in_(batch)))
        yield from ((fact, payload) for fact, payload in rows)
