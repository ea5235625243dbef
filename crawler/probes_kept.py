"""Rounds of availability as they are kept: one row for each site and Beijing day, packed small.

    enter        adds one round to the day's row of every site
    counts       what of a day counts, what failed, what stands in neither count

A round is `[minute of the day, state, milliseconds, vantage]`; the vantage is left out where it is
that of the round before, so that a day of 24 rounds takes some 400 bytes.
"""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import select

from crawler.fetch.access import AccessState
from models import ProbeDay

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

OUTAGE: Final = "our_outage"
MAINTENANCE: Final = "maintenance"
"""The site opens, and says that it is closed for a while."""
MAINTENANCE_ERROR: Final = "maintenance_error"
"""The same under a status of failure: the site does not open, but ask before accusing it."""
_BEIJING = timezone(timedelta(hours=8))

# What counts against a site; every other state that is not open leaves both counts.
FAILING: Final = frozenset(
    {
        AccessState.TIMEOUT.value,
        AccessState.CONNECT.value,
        AccessState.DNS.value,
        AccessState.TLS_ERROR.value,
        AccessState.SERVER_ERROR.value,
        MAINTENANCE_ERROR,
    }
)
# The server spoke: for availability it is open, whatever it said.
OPEN: Final = frozenset(
    {
        AccessState.OK.value,
        AccessState.NOT_FOUND.value,
        AccessState.SOFT_404.value,
        AccessState.EMPTY_SHELL.value,
        AccessState.UNDECODABLE.value,
        AccessState.TOO_LARGE.value,
        AccessState.LOGIN_WALL.value,
        MAINTENANCE,
    }
)


class Answer(NamedTuple):
    """How one site answered in one round."""

    state: str
    milliseconds: int


class Round(NamedTuple):
    """One round of one site: minute of the Beijing day, state, milliseconds, vantage."""

    minute: int
    state: str
    milliseconds: int
    vantage: str


def enter(session: Session, at: datetime, answers: Mapping[int, Answer], vantage: str) -> None:
    """Add one round to the day's row of every site; the same minute is replaced. No commit."""
    local = at.astimezone(_BEIJING)
    minute = local.hour * 60 + local.minute
    known = _days(session, local.date(), list(answers))
    for site_id, answer in answers.items():
        row = known.get(site_id)
        if row is None:
            row = ProbeDay(site_id=site_id, day=local.date(), rounds=[])
            session.add(row)
        kept = [one for one in unpacked(row.rounds) if one.minute != minute]
        row.rounds = packed([*kept, Round(minute, answer.state, answer.milliseconds, vantage)])
        row.counted, row.failed, row.excluded = counts(row.rounds)
    session.flush()


def packed(rounds: Iterable[Round]) -> list[list[Any]]:
    """Rounds as they are stored, by minute: the vantage stands only where it changes."""
    stored: list[list[Any]] = []
    vantage = None
    for one in sorted(rounds):
        stored.append(list(one) if one.vantage != vantage else list(one[:3]))
        vantage = one.vantage
    return stored


def unpacked(stored: Iterable[Sequence[Any]]) -> list[Round]:
    """Stored rounds, each with its vantage."""
    rounds: list[Round] = []
    for one in stored:
        before = rounds[-1].vantage if rounds else ""
        rounds.append(Round(one[0], one[1], one[2], one[3] if len(one) > 3 else before))
    return rounds


def maintenance(stored: Iterable[Sequence[Any]]) -> int:
    """How many rounds of a day met a notice of maintenance."""
    return sum(one[1] in {MAINTENANCE, MAINTENANCE_ERROR} for one in stored)


def counts(rounds: Iterable[Sequence[Any]]) -> tuple[int, int, int]:
    """Counted, failed and excluded rounds of one day."""
    states = [one[1] for one in rounds]
    failed = sum(state in FAILING for state in states)
    opened = sum(state in OPEN for state in states)
    return failed + opened, failed, len(states) - failed - opened


def _days(session: Session, day: date, site_ids: Sequence[int]) -> dict[int, ProbeDay]:
    found: dict[int, ProbeDay] = {}
    for start in range(0, len(site_ids), 500):
        chosen = select(ProbeDay).where(
            ProbeDay.day == day, ProbeDay.site_id.in_(site_ids[start : start + 500])
        )
        found |= {row.site_id: row for row in session.scalars(chosen.with_for_update())}
    return found
