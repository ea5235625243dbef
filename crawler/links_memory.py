"""What the last night knew of a site's links: read back from its stored reading, no table of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from crawler import factcodec
from models import Fact, Run

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from checks.facts import LinkReading


def last_night(session: Session, target_id: int, as_of: datetime) -> dict[str, LinkReading]:
    """The links of a target by address, as the newest run before `as_of` left them.

    `checked` is always filled: with the moment of the request that the reading rests on.
    """
    found = session.execute(
        select(Fact.payload, Run.as_of)
        .join(Run, Run.id == Fact.run_id)
        .where(Fact.target_id == target_id, Fact.kind == factcodec.LINKS, Run.as_of < as_of)
        .order_by(Run.as_of.desc(), Fact.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return {}
    links = factcodec.decode_links(found.payload)
    return {
        link.url: link if link.checked else replace(link, checked=found.as_of) for link in links
    }
