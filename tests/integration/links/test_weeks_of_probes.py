"""A week of availability, six hundred sites and twenty rounds a day, straight on the storage."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker

import assembly
import database
from checks.base import Verdict
from checks.registry import ALL, BY_CODE
from checks.ruleset import national
from crawler import night_rows
from crawler.probes import ProbeTarget, _our_outage
from crawler.probes_kept import OUTAGE, Answer, enter
from models import ProbeDay, Run, Site, Unit
from settings import Settings

SITES, ROUNDS, DAYS = 600, 20, 7
START = datetime.fromisoformat("2023-03-13T00:30:00+08:00")
AS_OF = datetime.fromisoformat("2023-03-20T01:00:00+08:00")
# Of 140 rounds exactly seven are 5 %.
AT_LIMIT, BELOW = 1, 2
FAILED = {AT_LIMIT: 7, BELOW: 6}
OPEN, LATE = Answer("ok", 14_990), Answer("timeout", 15_000)


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sessionmaker[Session]]:
    settings = Settings(home=tmp_path_factory.mktemp("probes"), vantage="长沙电信")
    database.upgrade(settings)
    factory = database.session_factory(settings)
    with factory.begin() as session:
        unit = Unit(name="某省")
        session.add(unit)
        session.flush()
        for number in range(SITES):
            named = {"identity": str(number), "name": f"网站{number}", "unit_id": unit.id}
            session.add(Site(kind="site", home_url=f"http://s{number}.test/", **named))
    week(factory)
    yield factory
    factory.kw["bind"].dispose()


def week(factory: sessionmaker[Session]) -> None:
    """Twenty rounds a day; on the fourth day our own line fails for three rounds."""
    targets = [ProbeTarget(n, f"http://s{n}.test/", canary=n == SITES) for n in range(1, SITES + 1)]
    for day in range(DAYS):
        with factory.begin() as session:
            for number in range(ROUNDS):
                at = START + timedelta(days=day, minutes=70 * number)
                place = day * ROUNDS + number
                answers = {t.id: OPEN for t in targets}
                answers |= {one: LATE for one, failed in FAILED.items() if place < failed}
                ours = day == 3 and number in {5, 6, 7}
                if ours:
                    answers = dict.fromkeys(answers, Answer("connect", 5))
                    assert _our_outage(targets, answers)
                    answers = {site: one._replace(state=OUTAGE) for site, one in answers.items()}
                enter(session, at, answers, "长沙电信")
            if day == 3:  # the rounds that the outage cost are made up for on the same day
                for number in range(3):
                    at = START + timedelta(days=day, minutes=70 * number + 35)
                    enter(session, at, dict.fromkeys(answers, OPEN), "长沙电信")


@pytest.fixture
def judged(sessions: sessionmaker[Session]) -> Callable[[int], Verdict]:
    """W2.1 of one site by its id, as the night judges it."""

    def judge(site_id: int) -> Verdict:
        with sessions() as session:
            run = Run(as_of=AS_OF, targets=[], ruleset="", state="judging", id=1, vantage="")
            site = session.get(Site, site_id)
            assert site is not None
            facts: Any = assembly.site_facts(session, assembly.RunData(run), site)
            return BY_CODE["W2.1"].judge(facts, national(ALL).parameters["W2.1"], AS_OF)

    return judge


def test_exactly_five_in_a_hundred_at_fifteen_seconds_fires(
    judged: Callable[[int], Verdict],
) -> None:
    verdict = judged(AT_LIMIT)
    assert (verdict.outcome, verdict.reason) == ("fail", "unreachable")
    assert (verdict.evidence["failed"], verdict.evidence["counted"]) == (7, 140)
    low, high = verdict.evidence["interval"]
    assert low < 0.05 < high


def test_one_probe_fewer_does_not(judged: Callable[[int], Verdict]) -> None:
    verdict = judged(BELOW)
    assert (verdict.outcome, verdict.warning) == ("pass", "near_limit")
    assert verdict.evidence["failed"] == 6


def test_an_outage_of_our_own_fires_nothing_trap_8(judged: Callable[[int], Verdict]) -> None:
    for site_id in range(3, SITES + 1, 97):
        verdict = judged(site_id)
        assert (verdict.outcome, verdict.evidence["failed"]) == ("pass", 0)
        assert verdict.evidence["excluded"] == 3


def test_a_quarter_of_fifteen_thousand_sites_stays_small(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        stored = session.scalar(select(func.avg(func.length(func.json(ProbeDay.rounds)))))
        assert session.scalar(select(func.count()).select_from(ProbeDay)) == SITES * DAYS
        pages = session.execute(
            text("SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%probe_days%'")
        ).scalar_one()
    assert stored is not None
    assert stored < 200, "bytes of rounds for one site and day"
    # Rows as they lie on disk after every round rewrote them, indexes included.
    quarter = pages / (SITES * DAYS) * 15_000 * 92
    assert quarter < 400 << 20, f"{quarter / (1 << 20):.0f} MiB"


def test_the_check_reads_a_week_in_milliseconds(sessions: sessionmaker[Session]) -> None:
    run = Run(as_of=AS_OF, targets=[], ruleset="", state="judging", id=1, vantage="")
    with sessions() as session:
        sites = session.scalars(select(Site).where(Site.id.between(10, 109))).all()
        night_rows.read(session, run, sites[:1])
        began = time.perf_counter()
        kept = night_rows.read(session, run, sites)
        assert [len(one.probes) for one in kept.values()] == [DAYS] * 100
        assert (time.perf_counter() - began) / 100 < 0.02
