"""Whatever a server writes into its headers or its robots.txt, a fetch ends with a capture, soon."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crawler.fetch.access import AccessState
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.network import open_network
from crawler.fetch.transport import Answer, Outgoing
from settings import Settings

AS_OF = datetime.fromisoformat("2023-03-10T23:59:59+08:00")
BUDGET = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NAMES = st.sampled_from(
    ["Location", "Retry-After", "Set-Cookie", "Content-Type", "Content-Encoding", "Server"]
)
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "http://[", "//", "http://[::1", "http://a.test:99999/", "http://a.test:x/",
            "\x00", "javascript:1", "http://\udcff/", "?", "#", "9" * 400, "-1", "=;=;", "%%%",
            "text/html; charset=\x00", "http://www.a.test/", "http://b.test/下一页?a=[",
        ]
    ),
)  # fmt: skip
ANSWERS = st.builds(
    Answer,
    status=st.sampled_from([200, 204, 301, 302, 303, 307, 308, 404, 412, 429, 500, 503, 999, 0]),
    headers=st.lists(st.tuples(NAMES, VALUES), max_size=4).map(tuple),
    body=st.binary(max_size=80),
)


def fetched(answers: list[Answer], robots: bytes = b"", url: str = "http://a.test/") -> AccessState:
    """The access state of a page whose server answers that, in turn."""

    async def inside() -> AccessState:
        stated = Settings(
            origin_map=None, browser="off", allow_private=True, page_timeout=5.0, robots="obey"
        )
        network = open_network(stated, AS_OF)
        left = list(answers)

        async def answer(asked: Outgoing) -> Answer:
            if asked.url.endswith("/robots.txt"):
                return Answer(200, (), robots)
            return left.pop(0) if left else Answer(200, (), b"<html></html>")

        async def lookup(host: str) -> tuple[str, ...]:
            return ("192.0.2.1",)

        network.robots._ask = answer
        network.names.lookup = lookup  # type: ignore[method-assign]
        network.manners.rest = lambda *_: None  # type: ignore[method-assign]
        network.manners._settings = stated.model_copy(update={"host_delay": 0.0})
        try:
            return (await Fetcher(network, download=answer, retries=0).get(url)).access
        finally:
            await network.close()

    return asyncio.run(inside())


@BUDGET
@given(st.lists(ANSWERS, min_size=1, max_size=4))
@example([Answer(302, (("Location", "http://["),), b"")])
@example([Answer(301, (("Location", "http://a.test:99999/"),), b"")])
def test_no_header_stops_a_fetch(answers: list[Answer]) -> None:
    assert isinstance(fetched(answers), AccessState)


@BUDGET
@given(
    st.binary(max_size=400)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
def test_no_robots_file_stops_a_fetch(robots: bytes) -> None:
    assert fetched([], robots) in {AccessState.OK, AccessState.ROBOTS_DENIED}


@pytest.mark.parametrize(
    "robots",
    [
        b"User-agent: *\nDisallow: /" + b"*a" * 400 + b"*b\n",
        b"User-agent: *\n" + b"Disallow: /a\n" * 30_000,
        b"User-agent: xuncha\n" * 20_000 + b"Disallow: /",
    ],
    ids=["stars", "many rules", "many agents"],
)
def test_a_hostile_robots_file_costs_no_time(robots: bytes) -> None:
    begun = time.process_time()
    fetched([], robots, "http://a.test/" + "a" * 300)
    assert time.process_time() - begun < 10
