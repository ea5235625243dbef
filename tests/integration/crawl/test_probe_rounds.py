"""Availability rounds over sites that answer, refuse, hang and are gone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crawler import probes
from crawler.probes import probe_round
from crawler.probes_kept import unpacked
from database import session_factory, upgrade
from models import ProbeDay, Site, Unit
from settings import Settings
from tests.site.trap_server import TooMany, TrapServer

AT = datetime.fromisoformat("2023-03-10T08:15:30+08:00")
GONE = {"http://gone.test": "http://127.0.0.1:9", "https://gone.test": "http://127.0.0.1:9"}
GONE |= {key.replace("://", "://www."): value for key, value in GONE.items()}


@pytest.fixture(scope="module")
def server() -> Iterator[TrapServer]:
    with TrapServer() as running:
        yield running


@pytest.fixture
def rounds(
    server: TrapServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """A registry of hosts; call it with a moment for one round."""
    monkeypatch.setattr(probes, "PATIENCE", 0.3)

    def make(hosts: list[str], canaries: tuple[str, ...] = ()) -> Callable[[datetime], Any]:
        file = tmp_path / "origins.json"
        file.write_text(json.dumps(server.origins() | GONE), encoding="utf-8")
        settings = Settings(home=tmp_path, origin_map=file, probe_timeout=1.0, vantage="长沙电信")
        upgrade(settings)
        sessions = session_factory(settings)
        with sessions.begin() as session:
            unit = Unit(name="某市")
            session.add(unit)
            session.flush()
            for host in hosts:
                session.add(
                    Site(
                        kind="site",
                        identity=host,
                        name=host,
                        unit_id=unit.id,
                        home_url=f"http://{host}/",
                        canary=host in canaries,
                    )
                )

        def at(moment: datetime) -> Any:
            summary = probe_round(settings, sessions, moment)
            with sessions() as session:
                rows = session.execute(select(Site.name, ProbeDay).join(ProbeDay)).all()
            return summary, {row.name: row.ProbeDay for row in rows}

        return at

    return make


def test_each_answer_counts_as_the_clause_says_traps_1_4_6_9(rounds: Callable[..., Any]) -> None:
    hosts = ["plain.test", "trap01.test", "trap03.test", "trap04.test", "trap06.test",
             "trap09.test", "gone.test", "trap14.test"]  # fmt: skip
    TooMany.asked_before.clear()  # the first question is refused, whoever asked in other tests
    summary, days = rounds(hosts)(AT)
    counted = {name: (day.counted, day.failed, day.excluded) for name, day in days.items()}
    assert counted == {
        "plain.test": (1, 0, 0),
        "trap01.test": (0, 0, 1),
        "trap03.test": (0, 0, 1),
        "trap04.test": (0, 0, 1),
        "trap06.test": (1, 0, 0),  # only www answers: both are tried before a failure counts
        "trap09.test": (1, 1, 0),
        "gone.test": (1, 1, 0),
        "trap14.test": (0, 0, 1),
    }
    assert (summary.sites, summary.ok, summary.failed, summary.excluded) == (8, 2, 2, 4)
    (kept,) = unpacked(days["trap09.test"].rounds)
    assert (kept.minute, kept.state, kept.vantage) == (8 * 60 + 15, "timeout", "长沙电信")
    assert days["plain.test"].day == date(2023, 3, 10)


def test_the_same_minute_counts_once_and_the_next_one_again(rounds: Callable[..., Any]) -> None:
    at = rounds(["plain.test"])
    at(AT)
    _, days = at(AT + timedelta(seconds=10))
    assert days["plain.test"].counted == 1
    _, days = at(AT + timedelta(minutes=30))
    assert [one.minute for one in unpacked(days["plain.test"].rounds)] == [495, 525]


def test_a_day_is_a_beijing_day(rounds: Callable[..., Any]) -> None:
    _, days = rounds(["plain.test"])(datetime.fromisoformat("2023-03-09T16:30:00+00:00"))
    assert days["plain.test"].day == date(2023, 3, 10)
    assert unpacked(days["plain.test"].rounds)[0].minute == 30


def test_when_the_canary_fails_the_round_is_our_own_outage_trap_8(
    rounds: Callable[..., Any],
) -> None:
    summary, days = rounds(["gone.test", "trap09.test", "plain.test"], ("gone.test",))(AT)
    assert summary.held
    assert {(day.counted, day.failed, day.excluded) for day in days.values()} == {(0, 0, 1)}
    assert "本机网络故障" in summary.sentence()


def test_a_living_canary_lets_failures_count(rounds: Callable[..., Any]) -> None:
    summary, days = rounds(["gone.test", "plain.test"], ("plain.test",))(AT)
    assert not summary.held
    assert days["gone.test"].failed == 1
    assert summary.to_json()["failed"] == 1


def test_a_tenth_of_the_sites_hanging_does_not_hold_up_the_round(
    rounds: Callable[..., Any],
) -> None:
    hosts = [f"plain{n}.test" for n in range(90)] + [f"hang{n}.test" for n in range(10)]
    from tests.site import trap_server

    hanging = [
        type(f"Hang{n}", (trap_server.Hanging,), {"host": f"hang{n}.test"}) for n in range(10)
    ]
    old = trap_server.TRAPS
    quiet = [type(f"P{n}", (trap_server.Plain,), {"host": f"plain{n}.test"}) for n in range(90)]
    trap_server.TRAPS = (*old, *hanging, *quiet)
    try:
        summary, _ = rounds(hosts)(AT)
    finally:
        trap_server.TRAPS = old
    assert (summary.ok, summary.failed) == (90, 10)
    assert summary.seconds < 12
