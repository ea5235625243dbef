"""Two ledgers that grow over the nights: when an item was first seen, when a link first failed."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from crawler import plainjson
from models import Item, Link

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, FromClause

    from checks.facts import LinkReading
    from crawler.recording import RunMark

_BATCH = 400
_FAILING = frozenset({"dead", "suspected"})


def first_seen(connection: Connection, run: RunMark, items: Sequence[Mapping[str, Any]]) -> None:
    """Enter items that are new, with the moment we first saw them; touch those that are known.

    A date once read is kept, unless none was; the column, too. Most items are known from the night
    before and say nothing new: one statement touches them all.
    """
    known = _touched(connection, run, items)
    rows = [
        {
            **item,
            "first_seen_at": run.as_of,
            "first_run_id": run.id,
            "last_seen_at": run.as_of,
        }
        for item in items
        if (item["target_id"], item["key"]) not in known
    ]
    if rows:
        connection.execute(_entered(connection.dialect.name), rows)


def _touched(
    connection: Connection, run: RunMark, items: Sequence[Mapping[str, Any]]
) -> Container[tuple[int, str]]:
    """Touch the items known with a day, and a column where tonight tells of one: nothing could be

    added to them. Gives which they are.
    """
    told = {(item["target_id"], item["key"]): item["column_id"] is None for item in items}
    if not told:
        return ()
    statements = _known(connection.dialect.name)
    wanted = {
        "moment": run.as_of,
        "told": plainjson.dump([(*item, lone) for item, lone in told.items()]).decode(),
    }
    if connection.execute(statements.touch, wanted).rowcount == len(told):
        return told
    return {(row.target_id, row.key) for row in connection.execute(statements.find, wanted)}


class _Known(NamedTuple):
    """Statements about known items: `told` is a list of [target, key, whether without a column]."""

    touch: Any
    find: Any


@cache
def _known(dialect: str) -> _Known:
    told = _told_items(dialect)
    known = and_(
        Item.target_id == told.c.target_id,
        Item.key == told.c.key,
        Item.published_at.is_not(None),
        or_(Item.column_id.is_not(None), told.c.lone),
    )
    moment = bindparam("moment", type_=Item.last_seen_at.type)
    # A replay of an earlier night must not turn the ledger back.
    later = case((Item.last_seen_at < moment, moment), else_=Item.last_seen_at)
    touch = update(Item).where(known).values(last_seen_at=later)
    return _Known(touch, select(Item.target_id, Item.key).join(told, known))


def _told_items(dialect: str) -> FromClause:
    """The items told of as rows, out of one JSON text: many targets at a time.

    A list of pairs would be no help: SQLite looks up no pairs of values, it reads the whole table.
    """
    told = bindparam("told", type_=Text)
    parts: list[ColumnElement[Any]]
    if dialect == "postgresql":
        each = func.json_array_elements(cast(told, postgresql.JSON)).table_valued("value")
        parts = [each.c.value.op("->>")(place) for place in range(3)]
    else:
        each = func.json_each(told).table_valued("value")
        parts = [func.json_extract(each.c.value, f"$[{place}]") for place in range(3)]
    target, key, lone = parts
    return select(
        cast(target, BigInteger).label("target_id"),
        cast(key, Text).label("key"),
        cast(lone, Boolean).label("lone"),
    ).subquery("told")


_HEALED = (
    update(Link)
    .where(Link.url_hash.in_(bindparam("hashes", expanding=True)), Link.failures > 0)
    .values(state="ok", failures=0, first_failed_at=None, last_checked_at=bindparam("moment"))
)


@cache
def _entered(dialect: str) -> Any:
    """The statement is made once: it is executed for many rows at a time."""
    entered = (postgresql if dialect == "postgresql" else sqlite).insert(Item)
    new = entered.excluded
    return entered.on_conflict_do_update(
        index_elements=["target_id", "key"],
        set_={
            "published_at": func.coalesce(Item.published_at, new.published_at),
            "provenance": case(
                (Item.published_at.is_(None), new.provenance), else_=Item.provenance
            ),
            "column_id": func.coalesce(Item.column_id, new.column_id),
            "last_seen_at": case(
                (Item.last_seen_at < new.last_seen_at, new.last_seen_at),
                else_=Item.last_seen_at,
            ),
        },
    )


def note_links(connection: Connection, as_of: datetime, links: Iterable[LinkReading]) -> None:
    """Enter failing links with their first failure; forget the failures of those that answer.

    What an earlier night's answer speaks for was noted then, and says nothing of what came after.
    """
    by_hash = {link_hash(link.url): link for link in links if link.checked is None}
    failing = {key: link for key, link in by_hash.items() if link.state in _FAILING}
    healed = [key for key, link in by_hash.items() if link.state == "ok"]
    for start in range(0, len(healed), _BATCH):
        some = {"hashes": healed[start : start + _BATCH], "moment": as_of}
        connection.execute(_HEALED, some)
    # In one order everywhere, so that two processes never wait for each other.
    for key in sorted(failing):
        _note_failure(connection, as_of, key, failing[key])


def _note_failure(connection: Connection, as_of: datetime, key: str, link: LinkReading) -> None:
    entered = _insert(connection, Link).values(
        url_hash=key,
        url=link.url,
        state=link.state,
        status=link.status,
        detail=link.detail,
        failures=1,
        first_failed_at=as_of,
        last_checked_at=as_of,
    )
    new = entered.excluded
    later = Link.last_checked_at < new.last_checked_at
    connection.execute(
        entered.on_conflict_do_update(
            index_elements=["url_hash"],
            set_={
                "state": new.state,
                "status": new.status,
                "detail": new.detail,
                "failures": case((later, Link.failures + 1), else_=Link.failures),
                "first_failed_at": func.coalesce(Link.first_failed_at, new.first_failed_at),
                "last_checked_at": case((later, new.last_checked_at), else_=Link.last_checked_at),
            },
        )
    )


def first_failures(connection: Connection, urls: Sequence[str]) -> dict[str, datetime]:
    """The moment of the first failure on record, for those of `urls` that have one."""
    found: dict[str, datetime] = {}
    for start in range(0, len(urls), _BATCH):
        hashes = {link_hash(url): url for url in urls[start : start + _BATCH]}
        rows = connection.execute(
            select(Link.url_hash, Link.first_failed_at).where(Link.url_hash.in_(hashes))
        )
        found |= {hashes[key]: moment for key, moment in rows if moment is not None}
    return found


def link_hash(url: str) -> str:
    """The key of a link in its ledger."""
    return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()


def _insert(connection: Connection, table: type[Any]) -> Any:
    """An insert that can meet a row that is there: both databases say it alike, in two dialects."""
    name = connection.dialect.name
    return (postgresql if name == "postgresql" else sqlite).insert(table)
