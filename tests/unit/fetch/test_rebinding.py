"""A name that changes its address between two looks leads nobody into our own network."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from crawler.fetch import names as module
from crawler.fetch.failure import ExchangeError
from crawler.fetch.names import PRIVATE_ADDRESS, GuardedResolver, Names


@pytest.fixture
def rebinding(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A name service that gives one address after the other; the list of those left."""
    left = ["93.184.216.34", "127.0.0.1", "169.254.169.254"]

    def getaddrinfo(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (left.pop(0), 0))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return left


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(
    rebinding: list[str],
) -> None:
    async def inside() -> list[str]:
        names = Names()
        checked = await names.lookup("turns.cn")
        connected = await GuardedResolver(names).resolve("turns.cn", 80)
        names.close()
        return [*checked, *(one["host"] for one in connected)]

    assert asyncio.run(inside()) == ["93.184.216.34", "93.184.216.34"]
    assert len(rebinding) == 2


def test_a_name_is_checked_anew_whenever_it_is_asked_anew(
    rebinding: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_KEEP_SECONDS", 0.0)

    async def inside() -> None:
        names = Names()
        try:
            await names.lookup("turns.cn")
            for _ in range(2):
                with pytest.raises(ExchangeError) as refused:
                    await GuardedResolver(names).resolve("turns.cn", 80)
                assert refused.value.detail == PRIVATE_ADDRESS
        finally:
            names.close()

    asyncio.run(inside())
    assert rebinding == []
