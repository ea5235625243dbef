"""What turned between two judgements of a run, found by the database."""

from __future__ import annotations

import pytest

import judging
from models import Column, Judgement, Verdict
from tests.integration.upkeep.upkeep_world import House

pytestmark = pytest.mark.integration


def _judged(house: House, run: int, told: dict[tuple[str, int | None], tuple[str, str]]) -> int:
    judgement = house.add(Judgement(run_id=run, ruleset="national", digest="0"))
    for (check, column), (outcome, reason) in told.items():
        house.add(
            Verdict(
                judgement_id=judgement,
                run_id=run,
                target_id=house.site,
                check=check,
                column_id=column,
                outcome=outcome,
                reason=reason,
                ruleset="national",
            )
        )
    return judgement


def test_only_what_turned_is_told_in_its_order(house: House) -> None:
    news, notices = (
        house.add(Column(site_id=house.site, name=name, url=f"http://a/{name}/"))
        for name in ("xw", "tz")
    )
    run = house.night("2026-01-02")
    before = _judged(
        house,
        run,
        {
            ("W3.1", None): ("pass", "fresh"),
            ("W3.2", news): ("pass", "fresh"),
            ("W3.2", notices): ("fail", "stale"),
            ("W5.1", None): ("fail", "missing"),
            ("W9.9", None): ("fail", "gone since"),
        },
    )
    _judged(house, run, {("W3.1", None): ("fail", "a judgement between them")})
    after = _judged(
        house,
        run,
        {
            ("W3.1", None): ("pass", "fresh"),
            ("W3.2", news): ("fail", "stale"),
            ("W3.2", notices): ("fail", "stale"),
            ("W3.2", None): ("pass", "fresh"),
            ("W5.1", None): ("fail", "boundary"),
        },
    )
    with house.sessions() as session:
        turned = judging.differences(
            session, session.get_one(Judgement, before), session.get_one(Judgement, after)
        )
    told = [(was and was.reason, now.check, now.column_id, now.reason) for was, now in turned]
    assert told == [
        ("fresh", "W3.2", news, "stale"),
        (None, "W3.2", None, "fresh"),
        ("missing", "W5.1", None, "boundary"),
    ]
