"""A machine on which the browser's driver does not run: the night goes on without pictures."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.fetch.access import AccessState
from crawler.fetch.browser import BROWSER_OFF, Browser
from crawler.fetch.chromium import Chromium
from crawler.fetch.driver import DriverError, started
from crawler.fetch.network import open_network
from crawler.screenshots import take_screenshots
from settings import Settings

pytestmark = pytest.mark.integration

AS_OF = datetime.fromisoformat("2023-03-10T23:59:59+08:00")


@pytest.fixture
def without_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A browser that is there, and a driver that ends at once, as without libatomic1."""
    for name in ("chromium", "node"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
        program.chmod(0o755)
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(tmp_path / "node"))
    return Settings(home=tmp_path, browser=str(tmp_path / "chromium"))


def test_pictures_that_no_browser_takes_are_left_out(without_driver: Settings) -> None:
    assert take_screenshots(without_driver, ["http://a.test/"], AS_OF) == {}


def test_a_page_that_wants_the_browser_stays_as_it_came_and_the_driver_is_tried_once(
    without_driver: Settings,
) -> None:
    tried: list[int] = []

    async def ends() -> None:
        tried.append(1)
        message = "Connection closed while reading from the driver"
        raise Exception(message)  # noqa: TRY002 -- as playwright raises it

    class Dying(Chromium):
        async def _start(self, _crawler: Any) -> Any:
            await started(ends())

    async def inside() -> list[Any]:
        network = open_network(without_driver, AS_OF)
        chromium = Dying(network, "chromium")
        crawler: Any = None

        async def download(request: Any) -> Any:
            return await chromium.download(crawler, request)

        browser = Browser(network, download, chromium.restart)
        try:
            return [(await browser.render(f"http://a.test/{n}", ()))[0] for n in range(3)]
        finally:
            await chromium.close()
            await network.close()

    told = asyncio.run(inside())
    assert {(one.access, one.detail) for one in told} == {(AccessState.OUR_FAULT, BROWSER_OFF)}
    assert len(tried) == 1


def test_what_is_no_failure_of_the_driver_is_passed_on() -> None:
    async def gives() -> int:
        return 7

    async def fails() -> int:
        raise ValueError

    assert asyncio.run(started(gives())) == 7
    with pytest.raises(DriverError, match="ValueError"):
        asyncio.run(started(fails()))
