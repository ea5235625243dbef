"""The job engine of a cluster: procrastinate, in a schema of its own in our database.

Its rows live for one night, so each minor version of procrastinate gets a fresh schema and no
migration is ever needed; coordinator and workers must run the same version.

    ClusterError     the cluster cannot be used; the message is one Chinese sentence
"""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
from psycopg import conninfo, sql

from database import DatabaseError, address

if TYPE_CHECKING:
    from procrastinate import App

    from settings import Settings

QUEUE = "xuncha"
TASK = "xuncha.patrol"
LOCK = 7_203_415_981
"""An advisory lock of the server: two processes never make the schema at once."""


class ClusterError(Exception):
    """The cluster cannot be used; the message is one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """Seconds between two signs of life of a worker, and without one before it counts as dead."""

    beat: float
    silent: float

    @classmethod
    def of(cls, settings: Settings) -> Pulse:
        """A worker is given up well before the lease of a run would run out."""
        return cls(beat=settings.lease_seconds / 12, silent=settings.lease_seconds / 3)


def version() -> str:
    """The version of the job engine. Raises ClusterError when it is not installed."""
    try:
        return importlib.metadata.version("procrastinate")
    except importlib.metadata.PackageNotFoundError as error:
        message = "多机巡查需要另装 procrastinate：请执行 pip install 'xuncha[cluster]' 后重试"
        raise ClusterError(message) from error


def make_app(settings: Settings, connections: int = 4) -> App:
    """The app on our database, not yet open; its schema is there afterwards.

    Raises ClusterError when the extra is missing, or the database is SQLite or may not be used;
    DatabaseError when it does not answer.
    """
    schema = _schema()
    _make_schema(settings, schema)
    from procrastinate import App, PsycopgConnector  # noqa: PLC0415 -- an optional extra

    connector = PsycopgConnector(
        conninfo=_conninfo(settings, schema), min_size=1, max_size=connections, timeout=5.0
    )
    return App(connector=connector)


def _schema() -> str:
    major, minor = version().split(".")[:2]
    return f"xuncha_jobs_{major}_{minor}"


def _conninfo(settings: Settings, schema: str) -> str:
    url = address(settings)
    if url.get_backend_name() != "postgresql":
        message = "多机巡查需要 PostgreSQL：请把 XUNCHA_DATABASE_URL 设为 postgresql+psycopg://…"
        raise ClusterError(message)
    given = url.query.get("options", "")
    options = given if isinstance(given, str) else " ".join(given)
    plain = url.set(drivername="postgresql").difference_update_query(["options"])
    return conninfo.make_conninfo(
        plain.render_as_string(hide_password=False),
        options=f"{options} -c search_path={schema}".strip(),
        connect_timeout=10,
    )


def _make_schema(settings: Settings, schema: str) -> None:
    """Make the engine's tables when they are missing; of several that try, one does."""
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 -- an optional extra

    try:
        with psycopg.connect(_conninfo(settings, schema)) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            found = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
            if found and found[0]:
                return
            name = sql.Identifier(schema)
            connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(name))
            connection.execute(SchemaManager.get_schema())
    except psycopg.OperationalError as error:
        message = "任务队列所在的数据库无法连接，请检查 XUNCHA_DATABASE_URL"
        raise DatabaseError(message, away=True) from error
    except psycopg.errors.InsufficientPrivilege as error:
        message = f"数据库用户无权建立 {schema}：请授予 CREATE 权限（GRANT CREATE ON DATABASE …）"
        raise ClusterError(message) from error
