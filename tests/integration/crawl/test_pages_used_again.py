"""A page of the browser that showed one site shows the next, and brings nothing along."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest
from scrapy.utils.reactor import install_reactor, is_reactor_installed
from scrapy.utils.test import get_crawler

from crawler.fetch.access import AccessState
from crawler.fetch.browser import Browser
from crawler.fetch.capture import Capture
from crawler.fetch.chromium import Chromium
from crawler.fetch.network import open_network
from settings import Settings

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not shutil.which("chromium"), reason="needs Chromium"),
]

AS_OF = datetime.fromisoformat("2023-03-10T23:59:59+08:00")
SITES = {
    "quiet.linjiang.gov.cn": "<h1>安静</h1><script>document.title='安静'</script>",
    # Opens a window, asks before it is left, and is on its way elsewhere after a while.
    "restless.linjiang.gov.cn": (
        "<h1>不安分</h1><script>window.open('http://popup.linjiang.gov.cn/');"
        "onbeforeunload=e=>{e.preventDefault();return '别走'};"
        "setInterval(()=>{document.body.append('.')},5000);"
        "setTimeout(()=>{location='http://elsewhere.linjiang.gov.cn/'},1100)</script>"
    ),
    "popup.linjiang.gov.cn": "<h1>弹窗</h1>",
    "elsewhere.linjiang.gov.cn": "<h1>别处</h1>",
    "busy.linjiang.gov.cn": "<h1>忙</h1><script>setTimeout(()=>{for(;;);},1500)</script>",
    # What challenges do to a browser that they do not believe.
    "loop.linjiang.gov.cn": (
        "<script>document.cookie='a=1';location.href=location.pathname+location.search</script>"
    ),
    "frames.linjiang.gov.cn": (
        "<h1>逐帧</h1><p id=a></p><p id=b>&nbsp;</p><script>"
        "requestAnimationFrame(()=>requestAnimationFrame(()=>{a.textContent='第二帧'}));"
        "new IntersectionObserver(seen=>{if(seen[0].isIntersecting)b.textContent='看见了'}).observe(b)"
        "</script>"
    ),
    "list.linjiang.gov.cn": "<ul></ul><script>fetch('/list.json').then(r=>r.text()).then(t=>{"
    "document.querySelector('ul').innerHTML='<li>'+t+'</li>'})</script>",
}


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        host = str(self.headers["Host"])
        body = host if self.path == "/list.json" else SITES.get(host, "")
        raw = f"<!DOCTYPE html><meta charset=utf-8>{body}".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: Any) -> None:
        """Nothing is said."""


@pytest.fixture(scope="module", autouse=True)
def reactor() -> None:
    """The handler asks for Twisted's reactor of asyncio; it is never run here."""
    if not is_reactor_installed():
        install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")


@pytest.fixture(scope="module")
def origins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        file = tmp_path_factory.mktemp("origins") / "origins.json"
        there = f"http://127.0.0.1:{server.server_port}"
        # Whoever asks for TLS is answered, too, and would be told by the address.
        mapped = {f"{scheme}://{name}": there for scheme in ("http", "https") for name in SITES}
        file.write_text(json.dumps(mapped), encoding="utf-8")
        yield file
        server.shutdown()


class Told:
    """Captures in the order asked, and the pages that were open in the browser after each."""

    def __init__(self) -> None:
        self.captures: list[Capture] = []
        self.open: list[int] = []
        self.pages: list[Any] = []
        self.asked: list[str] = []


def shown(
    origins: Path,
    home: Path,
    *urls: str,
    wanted: tuple[str, ...] = (),
    wanted_of: str = "",
    places: int = 2,
    seconds: float = 8.0,
) -> Told:
    """One after another in one browser; answers are wanted of all, or of one address."""
    settings = Settings(home=home, origin_map=origins).model_copy(
        update={"browser_timeout": seconds, "browser_pages": places}
    )
    network = open_network(settings, AS_OF)
    there = Chromium(network, str(shutil.which("chromium")))
    told = Told()

    async def play() -> None:
        crawler = get_crawler()

        async def download(request: Any) -> Any:
            answer = await there.download(crawler, request)
            told.pages.append(request.meta["playwright_page"])
            told.asked.append(request.meta["playwright_page"].url)
            return answer

        browser = Browser(network, download, there.restart)
        try:
            for url in urls:
                told.captures.append(
                    (await browser.render(url, wanted if wanted_of in url else ()))[0]
                )
                contexts = cast("Any", there._handler).context_wrappers.values()
                told.open.append(sum(len(one.context.pages) for one in contexts))
        finally:
            await there.close()
            await network.close()

    asyncio.run(play())
    return told


