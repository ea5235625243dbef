"""Whole sites that would keep a walk busy for ever, or lead it astray."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.links_site import SiteLinks
from crawler.links_sites import check_address
from settings import Settings
from tests.site.link_traps import HEAD, LinkTrapServer

AS_OF = datetime.fromisoformat("2023-03-10T23:59:59+08:00")
SITE = "http://www.site.test"
CROWD = "".join(f"<a href='/crowd/{n}.html'>第{n}条</a>" for n in range(60_000))


class HostileSite(LinkTrapServer):
    """A calendar without end, a page of sixty thousand links, frames, and a home that moved."""

    async def _answer(self, method: str, path: str, head: str, out: asyncio.StreamWriter) -> None:
        moved = "HTTP/1.1 302 Found\r\nLocation: http://new.test/home\r\nContent-Length: 0\r\n\r\n"
        if "\nhost: shy.test" in head and path != "/":
            out.write(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")
        elif "\nhost: shy.test" in head:
            self._page(out, "<a href='/art/2023/1001.html'>要闻一则</a>" * 3)
        elif path == "/to-the-shy":
            self._page(out, "<a href='http://shy.test/art/2023/1001.html'>要闻一则</a>")
        elif "\nhost: old.test" in head and "xuncha" not in path:
            out.write(moved.encode())
        elif path.startswith("/calendar"):
            day = int(path.rpartition("/")[2] or 0)
            self._page(out, "".join(f"<a href='/calendar/{day * 3 + n}'>日</a>" for n in (1, 2, 3)))
        elif path == "/crowd":
            self._page(out, CROWD)
        elif path == "/frames":
            out.write(HEAD + b"\r\n<html><frameset cols='*'><frame src='/inner'></frameset></html>")
        elif path in {"/inner", "/home"}:
            self._page(
                out, "<base href='/sub/'><a href='../gone'>旧闻</a><a href='mailto:a@b'>信</a>"
            )
        else:
            await super()._answer(method, path, head, out)

    def _page(self, out: asyncio.StreamWriter, body: str) -> None:
        text = f"<html><title>某局</title><body>{body}</body></html>".encode()
        out.write(HEAD + f"Content-Length: {len(text)}\r\n\r\n".encode() + text)


Walk = Callable[..., SiteLinks]


@pytest.fixture(scope="module")
def server() -> Iterator[HostileSite]:
    with HostileSite() as running:
        yield running


@pytest.fixture
def walked(server: HostileSite, tmp_path: Path) -> Walk:
    def walk(url: str, **bounds: Any) -> SiteLinks:
        file = tmp_path / "origins.json"
        file.write_text(json.dumps({"*": server.origin}), encoding="utf-8")
        settings = Settings(home=tmp_path, origin_map=file, page_timeout=3.0)
        return check_address(settings, url, AS_OF, **bounds)

    return walk


def test_a_calendar_without_end_is_left_at_the_bound(walked: Walk) -> None:
    told = walked(f"{SITE}/calendar/", most_pages=25, most_links=200)
    assert told.pages == 25
    assert len(told.readings) <= 3 * 25
    assert {one.state for one in told.readings} == {"ok"}


def test_a_crowd_of_links_is_cut_at_the_bound(walked: Walk) -> None:
    told = walked(f"{SITE}/crowd", most_pages=1, most_links=150)
    assert len(told.readings) == 150
    assert told.requests <= 155


def test_links_inside_frames_are_found_with_their_page_trap_12(walked: Walk) -> None:
    told = walked(f"{SITE}/frames")
    assert [(one.url, one.parent, one.text) for one in told.failing()] == [
        (f"{SITE}/gone", f"{SITE}/inner", "旧闻")
    ]


def test_a_home_that_moved_to_another_host_is_walked_there_trap_6(walked: Walk) -> None:
    told = walked("http://old.test/")
    assert not told.unread
    assert [(one.url, one.link_class) for one in told.failing()] == [
        ("http://new.test/gone", "站内")
    ]


def test_a_host_that_sends_every_stranger_to_its_front_page_proves_nothing_trap_28(
    walked: Walk,
) -> None:
    (link,) = walked(f"{SITE}/to-the-shy").readings
    assert (link.state, link.final_url) == ("ok", "http://shy.test/")
