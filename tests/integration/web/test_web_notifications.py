"""Notifications: per-user rules, each thing told once, tried again after a failure, never personal."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from models import NotificationRule, Run
from tests.integration.web.desk_world import NOW, DeskWorld
from web.notify.events import Message
from web.notify.sending import send_due, shown

pytestmark = pytest.mark.integration
ADDRESS = "wecombot://0123456789abcdef0123456789abcdef"


def rule(world: DeskWorld, user: str, *events: str) -> None:
    answer = world.browser(user).post(
        "/notifications", data={"address": ADDRESS, "events": list(events)}
    )
    assert answer.status_code == 303


def send(world: DeskWorld, *, taken: bool = True, at: datetime = NOW) -> list[Message]:
    told: list[Message] = []

    def keep(address: str, message: Message, link: str) -> bool:
        assert address == ADDRESS
        told.append(message)
        return taken

    send_due(world.settings, world.sessions, now=at, send=keep)
    return told


def test_the_digest_of_a_night_is_told_once(world: DeskWorld) -> None:
    rule(world, "operator", "digest")
    first = send(world)
    assert [one.event for one in first] == ["digest"]
    assert "应查 4，已核实 3，未能核实 1" in first[0].body
    assert "待审核 3" in first[0].body
    assert send(world) == []


def test_what_was_not_taken_is_tried_again_and_the_page_says_so(world: DeskWorld) -> None:
    rule(world, "operator", "digest")
    send(world, taken=False)
    assert "对方没有接收" in world.browser().get("/notifications").text
    assert len(send(world)) == 1


def test_each_user_is_told_of_the_own_unit(world: DeskWorld) -> None:
    rule(world, "operator-东岭", "digest")
    assert "待审核 2" in send(world)[0].body


def test_a_held_run_is_told(world: DeskWorld) -> None:
    rule(world, "admin", "held", "dead")
    with world.sessions.begin() as session:
        run = session.get_one(Run, 3)
        run.state, run.held_reason = "held", "哨兵未能核实"
    assert [one.title for one in send(world)] == ["批次 3 已扣留，待人工放行"]


def test_a_dead_patrol_is_told(world: DeskWorld) -> None:
    rule(world, "admin", "dead")
    told = send(world, at=NOW.replace(month=4, day=5))
    assert [one.title for one in told] == ["巡查可能已停止"]


def test_messages_name_no_user_and_no_target(world: DeskWorld) -> None:
    rule(world, "operator", "digest", "veto", "held", "dead")
    text = " ".join(one.title + one.body for one in send(world))
    assert not any(name in text for name in (*world.users, "教育局"))


def test_the_secret_of_an_address_is_not_shown(world: DeskWorld) -> None:
    rule(world, "operator", "digest")
    assert shown(ADDRESS) == "wecombot://…cdef"
    assert ADDRESS not in world.browser().get("/notifications").text
    assert ADDRESS not in world.browser("admin").get("/audit").text


def test_nobody_ends_the_rule_of_another(world: DeskWorld) -> None:
    rule(world, "operator", "digest")
    assert world.browser("admin").post("/notifications/1/delete").status_code == 404
    world.browser("operator").post("/notifications/1/delete")
    with world.sessions() as session:
        assert session.scalars(select(NotificationRule)).all() == []
