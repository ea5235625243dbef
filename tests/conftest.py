"""What every test may ask for: scratch settings, both databases, a stated clock, the corpus.

The network is closed but for loopback (see addopts in pyproject.toml).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session, sessionmaker

import database
from settings import Settings
from tests import postgresql_server
from tests.postgresql_server import PostgresqlServer

# Settings of the person who runs the tests must not reach them.
for name in [name for name in os.environ if name.upper().startswith("XUNCHA_")]:
    del os.environ[name]

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"

SettingsFor = Callable[..., Settings]


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The labelled corpus beside the repository."""
    if not CORPUS.is_dir():
        pytest.skip("the labelled corpus does not lie beside the repository")
    return CORPUS


@pytest.fixture
def settings_for(tmp_path: Path) -> SettingsFor:
    """Make settings with a scratch home; `settings_for(database_url=…, browser="off")`."""

    def make(**given: Any) -> Settings:
        stated: dict[str, Any] = {"home": tmp_path / "home", "browser": "off"} | given
        return Settings(**stated)

    return make


@pytest.fixture
def clock() -> Iterator[Callable[[str], datetime]]:
    """Stop the clock at a stated moment, `clock("2023-03-31T23:59:59+08:00")`; it does not tick."""
    travellers: list[time_machine.travel] = []

    def stop_at(moment: str) -> datetime:
        stated = datetime.fromisoformat(moment)
        assert stated.tzinfo is not None, "state the offset of a moment"
        traveller = time_machine.travel(stated, tick=False)
        traveller.start()
        travellers.append(traveller)
        return stated

    yield stop_at
    for traveller in reversed(travellers):
        traveller.stop()


@pytest.fixture(scope="session")
def postgresql_server_running() -> Iterator[PostgresqlServer]:
    """A PostgreSQL server of this test process alone, so that workers never meet."""
    binaries = postgresql_server.programs()
    if binaries is None:
        pytest.skip("no PostgreSQL here: install Debian's package postgresql to run these tests")
    server = postgresql_server.start(binaries)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgresql_template(
    postgresql_server_running: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The name of a database with the newest tables, to copy for each test."""
    name = postgresql_server_running.create()
    home = tmp_path_factory.mktemp("postgresql-template")
    database.upgrade(Settings(home=home, database_url=postgresql_server_running.url(name)))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest tables, to copy for each test."""
    settings = Settings(home=tmp_path_factory.mktemp("sqlite-template"))
    database.upgrade(settings)
    return settings.home / "xuncha.sqlite3"


@pytest.fixture
def postgresql_url(postgresql_server_running: PostgresqlServer) -> Iterator[str]:
    """The address of an empty PostgreSQL database of this test alone."""
    name = postgresql_server_running.create()
    yield postgresql_server_running.url(name)
    postgresql_server_running.drop(name)


@pytest.fixture
def sqlite_settings(settings_for: SettingsFor, sqlite_template: Path) -> Settings:
    """Settings whose SQLite database has the newest tables."""
    settings = settings_for()
    settings.home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(sqlite_template, settings.home / "xuncha.sqlite3")
    return settings


@pytest.fixture
def postgresql_settings(
    settings_for: SettingsFor,
    postgresql_server_running: PostgresqlServer,
    postgresql_template: str,
) -> Iterator[Settings]:
    """Settings whose PostgreSQL database has the newest tables."""
    name = postgresql_server_running.create(postgresql_template)
    yield settings_for(database_url=postgresql_server_running.url(name))
    postgresql_server_running.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_settings(request: pytest.FixtureRequest) -> Settings:
    """Settings on a database with the newest tables; the test runs on SQLite and PostgreSQL."""
    settings = request.getfixturevalue(f"{request.param}_settings")
    assert isinstance(settings, Settings)
    return settings


@pytest.fixture
def session_factory(database_settings: Settings) -> Iterator[sessionmaker[Session]]:
    """Sessions on SQLite and on PostgreSQL, with the newest tables."""
    factory = database.session_factory(database_settings)
    yield factory
    factory.kw["bind"].dispose()
