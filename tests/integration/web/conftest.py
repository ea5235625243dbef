"""The world of the desk, on SQLite with its tables made once and copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from settings import Settings
from tests.conftest import SettingsFor
from tests.integration.web import desk_world
from web import passwords

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def desk_tables(sqlite_template: Path) -> Path:
    """A database file with the newest tables and nothing in them."""
    return sqlite_template


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hashing as it should be takes a tenth of a second; no test here is about that."""
    before = passwords._HASHER, passwords._NOBODY
    passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    passwords._NOBODY = passwords._HASHER.hash("nobody's password")
    yield
    passwords._HASHER, passwords._NOBODY = before


@pytest.fixture(scope="session")
def password_hash(cheap_passwords: None) -> str:
    """The hash of PASSWORD."""
    return passwords.hashed(PASSWORD)


@pytest.fixture
def empty_desk(settings_for: SettingsFor, desk_tables: Path) -> Settings:
    """Settings whose database has tables and no rows."""
    settings = settings_for()
    settings.home.mkdir(parents=True)
    shutil.copy(desk_tables, settings.home / "xuncha.sqlite3")
    return settings


def build_world(home: Path, tables: Path, password_hash: str) -> desk_world.DeskWorld:
    """A world of its own in an empty folder."""
    settings = Settings(home=home, browser="off")
    home.mkdir(parents=True)
    shutil.copy(tables, home / "xuncha.sqlite3")
    return desk_world.build(settings, password_hash)


@pytest.fixture
def world(empty_desk: Settings, password_hash: str) -> desk_world.DeskWorld:
    """The small jurisdiction."""
    return desk_world.build(empty_desk, password_hash)
