"""A real PostgreSQL server of our own: free loopback port, scratch folder, ended by its own pid."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

OWNER = "xuncha"
START_SECONDS = 30
# Nothing here outlives the tests, so nothing is forced to disk.
OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "listen_addresses": "127.0.0.1",
}


def programs() -> Path | None:
    """The folder of initdb and postgres: Debian's newest, else the one on PATH."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3])
    )
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _unprivileged() -> dict[str, Any]:
    """Whom to run as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    message = "no unprivileged user to run PostgreSQL as"
    raise RuntimeError(message)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class PostgresqlServer:
    """One running server; databases are made on it by name."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    made: int = field(default=0)
    begin: Callable[[], subprocess.Popen[bytes]] | None = None

    def url(self, database: str) -> str:
        """The SQLAlchemy address of one of its databases."""
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/{database}"

    def create(self, template: str = "template0") -> str:
        """Make a new database, a copy of `template`, and give its name."""
        self.made += 1
        name = f"scratch_{self.made}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._administer(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, name: str) -> None:
        """Drop a database, closing whatever is still connected to it."""
        self._administer(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def halt(self) -> None:
        """End the server; its data stay for `go_on`."""
        self.process.send_signal(signal.SIGINT)  # fast shutdown: open sessions are cut
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def go_on(self) -> None:
        """Start the server again, on the same port."""
        assert self.begin is not None
        self.process = self.begin()
        assert _answers(self.process, self.port)

    def stop(self) -> None:
        """End the server and remove its folder."""
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _administer(self, statement: sql.Composed) -> None:
        with closing(_connect(self.port)) as connection:
            connection.execute(statement)


def _connect(port: int) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host="127.0.0.1", port=port, user=OWNER, dbname="postgres", autocommit=True
    )


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            _connect(port).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def _begin(
    command: Sequence[str], folder: Path, identity: dict[str, Any]
) -> subprocess.Popen[bytes]:
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **identity)


def _remove_abandoned() -> None:
    """Clusters of tests that were killed: their server ended with them, or has no folder now."""
    for cluster in Path(tempfile.gettempdir()).glob("xuncha-pg-*/cluster/postmaster.pid"):
        try:
            number = int(cluster.read_text(encoding="utf-8").split()[0])
            os.kill(number, 0)
        except (OSError, ValueError, IndexError) as error:
            if isinstance(error, ProcessLookupError):
                shutil.rmtree(cluster.parents[1], ignore_errors=True)


def start(binaries: Path) -> PostgresqlServer:
    """Make a cluster and start its server; a port taken meanwhile is tried anew."""
    identity = _unprivileged()
    _remove_abandoned()
    folder = Path(tempfile.mkdtemp(prefix="xuncha-pg-"))
    if identity:
        os.chown(folder, identity["user"], identity["group"])
    cluster = str(folder / "cluster")
    options = [f"--username={OWNER}", "--auth=trust", "--no-sync", "--encoding=UTF8"]
    subprocess.run(
        [binaries / "initdb", "--pgdata", cluster, "--locale=C", *options],
        check=True,
        capture_output=True,
        cwd=folder,
        **identity,
    )
    arguments = [f"--{name}={value}" for name, value in OPTIONS.items()]
    for _ in range(3):
        port = _free_port()
        place = ["-D", cluster, "-k", str(folder), "-p", str(port)]
        command = [str(binaries / "postgres"), *place, *arguments]
        begin = partial(_begin, command, folder, identity)
        process = begin()
        server = PostgresqlServer(folder, port, process, begin=begin)
        if _answers(process, port):
            return server
        process.kill()
        process.wait()
    message = f"PostgreSQL did not start: {(folder / 'log').read_text(errors='replace')[-2000:]}"
    shutil.rmtree(folder, ignore_errors=True)
    raise RuntimeError(message)
