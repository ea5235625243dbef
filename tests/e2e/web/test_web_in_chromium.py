"""An operator's morning in a real browser: every screen, by keyboard, in both languages."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.e2e.web.conftest import Open, Served
from tests.integration.web.conftest import PASSWORD

pytestmark = pytest.mark.e2e

SCREENS = (
    "/", "/queue", "/undetermined", "/sites", "/accounts", "/rectification?shown=all", "/windows",
    "/windows/2023Q1", "/registry", "/rules", "/rules/overlay", "/rules/try", "/precision",
    "/notifications", "/users", "/audit", "/tokens", "/password",
)  # fmt: skip


def screens(desk: Served) -> list[str]:
    world = desk.world
    return [
        *SCREENS,
        f"/targets/{world.sites['东']}",
        f"/targets/{world.sites['微博']}",
        f"/findings/{world.findings['东']}",
        f"/captures/{world.captures['东']}",
    ]


def violations(page: Page) -> list[str]:
    """What axe-core calls serious or critical, each with its first element."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize(
    ("language", "width", "looked_at"),
    [("zh", 1440, True), ("en", 390, True), ("zh", 390, False), ("en", 1440, False)],
)
def test_every_screen_fits_its_width_and_its_reader(
    shown: Served, opened: Open, language: str, width: int, looked_at: bool
) -> None:
    page = opened(shown, "admin", width=width, language=language)
    wrong = {}
    for path in screens(shown):
        page.goto(shown.address + path)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong[path] = ["wider than the screen"]
        if page.locator("h1").count() != 1:
            wrong[path] = ["not one heading"]
        if looked_at and (bad := violations(page)):
            wrong[path] = bad
    assert wrong == {}


def test_the_log_in_is_accessible_and_works_by_keyboard(shown: Served, opened: Open) -> None:
    page = opened(shown)
    page.goto(f"{shown.address}/queue")
    assert violations(page) == []
    page.keyboard.type("operator")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{shown.address}/queue")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到正文")


def test_a_queue_is_cleared_with_keys_alone(served: Served, opened: Open) -> None:
    page = opened(served, "operator")
    page.goto(f"{served.address}/queue")
    current = page.locator(".row.current")
    rows = page.locator("[data-rows] .row")
    names = [rows.nth(n).get_attribute("data-id") for n in range(3)]
    page.keyboard.press("j")
    expect(current).to_have_attribute("data-id", str(names[1]))
    page.keyboard.press("k")
    expect(current).to_have_attribute("data-id", str(names[0]))
    expect(page.locator("#detail [data-case]")).to_have_attribute("data-case", str(names[0]))
    page.keyboard.press("y")
    expect(rows.nth(0)).to_have_attribute("data-state", "confirmed")
    expect(page.locator("#detail [data-case]")).to_have_attribute("data-case", str(names[1]))
    page.keyboard.press("n")
    page.keyboard.press("2")
    expect(rows.nth(1)).to_have_attribute("data-state", "dismissed")
    expect(page.locator("#detail [data-case]")).to_have_attribute("data-case", str(names[2]))
    page.keyboard.press("u")
    expect(rows.nth(1)).to_have_attribute("data-state", "flagged")
    page.keyboard.press("u")
    expect(rows.nth(0)).to_have_attribute("data-state", "flagged")
    page.keyboard.press("m")
    page.keyboard.type("y 不是命令")
    page.keyboard.press("Enter")
    expect(page.locator("#detail .history")).to_contain_text("y 不是命令")
    finding = served.world.finding(int(str(names[1])))
    assert finding.state == "flagged"


def test_the_second_operator_sees_the_first_ones_decision(served: Served, opened: Open) -> None:
    first, second = opened(served, "operator"), opened(served, "admin")
    for page in (first, second):
        page.goto(f"{served.address}/queue")
    identifier = first.locator(".row.current").get_attribute("data-id")
    first.keyboard.press("y")
    expect(first.locator("[data-rows] .row").nth(0)).to_have_attribute("data-state", "confirmed")
    second.keyboard.press("n")
    second.keyboard.press("1")
    expect(second.locator("#detail .failure")).to_contain_text("已由 operator 处理为“已确认”")
    expect(second.locator(f"#row-{identifier}")).to_have_attribute("data-state", "confirmed")
    assert served.world.finding(int(str(identifier))).state == "confirmed"


def test_many_are_decided_after_a_preview(served: Served, opened: Open) -> None:
    page = opened(served, "operator")
    page.goto(f"{served.address}/queue")
    page.locator("[data-all]").check()
    page.get_by_role("button", name="批量确认…").click()
    expect(page.locator("h1")).to_have_text("将 3 个问题改为“已确认”")
    page.get_by_role("button", name="执行").click()
    expect(page.locator(".told")).to_have_text("3 个问题已改为“已确认”")
    expect(page.locator(".empty")).to_contain_text("队列已清空")


def test_what_one_saw_is_entered_beside_the_queue_of_the_undetermined(
    served: Served, opened: Open
) -> None:
    page = opened(served, "operator")
    page.goto(f"{served.address}/undetermined")
    page.locator(".seen summary").first.click()
    page.get_by_label("看到的最新发布时间").first.fill("2023-03-29T16:00")
    page.get_by_role("button", name="只登记").first.click()
    expect(page.locator(".told")).to_contain_text("已登记对")


def test_hostile_text_does_nothing_in_a_browser_either(shown: Served, opened: Open) -> None:
    page = opened(shown, "admin")
    for path in screens(shown):
        page.goto(shown.address + path)
    frame = page.frame_locator("iframe.stored")
    expect(frame.locator("mark, li").first).to_be_visible()
    inside = page.frames[-1]
    assert inside.evaluate("document.querySelectorAll('script, img, form, svg').length") == 0
    assert inside.evaluate("self.origin") == "null"


def test_the_desk_works_without_scripts(served: Served, opened: Open) -> None:
    page = opened(served, "operator")
    page.route(re.compile(r"\.js$"), lambda route: route.fulfill(body=""))
    page.goto(f"{served.address}/findings/{served.world.findings['东']}")
    page.get_by_role("button", name=re.compile("^确认")).click()
    expect(page.locator(".case-state")).to_contain_text("已确认")


def test_a_chart_is_drawn_from_the_table_beside_it(shown: Served, opened: Open) -> None:
    page = opened(shown, "viewer")
    page.goto(shown.address)
    expect(page.locator("#chart-fresh canvas")).to_be_visible()
    assert page.locator("table[data-chart=chart-fresh] tbody tr").count() == 3
