"""The registry written back as CSV: what `registry import` reads, in registry order."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from models import Account, Column, RelayTask, Site, Unit
from registry.schema import SCHEMAS, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy.orm import Session

BOM = "\ufeff"
_Rows = list[tuple[dict[str, Any], dict[str, Any]]]


def export_csv(session: Session, kind: Kind | str) -> str:
    """All rows of one kind as CSV text that begins with a byte order mark; encode it as UTF-8.

    Importing it again changes nothing. Unknown columns that were imported come last, by name.
    """
    known = Kind(kind)
    rows = _READERS[known](session)
    extras = sorted({name for _, extra in rows for name in extra})
    shown = SCHEMAS[known].fields
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([field.heading for field in shown] + extras)
    for values, extra in rows:
        cells = [_shown(field.show, values[field.attribute]) for field in shown]
        writer.writerow(cells + [extra.get(name, "") for name in extras])
    return BOM + out.getvalue()


def _shown(show: Callable[[Any], str], value: Any) -> str:
    return "" if value is None else show(value)


def _sites(session: Session) -> _Rows:
    query = select(Site).where(Site.retired.is_(False)).options(joinedload(Site.unit))
    sites = session.scalars(query.order_by(Site.position)).all()
    parents = _parents(session)
    return [(_target(one, Kind.SITES, parents), one.extra) for one in sites]


def _accounts(session: Session) -> _Rows:
    query = select(Account).where(Account.retired.is_(False)).options(joinedload(Account.unit))
    accounts = session.scalars(query.order_by(Account.position)).all()
    parents = _parents(session)
    return [(_target(one, Kind.ACCOUNTS, parents), one.extra) for one in accounts]


def _columns(session: Session) -> _Rows:
    query = (
        select(Column)
        .join(Site)
        .where(Column.registered.is_(True), Column.retired.is_(False), Site.retired.is_(False))
        .options(selectinload(Column.site))
        .order_by(Site.position, Column.id)
    )
    columns = session.scalars(query).all()
    return [(_attributes(one, Kind.COLUMNS, {"code": one.site.code}), one.extra) for one in columns]


def _relay_tasks(session: Session) -> _Rows:
    tasks = session.scalars(select(RelayTask).order_by(RelayTask.id)).all()
    return [(_attributes(one, Kind.RELAY_TASKS, {}), one.extra) for one in tasks]


def _target(target: Site | Account, kind: Kind, parents: Mapping[int, str]) -> dict[str, Any]:
    over = parents.get(target.unit.parent_id or 0, "")
    return _attributes(target, kind, {"region": target.unit.name, "parent_region": over})


def _attributes(stored: object, kind: Kind, given: dict[str, str]) -> dict[str, Any]:
    names: Iterable[str] = (field.attribute for field in SCHEMAS[kind].fields)
    return {name: given[name] if name in given else getattr(stored, name) for name in names}


def _parents(session: Session) -> dict[int, str]:
    return {unit.id: unit.name for unit in session.scalars(select(Unit))}


_READERS: dict[Kind, Callable[[Session], _Rows]] = {
    Kind.SITES: _sites,
    Kind.COLUMNS: _columns,
    Kind.ACCOUNTS: _accounts,
    Kind.RELAY_TASKS: _relay_tasks,
}
