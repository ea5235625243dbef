"""Rounds of availability as they are packed, and the addresses at which a site may answer."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import probes
from crawler.fetch.access import AccessState
from crawler.fetch.capture import Capture
from crawler.moved import jump_address
from crawler.probes import ProbeTarget
from crawler.probes_kept import Round, counts, maintenance, packed, unpacked
from settings import Settings

AT = datetime.fromisoformat("2023-03-10T08:15:30+08:00")

ROUNDS = st.lists(
    st.builds(
        Round,
        minute=st.integers(0, 1439),
        state=st.sampled_from(["ok", "timeout", "our_outage", "maintenance"]),
        milliseconds=st.integers(0, 64**3 - 1),
        vantage=st.sampled_from(["", "长沙电信", "境外 1"]),
    ),
    max_size=100,
    unique_by=lambda one: one.minute,
)


@given(ROUNDS)
def test_what_is_packed_comes_back_by_minute(rounds: list[Round]) -> None:
    assert unpacked(packed(rounds)) == sorted(rounds)


def test_rounds_stored_one_by_one_are_read_as_well() -> None:
    stored = [[10, "ok", 900, "甲"], [40, "timeout", 15000], [70, "maintenance", 700, "乙"]]
    assert unpacked(stored) == [
        Round(10, "ok", 900, "甲"),
        Round(40, "timeout", 15000, "甲"),
        Round(70, "maintenance", 700, "乙"),
    ]
    assert maintenance(stored) == 1
    assert counts(unpacked(stored)) == (3, 1, 0)


def test_spoilt_rounds_do_no_harm() -> None:
    assert unpacked([["ok", "00"], ["ok", "！！！！！", "甲"]]) == [Round(0, "ok", 0, "甲")]


@pytest.mark.parametrize(
    ("cells", "address"),
    [
        ({}, ""),
        ({"跳转网址": " www.new.gov.cn/xx "}, "http://www.new.gov.cn/xx"),
        ({"jumpUrl": "https://new.gov.cn/"}, "https://new.gov.cn/"),
        ({"跳转网址": "无", "jumpUrl": "http://new.gov.cn/"}, "http://new.gov.cn/"),
        ({"跳转网址": "javascript:alert(1)"}, ""),
        ({"跳转网址": "ftp://new.gov.cn/"}, ""),
        ({"跳转网址": None}, ""),
    ],
)
def test_the_register_says_where_a_site_moved(cells: dict[str, Any], address: str) -> None:
    assert jump_address(cells) == address


def test_a_moved_site_is_asked_where_it_lives_and_at_its_old_address_after() -> None:
    stayed = ProbeTarget(1, "http://old.gov.cn/", canary=False)
    assert stayed.addresses[0] == "http://old.gov.cn/"
    assert len(stayed.addresses) == 4
    moved = stayed._replace(jump_url="http://new.gov.cn/old/")
    assert moved.addresses[0] == "http://new.gov.cn/old/"
    assert "http://old.gov.cn/" in moved.addresses
    assert len(moved.addresses) == len(set(moved.addresses)) == 8


@pytest.mark.parametrize(("seconds", "state"), [(14.99, "ok"), (15.0, "timeout")])
def test_the_legal_clock_stops_at_fifteen_seconds_trap_9(
    settings_for: Any, monkeypatch: pytest.MonkeyPatch, seconds: float, state: str
) -> None:
    async def get(_: Any, url: str, **__: Any) -> Capture:
        return Capture(
            url=url,
            final_url=url,
            fetched_at=AT,
            access=AccessState.OK,
            status=200,
            elapsed=seconds,
        )

    monkeypatch.setattr("crawler.probes.Fetcher.get", get)
    settings: Settings = settings_for()
    target = ProbeTarget(1, "http://a.test/", canary=False)
    answers = asyncio.run(probes.ask_all(settings, [target], AT))
    assert answers[1].state == state
    assert answers[1].milliseconds == round(seconds * 1000)
