"""Reviewing at the desk: one decision, two operators, undo, bulk, notes, looks, rectification."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from models import AuditEntry, Decision, FeedbackFile, OperatorObservation, Waiver
from report.evidence.verify import verify
from tests.integration.web.desk_world import NOW, PNG, DeskWorld, decide

pytestmark = pytest.mark.integration


def test_a_decision_is_kept_with_who_why_and_an_audit_line(world: DeskWorld) -> None:
    status = decide(world, "operator", "东", "dismissed", 1, reason_code="updated")
    with world.sessions() as session:
        last = session.scalars(select(Decision).order_by(Decision.id.desc())).first()
        audit = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert status == 200
    assert last is not None
    assert (last.new, last.decided_by, last.reason_code) == ("dismissed", "operator", "updated")
    assert last.why == "监测时段内实际有更新"
    assert audit is not None
    assert (audit.who, audit.action) == ("operator", "finding.dismissed")


def test_the_second_of_two_operators_sees_the_first_ones_decision_and_changes_nothing(
    world: DeskWorld,
) -> None:
    assert decide(world, "operator", "东", "confirmed", 1, why="看过") == 200
    form = {"state": "dismissed", "version": "1", "reason_code": "misread"}
    answer = world.browser("admin").post(
        f"/findings/{world.findings['东']}/decision", data=form, headers={"hx-request": "true"}
    )
    assert answer.status_code == 409
    assert "已由 operator 处理为“已确认”（看过）" in answer.text
    assert world.finding(world.findings["东"]).state == "confirmed"


def test_an_operator_undoes_the_own_decision_and_its_waiver(world: DeskWorld) -> None:
    decide(world, "operator", "东", "dismissed", 1, reason_code="exempt", waiver_until="2023-12-31")
    identifier = world.findings["东"]
    answer = world.browser().post(f"/findings/{identifier}/undo", data={"version": "2"})
    with world.sessions() as session:
        assert session.scalars(select(Waiver)).all() == []
    assert answer.status_code == 200
    assert world.finding(identifier).state == "flagged"


def test_nobody_undoes_what_another_decided_nor_undoes_twice(world: DeskWorld) -> None:
    decide(world, "operator", "东", "confirmed", 1)
    path = f"/findings/{world.findings['东']}/undo"
    assert world.browser("admin").post(path, data={"version": "2"}).status_code == 409
    assert world.browser("operator").post(path, data={"version": "2"}).status_code == 200
    assert world.browser("operator").post(path, data={"version": "3"}).status_code == 409


def test_a_bulk_decision_shows_first_and_leaves_what_changed_meanwhile(world: DeskWorld) -> None:
    browser = world.browser("operator")
    ids = [str(one) for one in world.findings.values()]
    preview = browser.post("/queue/preview", data={"state": "confirmed", "ids": ids})
    ticket = re.search(r'name="ticket" value="([^"]+)"', preview.text)
    assert ticket is not None
    assert world.finding(world.findings["东"]).state == "flagged"
    decide(world, "admin", "西", "dismissed", 1, reason_code="misread")
    done = browser.post("/queue/decide", data={"ticket": ticket[1]})
    states = {key: world.finding(one).state for key, one in world.findings.items()}
    assert done.status_code == 303
    assert states == {"东": "confirmed", "县": "confirmed", "西": "dismissed"}


def test_a_bulk_ticket_serves_nobody_else_and_cannot_be_made_up(world: DeskWorld) -> None:
    ids = [str(world.findings["东"])]
    preview = world.browser("operator").post(
        "/queue/preview", data={"state": "confirmed", "ids": ids}
    )
    ticket = re.search(r'name="ticket" value="([^"]+)"', preview.text)
    assert ticket is not None
    admin = world.browser("admin")
    assert admin.post("/queue/decide", data={"ticket": ticket[1]}).status_code == 403
    assert admin.post("/queue/decide", data={"ticket": ticket[1] + "x"}).status_code == 409
    assert world.finding(world.findings["东"]).state == "flagged"


def test_all_that_match_a_filter_are_decided_without_ticking(world: DeskWorld) -> None:
    browser = world.browser("operator")
    preview = browser.post(
        "/queue/preview", data={"state": "confirmed", "matching": '{"check": "W3.1", "q": "西湖"}'}
    )
    assert "将 1 个问题改为“已确认”" in preview.text


def test_a_note_is_kept_and_decides_nothing(world: DeskWorld) -> None:
    identifier = world.findings["东"]
    world.browser().post(f"/findings/{identifier}/note", data={"text": "已电话核实"})
    assert "已电话核实" in world.browser().get(f"/findings/{identifier}").text
    assert world.finding(identifier).version == 1


def test_what_an_operator_saw_is_kept_with_its_picture(world: DeskWorld) -> None:
    answer = world.browser().post(
        f"/targets/{world.sites['微博']}/seen",
        data={"newest": "2023-03-29T16:00", "url": "https://weibo.com/1", "text": "有更新"},
        files={"screenshot": ("a.png", PNG, "image/png")},
    )
    with world.sessions() as session:
        look = session.scalars(select(OperatorObservation)).one()
    assert answer.status_code == 303
    assert (look.observed_by, look.text) == ("operator", "有更新")
    assert look.newest_at is not None
    assert look.newest_at.astimezone(NOW.tzinfo).isoformat() == "2023-03-29T16:00:00+08:00"
    assert world.browser().get(f"/looks/{look.id}/screenshot").content == PNG


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("x.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("x.png", b"MZ program"),
        ("../../x.png", b"\x89PNG\r\n\x1a\n" + b"\0" * (10 * 1024 * 1024)),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused(
    world: DeskWorld, name: str, body: bytes
) -> None:
    answer = world.browser().post(
        f"/targets/{world.sites['微博']}/seen",
        data={"text": "看"},
        files={"screenshot": (name, body, "image/png")},
    )
    assert answer.status_code == 422


def test_a_look_from_the_future_is_refused(world: DeskWorld) -> None:
    answer = world.browser().post(
        f"/targets/{world.sites['微博']}/seen", data={"newest": "2024-01-01T00:00"}
    )
    assert answer.status_code == 422
    assert "最新发布时间晚于查看时间" in answer.text


def test_a_look_now_runs_one_night_of_that_target(world: DeskWorld) -> None:
    asked: list[list[str]] = []

    def run(_settings: object, arguments: list[str]) -> tuple[int, str, str]:
        asked.append(list(arguments))
        return 4, "", ""

    world.desk.errands.run = run
    target = world.sites["微博"]
    answer = world.browser().post(f"/targets/{target}/look", headers={"hx-request": "true"})
    world.desk.errands._worker.shutdown(wait=True)
    assert answer.status_code == 200
    moment = ["--as-of", NOW.isoformat()]
    assert asked == [["nightly", "--only", str(target), "--json", *moment]]
    assert (
        "已看过"
        in world.browser().get(f"/errands/look:{target}", headers={"hx-request": "true"}).text
    )


def test_a_confirmed_problem_gets_a_term_is_overdue_and_is_put_right(world: DeskWorld) -> None:
    browser, identifier = world.browser(), world.findings["东"]
    decide(world, "operator", "东", "confirmed", 1)
    browser.post("/rectification/terms", data={"due": "2023-03-29", "ids": [str(identifier)]})
    assert "逾期 1 天" in browser.get("/rectification?shown=overdue").text
    browser.post(
        f"/findings/{identifier}/rectified", data={"on": "2023-03-30", "why": "已恢复更新"}
    )
    finding = world.finding(identifier)
    assert (finding.state, finding.rectified_on) == ("rectified", date(2023, 3, 30))


def test_a_feedback_file_is_kept_under_a_harmless_name_and_only_saved(world: DeskWorld) -> None:
    browser, identifier = world.browser(), world.findings["东"]
    decide(world, "operator", "东", "confirmed", 1)
    browser.post(
        f"/findings/{identifier}/feedback",
        files={"file": ("../../etc/回函\u202e<b>.html", b"<script>alert(1)</script>", "text/html")},
    )
    with world.sessions() as session:
        file = session.scalars(select(FeedbackFile)).one()
    answer = browser.get(f"/feedback/{file.id}")
    assert file.file_name == "回函_b_.html"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_the_evidence_pack_is_one_that_the_report_checks(world: DeskWorld, tmp_path: Path) -> None:
    path = f"/findings/{world.findings['东']}/pack.zip"
    first, second = (world.browser().get(path).content for _ in range(2))
    file = tmp_path / "pack.zip"
    file.write_bytes(first)
    told = verify(file)
    with ZipFile(file) as archive:
        names = {name.rsplit("/", 1)[-1].split("-")[0] for name in archive.namelist()}
    assert first == second
    assert told.faults == []
    assert {
        "manifest.json",
        "manifest.sig",
        "finding.json",
        "captures.warc.gz",
        "screenshot",
    } <= names
