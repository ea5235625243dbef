"""A small city, a home for each night, nights as real processes, and all that a night leaves behind."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from database import session_factory, upgrade
from democity import City, load
from models import (
    Capture,
    Column,
    Decision,
    Fact,
    Finding,
    Item,
    Judgement,
    ProbeDay,
    Run,
    Site,
    Target,
    Verdict,
    Visit,
)
from registry.importing import import_files
from review import windows
from settings import Settings, environment

ROOT = Path(__file__).resolve().parents[3]
SCENARIO = ROOT / "tests" / "fixtures" / "scenarios" / "steady.yaml"
XUNCHA = "import sys; from cli import main; sys.argv[0] = 'xuncha'; main()"
SMALL: dict[str, Any] = {
    "site_columns": 2,
    "site_articles": 1,
    "home_links": 8,
    "page_timeout": 6.0,
}
"""A night of seconds: what is asked for is cut, not how it is asked."""

Snapshot = dict[str, Any]


def open_city(scenario: Path | str = SCENARIO) -> City:
    """The scenario, being played."""
    city = City(load(scenario))
    city.start()
    return city


def register(settings: Settings, city: City, confirm: str = "operator") -> None:
    """The newest tables with the city's registry, its window and a week of probes."""
    upgrade(settings)
    sessions = session_factory(settings)
    with sessions() as session:
        told = import_files(session, city.write_registry(settings.home / "registry"))
        assert not told.rejected
        assert not told.unreadable
    with sessions.begin() as session:
        name, start, end = city.window()
        windows.add(session, name, start, end, confirm=confirm)
        ids = {row.code: row.id for row in session.execute(select(Site.code, Site.id))}
        for code, day, counted, failed in city.probe_plan():
            session.add(ProbeDay(site_id=ids[code], day=day, counted=counted, failed=failed))
    sessions.kw["bind"].dispose()


@dataclass(frozen=True)
class Told:
    """What one command ended with."""

    code: int
    out: str
    err: str

    @property
    def summary(self) -> dict[str, Any]:
        """The object that `nightly --json` ends with."""
        told: dict[str, Any] = json.loads(self.out.strip().splitlines()[-1])
        return told


