"""The world of the desk, on SQLite with its tables made once and copied."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import database
from settings import Settings
from tests.conftest import SettingsFor
from tests.integration.web import desk_world
from web import passwords

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def desk_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the newest tables and nothing in them."""
    settings = Settings(home=tmp_path_factory.mktemp("desk"), browser="off")
    database.upgrade(settings)
    return settings.home / "xuncha.sqlite3"


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of PASSWORD: slow to make, so made once."""
    return passwords.hashed(PASSWORD)


@pytest.fixture
def empty_desk(settings_for: SettingsFor, desk_tables: Path) -> Settings:
    """Settings whose database has tables and no rows."""
    settings = settings_for()
    settings.home.mkdir(parents=True)
    shutil.copy(desk_tables, settings.home / "xuncha.sqlite3")
    return settings


@pytest.fixture
def world(empty_desk: Settings, password_hash: str) -> desk_world.DeskWorld:
    """The small jurisdiction."""
    return desk_world.build(empty_desk, password_hash)
