"""What a patrol must know of a site beforehand: read from the registry once, then no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from crawler.column_looks import last_looks
from crawler.fetch.origins import host_of
from crawler.fetch.robots import bare_host
from crawler.moved import jump_address
from models import Column, Site

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

_BATCH = 500


@dataclass(frozen=True, slots=True)
class ColumnTicket:
    """One registered column; `kind` and `level` as registered."""

    id: int
    name: str
    url: str
    kind: str = ""
    level: int = 1


@dataclass(frozen=True, slots=True)
class SiteTicket:
    """One site with its registered columns; `jump_url` is where the register says that it moved.

    `looked` says when the columns of a site that has many of them were last opened, by address.
    """

    id: int
    code: str
    name: str
    home_url: str
    offers_services: bool | None = None
    columns: tuple[ColumnTicket, ...] = ()
    jump_url: str = ""
    looked: Mapping[str, datetime] = field(default_factory=dict)


def site_tickets(
    session: Session, target_ids: Sequence[int], as_of: datetime | None = None
) -> list[SiteTicket]:
    """The sites among `target_ids`, in that order, as a run of `as_of` is to visit them."""
    found: dict[int, SiteTicket] = {}
    for start in range(0, len(target_ids), _BATCH):
        batch = target_ids[start : start + _BATCH]
        columns = _columns(session, batch)
        looked = last_looks(session, batch, as_of) if as_of is not None else {}
        for site in session.scalars(select(Site).where(Site.id.in_(batch))):
            found[site.id] = SiteTicket(
                site.id,
                site.code,
                site.name,
                site.home_url,
                site.offers_services,
                tuple(columns.get(site.id, ())),
                jump_address(site.extra or {}),
                looked.get(site.id, {}),
            )
    return [found[one] for one in target_ids if one in found]


def registered_hosts(session: Session) -> frozenset[str]:
    """The hosts of all registered sites, without their leading www."""
    rows = session.execute(select(Site.home_url, Site.extra).where(Site.retired.is_(False)))
    homes = (url for row in rows for url in (row.home_url, jump_address(row.extra or {})))
    return frozenset(bare_host(host) for home in homes if (host := host_of(home)))


def _columns(session: Session, site_ids: Sequence[int]) -> dict[int, list[ColumnTicket]]:
    found: dict[int, list[ColumnTicket]] = {}
    chosen = select(Column).where(
        Column.site_id.in_(site_ids), Column.registered.is_(True), Column.retired.is_(False)
    )
    for column in session.scalars(chosen.order_by(Column.id)):
        ticket = ColumnTicket(column.id, column.name, column.url, column.kind, column.level)
        found.setdefault(column.site_id, []).append(ticket)
    return found
