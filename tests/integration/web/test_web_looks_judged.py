"""What an operator enters about a site at the desk becomes a verdict of the next judgement."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

import judging
from models import Capture, Column, OperatorObservation, Run, Verdict, Visit
from review import rulesets
from tests.integration.web.desk_world import NOW, DeskWorld

pytestmark = pytest.mark.integration
LATER = NOW + timedelta(hours=1)


def enter(world: DeskWorld, **form: str) -> int:
    path = f"/targets/{world.sites['东']}/seen"
    return int(world.browser().post(path, data=form).status_code)


def column_of(world: DeskWorld, key: str) -> int:
    with world.sessions() as session:
        return session.scalars(select(Column.id).where(Column.site_id == world.sites[key])).one()


def judged_again(world: DeskWorld, as_of: datetime = LATER) -> dict[str, Verdict]:
    """A run in which the site refused everything, judged; its verdicts by check."""
    site = world.sites["东"]
    with world.sessions.begin() as session:
        run = Run(
            window_id=1,
            as_of=as_of,
            state="done",
            ruleset="national",
            targets=[site],
            selection=[str(site)],
        )
        session.add(run)
        session.flush()
        session.add(
            Visit(run_id=run.id, target_id=site, fresh=False, access="challenge", reason="")
        )
        session.add(
            Capture(
                run_id=run.id, target_id=site, role="home", url="http://a/", final_url="http://a/",
                chain=[], status=412, headers=[], sha256="", size=0, encoding="",
                access="challenge", fetched_at=as_of,
            )
        )  # fmt: skip
        session.flush()
        judgement = judging.judge_run(session, run, rulesets.in_force(session, world.settings))
        verdicts = session.scalars(
            select(Verdict).where(Verdict.judgement_id == judgement.id)
        ).all()
        session.expunge_all()
        return {one.check: one for one in verdicts}


def test_a_home_page_seen_by_a_person_is_judged_with_that_provenance(world: DeskWorld) -> None:
    assert enter(world, newest="2023-03-01T09:00", url="http://a.gov.cn/1.html") == 303
    told = judged_again(world)["W3.1"]
    assert (told.outcome, told.reason, told.last_update) == ("fail", "stale", "2023-03-07")
    assert told.evidence["provenance"] == "operator"
    assert told.evidence["seen_by"] == "operator"


def test_a_fresh_item_that_was_seen_passes_and_leaves_the_queue_of_the_undetermined(
    world: DeskWorld,
) -> None:
    with world.sessions.begin() as session:
        open_one = session.scalars(select(Verdict).where(Verdict.outcome == "undetermined")).one()
        open_one.target_id, open_one.check, open_one.reason = world.sites["东"], "W3.1", "challenge"
        open_one.evidence = {}
    browser = world.browser()
    assert "东岭市教育局" in browser.get("/undetermined").text
    enter(world, newest="2023-03-29T09:00")
    assert "已登记所见" in browser.get("/undetermined").text
    assert judged_again(world)["W3.1"].outcome == "pass"
    assert "东岭市教育局" not in browser.get("/undetermined").text


def test_a_look_after_the_night_says_nothing_of_that_night(world: DeskWorld) -> None:
    enter(world, newest="2023-03-29T09:00")
    told = judged_again(world, NOW - timedelta(hours=2))["W3.1"]
    assert told.outcome == "undetermined"


def test_a_column_is_chosen_among_those_of_the_site(world: DeskWorld) -> None:
    own, other = column_of(world, "东"), column_of(world, "西")
    assert enter(world, newest="2023-03-01T09:00", column=str(other)) == 422
    assert enter(world, newest="2023-03-01T09:00", column=str(own)) == 303
    with world.sessions() as session:
        assert session.scalars(select(OperatorObservation.column_id)).all() == [own]
    assert judged_again(world)["W3.1"].outcome == "undetermined"


def test_a_home_page_is_never_entered_as_blank_and_a_column_may_be(world: DeskWorld) -> None:
    assert enter(world, never="1") == 422
    assert enter(world, never="1", column=str(column_of(world, "东"))) == 303


def test_what_was_entered_is_judged_at_once_when_asked(world: DeskWorld) -> None:
    asked: list[list[str]] = []

    def run(_settings: object, arguments: list[str]) -> tuple[int, str, str]:
        asked.append(list(arguments))
        return 0, "", ""

    world.desk.errands.run = run
    enter(world, newest="2023-03-29T09:00", judge="1")
    world.desk.errands._worker.shutdown(wait=True)
    assert asked == [
        ["nightly", "--only", str(world.sites["东"]), "--json", "--as-of", NOW.isoformat()]
    ]


def test_columns_are_measured_by_the_overlay_in_force(world: DeskWorld) -> None:
    with world.sessions.begin() as session:
        column = session.scalars(select(Column).where(Column.site_id == world.sites["东"])).one()
        column.name, column.kind = "要闻", "动态要闻"
        session.add(
            OperatorObservation(
                target_id=world.sites["东"], seen_at=NOW, newest_at=None, observed_by="x"
            )
        )
    page = world.browser().get(f"/targets/{world.sites['东']}").text
    assert "14 天" in page
    overlay = "name: 本省\nchecks:\n  W4.1:\n    parameters:\n      news_days: 45\n"
    with world.sessions.begin() as session:
        rulesets.apply(session, world.settings, overlay, by="admin", at=NOW)
    page = world.browser().get(f"/targets/{world.sites['东']}").text
    assert "45 天" in page
    assert "14 天" not in page
