"""One house for each test, on both databases."""

from __future__ import annotations

import pytest

from settings import Settings
from tests.integration.upkeep.upkeep_world import House, Sessions, build


@pytest.fixture
def house(database_settings: Settings, session_factory: Sessions) -> House:
    return build(database_settings, session_factory)
