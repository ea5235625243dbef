"""Rounds of availability as they are kept: one row for each site and Beijing day, packed small.

    enter        adds one round to the day's row of every site
    counts       what of a day counts, what failed, what stands in neither count

The rounds of one state and vantage are one entry, `[state, text, vantage]`: the text has five
characters a round, two for the minute of the day and three for the milliseconds, in digits of 64.
The vantage is left out where it is that of the entry before. A day of 24 rounds takes some 160
bytes; as `[minute, state, milliseconds, vantage]`, one entry a round, which is read as well, 400.
"""

from __future__ import annotations

import string
from datetime import timedelta, timezone
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import select

from crawler.fetch.access import AccessState
from models import ProbeDay

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

OUTAGE: Final = "our_outage"
MAINTENANCE: Final = "maintenance"
"""The site opens, and says that it is closed for a while."""
MAINTENANCE_ERROR: Final = "maintenance_error"
"""The same under a status of failure: the site does not open, but ask before accusing it."""
_BEIJING = timezone(timedelta(hours=8))
_ALPHABET: Final = string.digits + string.ascii_letters + "-_"
_VALUES: Final = {digit: value for value, digit in enumerate(_ALPHABET)}
_ROUND: Final = 5

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
        rounds = [one for one in unpacked(row.rounds) if one.minute != minute]
        rounds.append(Round(minute, answer.state, answer.milliseconds, vantage))
        row.rounds = packed(rounds)
        row.counted, row.failed, row.excluded = counts(rounds)
    session.flush()


def packed(rounds: Iterable[Round]) -> list[list[str]]:
    """Rounds as they are stored."""
    stored: list[list[str]] = []
    before = None
    for (vantage, state), same in groupby(sorted(rounds, key=_kind), key=_kind):
        text = "".join(_digits(one.minute, 2) + _digits(one.milliseconds, 3) for one in same)
        stored.append([state, text] if vantage == before else [state, text, vantage])
        before = vantage
    return stored


def unpacked(stored: Iterable[Sequence[Any]]) -> list[Round]:
    """Stored rounds by minute, each with its vantage."""
    rounds: list[Round] = []
    vantage = ""
    for entry in stored:
        single = isinstance(entry[0], int)
        vantage = entry[3 if single else 2] if len(entry) > (3 if single else 2) else vantage
        if single:
            rounds.append(Round(entry[0], entry[1], entry[2], vantage))
        else:
            rounds.extend(_rounds(entry[0], entry[1], vantage))
    return sorted(rounds, key=lambda one: one.minute)


def _rounds(state: str, text: str, vantage: str) -> Iterator[Round]:
    for place in range(0, len(text) - _ROUND + 1, _ROUND):
        minute, milliseconds = text[place : place + 2], text[place + 2 : place + _ROUND]
        yield Round(_number(minute), state, _number(milliseconds), vantage)


def _kind(one: Round) -> tuple[str, str]:
    return one.vantage, one.state


def _digits(number: int, count: int) -> str:
    number = min(max(number, 0), 64**count - 1)
    return "".join(_ALPHABET[number >> 6 * place & 63] for place in reversed(range(count)))


def _number(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number << 6 | _VALUES.get(digit, 0)
    return number


def maintenance(stored: Iterable[Sequence[Any]]) -> int:
    """How many rounds of a day met a notice of maintenance."""
    return sum(one.state in {MAINTENANCE, MAINTENANCE_ERROR} for one in unpacked(stored))


def counts(rounds: Iterable[Round]) -> tuple[int, int, int]:
    """Counted, failed and excluded rounds of one day."""
    states = [one.state for one in rounds]
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
