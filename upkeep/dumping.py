"""A dump that either kind of database can write and read: JSON lines, compressed.

dump       every table into one file, in one snapshot
load       such a file into a database, then on to the newest tables

Line 1 names the revision; then, for each table, one line with its columns and one for each row.
Tables are read as the database has them, so a dump of an older revision can be loaded, too.
"""

from __future__ import annotations

import base64
import io
import json
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

import zstandard
from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    JSON,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    func,
    insert,
    select,
    text,
    update,
)

import database
from upkeep.errors import UpkeepError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from settings import Settings

FORMAT = 1
VERSIONS = "alembic_version"
BATCH = 1_000
READING = {"xuncha_read_only": True}


def dump(settings: Settings, file: Path) -> int:
    """Write every table; how many rows. Raises DatabaseError, OSError."""
    bind = database.engine(settings)
    if bind.dialect.name == "postgresql":
        # One moment for all tables; SQLite's read transaction is one by nature.
        bind = bind.execution_options(isolation_level="REPEATABLE READ")
    rows = 0
    try:
        with bind.connect().execution_options(**READING) as connection, _writing(file) as out:
            revision = MigrationContext.configure(connection).get_current_revision()
            out.write(_line({"xuncha": FORMAT, "revision": revision}))
            for table in _tables(connection):
                out.write(_line({"table": table.name, "columns": [one.name for one in table.c]}))
                found = connection.execution_options(yield_per=BATCH).execute(select(table))
                for row in found:
                    out.write(_line([_plain(value) for value in row]))
                    rows += 1
    finally:
        bind.dispose()
    return rows


def load(settings: Settings, file: Path) -> int:
    """Fill an emptied database; how many rows. Raises UpkeepError, DatabaseError."""
    with _reading(file) as lines:
        head = _parsed(next(lines, ""))
        if not isinstance(head, dict) or head.get("xuncha") != FORMAT or not head.get("revision"):
            message = f"{file} 不是 xuncha 的通用备份"
            raise UpkeepError(message)
        if database.exists(settings):
            database.downgrade(settings, "base")
        database.upgrade_to(settings, str(head["revision"]))
        # Rows come table by table: references are whole only at the end.
        bind = database.migration_engine(settings)
        try:
            with bind.begin() as connection:
                rows = _fill(connection, lines)
        finally:
            bind.dispose()
    database.upgrade(settings)
    return rows


def _fill(connection: Connection, lines: Iterator[str]) -> int:
    tables = {table.name: table for table in _tables(connection)}
    table: Table | None = None
    names: list[str] = []
    waiting: list[list[Any]] = []
    total = 0

    def put() -> None:
        nonlocal total
        if table is not None and waiting:
            _insert(connection, table, names, waiting)
            total += len(waiting)
            waiting.clear()

    for line in lines:
        told = _parsed(line)
        if isinstance(told, dict):
            put()
            if table is not None:
                _finish(connection, table)
            table, names = tables.get(told["table"]), told["columns"]
        elif table is not None:
            waiting.append(told)
            if len(waiting) >= BATCH:
                put()
    put()
    if table is not None:
        _finish(connection, table)
    return total


def _insert(
    connection: Connection, table: Table, names: list[str], rows: Iterable[list[Any]]
) -> None:
    """Rows of one table; what points at its own table is filled in once all of them are there."""
    kept = [name for name in names if name in table.c]
    own = [name for name in kept if _points_home(table, name)]
    naive = connection.dialect.name == "sqlite"
    values, later = [], []
    for row in rows:
        read = {
            name: _read(table.c[name].type, value, naive=naive)
            for name, value in zip(names, row, strict=True)
            if name in table.c
        }
        if any(read[name] is not None for name in own):
            later.append({"row": read["id"], **{f"to_{name}": read[name] for name in own}})
            read |= dict.fromkeys(own)
        values.append(read)
    connection.execute(insert(table), values)
    for one in later:
        connection.execute(
            update(table)
            .where(table.c.id == one["row"])
            .values({name: one[f"to_{name}"] for name in own})
        )


def _finish(connection: Connection, table: Table) -> None:
    """Let new rows of a server go on after the last number that was loaded."""
    if connection.dialect.name != "postgresql" or "id" not in table.c:
        return
    sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
    last = connection.scalar(select(func.max(table.c.id)))
    if sequence and last:
        connection.execute(
            text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last}
        )


def _tables(connection: Connection) -> list[Table]:
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.tables.values():
        for column in table.c:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True
    return [table for table in metadata.sorted_tables if table.name != VERSIONS]


def _points_home(table: Table, name: str) -> bool:
    return any(key.column.table is table for key in table.c[name].foreign_keys)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(bytes(value)).decode("ascii")
    return value


def _read(kind: Any, value: Any, *, naive: bool) -> Any:
    if value is None:
        return None
    if isinstance(kind, DateTime):
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=None) if naive else moment
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    return value


def _line(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        message = "备份文件已损坏"
        raise UpkeepError(message) from error


@contextmanager
def _writing(file: Path) -> Iterator[IO[bytes]]:
    with file.open("wb") as raw, zstandard.ZstdCompressor(level=3).stream_writer(raw) as packed:
        yield packed


@contextmanager
def _reading(file: Path) -> Iterator[Iterator[str]]:
    try:
        with (
            file.open("rb") as raw,
            zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True) as packed,
            io.TextIOWrapper(packed, encoding="utf-8") as lines,
        ):
            yield islice(lines, None)
    except (zstandard.ZstdError, UnicodeDecodeError) as error:
        message = f"备份文件 {file} 已损坏"
        raise UpkeepError(message) from error
