"""What the last night knew of a site's links: read back from its stored reading, no table of its own.

newest_links     what the newest night that checked them stored, of several targets
links_of         that reading, by address
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, select

from crawler import factcodec
from crawler.facts_of_runs import last_runs, left_by
from models import Run, Visit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from checks.facts import LinkReading


MOST_NIGHTS = 10
"""Nights of a target looked back: what is older than the longest belief says nothing of today."""
_TOGETHER = 3
"""The newest nights, which hold the links of nearly all targets, are asked for many at a time."""


class LinksLeft(NamedTuple):
    """Links as they were stored, and the night that did."""

    payload: bytes
    seen: datetime


_NIGHTS = (
    select(Visit.run_id, Run.as_of)
    .join(Run, Run.id == Visit.run_id)
    .where(Visit.target_id == bindparam("target"), Run.as_of < bindparam("as_of"))
    .order_by(Run.as_of.desc())
    .limit(MOST_NIGHTS)
)


def newest_links(
    connection: Connection, targets: Sequence[int], as_of: datetime
) -> dict[int, LinksLeft]:
    """Of each target what the newest of its last runs before `as_of` left, if any did."""
    found: dict[int, LinksLeft] = {}
    missing = list(targets)
    for run_id, seen in last_runs(connection, as_of, _TOGETHER):
        for target, payload in left_by(connection, run_id, missing, factcodec.LINKS).items():
            found[target] = LinksLeft(payload, seen)
        missing = [one for one in missing if one not in found]
        if not missing:
            return found
    for target in missing:
        left = _alone(connection, target, as_of)
        if left is not None:
            found[target] = left
    return found


def _alone(connection: Connection, target: int, as_of: datetime) -> LinksLeft | None:
    # Run by run: facts are found by run and target, and all nights of a year are many.
    for run_id, seen in connection.execute(_NIGHTS, {"target": target, "as_of": as_of}).all():
        left = left_by(connection, run_id, [target], factcodec.LINKS)
        if left:
            return LinksLeft(left[target], seen)
    return None


def links_of(left: LinksLeft) -> dict[str, LinkReading]:
    """The links by address.

    `checked` is always filled: with the moment of the request that the reading rests on.
    """
    return {link.url: link for link in factcodec.decode_links(left.payload, left.seen)}
