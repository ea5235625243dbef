"""The desk on PostgreSQL: every screen and endpoint asks what that database takes, too."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from settings import Settings
from tests.integration.web import desk_world
from tests.integration.web.test_web_screens import SCREENS

pytestmark = pytest.mark.integration

API = (
    "targets?q=jyj", "targets/1", "runs", "runs/1", "verdicts", "verdicts?target=1&check=W3.1",
    "findings?state=flagged&kind=site&severity=veto&q=局", "findings/1", "decisions?finding=1",
    "windows", "windows/2023Q1/annexes", "stats",
)  # fmt: skip


@pytest.fixture
def world(postgresql_settings: Settings, password_hash: str) -> Iterator[desk_world.DeskWorld]:
    """The small jurisdiction on PostgreSQL."""
    made = desk_world.build(postgresql_settings, password_hash)
    yield made
    for sessions in (made.sessions, made.desk.readers, made.desk.writers):
        sessions.kw["bind"].dispose()


def test_every_screen_and_endpoint_answers_for_the_whole_and_for_a_unit(
    world: desk_world.DeskWorld,
) -> None:
    paths = [
        *SCREENS,
        f"/targets/{world.sites['东']}",
        f"/targets/{world.sites['微博']}",
        f"/findings/{world.findings['东']}",
        f"/captures/{world.captures['东']}",
        "/queue?unit=2&platform=weibo&check=M2.1&reason=stale&age=3&q=局",
        "/undetermined?unit=2&kind=account&reason=stale_by_one_source",
        "/sites?sort=read&down=1&read=yes&flagged=yes&unit=2",
        *(f"/api/v1/{path}" for path in API),
    ]
    whole, part = world.browser("admin"), world.browser("admin-东岭")
    assert {path: whole.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
    assert {
        path: part.get(path).status_code for path in paths if part.get(path).status_code >= 500
    } == {}


def test_decisions_undo_bulk_and_terms_are_written(world: desk_world.DeskWorld) -> None:
    browser, identifier = world.browser("operator"), world.findings["东"]
    browser.post(f"/findings/{identifier}/decision", data={"state": "confirmed", "version": "1"})
    assert browser.post(f"/findings/{identifier}/undo", data={"version": "2"}).status_code == 200
    preview = browser.post("/queue/preview", data={"state": "confirmed", "matching": "{}"})
    ticket = re.search(r'name="ticket" value="([^"]+)"', preview.text)
    assert ticket is not None
    browser.post("/queue/decide", data={"ticket": ticket[1]})
    assert world.finding(identifier).state == "confirmed"
    form = {"due": "2023-03-29", "ids": [str(identifier)]}
    assert browser.post("/rectification/terms", data=form).status_code == 303
    assert "逾期 1 天" in browser.get("/rectification?shown=overdue").text
