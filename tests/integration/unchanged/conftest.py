"""A small site over several nights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from database import session_factory
from settings import Settings
from tests.integration.unchanged.unchanged_world import FakeSite, Nights


@pytest.fixture
def nights(sqlite_settings: Settings) -> Iterator[Nights]:
    sessions = session_factory(sqlite_settings)
    yield Nights(sqlite_settings, sessions, FakeSite.ordinary())
    sessions.kw["bind"].dispose()


@pytest.fixture
def nights_on_both(database_settings: Settings) -> Iterator[Nights]:
    sessions = session_factory(database_settings)
    yield Nights(database_settings, sessions, FakeSite.ordinary())
    sessions.kw["bind"].dispose()
