"""Two ledgers that grow over the nights: when an item was first seen, when a link first failed."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import bindparam, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from models import Item, Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from checks.facts import LinkReading
    from crawler.recording import RunMark

_BATCH = 400
_FAILING = frozenset({"dead", "suspected"})


def first_seen(connection: Connection, run: RunMark, items: Sequence[Mapping[str, Any]]) -> None:
    """Enter items that are new, with the moment we first saw them; touch those that are known.

    A date once read is kept, unless none was; the column, too. Most items are known from the night
    before and say nothing new: one statement touches them all.
    """
    whole = _whole(connection, items)
    rows = [
        {
            **item,
            "first_seen_at": run.as_of,
            "first_run_id": run.id,
            "last_seen_at": run.as_of,
        }
        for item in items
        if (item["target_id"], item["key"]) not in whole
    ]
    if rows:
        connection.execute(_entered(connection.dialect.name), rows)
    for batch in _batches(sorted(whole.values())):
        connection.execute(_TOUCHED, {"ids": batch, "moment": run.as_of})


def _whole(
    connection: Connection, items: Sequence[Mapping[str, Any]]
) -> dict[tuple[int, str], int]:
    """Ids of the items known with a day, and a column where tonight tells of one: nothing could be

    added to them.
    """
    keys: dict[int, dict[str, bool]] = {}
    for item in items:
        keys.setdefault(item["target_id"], {})[item["key"]] = item["column_id"] is None
    # Target by target: SQLite looks up no pairs of values, it reads the whole table.
    return {
        (target, row.key): row.id
        for target, wanted in keys.items()
        for batch in _batches(list(wanted))
        for row in connection.execute(_KNOWN, {"owner": target, "keys": batch})
        if row.column_id is not None or wanted[row.key]
    }


_Value = TypeVar("_Value")


def _batches(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    return (values[start : start + _BATCH] for start in range(0, len(values), _BATCH))


_KNOWN = select(Item.id, Item.key, Item.column_id).where(
    Item.target_id == bindparam("owner"),
    Item.key.in_(bindparam("keys", expanding=True)),
    Item.published_at.is_not(None),
)
# A replay of an earlier night must not turn the ledger back.
_TOUCHED = (
    update(Item)
    .where(Item.id.in_(bindparam("ids", expanding=True)), Item.last_seen_at < bindparam("moment"))
    .values(last_seen_at=bindparam("moment"))
)


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
