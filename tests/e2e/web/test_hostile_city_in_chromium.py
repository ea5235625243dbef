"""What a hostile jurisdiction plants does nothing: not to the night, the desk, its files, its server."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator

import httpx
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser
from sqlalchemy import select

from democity.hostile_files import FEEDBACK, HUGE, PICTURES, SPREADSHEETS
from models import Capture, Finding, Item, Target
from review import decisions
from tests.e2e.web.hostile_desk import HostileDesk, hostile_desk
from web.identity import COOKIE

pytestmark = pytest.mark.e2e

MEMORY_MOST = 700 * 1024 * 1024
"""Bytes that the server may hold while it refuses bombs of three hundred megabytes."""
SCREENS = (
    "/", "/queue", "/queue?state=all", "/undetermined?every=1", "/sites", "/accounts",
    "/rectification?shown=all", "/windows", "/windows/2023Q1", "/registry", "/registry/issues",
    "/rules", "/precision", "/users", "/audit", "/tokens",
    "/windows/2023Q1/preview?layout=hunan",
)  # fmt: skip
LIVE = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileDesk]:
    """One city for the module: its tests only look, or add what no other looks at."""
    with hostile_desk(tmp_path_factory.mktemp("hostile") / "home") as made:
        yield made


def test_the_night_is_whole_and_finds_what_was_planted(desk: HostileDesk) -> None:
    assert [one.state for one in desk.reports] == ["done"]
    assert "crawler_crash" not in desk.reports[-1].undetermined
    assert desk.city is not None
    key = {(one.code_or_name, one.check) for one in desk.city.answer_key()}
    # A dead link is confirmed by the second night.
    planted = {one for one in key if one[1] != "D-LINK.1"}
    with desk.sessions() as session:
        rows = session.execute(
            select(Target.code, Target.name, Finding.check).join(
                Target, Target.id == Finding.target_id
            )
        ).all()
        titles = session.scalars(select(Item.title)).all()
    found = {(code, check) for code, _, check in rows} | {(name, check) for _, name, check in rows}
    assert planted <= found
    assert any("<script>" in title for title in titles)
    assert any(title.startswith("=") for title in titles)


def places(desk: HostileDesk) -> list[str]:
    with desk.sessions() as session:
        targets = session.scalars(select(Target.id)).all()
        findings = session.scalars(select(Finding.id)).all()
        captures = list(session.scalars(select(Capture.id).where(Capture.role == "home")))
        captures += session.scalars(
            select(Capture.id).where(Capture.role.in_(("article", "source"))).limit(4)
        ).all()
    return [
        *SCREENS,
        *(f"/targets/{one}" for one in targets),
        *(f"/findings/{one}" for one in findings),
        *(f"/captures/{one}" for one in captures),
        *(f"/captures/{one}/page" for one in captures),
    ]


def test_no_screen_runs_a_script_opens_a_dialog_or_asks_another_host(
    desk: HostileDesk, chromium: Browser
) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.add_cookies([{"name": COOKIE, "value": desk.token, "url": desk.address}])
    wrong: list[str] = []
    page = context.new_page()
    # A dialog that nobody answers holds the page, and the test with it.
    page.on("dialog", lambda dialog: wrong.append(f"dialog {dialog.message}"))
    page.on("pageerror", lambda error: wrong.append(f"error {error}"))
    page.on("popup", lambda _: wrong.append("popup"))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((desk.address, "data:", "about:"))
            else wrong.append(f"request {request.url}")
        ),
    )
    for path in places(desk):
        answer = page.goto(desk.address + path)
        assert answer is not None
        assert answer.status == 200, path
        for frame in page.frames:
            if frame.url.endswith(("#mark",)) or frame is page.main_frame:
                acting = frame.evaluate(
                    "document.querySelectorAll('script:not([src]), [onerror], [onload], [onfocus],"
                    " svg[onload], object, embed, base, meta[http-equiv=refresh]').length"
                )
                assert acting == 0, (path, frame.url)
    names = {cookie["name"]: cookie["value"] for cookie in context.cookies()}
    context.close()
    assert wrong == []
    assert names[COOKIE] == desk.token


def test_template_and_sql_in_names_and_titles_stay_as_they_are(desk: HostileDesk) -> None:
    with desk.client() as client:
        shown = client.get("/sites").text + client.get("/accounts").text
        assert client.get("/sites", params={"q": "'; DROP TABLE findings; --"}).status_code == 200
    assert "&#39;; DROP TABLE findings; --民政局" in shown
    assert "{{7*7}}临江微博" in shown
    assert "49临江微博" not in shown
    with desk.sessions() as session:
        assert session.scalars(select(Finding.id)).all() != []


def texts_of(body: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        return "".join(archive.read(name).decode("utf-8") for name in names)


def test_exports_hold_no_live_formula_and_no_way_out(desk: HostileDesk) -> None:
    with desk.sessions.begin() as session:
        ids = session.scalars(select(Finding.id).where(Finding.state == "flagged")).all()
        decisions.decide(
            session, ids, state="confirmed", by="chief", why="x", at=desk.reports[-1].as_of
        )
    base = "/windows/2023Q1/annexes?layout=hunan&format="
    with desk.client() as client:
        book = client.get(f"{base}xlsx").content
        document = client.get(f"{base}docx").content
        tables = client.get(f"{base}csv").content
        site = client.get("/api/v1/targets?kind=site").json()["items"][0]["id"]
        links = client.get(f"/targets/{site}/links.csv").content
        registry = [client.get(f"/registry/{one}.csv").content for one in ("sites", "accounts")]
    cells = [cell for sheet in load_workbook(io.BytesIO(book)) for row in sheet for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    assert "<f>" not in texts_of(book)
    written = texts_of(document)
    assert "DROP TABLE findings" in written
    assert not re.search(r"instrText[^<]*(HYPERLINK|DDE|INCLUDE)", written)
    assert 'TargetMode="External"' not in written
    with zipfile.ZipFile(io.BytesIO(tables)) as archive:
        files = [archive.read(name) for name in archive.namelist()]
    assert b"HYPERLINK" in links
    for body in (*files, links, *registry):
        rows = csv.reader(io.StringIO(body.decode("utf-8-sig")))
        live = [cell for row in rows for cell in row if cell.startswith(LIVE) and cell != "-"]
        assert live == []


@pytest.mark.parametrize("name", list(SPREADSHEETS))
def test_a_hostile_spreadsheet_is_refused_in_plain_chinese(desk: HostileDesk, name: str) -> None:
    with desk.client() as client:
        answer = client.post("/registry/preview", files={"files": (name, SPREADSHEETS[name]())})
        assert answer.status_code == 200
        assert client.get("/api/v1/targets?q=97090000").json()["total"] == 0
    assert re.search(r"有一个文件无法读取：|不合格的行", answer.text)
    assert "<script>alert" not in answer.text
    assert "root:" not in answer.text
    assert "哈哈哈" * 10 not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("name", list(PICTURES))
def test_what_is_no_picture_is_no_screenshot(desk: HostileDesk, name: str) -> None:
    with desk.client() as client:
        answer = client.post(
            "/targets/1/seen",
            data={"text": "看"},
            files={"screenshot": (name, PICTURES[name](), "image/png")},
        )
    assert answer.status_code == 422
    assert re.search("截图应为 PNG 或 JPEG|截图超过", answer.text)


def test_a_picture_too_large_to_draw_is_kept_and_harms_nobody(desk: HostileDesk) -> None:
    with desk.client() as client:
        files = {"screenshot": ("huge.png", HUGE(), "image/png")}
        form = {"newest": "2023-03-20T09:00", "text": "看"}
        assert client.post("/targets/1/seen", data=form, files=files).status_code == 303
        shown = client.get("/targets/1").text
        look = re.search(r"/looks/(\d+)/screenshot", shown)
        assert look is not None
        answer = client.get(look[0])
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", list(FEEDBACK))
def test_a_feedback_file_is_only_ever_saved(desk: HostileDesk, name: str) -> None:
    with desk.sessions() as session:
        finding = session.scalars(select(Finding.id)).first()
    with desk.client() as client:
        path = f"/findings/{finding}"
        sent = client.post(f"{path}/feedback", files={"file": (name, FEEDBACK[name]())})
        assert sent.status_code == 303
        kept = re.findall(r"/feedback/\d+", client.get(path).text)[-1]
        answer = client.get(kept)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert "%2F" not in answer.headers["content-disposition"]


def test_the_server_stayed_within_its_memory_and_still_answers(desk: HostileDesk) -> None:
    with desk.client() as client:
        for name in ("bomb.xlsx", "laughs.xlsx", "wide.xlsx"):
            client.post("/registry/preview", files={"files": (name, SPREADSHEETS[name]())})
        assert client.get("/").status_code == 200
    assert desk.most_memory < MEMORY_MOST, f"{desk.most_memory / 1024**2:.0f} MiB"


def test_whoever_reads_it_without_a_log_in_reads_nothing(desk: HostileDesk) -> None:
    answer = httpx.get(f"{desk.address}/targets/1", follow_redirects=False)
    assert answer.status_code == 303
