"""What the answers to a link mean: ok, dead, suspected, blocked, undetermined. Pure.

A refusal is never a dead link (trap 4). What failed tonight is `suspected` until an earlier
failure, at least six hours before, confirms it (trap 30).
"""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import TYPE_CHECKING, NamedTuple

from crawler.fetch.access import AccessState
from crawler.fetch.names import PRIVATE_ADDRESS
from crawler.fetch.origins import host_of
from crawler.links_found import ILLEGAL_CLASS, PRIVATE_CLASS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from crawler.links_found import LinkTarget

OK, DEAD, SUSPECTED = "ok", "dead", "suspected"
BLOCKED, UNDETERMINED = "blocked", "undetermined"

CONFIRMED_AFTER = timedelta(hours=6)
HOST_DOWN = "host_down"
HOST_SLOW = "host_slow"
"""A host that took so long over its links that the rest of them was left for another night."""
ILLEGAL_ADDRESS = "illegal_address"
LITERAL = "literal"
"""Follows `private_address` where the address is written so, and no look-up was needed."""
_BEIJING = timezone(timedelta(hours=8))

GONE = frozenset({AccessState.NOT_FOUND, AccessState.SOFT_404, AccessState.DELETED})
BROKEN = frozenset(
    {
        AccessState.DNS,
        AccessState.CONNECT,
        AccessState.TIMEOUT,
        AccessState.SERVER_ERROR,
        AccessState.REDIRECT_LOOP,
    }
)
REFUSED = frozenset(
    {
        AccessState.BLOCKED,
        AccessState.CHALLENGE,
        AccessState.RATE_LIMITED,
        AccessState.LOGIN_WALL,
    }
)
# A resolver that keeps silent says nothing of the name: it may be ours, or theirs for an hour.
_SILENT = frozenset({"dns_timeout", "dns_temporary"})
# Failures that a fault of our own network would show as well.
UNREACHED = frozenset({AccessState.DNS, AccessState.CONNECT, AccessState.TIMEOUT})
# Answers that prove that there is something, whatever it is.
_ALIVE = frozenset(
    {
        AccessState.OK,
        AccessState.EMPTY_SHELL,
        AccessState.UNDECODABLE,
        AccessState.TOO_LARGE,
        AccessState.EMPTY_UNPROVEN,
        AccessState.PARSE_DRIFT,
    }
)


class Outcome(NamedTuple):
    """What one request for a link gave.

    `chain` holds the addresses passed on the way to `final_url`; `title` what a page of another
    site calls itself; `danger` the mark of a site that changed hands, or nothing; `seen` the earlier
    night whose answer this is (None: tonight's).
    """

    access: AccessState
    status: int | None = None
    detail: str = ""
    final_url: str = ""
    chain: tuple[str, ...] = ()
    title: str = ""
    danger: str = ""
    seen: datetime | None = None


def worth_a_second(outcome: Outcome) -> bool:
    """Whether a second request the same night can settle anything."""
    private = outcome.detail.startswith(PRIVATE_ADDRESS)
    settled = private or outcome.detail in {ILLEGAL_ADDRESS, HOST_SLOW}
    return outcome.access in GONE | BROKEN and not settled


def ruled_out(target: LinkTarget) -> Outcome | None:
    """The outcome that the address itself gives, without a request; None where asking must tell."""
    if target.link_class == PRIVATE_CLASS:
        return Outcome(AccessState.OUR_FAULT, None, f"{PRIVATE_ADDRESS} {LITERAL}")
    if target.link_class == ILLEGAL_CLASS:
        return Outcome(AccessState.NOT_FOUND, None, ILLEGAL_ADDRESS)
    return None


def judge_link(
    first: Outcome, second: Outcome | None, failed_before: datetime | None, as_of: datetime
) -> str:
    """The state of a link after both passes, given the first failure that the ledger knows."""
    final = second or first
    if {first.access, final.access} & _ALIVE:
        return OK
    if REFUSED & {first.access, final.access}:
        return BLOCKED
    if final.detail.startswith(PRIVATE_ADDRESS):
        return SUSPECTED
    if final.access not in GONE | BROKEN:
        return UNDETERMINED
    return DEAD if _is_proven(final, failed_before, as_of) else SUSPECTED


def _is_proven(final: Outcome, failed_before: datetime | None, as_of: datetime) -> bool:
    """Whether an earlier failure confirms this one: six hours apart for what a server says itself,

    another night for what was not reached or broke (trap 30).
    """
    if failed_before is None or as_of - failed_before < CONFIRMED_AFTER:
        return False
    if final.access in GONE:
        return True
    silent = final.access is AccessState.DNS and final.detail.partition(" ")[0] in _SILENT
    return not silent and _day(failed_before) < _day(as_of)


def class_of(target: LinkTarget, outcome: Outcome) -> str:
    """The class of a link once it was asked for: only a look-up tells some inner addresses."""
    return PRIVATE_CLASS if outcome.detail.startswith(PRIVATE_ADDRESS) else target.link_class


def down_hosts(
    outcomes: Mapping[LinkTarget, Outcome] | list[tuple[LinkTarget, Outcome]],
) -> set[str]:
    """Hosts of which nothing at all was reached: each is one problem, whatever hangs below it."""
    pairs = outcomes if isinstance(outcomes, list) else list(outcomes.items())
    hosts = {host_of(target.url) for target, _ in pairs if target.is_asked}
    reached = {host_of(target.url) for target, outcome in pairs if outcome.access not in UNREACHED}
    return hosts - reached - {""}


def cut_off(pairs: list[tuple[LinkTarget, Outcome]]) -> bool:
    """Whether so many hosts are out of reach that the fault is more likely ours (trap 8)."""
    hosts = {host_of(target.url) for target, _ in pairs if target.is_asked}
    return len(hosts) >= 4 and len(down_hosts(pairs)) * 2 > len(hosts)


def _day(moment: datetime) -> date:
    return moment.astimezone(_BEIJING).date()