@dataclass
class World:
    """One home on one database; commands run as processes of their own.

    `more` is added to their environment; `through` is a command that begins them.
    """

    settings: Settings
    more: dict[str, str] = field(default_factory=dict)
    started: list[subprocess.Popen[str]] = field(default_factory=list)
    through: tuple[str, ...] = ()

    @cached_property
    def sessions(self) -> sessionmaker[Session]:
        """Read-only sessions: looking on must not hold the night up."""
        return session_factory(self.settings, read_only=True)

    def close(self) -> None:
        """End what a test that failed left running."""
        for process in self.started:
            if process.poll() is None:
                kill_whole(process)
        self.close_sessions()

    def close_sessions(self) -> None:
        """Hold no connection any more."""
        self.sessions.kw["bind"].dispose()

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """`xuncha ARGUMENTS` as a process in a session of its own."""
        process = subprocess.Popen(
            [*self.through, sys.executable, "-c", XUNCHA, *arguments],
            cwd=ROOT,
            env={**os.environ, **environment(self.settings), **self.more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def xuncha(self, *arguments: str, timeout: float = 200) -> Told:
        """`xuncha ARGUMENTS`, to its end."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=timeout)
        return Told(process.returncode, out, err)

    def night(self, as_of: datetime | str, *more: str, workers: int = 2) -> Told:
        """One whole night."""
        moment = as_of if isinstance(as_of, str) else as_of.isoformat()
        return self.xuncha("nightly", "--json", "--as-of", moment, "--workers", str(workers), *more)

    def start_night(self, as_of: datetime, *more: str, workers: int = 2) -> subprocess.Popen[str]:
        """A night that goes on while the test does something to it."""
        return self.start(
            "nightly", "--json", "--as-of", as_of.isoformat(), "--workers", str(workers), *more
        )

    def count(self, table: Any, *where: Any) -> int:
        """How many rows of a table there are."""
        with self.sessions() as session:
            return session.scalar(select(func.count()).select_from(table).where(*where)) or 0

    def runs(self) -> list[tuple[int, str]]:
        """(id, state) of every run."""
        with self.sessions() as session:
            return [(run.id, run.state) for run in session.scalars(select(Run).order_by(Run.id))]

    def findings(self) -> set[tuple[str, str]]:
        """(code or name, check) of every finding."""
        with self.sessions() as session:
            found = session.execute(select(Target, Finding.check).join(Finding.target))
            return {
                (target.code if target.kind == "site" else target.name, check)
                for target, check in found
            }

    def snapshot(self) -> Snapshot:
        """All that the last finished night left, by names that two homes share."""
        with self.sessions() as session:
            return _snapshot(session)


def wait_until(
    holds: Callable[[], bool], process: subprocess.Popen[str] | None = None, seconds: float = 60
) -> bool:
    """Whether it came to hold before the process ended or the time was over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        if process is not None and process.poll() is not None:
            return False
        time.sleep(0.02)
    return False


def children_of(number: int) -> list[int]:
    """The processes that a process has started and that still run."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = file.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(told[1]) == number and told[0] != "Z":
            found.append(int(file.parent.name))
    return found


def crawl_processes(number: int) -> list[int]:
    """The crawl processes of a night: children of the server that it has them forked by."""
    return [one for server in children_of(number) for one in children_of(server)]


def is_running(number: int) -> bool:
    """Whether a process still does anything."""
    try:
        told = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return told.rpartition(")")[2].split()[0] not in {"Z", "X"}


def kill_whole(process: subprocess.Popen[str]) -> None:
    """SIGKILL to the night and everything it started: the power is gone."""
    with suppress(ProcessLookupError):  # it may have come to its end just now
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def kill_parent(process: subprocess.Popen[str]) -> None:
    """SIGKILL to the night alone; what it started is left to itself."""
    process.kill()
    process.communicate()


def _snapshot(session: Session) -> Snapshot:
    names = {row.id: row.identity for row in session.execute(select(Target.id, Target.identity))}
    columns = {
        one.id: (names[one.site_id], one.name, one.url) for one in session.scalars(select(Column))
    }
    run = session.scalars(
        select(Run).where(Run.state.in_(("done", "held", "released"))).order_by(Run.id.desc())
    ).first()
    assert run is not None, "no night came to its end"
    judgements = session.scalars(select(Judgement.id).where(Judgement.run_id == run.id)).all()
    captures = {
        one.id: (names[one.target_id], one.role, _lasting(one), one.rendered, one.access)
        for one in session.scalars(select(Capture).where(Capture.run_id == run.id))
    }
    return {
        "as_of": run.as_of,
        "judgements": len(judgements),
        "verdicts": sorted(
            (
                names[one.target_id],
                one.check,
                str(columns.get(one.column_id or 0)),
                one.outcome,
                one.reason,
                one.warning,
                one.last_update,
                one.ruleset,
                _evidence(one.evidence),
            )
            for one in session.scalars(select(Verdict).where(Verdict.run_id == run.id))
        ),
        "findings": sorted(
            (names[one.target_id or 0], one.check, one.state, one.reason, one.last_update)
            for one in session.scalars(select(Finding))
        ),
        "decisions": session.scalar(select(func.count()).select_from(Decision)),
        "visits": sorted(
            (names[one.target_id], one.fresh, one.access, one.reason, one.pages)
            for one in session.scalars(select(Visit).where(Visit.run_id == run.id))
        ),
        "items": sorted(
            (names[one.target_id], one.key, str(one.published_at), one.provenance, one.title)
            for one in session.scalars(select(Item))
        ),
        "columns": sorted(columns.values()),
        "captures": Counter(captures.values()),
        "facts": Counter(
            (
                names[one.target_id],
                one.kind,
                str(captures.get(one.capture_id or 0)),
                "" if one.kind == "account" else hashlib.sha256(one.payload).hexdigest(),
            )
            for one in session.scalars(select(Fact).where(Fact.run_id == run.id))
        ),
    }


def _lasting(capture: Capture) -> str:
    """The address; that of a page that was asked for because it cannot exist is drawn anew."""
    return "" if capture.role == "not_found" else f"{capture.url} {capture.sha256}"


def _evidence(told: dict[str, Any]) -> str:
    """Evidence without what differs between two homes: the numbers of rows."""
    return json.dumps(
        {name: value for name, value in told.items() if "capture" not in name},
        ensure_ascii=False,
        sort_keys=True,
    )


def copy_home(settings: Settings, home: Path, **given: Any) -> Settings:
    """The same city and registry in a home of its own (on SQLite with its own database)."""
    home.mkdir(parents=True)
    if not settings.database_url:
        shutil.copyfile(settings.home / "xuncha.sqlite3", home / "xuncha.sqlite3")
    return settings.model_copy(update={"home": home} | given)
