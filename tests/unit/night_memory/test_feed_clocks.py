"""Two feeds that differ in the bridge's clock alone are read alike; nothing else is overlooked (S19)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.platforms import feed
from crawler.platforms.feed_clock import clockless

BEIJING = timezone(timedelta(hours=8))
AS_OF = datetime(2023, 3, 20, 1, tzinfo=BEIJING)
CLOCK = "<lastBuildDate>{}</lastBuildDate>"
EARLY, LATE = "Sun, 19 Mar 2023 01:00:00 GMT", "Mon, 20 Mar 2023 01:00:00 GMT"
ITEM = "<item><title>工作动态</title><guid>1</guid><pubDate>2023-03-01 09:00:00</pubDate></item>"


def rss(head: str, item: str = ITEM) -> bytes:
    start = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
    return f"{start}<title>示例发布</title>{head}{item}</channel></rss>".encode()


@pytest.mark.parametrize(
    "head",
    [
        CLOCK,
        "<pubDate>{}</pubDate><ttl>5</ttl>",
        "<description><![CDATA[</title> <b>]]></description><!-- <a> -->" + CLOCK,
        '<atom:link href="http://a/" rel="self"/><dc:date>{}</dc:date>',
        "<image><url>http://a/b.png</url></image>" + CLOCK,
    ],
)
def test_a_feed_made_anew_is_the_same_feed(head: str) -> None:
    early, late = rss(head.format(EARLY)), rss(head.format(LATE))
    assert early != late
    assert clockless(early) == clockless(late)
    assert feed.read(early, as_of=AS_OF) == feed.read(late, as_of=AS_OF)


def test_the_clock_of_an_atom_feed_is_one_and_that_of_its_entries_is_none() -> None:
    told = "<feed><title>示例发布</title><updated>{}</updated><entry><updated>{}</updated></entry></feed>"
    early = told.format("2023-03-19T01:00:00Z", "2023-03-01T01:00:00Z").encode()
    late = told.format("2023-03-20T01:00:00Z", "2023-03-01T01:00:00Z").encode()
    posted = told.format("2023-03-19T01:00:00Z", "2023-03-02T01:00:00Z").encode()
    assert clockless(early) == clockless(late)
    assert clockless(early) != clockless(posted)


@pytest.mark.parametrize(
    "body",
    [
        rss("", "<item><pubDate>{}</pubDate></item>".replace("{}", EARLY)),
        rss("<title>" + CLOCK.format(EARLY) + "</title>"),
        rss("<description><![CDATA[" + CLOCK.format(EARLY) + "]]></description>"),
        rss("<!-- " + CLOCK.format(EARLY) + " -->"),
        rss("<link>" + CLOCK.format(EARLY)),
        rss("</b>" + CLOCK.format(EARLY)),
        b"<!DOCTYPE rss [<!ENTITY a 'b'>]>" + rss(CLOCK.format(EARLY)),
        rss(CLOCK.format("x" * 200)),
        ('{"title":"' + CLOCK.format(EARLY) + '<item>"}').encode(),
        b"",
    ],
)
def test_what_is_no_clock_for_certain_is_compared_as_it_stands(body: bytes) -> None:
    assert clockless(body) == body


PIECES = st.sampled_from(
    ["<title>", "</title>", "<link>", "</link>", "<channel>", "</channel>", "<rss>", "<feed>",
     "<lastBuildDate>", "</lastBuildDate>", "<updated>", "</updated>", "<x:date>", "</x:date>",
     "<![CDATA[", "]]>", "<!--", "-->", "19", "http://a/", "示例", "<guid/>", "&amp;", ITEM, "<entry>"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=14), st.lists(st.booleans(), min_size=14, max_size=14))
def test_bodies_that_compare_alike_are_read_alike(pieces: list[str], turned: list[bool]) -> None:
    """Whatever the markup: figures are exchanged anywhere, and the readings compared."""
    other = ["20" if one == "19" and new else one for one, new in zip(pieces, turned, strict=False)]
    first, second = (rss("".join(some)) for some in (pieces, other))
    if clockless(first) == clockless(second):
        assert feed.read(first, as_of=AS_OF) == feed.read(second, as_of=AS_OF)


@pytest.mark.parametrize(
    "piece", [b"<", b"<a", b"<a>", b"<!--", b"<![CDATA[", b"<a " + b"b " * 999]
)
def test_hostile_heads_end_soon(piece: bytes) -> None:
    body = b"<rss>" + piece * (4000 // len(piece)) + b"<item>"
    assert clockless(body) == body
