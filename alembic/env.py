"""How migrations run: from `database.upgrade`, or from the alembic command in a checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from alembic import context
from sqlalchemy import text

import database
import models
import settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

# A migration that cannot have its locks within this time gives way to the running program.
LOCK = "4s"
# No single step may hold those locks longer.
STATEMENT = "60s"
# Any number will do as long as it stays the same: the turn of migrations on one server.
TURN = 7_298_412


def limit(connection: Connection) -> None:
    """On PostgreSQL: wait for our turn among migrations, then never wait long for a table."""
    if connection.dialect.name != "postgresql":
        return
    connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": TURN})
    connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK}'"))
    connection.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT}'"))


def check_references(connection: Connection) -> None:
    """On SQLite foreign keys were off while tables were rebuilt; none may be broken now."""
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        message = f"a migration broke a reference from table {broken[0]} to {broken[2]}"
        raise RuntimeError(message)


def plain_type(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our own types as what the database sees: a revision must not change with the code."""
    if kind == "type" and isinstance(item, models.Moment):
        return "sa.DateTime(timezone=True)"
    return False


def migrate(connection: Connection) -> None:
    """Run the asked migrations on `connection`, in one transaction on either database."""
    limit(connection)
    context.configure(
        connection=connection,
        target_metadata=models.Base.metadata,
        compare_type=True,
        compare_server_default=True,
        render_item=plain_type,
        # SQLite cannot alter a column in place.
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    check_references(connection)


def run() -> None:
    """Use the caller's connection, else make one from the settings."""
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    engine = database.migration_engine(settings.load())
    try:
        with engine.begin() as connection:
            migrate(connection)
    finally:
        engine.dispose()


run()
