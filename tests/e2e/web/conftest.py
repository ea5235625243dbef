"""A desk that really listens, and a Chromium that really looks at it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from crawler.fetch.executable import find_browser, launch_options
from settings import Settings
from tests.integration.web.conftest import (
    build_world,
    cheap_passwords,
    desk_tables,
    password_hash,
)
from tests.integration.web.desk_world import DeskWorld
from web.identity import COOKIE

__all__ = ["cheap_passwords", "desk_tables", "password_hash"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a module; every test opens a context of its own.

    While Playwright is open its event loop counts as running in this process: it has to be closed
    before the tests of another module start loops of their own.
    """
    executable = find_browser(Settings(browser="auto"))
    if executable is None:
        pytest.skip("no Chromium here: install Debian's package chromium to run these tests")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(**launch_options(executable, images=True))
        yield browser
        browser.close()


class Served:
    """A world behind a real address."""

    def __init__(self, world: DeskWorld) -> None:
        self.world = world
        self._socket = socket.socket(proto=socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(world.app, log_level="error", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()


@pytest.fixture
def served(tmp_path: Path, desk_tables: Path, password_hash: str) -> Iterator[Served]:
    """A world of its own, listening."""
    made = Served(build_world(tmp_path / "home", desk_tables, password_hash))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def shown(
    tmp_path_factory: pytest.TempPathFactory, desk_tables: Path, password_hash: str
) -> Iterator[Served]:
    """A world that is only looked at, listening."""
    home = tmp_path_factory.mktemp("shown") / "home"
    made = Served(build_world(home, desk_tables, password_hash))
    yield made
    made.stop()


Open = Callable[..., Page]


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Open]:
    """Open a page as a user at a width; whatever goes wrong in it fails the test at its end."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_page(desk: Served, user: str = "", *, width: int = 1440, language: str = "zh") -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
        contexts.append(context)
        cookies = {"xuncha_language": language}
        if user:
            cookies[COOKIE] = desk.world.tokens[user]
        context.add_cookies(
            [{"name": name, "value": value, "url": desk.address} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}"))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((desk.address, "data:", "about:"))
                else wrong.append(f"request: {request.url}")
            ),
        )
        page.on(
            "console",
            lambda message: (
                wrong.append(f"console: {message.text}")
                if message.type == "error" and "409" not in message.text
                else None
            ),
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []
