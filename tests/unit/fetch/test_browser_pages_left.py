"""Which page of the browser a render gets: one that was left, a fresh one, or one after the other."""

# ruff: noqa: ARG002 -- the fakes have the shapes of what they stand for
from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout
from scrapy import Request

from crawler.fetch import browser as tier
from crawler.fetch import idle_pages
from crawler.fetch.access import AccessState
from crawler.fetch.browser import Browser
from crawler.fetch.capture import Capture
from crawler.fetch.network import open_network
from settings import Settings

AS_OF = datetime.fromisoformat("2023-03-10T23:59:59+08:00")


class FakePage:
    """A page that notes where it was sent; one that is `stuck` neither closes nor goes blank."""

    def __init__(self) -> None:
        self.went: list[str] = []
        self.told: list[str] = []
        self.closed = False
        self.stuck = False
        self.context = self

    def is_closed(self) -> bool:
        return self.closed

    async def close(self) -> None:
        if self.stuck:
            await asyncio.sleep(60)
        self.closed = True

    async def goto(self, url: str, **_: Any) -> None:
        if self.stuck:
            raise PlaywrightError("interrupted by another navigation")
        self.went.append(url)

    async def new_cdp_session(self, page: FakePage) -> FakePage:
        return self

    async def send(self, method: str, params: object = None) -> None:
        self.told.append(method)


class FakeWatch:
    """What a page watch does, without a browser."""

    def __init__(self, network: Any, wanted: Any) -> None:
        self.main = None
        self.attached = True
        self.wanted = wanted

    async def attach(self, page: FakePage) -> None: ...

    async def settle(self, page: FakePage) -> None:
        await asyncio.sleep(0.01)

    async def detach(self, page: FakePage) -> None: ...

    async def captures(self, page: FakePage, url: str, begun: float) -> list[Capture]:
        return [Capture(url=url, final_url=url, fetched_at=AS_OF, access=AccessState.OK)]


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tier, "PageWatch", FakeWatch)


Trouble = Callable[[Request, FakePage, bool], Exception | None]


def never(request: Request, page: FakePage, again: bool) -> None: ...


class House:
    """A browser whose pages are fakes; `trouble` says what goes wrong when one is sent out."""

    def __init__(
        self,
        home: Path,
        trouble: Trouble = never,
        places: int = 1,
        kind: type[FakePage] = FakePage,
    ) -> None:
        settings = Settings(home=home, browser="off").model_copy(update={"browser_pages": places})
        self.pages: list[FakePage] = []
        self.open: list[int] = []
        self.restarts = 0
        self._trouble = trouble
        self._kind = kind
        self._browser = Browser(open_network(settings, AS_OF), self._download, self._restart)

    async def _download(self, request: Request) -> None:
        page = request.meta.get("playwright_page")
        again = page is not None
        if page is None:
            page = self._kind()
            self.pages.append(page)
            self.open.append(sum(not one.closed for one in self.pages))
        request.meta["playwright_page"] = page
        page.went.append(request.url)
        fault = self._trouble(request, page, again)
        if fault is not None:
            raise fault

    async def _restart(self) -> None:
        self.restarts += 1
        for page in self.pages:
            page.closed = True

    def render(self, *urls: str, wanted: tuple[str, ...] = ()) -> list[Capture]:
        async def play() -> list[Capture]:
            return [(await self._browser.render(url, wanted))[0] for url in urls]

        return asyncio.run(play())

    def give_up(self, url: str, wanted: tuple[str, ...] = ()) -> None:
        """Begin to render, and let the target be given up while its page is put away."""

        async def play() -> None:
            rendering = asyncio.ensure_future(self._browser.render(url, wanted))
            await asyncio.sleep(0.05)
            rendering.cancel()
            await asyncio.wait([rendering])
            await asyncio.sleep(0.01)

        asyncio.run(play())

    def render_together(self, *urls: str) -> list[Capture]:
        async def play() -> list[Capture]:
            told = await asyncio.gather(*(self._browser.render(url, ()) for url in urls))
            return [one[0] for one in told]

        return asyncio.run(play())


