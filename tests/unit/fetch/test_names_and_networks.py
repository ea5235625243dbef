"""Names are looked up once and never lead into our own network."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from crawler.fetch.access import AccessState
from crawler.fetch.failure import ExchangeError
from crawler.fetch.names import Names, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.100.100.200",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fc00::1", "fe80::1%eth0",
        "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1", "ff02::1", "::", "nonsense",
        "::127.0.0.1", "64:ff9b:1::7f00:1", "::ffff:0:7f00:1", "fec0::1", "192.0.0.8",
    ],
)  # fmt: skip
def test_private_and_reserved_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "219.141.136.10", "2606:4700::1111"])
def test_addresses_of_the_world_are_public(address: str) -> None:
    assert is_public(address)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the name service knows; `calls` counts the questions."""
    known: dict[str, Any] = {"calls": 0}

    def getaddrinfo(host: str, *_: Any, **__: Any) -> list[Any]:
        known["calls"] += 1
        found = known.get(host, socket.gaierror(socket.EAI_NONAME, "unknown"))
        if isinstance(found, Exception):
            raise found
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 0)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


def lookup(host: str, *, times: int = 1, allow_private: bool = False) -> tuple[str, ...]:
    async def inside() -> tuple[str, ...]:
        names = Names(allow_private=allow_private)
        try:
            found = await asyncio.gather(*(names.lookup(host) for _ in range(times)))
            return found[0]
        finally:
            names.close()

    return asyncio.run(inside())


def test_a_name_that_leads_inward_is_refused_unless_allowed(answers: dict[str, Any]) -> None:
    answers["inside.cn"] = ["10.0.0.1"]
    with pytest.raises(ExchangeError) as refused:
        lookup("inside.cn")
    assert (refused.value.access, refused.value.detail) == (
        AccessState.OUR_FAULT,
        "private_address",
    )
    assert lookup("inside.cn", allow_private=True) == ("10.0.0.1",)


def test_of_a_mixed_answer_only_the_public_addresses_are_visited(answers: dict[str, Any]) -> None:
    answers["mixed.cn"] = ["10.0.0.1", "1.1.1.1"]
    assert lookup("mixed.cn") == ("1.1.1.1",)


def test_one_question_serves_all_who_wait(answers: dict[str, Any]) -> None:
    answers["once.cn"] = ["1.1.1.1"]
    lookup("once.cn", times=20)
    assert answers["calls"] == 1


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), "name_not_found"),
        (socket.gaierror(socket.EAI_AGAIN, "later"), "dns_temporary"),
        (UnicodeError("label too long"), "invalid_name"),
    ],
)
def test_a_missing_name_is_told_from_a_sick_name_service_trap_8(
    answers: dict[str, Any], error: Exception, detail: str
) -> None:
    answers["bad.cn"] = error
    with pytest.raises(ExchangeError) as failed:
        lookup("bad.cn")
    assert (failed.value.access, failed.value.detail) == (AccessState.DNS, detail)
