"""Every screen answers: with nothing in the tables, with everything, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from settings import Settings
from tests.integration.web.conftest import build_world
from tests.integration.web.desk_world import NOW, DeskWorld
from web import people
from web.application import create
from web.identity import LANGUAGE_COOKIE

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, desk_tables: Path, password_hash: str
) -> DeskWorld:
    """One world for all tests here: they change nothing that another of them looks at."""
    return build_world(tmp_path_factory.mktemp("shown") / "home", desk_tables, password_hash)


SCREENS = (
    "/", "/queue", "/queue?state=all", "/undetermined", "/undetermined?every=1", "/sites",
    "/accounts", "/rectification", "/rectification?shown=overdue", "/windows", "/registry",
    "/registry/issues", "/rules", "/rules/overlay", "/rules/lexicon", "/rules/try", "/precision",
    "/notifications", "/users", "/audit", "/tokens", "/password",
)  # fmt: skip


@pytest.mark.parametrize("path", SCREENS)
def test_a_screen_shows_what_there_is_in_chinese_and_english(world: DeskWorld, path: str) -> None:
    browser = world.browser("admin")
    chinese = browser.get(path)
    browser.cookies.set(LANGUAGE_COOKIE, "en")
    english = browser.get(path)
    assert (chinese.status_code, english.status_code) == (200, 200)
    assert '<html lang="zh-CN">' in chinese.text
    assert '<html lang="en">' in english.text
    assert ">Overview<" in english.text


def test_every_screen_says_so_where_there_is_nothing(
    empty_desk: Settings, password_hash: str
) -> None:
    del password_hash
    from tests.integration.web.desk_world import DeskWorld as World
    from web.desk import open_desk

    desk = open_desk(empty_desk, lambda: NOW)
    from web import sign_in

    with desk.writers.begin() as session:
        people.add(session, "chief", "correct horse battery", role="admin", at=NOW)
        token, _ = sign_in.sign_in(
            session, "chief", "correct horse battery", address="", at=NOW, hours=8
        )
    world = World(empty_desk, desk.writers, create(empty_desk, lambda: NOW))
    world.tokens["chief"] = token
    browser = world.browser("chief")
    assert {path: browser.get(path).status_code for path in SCREENS} == dict.fromkeys(SCREENS, 200)
    assert "还没有完成的巡查" in browser.get("/").text
    assert "队列已清空" in browser.get("/queue").text
    assert "名录是空的" in browser.get("/sites").text


def test_the_screens_of_one_thing_show_it(world: DeskWorld) -> None:
    browser = world.browser("admin")
    paths = [
        f"/findings/{world.findings['东']}",
        f"/targets/{world.sites['东']}",
        f"/targets/{world.sites['微博']}",
        f"/captures/{world.captures['东']}",
        f"/captures/{world.captures['东']}/page?mark=最新的一条新闻标题在这里",
        f"/findings/{world.findings['东']}/screenshot",
        f"/findings/{world.findings['东']}/pack.zip",
        "/windows/2023Q1",
        "/windows/2023Q1/preview?layout=hunan",
        "/windows/2023Q1/annexes?layout=hunan&format=csv",
        f"/targets/{world.sites['东']}/links.csv",
    ]
    answers = {path: browser.get(path).status_code for path in paths}
    assert answers == dict.fromkeys(paths[:-1], 200) | {paths[-1]: 404}


def test_a_list_has_a_second_page_and_keeps_its_filter(world: DeskWorld) -> None:
    browser = world.browser("admin")
    answer = browser.get("/api/v1/targets?size=2&page=2&kind=site").json()
    assert (answer["page"], answer["total"], len(answer["items"])) == (2, 3, 1)
    beyond = browser.get("/sites?page=999&q=教育局")
    assert beyond.status_code == 200
    assert "第 1–3 条，共 3 条" in beyond.text


@pytest.mark.parametrize(
    ("text", "found"),
    [("dlsjyj", 1), ("9703", 1), ("西湖", 1), ("jyj", 3), ("不存在", 0), ("%", 1), ("_", 0)],
)
def test_targets_are_found_by_name_code_unit_and_pinyin_initials(
    world: DeskWorld, text: str, found: int
) -> None:
    answer = world.browser("admin").get("/api/v1/targets", params={"q": text, "kind": "site"})
    assert answer.json()["total"] == found


def test_the_evidence_highlights_the_reading_in_the_stored_page(world: DeskWorld) -> None:
    page = world.browser().get(
        f"/captures/{world.captures['东']}/page", params={"mark": "最新的一条新闻标题在这里"}
    )
    assert '<mark id="mark">最新的一条新闻标题在这里</mark>' in page.text


def test_what_one_user_decides_the_next_page_of_another_shows(world: DeskWorld) -> None:
    first, second = world.browser("operator"), world.browser("admin")
    finding = world.findings["东"]
    first.post(f"/findings/{finding}/decision", data={"state": "confirmed", "version": "1"})
    shown = second.get(f"/findings/{finding}").text
    assert "已确认" in shown
    assert "<strong>operator</strong>" in shown
