"""Hostile content from pages, names, feeds, spreadsheets and uploads does nothing at the desk."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from selectolax.lexbor import LexborHTMLParser

from tests.integration.web.conftest import build_world
from tests.integration.web.desk_world import SCRIPT, DeskWorld
from web.headers import BODY_MOST, POLICY

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, desk_tables: Path, password_hash: str
) -> DeskWorld:
    """One world for all tests here: they change nothing that another of them looks at."""
    return build_world(tmp_path_factory.mktemp("shown") / "home", desk_tables, password_hash)


PAGES = ("/", "/queue", "/undetermined", "/sites", "/accounts", "/rectification?shown=all")


def everything(world: DeskWorld) -> list[str]:
    return [
        *PAGES,
        f"/findings/{world.findings['东']}",
        f"/findings/{world.findings['县']}",
        f"/findings/{world.findings['西']}",
        f"/targets/{world.sites['东']}",
        f"/targets/{world.sites['西']}",
        f"/targets/{world.sites['微博']}",
        f"/captures/{world.captures['东']}",
        "/windows/2023Q1/preview?layout=hunan",
        "/registry/issues",
    ]


def test_text_from_outside_stays_text_on_every_page(world: DeskWorld) -> None:
    browser = world.browser("admin")
    for path in everything(world):
        text = browser.get(path).text
        assert SCRIPT not in text, path
        assert "<img src=x" not in text, path
        assert "49" not in re.findall(r"青石县教育局(\S{2})", text), path


def test_no_page_leads_to_an_address_that_is_a_script(world: DeskWorld) -> None:
    browser = world.browser("admin")
    for path in everything(world):
        links = re.findall(r'(?:href|src|action)="([^"]*)"', browser.get(path).text)
        assert [one for one in links if one.lower().startswith(("javascript:", "data:"))] == []


def test_pages_hold_no_inline_script_style_or_handler(world: DeskWorld) -> None:
    browser = world.browser("admin")
    for path in [*everything(world), "/login", "/rules", "/users", "/tokens"]:
        text = browser.get(path).text
        tree = LexborHTMLParser(text)
        assert [node.html for node in tree.css("style, script:not([src]), [style]")] == [], path
        named = {name for node in tree.css("*") for name in node.attributes}
        assert {name for name in named if name.startswith("on")} == set(), path
        loaded = [
            node.attributes.get("src") or node.attributes.get("href") or ""
            for node in tree.css("script, link, img, iframe")
        ]
        assert [one for one in loaded if not one.startswith("/")] == [], path


def test_a_stored_page_is_served_without_anything_that_acts(world: DeskWorld) -> None:
    answer = world.browser().get(f"/captures/{world.captures['东']}/page")
    policy = answer.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert not re.search(
        r"<script|<iframe|<svg|<form|<img|http-equiv|on\w+=|href=|src=", answer.text.lower()
    )
    assert "evil.example" not in answer.text
    assert "最新的一条新闻标题在这里" in answer.text


def test_the_frame_around_a_stored_page_allows_nothing(world: DeskWorld) -> None:
    text = world.browser().get(f"/captures/{world.captures['东']}").text
    assert re.search(r'<iframe[^>]*\ssandbox=""', text)


def test_headers_that_browsers_obey_stand_on_every_answer(world: DeskWorld) -> None:
    browser = world.browser()
    paths = ["/", "/login", "/nothing", "/static/desk.js", "/api/v1/runs", "/api/v1/findings/0"]
    for path in paths:
        headers = browser.get(path).headers
        assert headers["content-security-policy"] == POLICY, path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
    assert "unsafe" not in POLICY
    assert "frame-ancestors 'none'" in POLICY


@pytest.mark.parametrize(
    "text",
    ["' OR 1=1 --", '"; DROP TABLE findings; --', "%' UNION SELECT password FROM desk_users --"],
)
def test_sql_in_a_search_finds_nothing_and_breaks_nothing(world: DeskWorld, text: str) -> None:
    browser = world.browser()
    for path in ("/queue", "/sites", "/rectification", "/api/v1/targets", "/api/v1/findings"):
        answer = browser.get(path, params={"q": text, "state": ""})
        assert answer.status_code == 200
        assert "$argon2id$" not in answer.text
    assert browser.get("/api/v1/findings", params={"q": text}).json()["total"] == 0


@pytest.mark.parametrize("layout", ["../../etc/passwd", "/etc/passwd", "hunan.yaml", "%00"])
def test_a_path_for_a_layout_opens_no_file(world: DeskWorld, layout: str) -> None:
    browser = world.browser("admin")
    params = {"layout": layout}
    assert browser.get("/windows/2023Q1/annexes", params=params).status_code == 404
    assert browser.get("/api/v1/windows/2023Q1/annexes", params=params).status_code == 404


@pytest.mark.parametrize("path", ["/static/../desk.py", "/static/%2e%2e/desk.py", "/static//etc"])
def test_static_files_lead_nowhere_else(world: DeskWorld, path: str) -> None:
    assert world.stranger().get(path).status_code in {303, 404}


def sheet(rows: list[list[str]]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HEADER = ["网站标识码", "网站名称", "首页网址", "地区"]


def test_a_formula_and_a_script_in_a_spreadsheet_are_rejected_or_shown_as_text(
    world: DeskWorld,
) -> None:
    rows = [
        HEADER,
        ["9709000001", "=cmd|'/c calc'!A1", "http://a.gov.cn", "东岭市"],
        ["9709000002", SCRIPT, "http://b.gov.cn", "东岭市"],
        ["9709000003", "名称", "javascript:alert(1)", "东岭市"],
    ]
    answer = world.browser("admin").post(
        "/registry/preview", files={"files": (f"{SCRIPT}.xlsx", sheet(rows))}
    )
    assert answer.status_code == 200
    assert SCRIPT not in answer.text
    assert "以公式符号开头" in answer.text
    assert "网址应以" in answer.text


def test_a_zip_bomb_and_rubbish_are_unreadable_files_and_nothing_more(world: DeskWorld) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (300 * 1024 * 1024))
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    browser = world.browser("admin")
    for body in (out.getvalue(), b"\x00\xff\xfe rubbish", b"", b"PK\x03\x04broken"):
        answer = browser.post("/registry/preview", files={"files": ("a.xlsx", body)})
        assert answer.status_code == 200
        assert "有一个文件无法读取" in answer.text


def test_an_import_is_previewed_then_kept_and_its_ticket_serves_once(world: DeskWorld) -> None:
    rows = [HEADER, ["9709000009", "新网站", "http://new.gov.cn/", "东岭市"]]
    browser = world.browser("admin")
    preview = browser.post("/registry/preview", files={"files": ("a.xlsx", sheet(rows))}).text
    ticket = re.search(r'name="ticket" value="([0-9a-f]+)"', preview)
    assert ticket is not None
    assert browser.get("/api/v1/targets?q=9709000009").json()["total"] == 0
    browser.post("/registry/import", data={"ticket": ticket[1]})
    assert browser.get("/api/v1/targets?q=9709000009").json()["total"] == 1
    assert browser.post("/registry/import", data={"ticket": ticket[1]}).status_code == 409


@pytest.mark.parametrize("ticket", ["../../..", "a" * 32, "", "%2e%2e"])
def test_a_made_up_ticket_finds_no_files(world: DeskWorld, ticket: str) -> None:
    answer = world.browser("admin").post("/registry/import", data={"ticket": ticket})
    assert answer.status_code in {409, 422}


def test_a_request_larger_than_any_honest_one_is_cut_off(world: DeskWorld) -> None:
    def endless() -> object:
        for _ in range(BODY_MOST // (1024 * 1024) + 2):
            yield b"x" * (1024 * 1024)

    answer = world.browser("admin").post(
        "/queue/decide",
        content=endless(),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code in {400, 413}


def test_an_overlay_that_is_no_ruleset_is_told_and_runs_nothing(world: DeskWorld) -> None:
    world.desk.errands.run = lambda _settings, _arguments: (0, "", "")
    browser = world.browser("admin")
    for overlay in ("!!python/object/apply:os.system ['true']", "name: x\nchecks: {NO: {}}", "[1"):
        answer = browser.post("/rules/overlay", data={"overlay": overlay})
        assert answer.status_code == 422
        assert "规则文件" in answer.text


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "syslog://", "exec://rm", "dbus://", "wecombot://", ""]
)
def test_a_notification_goes_to_no_service_that_is_not_offered(
    world: DeskWorld, address: str
) -> None:
    form = {"address": address, "events": ["digest"]}
    assert world.browser().post("/notifications", data=form).status_code == 422
