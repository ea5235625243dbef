"""The city that tries to harm, patrolled for a night, behind a desk in a process of its own."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import yaml
from sqlalchemy.orm import Session, sessionmaker

import clock
from database import session_factory, upgrade
from democity import City, plan
from democity.scenario import BUILT_IN
from nightly import NightReport, run_night
from registry.importing import import_files
from review import windows
from settings import Settings, environment
from web import people, sign_in
from web.desk import Desk
from web.identity import COOKIE, csrf_of

ROOT = Path(__file__).parents[3]
PASSWORD = "correct horse battery"
SCRIPTS = re.compile(r"alert\(|evil\.example")


@dataclass
class HostileDesk:
    """The desk's address and process, the key to it, and what the nights said."""

    settings: Settings
    sessions: sessionmaker[Session]
    address: str
    process: subprocess.Popen[bytes]
    token: str
    reports: list[NightReport] = field(default_factory=list)
    city: City | None = None

    def client(self) -> httpx.Client:
        """A browser without a window: logged in, with the token of its session."""
        secret = (self.settings.home / "desk.secret").read_text(encoding="ascii").strip()
        desk = cast("Desk", SimpleNamespace(secret=secret))
        return httpx.Client(
            base_url=self.address,
            cookies={COOKIE: self.token},
            headers={"x-csrf": csrf_of(desk, self.token)},
            timeout=120,
        )

    @property
    def most_memory(self) -> int:
        """Bytes that the server's process ever held at once."""
        told = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", told)
        assert found is not None
        return int(found[1]) * 1024


def scenario() -> Any:
    """The built-in scenario made quick: one night, one site, three accounts."""
    raw = yaml.safe_load((BUILT_IN / "hostile.yaml").read_text(encoding="utf-8"))
    raw["nights"] = raw["nights"][-1:]
    raw["sites"] = [raw["sites"][2]]
    raw["accounts"] = [raw["accounts"][place] for place in (0, 1, 4)]
    return plan(raw)


@contextmanager
def hostile_desk(home: Path) -> Iterator[HostileDesk]:
    """Play the night, then serve."""
    origins = home / "origins.json"
    home.mkdir(parents=True)
    settings = Settings(
        home=home,
        origin_map=origins,
        browser="auto",
        page_timeout=10,
        browser_timeout=15,
        site_browser_pages=1,
    )
    upgrade(settings)
    sessions = session_factory(settings)
    with City(scenario()) as city:
        city.write_origin_map(origins)
        with sessions() as session:
            told = import_files(session, city.write_registry(home / "registry"))
            assert not told.rejected, told.rejected
        with sessions.begin() as session:
            windows.add(session, *city.window(), confirm="operator")
        reports = []
        for as_of in city.nights():
            city.set_clock(as_of)
            reports.append(run_night(settings, sessions, as_of=as_of, workers=2))
        with sessions.begin() as session:
            people.add(session, "chief", PASSWORD, role="admin", at=clock.now())
            token, _ = sign_in.sign_in(
                session, "chief", PASSWORD, address="", at=clock.now(), hours=1
            )
        with _served(settings) as (address, process):
            yield HostileDesk(settings, sessions, address, process, token, reports, city)


@contextmanager
def _served(settings: Settings) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", "from cli import main; main()", "serve", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, **environment(settings)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                httpx.get(f"{address}/login", timeout=5)
                break
            except httpx.TransportError:
                assert process.poll() is None, "the desk did not start"
                time.sleep(0.1)
        yield address, process
    finally:
        process.terminate()
        process.wait(20)
