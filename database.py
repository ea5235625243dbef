"""The database at the edge: engine, sessions, and the way to the newest tables.

Make one engine per process, at its edge, and pass the session factory down. SQLite (in WAL mode)
and PostgreSQL are peers; everything that is special about either is in this file and in
alembic/env.py.

    DatabaseError    cannot be reached, read or written; the message is one Chinese sentence
                     that never holds a user name or a password
"""

from __future__ import annotations

import importlib.metadata
import json
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticSerializationError, from_json, to_json
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy.engine import ExceptionContext
    from sqlalchemy.engine.interfaces import DBAPIConnection

    from settings import Settings

# A writer waits this long for the others before it gives up, on both kinds of database.
LOCK_SECONDS = 30
# What a connection to SQLite keeps of the file in memory.
CACHE_KIB = 8 * 1024
# Longer than the slowest query of a province's night, shorter than a night.
STATEMENT_SECONDS = 600
# A server that does not take a connection within this time is down for us.
CONNECT_SECONDS = 10

# What a driver says (lower case) and what the operator reads. The order matters: first match wins.
REASONS = (
    ("authentication", "用户名或密码未被接受"),
    ("no password supplied", "用户名或密码未被接受"),
    ("permission denied", "该用户没有所需的权限"),
    ("does not exist", "数据库或用户不存在"),
    ("refused", "连接被拒绝，数据库服务可能没有运行"),
    ("timeout", "等待超时"),
    ("timed out", "等待超时"),
    ("resolve", "主机名无法解析"),
    ("name or service not known", "主机名无法解析"),
    ("unable to open", "文件不存在或无权打开"),
    ("readonly", "文件或所在目录只读"),
    ("read-only", "文件或所在目录只读"),
    ("disk is full", "磁盘已满"),
    ("no space left", "磁盘已满"),
    ("disk i/o error", "磁盘读写出错，或磁盘已满"),
    ("not a database", "该文件不是 SQLite 数据库"),
    ("malformed", "数据库文件已损坏"),
    ("is locked", f"被其他进程占用超过 {LOCK_SECONDS} 秒"),
)


NEWEST = "0010"
"""The newest revision of the tables. Stated here, too, so that a command that finds its tables current
does not load what migrates them; a test compares it with `alembic/versions`."""

READING = {"xuncha_read_only": True, "postgresql_readonly": True}
"""Options of a connection that takes no lock: for whoever looks while others write."""

# What neither UTF-8 nor PostgreSQL can hold. Account payloads carry both, as JSON escapes.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
REPLACEMENT = "\ufffd"


class DatabaseError(Exception):
    """The database cannot be used; the message says why in one plain Chinese sentence.

    `away`: a server that does not answer now, and may in a minute.
    """

    def __init__(self, message: str, *, away: bool = False) -> None:
        super().__init__(message)
        self.away = away


def engine(settings: Settings) -> Engine:
    """The engine for the configured database. Nothing is connected yet.

    Raises DatabaseError here for an address that names no database of ours, and from any later
    use when the database cannot be reached, opened or written.
    """
    return _engine(address(settings))


def session_factory(settings: Settings, *, read_only: bool = False) -> sessionmaker[Session]:
    """Sessions on the configured database; objects stay readable after commit.

    On SQLite a transaction takes the one write lock when it begins, so that it can never fail
    half-way; with `read_only` it takes none, and a write is refused. Keep writing transactions
    short, and use a read-only factory for exports, lists and the desk's pages.
    """
    bind = engine(settings)
    if read_only:
        bind = bind.execution_options(**READING)
    return sessionmaker(bind, expire_on_commit=False)


def upgrade(settings: Settings) -> None:
    """Bring the database to the newest tables, making the home and the file when missing.

    Safe to call from several processes at once: one works, the others wait for it. A database
    that is current is only read.
    """
    _make_home(settings)
    if not is_current(settings):
        _migrate(settings, "upgrade", "head")


def upgrade_to(settings: Settings, revision: str) -> None:
    """Bring the database to `revision` and no further, for data that were written under it."""
    _make_home(settings)
    _migrate(settings, "upgrade", revision)


def exists(settings: Settings) -> bool:
    """Whether the database is there and has tables of ours."""
    url = address(settings)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return False
    return revision(settings) is not None


