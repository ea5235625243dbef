"""Rules put in force after a comparison, and windows: frozen apart, their annexes shown at once."""

from __future__ import annotations

import json
import threading
from datetime import date

import pytest
from sqlalchemy import select, update

from models import AuditEntry, Window
from review import rulesets
from tests.integration.web.desk_world import NOW, DeskWorld, decide
from web import annexes
from web.overlays import ticket_of

pytestmark = pytest.mark.integration


def test_a_window_is_frozen_only_under_its_typed_name_and_when_nothing_stands_against_it(
    world: DeskWorld,
) -> None:
    admin = world.browser("admin")
    assert admin.post("/windows/2023Q1/freeze", data={"again": "x"}).status_code == 422
    refused = admin.post("/windows/2023Q1/freeze", data={"again": "2023Q1"})
    assert refused.status_code == 409
    assert "3 个问题待审核" in refused.text


def test_an_overlay_is_compared_before_it_is_put_in_force(world: DeskWorld) -> None:
    turned = {
        "target": world.sites["微博"], "name": "东岭发布", "check": "M2.1", "before": "pass",
        "before_reason": "fresh", "after": "fail", "after_reason": "stale",
        "because": ["days 14 → 5"],
    }  # fmt: skip
    new = turned | {"before": None, "before_reason": None, "check": "W1.1"}
    line = json.dumps({"run": 3, "turned": [new] * 3000 + [turned]}, ensure_ascii=False)
    asked: list[list[str]] = []

    def run(_settings: object, arguments: list[str]) -> tuple[int, str, str]:
        asked.append(list(arguments))
        return 0, f"{line}\n", ""

    world.desk.errands.run = run
    admin = world.browser("admin")
    overlay = "name: 本省\nchecks:\n  M2.1:\n    parameters:\n      days: 5\n"
    page = admin.post("/rules/overlay", data={"overlay": overlay.replace("\n", "\r\n")}).text
    ticket = ticket_of(overlay)
    world.desk.errands._worker.shutdown(wait=True)
    told = admin.get(f"/rules/overlay/diff?ticket={ticket}").text
    assert "days 14 → 5" in page
    assert asked[0][:3] == ["judge", "--diff", "--json"]
    assert "3001 项判定会变化" in told
    assert told.index("东岭发布") < told.index("W1.1</td>")
    assert f'value="{ticket}"' in told


OVERLAY = "name: 本省\nchecks:\n  M2.1:\n    parameters:\n      days: 5\n"


def put_in_force(world: DeskWorld) -> int:
    world.desk.errands.run = lambda _settings, _arguments: (0, "", "")
    admin = world.browser("admin")
    admin.post("/rules/overlay", data={"overlay": OVERLAY})
    world.desk.errands._worker.shutdown(wait=True)
    return int(admin.post("/rules/apply", data={"ticket": ticket_of(OVERLAY)}).status_code)


def test_an_overlay_put_in_force_holds_for_nights_judging_and_the_command(
    world: DeskWorld,
) -> None:
    assert put_in_force(world) == 303
    with world.sessions() as session:
        rules = rulesets.in_force(session, world.settings)
        audit = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (rules.name.endswith("+本省"), rules.parameters["M2.1"]["days"]) == (True, 5)
    assert audit is not None
    assert (audit.who, audit.action) == ("admin", "ruleset.apply")
    page = world.browser("admin").get("/rules").text
    assert "admin 于 2023-03-30 09:30 启用" in page


def test_an_overlay_that_was_retired_gives_the_word_back_to_the_settings(
    world: DeskWorld,
) -> None:
    put_in_force(world)
    assert world.browser("admin").post("/rules/retire").status_code == 303
    with world.sessions() as session:
        assert rulesets.applied(session) is None
        assert rulesets.in_force(session, world.settings).parameters["M2.1"]["days"] == 14


@pytest.mark.parametrize("ticket", ["../../etc/passwd", "0" * 16, ""])
def test_an_overlay_that_nobody_compared_is_not_put_in_force(world: DeskWorld, ticket: str) -> None:
    answer = world.browser("admin").post("/rules/apply", data={"ticket": ticket})
    assert answer.status_code in {409, 422}
    with world.sessions() as session:
        assert rulesets.history(session) == []


def test_an_overlay_is_not_put_in_force_before_its_comparison_has_ended(world: DeskWorld) -> None:
    go = threading.Event()
    world.desk.errands.run = lambda _settings, _arguments: (int(not go.wait(20)), "", "")
    admin = world.browser("admin")
    admin.post("/rules/overlay", data={"overlay": OVERLAY})
    early = admin.post("/rules/apply", data={"ticket": ticket_of(OVERLAY)})
    go.set()
    assert early.status_code == 409
    assert "看过变化再启用" in early.text


def test_a_freeze_works_apart_and_tells_how_it_stands(world: DeskWorld) -> None:
    asked: list[list[str]] = []

    def run(_settings: object, arguments: list[str]) -> tuple[int, str, str]:
        asked.append(list(arguments))
        return 1, "", "不能出具通报附件"

    world.desk.errands.run = run
    admin = world.browser("admin")
    for key in world.findings:
        decide(world, "operator", key, "confirmed", 1)
    with world.sessions.begin() as session:
        session.execute(update(Window).values(ends_on=date(2023, 3, 29)))
    answer = admin.post("/windows/2023Q1/freeze", data={"again": "2023Q1"})
    world.desk.errands._worker.shutdown(wait=True)
    assert answer.status_code == 303
    assert asked == [["window", "freeze", "2023Q1", "--as-of", NOW.isoformat()]]
    assert "不能出具通报附件" in admin.get("/windows/2023Q1").text


def test_a_page_shows_older_annexes_at_once_while_new_ones_are_made(
    world: DeskWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = world.browser("admin")
    path = "/windows/2023Q1/preview?layout=hunan"
    world.desk.annexes._begin(
        world.desk.readers, "2023Q1", "hunan", world.settings.home, NOW.date()
    ).result(60)
    assert "正在更新" not in admin.get(path).text
    go, made = threading.Event(), annexes._made
    monkeypatch.setattr(annexes, "_made", lambda *given: (go.wait(20), made(*given))[1])
    decide(world, "operator", "东", "confirmed", 1)
    between = admin.get(path).text
    go.set()
    world.desk.annexes._making["2023Q1", "hunan"].result(60)
    after = admin.get(path).text
    assert "显示的是之前制作的附件" in between
    assert "东岭市教育局" not in between
    assert "正在更新" not in after
    assert "东岭市教育局" in after
