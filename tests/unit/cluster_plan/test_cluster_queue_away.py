"""The queue's database goes away as a round begins: it is waited for, then told in one sentence."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from crawler.processes import Crew
from database import DatabaseError
from tests.conftest import SettingsFor

pytest.importorskip("procrastinate", reason="the extra `cluster` is not installed")

from procrastinate.exceptions import ConnectorException

from cluster import rounds


class Queue:
    """An app whose database does not answer the first few times."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.told: list[str] = []
        self.connector = SimpleNamespace(execute_query_all_async=self._nothing)

    async def open_async(self) -> None:
        self.told.append("open")
        if len(self.told) <= self.refusals * 2:
            raise ConnectorException

    async def close_async(self) -> None:
        self.told.append("close")

    async def _nothing(self, *_: object, **_named: object) -> list[Any]:
        return []


@pytest.fixture
def crew(settings_for: SettingsFor) -> Crew:
    return Crew(settings_for(), 1, "here:1", 2)


def _open(queue: Queue, crew: Crew, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(rounds, "make_app", lambda _settings: queue)
    monkeypatch.setattr(rounds, "register", lambda *_: None)
    monkeypatch.setattr(rounds, "waits", lambda _settings: [0.0, 0.0])
    return asyncio.run(rounds._opened(crew))


def test_a_queue_that_is_away_for_a_moment_is_waited_for(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = Queue(refusals=2)
    assert _open(queue, crew, monkeypatch) is queue
    assert queue.told == ["open", "close", "open", "close", "open"]


def test_a_queue_that_stays_away_is_one_sentence(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = Queue(refusals=9)
    with pytest.raises(DatabaseError, match="任务队列") as told:
        _open(queue, crew, monkeypatch)
    assert told.value.away
    assert queue.told == ["open", "close"] * 3