def revision(settings: Settings) -> str | None:
    """The revision of the tables; None for a database without any."""
    bind = _engine(address(settings))
    try:
        with bind.connect().execution_options(xuncha_read_only=True) as connection:
            return next(iter(_revisions(connection)), None)
    finally:
        bind.dispose()


def downgrade(settings: Settings, revision: str) -> None:
    """Take the database back to `revision` (`base`: no tables). Data in dropped tables is lost."""
    _migrate(settings, "downgrade", revision)


def is_current(settings: Settings) -> bool:
    """Whether the database exists and has the newest tables. Changes nothing."""
    url = address(settings)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return False
    bind = _engine(url)
    try:
        with bind.connect().execution_options(xuncha_read_only=True) as connection:
            return _revisions(connection) == {NEWEST}
    finally:
        bind.dispose()


def migration_engine(settings: Settings) -> Engine:
    """An engine for migrations alone: batch migrations rebuild tables, which foreign keys forbid.

    alembic/env.py checks all references afterwards.
    """
    return _engine(address(settings), foreign_keys=False)


def migrations() -> Path:
    """The folder of migrations: beside this file in a checkout, else where the wheel put it."""
    beside = Path(__file__).with_name("alembic")
    if (beside / "env.py").is_file():
        return beside
    for distribution in importlib.metadata.distributions(name="xuncha"):
        for file in distribution.files or ():
            if file.parts[-2:] == ("alembic", "env.py"):
                return Path(str(file.locate())).resolve().parent
    message = "安装不完整：找不到数据库迁移脚本（alembic），请重新安装 xuncha。"
    raise DatabaseError(message)


def _revisions(connection: Connection) -> set[str]:
    """The revisions that the database has; none where no tables of ours are."""
    if not inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.scalars(text("SELECT version_num FROM alembic_version")))


def _migrate(settings: Settings, step: str, revision: str) -> None:
    # Loaded here: it brings a template language and its colours along, and crawl processes, which
    # start for every night, migrate nothing.
    from alembic import command  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    url = address(settings)
    configuration = _configuration()
    bind = migration_engine(settings)
    try:
        with bind.begin() as connection:
            configuration.attributes["connection"] = connection
            getattr(command, step)(configuration, revision)
    except CommandError as error:
        message = f"数据库 {_place(url)} 来自更新的版本，请先升级 xuncha。"
        raise DatabaseError(message) from error
    except DBAPIError as error:
        message = f"数据库 {_place(url)} 无法升级：{_reason(error.orig)}。"
        raise DatabaseError(message) from error
    finally:
        bind.dispose()


def _configuration() -> Config:
    from alembic.config import Config  # noqa: PLC0415 -- see _migrate

    configuration = Config()
    # ConfigParser reads % as its own.
    configuration.set_main_option("script_location", str(migrations()).replace("%", "%%"))
    return configuration


def _make_home(settings: Settings) -> None:
    url = address(settings)
    folders = [settings.home]
    if url.get_backend_name() == "sqlite" and url.database:
        folders.append(Path(url.database).parent)
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = (
                f"数据目录无法建立：{folder}（{error.strerror}）。请检查 XUNCHA_HOME 及其权限。"
            )
            raise DatabaseError(message) from error


def place(settings: Settings) -> str:
    """Where the database is, for people: without user, password or options."""
    return _place(address(settings))


def address(settings: Settings) -> URL:
    """The address with the driver we ship; the message of a bad one does not repeat it."""
    try:
        url = make_url(settings.database)
    except (ArgumentError, ValueError) as error:
        message = "XUNCHA_DATABASE_URL 不是合法的数据库地址。"
        raise DatabaseError(message) from error
    backend = url.get_backend_name()
    if backend in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        return url.set(drivername="sqlite+pysqlite")
    message = f"XUNCHA_DATABASE_URL 只支持 SQLite 与 PostgreSQL，不支持 {backend}。"
    raise DatabaseError(message)


def _place(url: URL) -> str:
    """Where the database is, without user, password or options."""
    if url.get_backend_name() == "sqlite":
        return url.database or ":memory:"
    return f"{url.host or 'localhost'}:{url.port or 5432}/{url.database or ''}"


