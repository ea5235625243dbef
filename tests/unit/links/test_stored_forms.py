"""Readings of pages as they are stored: what pages of a site share, and forms of earlier versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from checks.facts import LinkReading
from crawler import factcodec, pagecodec, plainjson
from crawler.extract.facts import (
    Badges,
    Channel,
    ColumnLink,
    PageFacts,
    PageLink,
    Provenance,
    Row,
)
from crawler.store import pack

SHARED = (
    ColumnLink("政务公开", "http://a.gov.cn/zwgk/", "信息公开目录"),
    ColumnLink("动态", "/d", level=2),
)
FACTS = PageFacts(
    "http://a.gov.cn/zwgk/",
    title="政务公开\n第二行",
    rows=(Row("通知", "http://a.gov.cn/1.html", date(2026, 9, 1), Provenance.LIST_ROW),),
    badges=Badges(conac=True, site_code="4301000011", evidence={"icp": "<a>湘ICP备1号</a>"}),
    columns=SHARED,
    channels=(Channel("咨询", "http://a.gov.cn/zx", "consult", form=True),),
    links=(PageLink("http://a.gov.cn/1.html", "通知"), PageLink("http://b.cn/", "", "img")),
)


def test_a_reading_is_the_same_after_it_was_stored() -> None:
    assert factcodec.decode_page(factcodec.encode_page(FACTS)) == FACTS
    assert factcodec.decode_page(factcodec.encode_page(PageFacts("x"))) == PageFacts("x")


def test_a_reading_stored_in_one_line_by_an_earlier_version_is_read() -> None:
    line = TypeAdapter(PageFacts).dump_json(FACTS, exclude_defaults=True)
    assert factcodec.decode_page(pack(line)) == FACTS


def test_a_reading_whose_first_line_holds_its_links_as_an_earlier_version_wrote_it_is_read() -> (
    None
):
    plain = replace(FACTS, links=())
    own, *parts = pagecodec.dump_page(plain).split(b"\n")
    links = TypeAdapter(tuple[PageLink, ...]).dump_json(FACTS.links, exclude_defaults=True)
    own = own[:-1] + b',"links":' + links + b"}"
    assert factcodec.decode_page(pack(b"\n".join([own, *parts]))) == FACTS


def test_a_reading_and_the_line_of_its_links_are_the_reading_with_them() -> None:
    text = pagecodec.dump_page(replace(FACTS, links=()))
    assert len(text.split(b"\n")) == pagecodec.LINES
    line = pagecodec.dump_links(FACTS.links)
    assert pagecodec.with_links(text, line) == pagecodec.dump_page(FACTS)


def test_a_navigation_that_pages_share_is_made_once() -> None:
    other = replace(FACTS, url="http://a.gov.cn/dt/", columns=tuple(replace(one) for one in SHARED))
    first = pagecodec.load_page(pagecodec.dump_page(FACTS))
    second = pagecodec.load_page(pagecodec.dump_page(other))
    assert first.columns == SHARED
    assert second.columns is first.columns
    assert second.url == "http://a.gov.cn/dt/"


def test_a_navigation_of_any_length_is_read_and_only_a_short_one_is_held_ready() -> None:
    long = tuple(ColumnLink(f"栏目{n}", f"http://a.gov.cn/{n}/") for n in range(500))
    links = tuple(PageLink(one.url, one.name) for one in long)
    text = pagecodec.dump_page(replace(FACTS, columns=long))
    first, second = pagecodec.load_page(text), pagecodec.load_page(text)
    assert first.columns == second.columns == long
    assert first.columns is not second.columns
    line = pagecodec.dump_links(links)
    assert pagecodec.load_links(line) == pagecodec.load_links(line) == links
    assert pagecodec.load_links(line) is not pagecodec.load_links(line)
    short = pagecodec.dump_links(links[:3])
    assert pagecodec.load_links(short) is pagecodec.load_links(short)


def test_what_is_no_reading_is_refused() -> None:
    with pytest.raises(ValidationError):
        pagecodec.load_page(b'{"url": 3}')
    with pytest.raises(ValidationError):
        pagecodec.load_page(pagecodec.dump_page(FACTS).replace(b'"level":2', b'"level":"two"'))
    for links in (b"[1]", b'[["a","b","c","d"]]', b"nothing"):
        with pytest.raises(ValueError, match=r"list of lists|expected"):
            pagecodec.load_page(pagecodec.with_links(b'{"url":"x"}\n\n\n', links))


@given(
    st.lists(
        st.builds(
            PageLink,
            *[st.text(st.characters(exclude_categories=["Cs"]), max_size=20)] * 3,
        )
    )
)
def test_links_are_the_same_after_they_were_stored_whatever_they_say(links: list[PageLink]) -> None:
    line = pagecodec.dump_links(links)
    assert b"\n" not in line
    assert pagecodec.load_links(line) == tuple(links)


def test_checked_links_keep_their_moments() -> None:
    seen = datetime(2026, 9, 1, 17, tzinfo=UTC)
    link = LinkReading(
        url="http://a.gov.cn/1", parent="http://a.gov.cn/", text="一", state="dead", status=404,
        detail="", link_class="站内", first_failed=seen, checked=seen, parents=("http://a.gov.cn/2",),
    )  # fmt: skip
    assert factcodec.decode_links(factcodec.encode_links([link])) == [link]


def test_a_header_that_is_no_text_costs_its_odd_letters_alone() -> None:
    odd = {
        "server": b"\xb0\xa2".decode("utf-8", "surrogateescape"),
        "day": datetime(2026, 9, 1, tzinfo=UTC),
    }
    assert plainjson.load(plainjson.dump(odd)) == {
        "server": "??",
        "day": "2026-09-01T00:00:00+00:00",
    }
