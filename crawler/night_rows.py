"""What one night left of many targets, read together: a statement costs more than a target's rows.

read     the rows of some targets of a run, by target
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from crawler import factcodec
from crawler.extract.dates import beijing_day
from crawler.ledger import Night, backdated_nights
from models import Capture, Column, Fact, Item, OperatorObservation, ProbeDay, Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from models import Run

MOST = 50
"""Targets at a time: those of a province's largest sites hold some tens of MiB of facts."""
PROBE_DAYS = 8
"""A week, and one more: the run's own day counts when it is full."""
SOON = timedelta(minutes=10)
"""How far ahead of the run an account's post may be: platforms' clocks differ from ours."""


@dataclass(slots=True)
class NightRows:
    """One target in one run.

    `captures` have id, url, role, access, rendered, detail and column_id; `probes` the columns of
    `ProbeDay`, by day. Of readings of one kind, and of one capture, the newest counts. `newest` is the newest item not younger than the run
    (for an account: than the run and `SOON`) with its source. `looked_at`: persons told of it.
    `columns` have what the register says of those that are not retired, by id; `newest_in` is the
    day of the newest item ever seen in each; `backdated` the nights in which something with an old
    day was first seen.
    """

    captures: list[Any] = field(default_factory=list)
    pages: dict[int, bytes] = field(default_factory=dict)
    links: bytes | None = None
    observation: bytes | None = None
    newest: tuple[datetime, str] | None = None
    probes: list[Any] = field(default_factory=list)
    looked_at: bool = False
    columns: list[Any] = field(default_factory=list)
    newest_in: dict[int, date] = field(default_factory=dict)
    backdated: list[Night] = field(default_factory=list)


def read(session: Session, run: Run, targets: Iterable[Target]) -> dict[int, NightRows]:
    """The rows of these targets in this run, by the target's id."""
    kinds = {target.id: target.kind for target in targets}
    found: dict[int, NightRows] = {one: NightRows() for one in kinds}
    connection = session.connection()
    _read_captures(connection, run, found)
    _read_facts(connection, run, found)
    sites = [one for one, kind in kinds.items() if kind == "site"]
    accounts = [one for one, kind in kinds.items() if kind != "site"]
    _read_newest(connection, found, sites, run.as_of, run.as_of)
    _read_newest(connection, found, accounts, run.as_of, run.as_of + SOON)
    _read_probes(connection, run, found, sites)
    _read_columns(connection, found, sites)
    _read_newest_in_columns(connection, run, found, sites)
    for site, nights in backdated_nights(connection, run, sites).items():
        found[site].backdated = nights
    looked = select(OperatorObservation.target_id).where(OperatorObservation.target_id.in_(found))
    for target in connection.scalars(looked):
        found[target].looked_at = True
    return found


def _read_captures(connection: Connection, run: Run, found: dict[int, NightRows]) -> None:
    # Columns, not objects: a run has tens of thousands of captures, and judging needs little of each.
    rows = (
        select(
            Capture.target_id,
            Capture.id,
            Capture.url,
            Capture.role,
            Capture.access,
            Capture.rendered,
            Capture.detail,
            Capture.column_id,
        )
        .where(Capture.run_id == run.id, Capture.target_id.in_(found))
        .order_by(Capture.id)
    )
    for row in connection.execute(rows):
        found[row.target_id].captures.append(row)


def _read_facts(connection: Connection, run: Run, found: dict[int, NightRows]) -> None:
    rows = (
        select(Fact.target_id, Fact.kind, Fact.capture_id, Fact.payload)
        .where(Fact.run_id == run.id, Fact.target_id.in_(found))
        .order_by(Fact.id)
    )
    for target, kind, capture, payload in connection.execute(rows):
        if kind == factcodec.PAGE and capture is not None:
            found[target].pages[capture] = payload
        elif kind == factcodec.LINKS:
            found[target].links = payload
        elif kind == factcodec.ACCOUNT:
            found[target].observation = payload


def _read_newest(
    connection: Connection,
    found: dict[int, NightRows],
    targets: Sequence[int],
    as_of: datetime,
    until: datetime,
) -> None:
    """The newest item of each that was known at the run."""
    if not targets:
        return
    first = (
        select(Item.id)
        .where(
            Item.target_id == Target.id,
            Item.published_at.is_not(None),
            Item.first_seen_at <= as_of,
            Item.published_at <= until,
        )
        .order_by(Item.published_at.desc(), Item.id)
        .limit(1)
        .scalar_subquery()
    )
    chosen = select(first).where(Target.id.in_(targets))
    rows = select(Item.target_id, Item.published_at, Item.source).where(Item.id.in_(chosen))
    for target, published_at, source in connection.execute(rows):
        assert published_at is not None
        found[target].newest = published_at, source


def _read_probes(
    connection: Connection, run: Run, found: dict[int, NightRows], sites: Sequence[int]
) -> None:
    if not sites:
        return
    last = beijing_day(run.as_of)
    rows = (
        select(
            ProbeDay.site_id,
            ProbeDay.day,
            ProbeDay.counted,
            ProbeDay.failed,
            ProbeDay.excluded,
            ProbeDay.rounds,
        )
        .where(
            ProbeDay.site_id.in_(sites),
            ProbeDay.day > last - timedelta(days=PROBE_DAYS),
            ProbeDay.day <= last,
        )
        .order_by(ProbeDay.day)
    )
    for row in connection.execute(rows):
        found[row.site_id].probes.append(row)


def _read_columns(
    connection: Connection, found: dict[int, NightRows], sites: Sequence[int]
) -> None:
    if not sites:
        return
    rows = (
        select(
            Column.site_id,
            Column.id,
            Column.name,
            Column.url,
            Column.kind,
            Column.level,
            Column.deadline_days,
            Column.may_be_empty,
            Column.responsible_unit,
            Column.registered,
            Column.ever_filled,
            Column.filled_at,
            Column.extra,
        )
        .where(Column.site_id.in_(sites), Column.retired.is_(False))
        .order_by(Column.id)
    )
    for row in connection.execute(rows):
        found[row.site_id].columns.append(row)


def _read_newest_in_columns(
    connection: Connection, run: Run, found: dict[int, NightRows], sites: Sequence[int]
) -> None:
    if not sites:
        return
    rows = (
        select(Item.target_id, Item.column_id, func.max(Item.published_at))
        .where(
            Item.target_id.in_(sites),
            Item.column_id.is_not(None),
            Item.first_seen_at <= run.as_of,
            # What claimed a day to come when it was first seen proves nothing once that has come.
            Item.published_at <= Item.first_seen_at,
        )
        .group_by(Item.target_id, Item.column_id)
    )
    for site, column, moment in connection.execute(rows):
        if moment is not None and column is not None:
            found[site].newest_in[column] = beijing_day(moment)
