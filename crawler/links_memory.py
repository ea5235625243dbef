"""What the last night knew of a site's links: read back from its stored reading, no table of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from crawler import factcodec
from models import Fact, Run, Visit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from checks.facts import LinkReading


MOST_NIGHTS = 10
"""Nights looked back: what is older than the longest belief says nothing of today."""


_NIGHTS = (
    select(Visit.run_id, Run.as_of)
    .join(Run, Run.id == Visit.run_id)
    .where(Visit.target_id == bindparam("target"), Run.as_of < bindparam("as_of"))
    .order_by(Run.as_of.desc())
    .limit(MOST_NIGHTS)
)
# Run by run: facts are found by run and target, and all nights of a year are many.
_LINKS = (
    select(Fact.payload)
    .where(Fact.run_id == bindparam("run"), Fact.target_id == bindparam("target"))
    .where(Fact.kind == factcodec.LINKS)
    .order_by(Fact.id.desc())
    .limit(1)
)


def last_night(connection: Connection, target_id: int, as_of: datetime) -> dict[str, LinkReading]:
    """The links of a target by address, as the newest of the last runs before `as_of` left them.

    `checked` is always filled: with the moment of the request that the reading rests on.
    """
    for run_id, seen in connection.execute(_NIGHTS, {"target": target_id, "as_of": as_of}).all():
        payload = connection.scalar(_LINKS, {"target": target_id, "run": run_id})
        if payload is not None:
            return {
                link.url: link if link.checked else replace(link, checked=seen)
                for link in factcodec.decode_links(payload)
            }
    return {}