def _engine(url: URL, *, foreign_keys: bool = True) -> Engine:
    if url.get_backend_name() == "sqlite":
        made = create_engine(url, **_FORMS, connect_args={"timeout": LOCK_SECONDS})
        event.listen(made, "connect", partial(_open_sqlite, foreign_keys=foreign_keys))
        event.listen(made, "begin", _begin_sqlite)
    else:
        limits = {"options": _server_options(url), "connect_timeout": CONNECT_SECONDS}
        made = create_engine(url, **_FORMS, connect_args=limits, pool_pre_ping=True)
    event.listen(made, "before_cursor_execute", _make_storable, retval=True)
    event.listen(made, "handle_error", partial(_explain, place=_place(url)))
    return made


def _to_json(value: Any) -> str:
    """Chinese stays readable in JSON columns, and a third as long."""
    try:
        return to_json(value).decode()
    except PydanticSerializationError:
        return str(_storable(json.dumps(value, ensure_ascii=False, separators=(",", ":"))))


# A night writes and reads JSON columns by the hundred thousand.
_FORMS: dict[str, Any] = {"json_serializer": _to_json, "json_deserializer": from_json}


def _storable(value: Any) -> Any:
    """`value`, with U+FFFD for what no database could hold: one odd post must not lose a target."""
    return UNSTORABLE.sub(REPLACEMENT, value) if _is_odd(value) else value


def _is_odd(value: Any) -> bool:
    return isinstance(value, str) and UNSTORABLE.search(value) is not None


def _storable_row(row: Any) -> Any:
    # Nearly every row is fine as it is, and there are hundreds of thousands: one look at each.
    values = row.values() if isinstance(row, dict) else row
    if not UNSTORABLE.search("".join([one for one in values if isinstance(one, str)])):
        return row
    if isinstance(row, dict):
        return {name: _storable(value) for name, value in row.items()}
    return tuple(_storable(value) for value in row)


def _make_storable(
    _connection: Connection,
    _cursor: object,
    statement: str,
    parameters: Any,
    _context: object,
    _executemany: bool,
) -> tuple[str, Any]:
    # A batch is a list of rows; a batch folded into one statement comes as one row.
    if isinstance(parameters, list):
        return statement, [_storable_row(row) for row in parameters]
    return statement, _storable_row(parameters) if parameters else parameters


def _server_options(url: URL) -> str:
    """Limits for a session on the server; options in the address come last and win."""
    ours = (
        f"-c lock_timeout={LOCK_SECONDS * 1000} -c statement_timeout={STATEMENT_SECONDS * 1000}"
        " -c timezone=UTC"
    )
    given = url.query.get("options", "")
    return " ".join([ours, given if isinstance(given, str) else " ".join(given)]).strip()


def _open_sqlite(connection: DBAPIConnection, _record: object, *, foreign_keys: bool) -> None:
    # The driver must not open transactions by itself: _begin_sqlite decides their kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout = {LOCK_SECONDS * 1000}")
        # Readers do not wait for the writer. NORMAL may lose the last commits in a power cut,
        # never the file's consistency; `nightly --resume` fetches what is missing.
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        # Digests fall anywhere in their index. With the 2 MiB that SQLite takes by itself, a tenth
        # of what it costs to enter a page is spent on reading that index again.
        cursor.execute(f"PRAGMA cache_size = {-CACHE_KIB}")
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
    finally:
        cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once: a transaction that reads first could not get it later."""
    read_only = connection.get_execution_options().get("xuncha_read_only", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _reason(error: BaseException | None) -> str:
    text = str(error).lower()
    return next((ours for theirs, ours in REASONS if theirs in text), type(error).__name__)


def _explain(context: ExceptionContext, *, place: str) -> DatabaseError | None:
    """Turn what an operator can mend into our own error; leave the rest to the caller."""
    if context.is_pre_ping or not isinstance(context.sqlalchemy_exception, DBAPIError):
        return None
    reason = _reason(context.original_exception)
    if context.connection is None or context.is_disconnect:
        away = context.dialect.name != "sqlite"
        message = f"数据库 {place} 无法连接：{reason}。请检查 XUNCHA_DATABASE_URL。"
        return DatabaseError(message, away=away)
    # SQLite also reports damaged files under other classes; on a server those are faults of ours.
    ours = context.dialect.name == "sqlite" or isinstance(
        context.sqlalchemy_exception, OperationalError
    )
    if ours and reason != type(context.original_exception).__name__:
        return DatabaseError(f"数据库 {place} 无法读写：{reason}。")
    return None