def test_sites_one_after_another_are_shown_on_one_page(origins: Path, tmp_path: Path) -> None:
    told = shown(
        origins,
        tmp_path,
        *(f"http://{name}.linjiang.gov.cn/" for name in ("quiet", "list", "quiet")),
    )
    assert [one.access for one in told.captures] == [AccessState.OK] * 3
    assert [one.final_url for one in told.captures] == [one.url for one in told.captures]
    assert "安静" in told.captures[0].body.decode()
    assert "<li>" in told.captures[1].body.decode()
    assert len(set(map(id, told.pages))) == 1
    assert told.open == [1, 1, 1]


def test_an_address_is_asked_for_under_its_own_scheme(origins: Path, tmp_path: Path) -> None:
    told = shown(origins, tmp_path, "http://quiet.linjiang.gov.cn/")
    assert told.captures[0].final_url == "http://quiet.linjiang.gov.cn/"
    assert told.asked == ["http://quiet.linjiang.gov.cn/"]


def test_a_page_that_opens_windows_and_wants_to_stay_disturbs_nobody_after_it_trap_10(
    origins: Path, tmp_path: Path
) -> None:
    told = shown(
        origins,
        tmp_path,
        *(["http://restless.linjiang.gov.cn/", "http://list.linjiang.gov.cn/"] * 3),
    )
    for restless, listed in zip(told.captures[::2], told.captures[1::2], strict=True):
        assert restless.access is AccessState.OK
        assert listed.access is AccessState.OK
        assert listed.final_url == "http://list.linjiang.gov.cn/"
        assert "list.linjiang.gov.cn</li>" in listed.body.decode()
    assert max(told.open) == 1


def test_a_page_that_runs_on_for_ever_after_it_was_read_is_not_waited_for(
    origins: Path, tmp_path: Path
) -> None:
    told = shown(
        origins,
        tmp_path,
        "http://busy.linjiang.gov.cn/",
        "http://quiet.linjiang.gov.cn/",
        "http://quiet.linjiang.gov.cn/",
    )
    assert [one.access for one in told.captures] == [AccessState.OK] * 3
    assert "安静" in told.captures[1].body.decode()


def test_a_page_that_loads_itself_for_ever_is_closed_and_takes_no_place_trap_1(
    origins: Path, tmp_path: Path
) -> None:
    urls = ["http://loop.linjiang.gov.cn/", "http://quiet.linjiang.gov.cn/"] * 5
    told = shown(origins, tmp_path, *urls, places=1, seconds=2.0)
    assert {one.access for one in told.captures[::2]} == {AccessState.TIMEOUT}
    assert {one.access for one in told.captures[1::2]} == {AccessState.OK}
    assert told.open == [0, 1] * 5
    assert len({id(page.context) for page in told.pages}) == 1, "the browser was renewed"


def test_what_is_filled_frame_by_frame_and_where_it_is_in_view_is_read_trap_22(
    origins: Path, tmp_path: Path
) -> None:
    told = shown(origins, tmp_path, *["http://frames.linjiang.gov.cn/"] * 2)
    for one in told.captures:
        assert "第二帧</p>" in one.body.decode()
        assert "看见了</p>" in one.body.decode()


def test_an_account_whose_answers_are_wanted_has_a_page_of_its_own(
    origins: Path, tmp_path: Path
) -> None:
    urls = ["http://list.linjiang.gov.cn/", "http://quiet.linjiang.gov.cn/"]
    told = shown(origins, tmp_path, *urls, wanted=("/list.json",))
    assert len(set(map(id, told.pages))) == 2
    assert told.open == [0, 0]


def test_an_account_after_sites_finds_room_in_the_browser(origins: Path, tmp_path: Path) -> None:
    names = ("quiet", "list", "quiet")
    urls = [f"http://{name}.linjiang.gov.cn/" for name in names]
    told = shown(origins, tmp_path, *urls, wanted=("/list.json",), wanted_of="//list.", places=1)
    assert [one.access for one in told.captures] == [AccessState.OK] * 3
    assert max(told.open) == 1