def test_a_page_waits_blank_for_the_next_site(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.render("http://a.test/", "http://b.test/")
    assert [page.went for page in house.pages] == [
        ["http://a.test/", "about:blank", "http://b.test/", "about:blank"]
    ]


def test_a_page_that_somebody_waits_for_goes_straight_to_the_next_site(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.render_together("http://a.test/", "http://b.test/", "http://c.test/")
    urls = [f"http://{name}.test/" for name in "abc"]
    assert [page.went for page in house.pages] == [[*urls, "about:blank"]]


def test_no_more_pages_are_opened_than_there_are_places(tmp_path: Path) -> None:
    house = House(tmp_path, places=2)
    house.render_together(*(f"http://{number}.test/" for number in range(9)))
    assert len(house.pages) == 2
    assert sum(len([one for one in page.went if one != "about:blank"]) for page in house.pages) == 9


@pytest.mark.parametrize(
    "fault", [PlaywrightError("net::ERR_ABORTED"), PlaywrightError("Navigation interrupted")]
)
def test_what_goes_wrong_on_a_page_that_was_left_is_tried_on_a_fresh_one(
    tmp_path: Path, fault: Exception
) -> None:
    house = House(tmp_path, lambda _, __, again: fault if again else None)
    told = house.render("http://a.test/", "http://b.test/")
    assert [one.access for one in told] == [AccessState.OK] * 2
    assert [page.closed for page in house.pages] == [True, False]
    assert house.restarts == 0


def test_what_a_site_refuses_is_not_asked_for_twice(tmp_path: Path) -> None:
    refused = PlaywrightError("net::ERR_CONNECTION_REFUSED")
    house = House(tmp_path, lambda _, __, again: refused if again else None)
    told = house.render("http://a.test/", "http://b.test/")
    assert told[1].access is AccessState.CONNECT
    assert len(house.pages) == 1


def test_a_page_on_which_something_went_wrong_is_left_to_nobody(tmp_path: Path) -> None:
    slow = PlaywrightTimeout("shown too slowly")
    house = House(tmp_path, lambda asked, _, __: slow if asked.url == "http://a.test/" else None)
    told = house.render("http://a.test/", "http://b.test/")
    assert [one.access for one in told] == [AccessState.TIMEOUT, AccessState.OK]
    assert [page.closed for page in house.pages] == [True, False]


def test_an_account_neither_takes_a_page_that_was_left_nor_leaves_one(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.render("http://a.test/")
    house.render("http://b.test/", "http://c.test/", wanted=("/api/",))
    assert [page.closed for page in house.pages] == [True, True, True]


def test_an_account_finds_room_where_pages_were_left(tmp_path: Path) -> None:
    house = House(tmp_path, places=2)
    house.render_together("http://a.test/", "http://b.test/")
    assert [page.closed for page in house.pages] == [False, False]
    house.render("http://c.test/", wanted=("/api/",))
    assert [page.closed for page in house.pages] == [False, True, True]
    assert max(house.open) == 2


def test_a_page_that_was_closed_meanwhile_is_not_used(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.render("http://a.test/")
    house.pages[0].closed = True
    assert house.render("http://b.test/")[0].access is AccessState.OK
    assert len(house.pages) == 2


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle_pages, "CLOSE_SECONDS", 0.05)


def _sticks(asked: Request, page: FakePage, again: bool) -> Exception | None:
    page.stuck = asked.url == "http://a.test/"
    return PlaywrightTimeout("shown too slowly") if page.stuck else None


@pytest.mark.usefixtures("hasty")
def test_a_page_that_will_not_close_goes_with_its_browser_before_the_next_is_opened_trap_10(
    tmp_path: Path,
) -> None:
    house = House(tmp_path, _sticks)
    told = house.render("http://a.test/", "http://b.test/")
    assert [one.access for one in told] == [AccessState.TIMEOUT, AccessState.OK]
    assert (house.restarts, max(house.open)) == (1, 1)


@pytest.mark.usefixtures("hasty")
def test_whoever_waits_beside_a_page_that_will_not_close_is_shown_by_the_next_browser(
    tmp_path: Path,
) -> None:
    house = House(tmp_path, _sticks, places=2)
    told = house.render_together(*(f"http://{name}.test/" for name in "abcde"))
    assert [one.access for one in told] == [AccessState.TIMEOUT] + [AccessState.OK] * 4
    assert house.restarts == 1
    assert max(house.open) == 2


@pytest.mark.usefixtures("hasty")
def test_an_account_for_which_no_room_can_be_made_waits_for_the_next_browser(
    tmp_path: Path,
) -> None:
    house = House(tmp_path)
    house.render("http://b.test/")
    house.pages[0].stuck = True
    (told,) = house.render("http://c.test/", wanted=("/api/",))
    assert told.access is AccessState.OK
    assert (house.restarts, max(house.open)) == (1, 1)


@pytest.mark.usefixtures("hasty")
def test_a_page_that_was_left_and_fails_and_will_not_close_is_made_up_for(tmp_path: Path) -> None:
    def trouble(asked: Request, page: FakePage, again: bool) -> Exception | None:
        page.stuck = again
        return PlaywrightError("net::ERR_ABORTED") if again else None

    house = House(tmp_path, trouble)
    told = house.render("http://a.test/", "http://b.test/")
    assert [one.access for one in told] == [AccessState.OK] * 2
    assert (house.restarts, max(house.open)) == (1, 1)


def test_no_script_runs_on_while_a_page_is_closed(tmp_path: Path) -> None:
    slow = PlaywrightTimeout("shown too slowly")
    house = House(tmp_path, lambda *_: slow)
    house.render("http://a.test/")
    told = ["Emulation.setScriptExecutionDisabled", "Page.stopLoading"]
    assert [(page.told, page.closed) for page in house.pages] == [(told, True)]


def test_a_page_between_two_addresses_is_stopped_when_it_has_arrived() -> None:
    class Between(FakePage):
        async def send(self, method: str, params: object = None) -> None:
            await super().send(method)
            if len(self.told) in {2, 3}:
                raise PlaywrightError("Not attached to an active page")

    page = Between()
    assert asyncio.run(idle_pages.close(cast("Any", page)))
    assert page.told[1:] == ["Page.stopLoading"] * 3


def test_a_page_whose_target_is_given_up_while_it_is_put_away_goes_with_its_browser(
    tmp_path: Path,
) -> None:
    class Slow(FakePage):
        async def goto(self, url: str, **_: Any) -> None:
            await asyncio.sleep(60)

    house = House(tmp_path, kind=Slow)
    house.give_up("http://a.test/")
    house.give_up("http://b.test/", wanted=("/api/",))
    assert (house.restarts, max(house.open)) == (1, 1)
