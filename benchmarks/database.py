"""What storing a night's rows costs beside the barest bulk insert of the same rows.

    python -m benchmarks.database [--sites 800] [--databases sqlite,postgresql]

One small site is patrolled in memory; what was seen of it is recorded for so many sites, as crawl
processes record it: sixteen targets in a transaction, under a lease, first sights kept. Then the same
once more under a second run, as an unchanged night does. The baseline puts the rows of the first into
an equal, empty database, one bare statement a table (PostgreSQL: COPY), in one transaction. Processor
seconds are those of this process, and on PostgreSQL those of the server beside them.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import insert

from benchmarks.figures import note
from benchmarks.night_memory import family
from benchmarks.render_cost import used
from crawler.recording import RunMark, record_all
from crawler.spiders.site import Tools, patrol_site
from crawler.spiders.tickets import SiteTicket
from crawler.store import CaptureStore
from database import session_factory, upgrade
from models import Run, Site, Unit
from settings import Settings
from tests import postgresql_server
from tests.integration.unchanged.unchanged_world import FIRST, HOME, FakeSite

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session, sessionmaker

    from crawler.spiders.result import TargetResult
    from tests.postgresql_server import PostgresqlServer

TOGETHER = 16
TABLES = ("columns", "captures", "facts", "items", "visits", "site_memories")
OWNER = "bench:1:x"


@dataclass
class Cost:
    """Seconds of the clock, of this process and of the database server."""

    server: int
    wall: float = 0.0
    processor: float = 0.0
    rows: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count a block."""
        wall, before = time.monotonic(), self._processor()
        yield
        self.wall, self.processor = time.monotonic() - wall, self._processor() - before

    def _processor(self) -> float:
        return time.process_time() + sum(map(used, family(self.server) if self.server else ()))

    def line(self, name: str) -> str:
        """One line of the table."""
        return f"{name:<44} {self.wall:>7.2f} s {self.processor:>7.2f} CPU s"


def prepare(settings: Settings, sites: int) -> sessionmaker[Session]:
    """Newest tables, so many sites, two runs under our lease."""
    upgrade(settings)
    sessions = session_factory(settings)
    with sessions.begin() as session:
        unit = Unit(name="某市")
        session.add(unit)
        session.flush()
        for n in range(sites):
            code = f"{4300000000 + n}"
            session.add(
                Site(
                    kind="site", identity=code, code=code, name=code, unit_id=unit.id, home_url=HOME
                )
            )
        for night in range(2):
            as_of = FIRST + timedelta(days=night)
            session.execute(
                insert(Run).values(
                    as_of=as_of, state="crawling", ruleset="t", targets=[], lease_owner=OWNER
                )
            )
    return sessions


def patrolled(settings: Settings) -> TargetResult:
    """What one look at the small site gives."""
    store = CaptureStore(settings.capture_store)
    ticket = SiteTicket(1, "4300000001", "某市人民政府", HOME, offers_services=True)
    tools = Tools(settings, store.put, None, lambda _: {}, store)
    return asyncio.run(patrol_site(ticket, FakeSite.ordinary(), FIRST, tools))


def record(sessions: sessionmaker[Session], run: int, results: Sequence[TargetResult]) -> None:
    """As a crawl process does."""
    mark = RunMark(run, FIRST + timedelta(days=run - 1), OWNER)
    for start in range(0, len(results), TOGETHER):
        with sessions.begin() as session:
            record_all(session, mark, list(results[start : start + TOGETHER]))


def bulk_sqlite(full: Path, empty: Path, cost: Cost) -> None:
    """The rows of one file into another."""
    with closing(sqlite3.connect(full)) as source, closing(sqlite3.connect(empty)) as target:
        rows = {name: source.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES}
        with cost.counted(), target:
            for name, found in rows.items():
                marks = ",".join("?" * len(found[0]))
                target.executemany(f"INSERT INTO {name} VALUES ({marks})", found)
    cost.rows = {name: len(found) for name, found in rows.items()}


def bulk_postgresql(full: str, empty: str, cost: Cost) -> None:
    """The rows of one database into another, by COPY."""
    plain = "postgresql+psycopg", "postgresql"
    with (
        psycopg.connect(full.replace(*plain)) as source,
        psycopg.connect(empty.replace(*plain)) as target,
    ):
        rows: dict[str, bytes] = {}
        for name in TABLES:
            with source.cursor().copy(f"COPY {name} TO STDOUT") as out:
                rows[name] = b"".join(out)
        with cost.counted(), target.transaction():
            for name, found in rows.items():
                with target.cursor().copy(f"COPY {name} FROM STDIN") as into:
                    into.write(found)
    cost.rows = {name: found.count(b"\n") for name, found in rows.items()}


def measure(kind: str, folder: Path, server: PostgresqlServer | None, sites: int) -> None:
    """The three costs on one kind of database; prints and notes them."""
    homes = []
    for name in ("full", "empty"):
        url = server.url(server.create()) if server else ""
        homes.append(Settings(home=folder / name, database_url=url, browser="off"))
    full, empty = (prepare(one, sites) for one in homes)
    told = patrolled(homes[0])
    results = [replace(told, target_id=n + 1) for n in range(sites)]
    pid = server.process.pid if server else 0
    costs = {name: Cost(pid) for name in ("recorded", "again", "bulk")}
    for run, name in ((1, "recorded"), (2, "again")):
        with costs[name].counted():
            record(full, run, results)
        if run == 1:
            full.kw["bind"].dispose()
            empty.kw["bind"].dispose()
            if server:
                bulk_postgresql(homes[0].database_url, homes[1].database_url, costs["bulk"])
            else:
                files = [one.home / "xuncha.sqlite3" for one in homes]
                bulk_sqlite(files[0], files[1], costs["bulk"])
    full.kw["bind"].dispose()
    rows = sum(costs["bulk"].rows.values())
    print(f"{kind}: {sites} sites, {rows} rows")
    for name, cost in costs.items():
        print(f"  {cost.line(name)}")
    for name in ("recorded", "again"):
        ratio = costs[name].processor / costs["bulk"].processor
        note(f"rows beside a bulk insert, {kind}, {name}", ratio)
        print(f"  {name}: {ratio:.1f} × the bulk insert", flush=True)
    note(f"rows a CPU second, {kind}", rows / costs["recorded"].processor, "")


def main() -> int:
    """Print the costs on each kind of database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=800)
    parser.add_argument("--databases", default="sqlite,postgresql")
    said = parser.parse_args()
    binaries = postgresql_server.programs()
    for kind in said.databases.split(","):
        if kind == "postgresql" and binaries is None:
            print("no PostgreSQL here")
            continue
        server = postgresql_server.start(binaries) if kind == "postgresql" and binaries else None
        try:
            with tempfile.TemporaryDirectory(prefix="xuncha-rows-") as folder:
                measure(kind, Path(folder), server, said.sites)
        finally:
            if server is not None:
                server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
