"""A crawl waits for its database as long as the settings say, in growing steps."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from crawler.patience import waits
from crawler.spiders.patrol import PatrolSpider
from database import DatabaseError
from tests.conftest import SettingsFor


@pytest.mark.parametrize(
    ("seconds", "steps"), [(0, []), (1, [1]), (7, [1, 2, 4]), (75, [1, 2, 4, 8, 16, 32, 12])]
)
def test_the_steps_add_up_to_the_patience(
    settings_for: SettingsFor, seconds: int, steps: list[float]
) -> None:
    assert list(waits(settings_for(database_patience=seconds))) == steps


def test_a_canary_whose_look_broke_off_is_looked_at_anew() -> None:
    """The first look met a database that was away; its error must not be every later answer."""

    class Patrol:
        def __init__(self) -> None:
            self._canaries: dict[int, Any] = {}
            self.looks = 0

        async def _observed(self, _canary: Any) -> str:
            self.looks += 1
            if self.looks == 1:
                message = "数据库无法连接"
                raise DatabaseError(message, away=True)
            return "fresh"

    async def inside() -> None:
        patrol: Any = Patrol()
        canary: Any = SimpleNamespace(id=7)
        asked: Any = PatrolSpider._asked
        with pytest.raises(DatabaseError):
            await asked(patrol, canary)
        both = await asyncio.gather(asked(patrol, canary), asked(patrol, canary))
        assert list(both) == ["fresh", "fresh"]
        assert await asked(patrol, canary) == "fresh"
        assert patrol.looks == 2

    asyncio.run(inside())
