"""Judging what is stored: one odd target costs itself alone, an unfinished night is not judged."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session, sessionmaker

import breaker
import judging
from checks.base import Check
from checks.registry import ALL
from checks.ruleset import national
from crawler import factcodec
from models import Account, Fact, Judgement, Run, Site, Target, Unit, Verdict, Visit
from nightly import NightError
from rejudging import rejudge
from settings import Settings

pytestmark = pytest.mark.integration

FIRST = datetime.fromisoformat("2023-03-10T01:00:00+08:00")
RULES = national(ALL)


@pytest.fixture
def targets(session_factory: sessionmaker[Session]) -> list[int]:
    """Two sites and eight accounts."""
    with session_factory.begin() as session:
        unit = Unit(name="某市")
        session.add(unit)
        session.flush()
        made: list[Target] = [
            Site(identity=code, code=code, name=code, unit_id=unit.id, home_url="http://a.test/")
            for code in ("9900000001", "9900000002")
        ]
        made += [
            Account(
                identity=f"weibo#{n}", name=f"账号{n}", unit_id=unit.id,
                platform="weibo", platform_printed="新浪微博",
            )
            for n in range(8)
        ]  # fmt: skip
        session.add_all(made)
        session.flush()
        return [one.id for one in made]


def _run(session: Session, targets: list[int], night: int, state: str = "done") -> Run:
    as_of = FIRST + timedelta(days=night)
    run = Run(as_of=as_of, state=state, ruleset=RULES.name, targets=targets)
    session.add(run)
    session.flush()
    return run


def test_facts_that_cannot_be_read_cost_their_own_target_alone(
    session_factory: sessionmaker[Session], targets: list[int]
) -> None:
    with session_factory.begin() as session:
        run = _run(session, targets, 0)
        session.add(
            Fact(
                run_id=run.id, target_id=targets[2], kind=factcodec.ACCOUNT,
                extractor="x", payload=b"not what was stored",
            )
        )  # fmt: skip
        judgement = judging.judge_run(session, run, RULES)
        told = session.scalars(select(Verdict).where(Verdict.judgement_id == judgement.id)).all()
    assert {one.target_id for one in told} == set(targets)
    odd = [one for one in told if one.target_id == targets[2]]
    assert {(one.outcome, one.reason) for one in odd} == {("undetermined", "our_fault")}
    assert all("error" in one.evidence for one in odd)
    assert not [one for one in told if one.target_id != targets[2] and one.reason == "our_fault"]


def test_a_check_that_raises_costs_its_own_verdict_alone(
    session_factory: sessionmaker[Session], targets: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def raising(facts: Any, *_rest: Any) -> Any:
        raise RecursionError(facts.name)

    def of_scope(scope: Any) -> tuple[Check, ...]:
        return tuple(
            Check(**{name: getattr(one, name) for name in Check.__slots__} | {"judge": raising})
            if one.code == "M2.1"
            else one
            for one in ALL
            if one.scope is scope
        )

    monkeypatch.setattr(judging, "of_scope", of_scope)
    with session_factory.begin() as session:
        run = _run(session, targets, 0)
        judging.judge_run(session, run, RULES)
        told = session.scalars(select(Verdict)).all()
    assert {one.check for one in told if one.reason == "our_fault"} == {"M2.1"}
    assert len({one.check for one in told}) == len(ALL)


def test_a_night_that_is_not_finished_is_not_judged_again(
    session_factory: sessionmaker[Session], targets: list[int], database_settings: Settings
) -> None:
    with session_factory.begin() as session:
        unfinished = _run(session, targets, 1, state="crawling").id
    with pytest.raises(NightError, match="没有完成"):
        rejudge(database_settings, session_factory, run=unfinished)
    with pytest.raises(NightError, match="还没有完成"):
        rejudge(database_settings, session_factory)
    with session_factory.begin() as session:
        done = _run(session, targets, 0).id
    assert [one.run for one in rejudge(database_settings, session_factory)] == [done]


def _judged(
    session: Session, targets: list[int], night: int, outcomes: list[str], state: str = "done"
) -> tuple[Run, int]:
    """A night in which M2.1 came out so for the accounts; what is undetermined was not read."""
    run = _run(session, targets, night, state)
    judgement = Judgement(run_id=run.id, ruleset=RULES.name, digest=RULES.digest)
    session.add(judgement)
    session.flush()
    for target, outcome in zip(targets[2:], outcomes, strict=True):
        fresh = outcome != "undetermined"
        session.add(Visit(run_id=run.id, target_id=target, fresh=fresh, access="ok"))
        session.execute(
            insert(Verdict).values(
                judgement_id=judgement.id, run_id=run.id, target_id=target, check="M2.1",
                outcome=outcome, reason="x", evidence={}, captures=[], ruleset=RULES.name,
            )
        )  # fmt: skip
    return run, judgement.id


GOOD = ["pass"] * 8
HALF = ["pass"] * 4 + ["fail"] * 4
UNREAD = ["undetermined"] * 8


@pytest.mark.parametrize(
    ("before", "tonight", "held"),
    [
        ([], HALF, False),  # a first run holds nothing
        ([(GOOD, "done")], HALF, True),
        ([(GOOD, "done")], UNREAD, True),
        ([(GOOD, "done"), (UNREAD, "held")], UNREAD, True),
        # After an outage that was let go, what failed before it has not turned.
        ([(HALF, "done"), (UNREAD, "released")], HALF, False),
        ([(GOOD, "done"), (UNREAD, "released")], HALF, True),
        # What was never judged has not turned either.
        ([(UNREAD, "done")], HALF, False),
        ([(HALF, "done")], GOOD, False),
        ([(GOOD, "done")], ["fail"] + ["pass"] * 7, False),
    ],
)
def test_a_night_is_held_when_too_many_turned_since_they_were_last_judged(
    before: list[tuple[list[str], str]],
    tonight: list[str],
    held: bool,
    session_factory: sessionmaker[Session],
    targets: list[int],
    database_settings: Settings,
) -> None:
    settings = database_settings.model_copy(update={"breaker_count": 3})
    with session_factory.begin() as session:
        for night, (outcomes, state) in enumerate(before):
            _judged(session, targets, night, outcomes, state)
        run, judgement = _judged(session, targets, 9, tonight, "judging")
        assert bool(breaker.reason_to_hold(session, settings, run, judgement)) is held
