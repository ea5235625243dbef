"""Which links are asked for and what their answers mean."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from checks.facts import LinkReading
from crawler import factcodec
from crawler.extract.facts import PageFacts, PageLink
from crawler.fetch.access import AccessState
from crawler.links import Outcome, judge_link, link_targets

AS_OF = datetime.fromisoformat("2023-03-10T01:00:00+08:00")
GONE = Outcome(AccessState.NOT_FOUND, 404)
DOWN = Outcome(AccessState.CONNECT, None, "refused")
GOOD = Outcome(AccessState.OK, 200)


def test_scripts_mail_phones_fragments_and_data_are_no_links() -> None:
    hrefs = [
        "javascript:void(0)", "mailto:a@b.cn", "tel:12345", "#top", "", "data:image/png;base64,x",
        "ftp://a.cn/x", "http://a.cn/", "http://a.cn/#map",
    ]  # fmt: skip
    home = PageFacts("http://a.cn/", links=tuple(PageLink(one) for one in hrefs))
    assert link_targets(home, 100) == []


def test_each_address_is_asked_for_once_whatever_its_fragment() -> None:
    links = (PageLink("http://a.cn/x#1", "一"), PageLink("http://a.cn/x#2", "二"))
    (only,) = link_targets(PageFacts("http://a.cn/", links=links), 100)
    assert (only.url, only.text) == ("http://a.cn/x", "一")


def test_links_carry_the_class_an_operator_reads() -> None:
    links = (
        PageLink("http://www.a.cn/x.html"),
        PageLink("http://b.cn/"),
        PageLink("http://a.cn/f.docx"),
        PageLink("http://b.cn/f", role="attachment"),
        PageLink("http://a.cn/i.png", role="img"),
        PageLink("http://b.cn/s.js", role="script"),
        PageLink("http:///nowhere"),
    )
    classes = [one.link_class for one in link_targets(PageFacts("http://a.cn/", links=links), 9)]
    assert classes == [
        "站内", "站外", "站内附件", "站外附件", "站内图片", "站外资源", "非法链接",
    ]  # fmt: skip


def test_the_number_of_links_is_bounded() -> None:
    links = tuple(PageLink(f"http://a.cn/{n}") for n in range(50))
    assert len(link_targets(PageFacts("http://a.cn/", links=links), 10)) == 10


@pytest.mark.parametrize(
    ("first", "second", "before", "state"),
    [
        (GOOD, None, None, "ok"),
        (GONE, GOOD, None, "ok"),
        (GONE, GONE, None, "suspected"),
        (GONE, GONE, AS_OF - timedelta(hours=5, minutes=59), "suspected"),
        (GONE, GONE, AS_OF - timedelta(hours=6), "dead"),
        (DOWN, DOWN, None, "suspected"),
        (DOWN, DOWN, AS_OF - timedelta(minutes=59), "suspected"),
        (DOWN, DOWN, AS_OF - timedelta(days=1), "dead"),
        (Outcome(AccessState.SOFT_404, 200), GONE, AS_OF - timedelta(days=1), "dead"),
        (Outcome(AccessState.BLOCKED, 403), None, AS_OF - timedelta(days=9), "blocked"),
        (Outcome(AccessState.CHALLENGE, 412), None, None, "blocked"),
        (Outcome(AccessState.RATE_LIMITED, 429), None, None, "blocked"),
        (Outcome(AccessState.LOGIN_WALL, 401), None, None, "blocked"),
        (GONE, Outcome(AccessState.BLOCKED, 403), AS_OF - timedelta(days=1), "blocked"),
        (Outcome(AccessState.ROBOTS_DENIED), None, AS_OF - timedelta(days=1), "undetermined"),
        (Outcome(AccessState.TLS_ERROR), None, AS_OF - timedelta(days=1), "undetermined"),
        (
            Outcome(AccessState.OUR_FAULT, None, "private_address"),
            None,
            AS_OF - timedelta(days=9),
            "suspected",
        ),
    ],
)
def test_a_link_is_dead_only_when_an_earlier_failure_confirms_it_traps_4_30(
    first: Outcome, second: Outcome | None, before: datetime | None, state: str
) -> None:
    assert judge_link(first, second, before, AS_OF) == state


def test_readings_survive_storage() -> None:
    links = [
        LinkReading("http://a.cn/", "http://b.cn/", "文字\ud800", "dead", 404, "x", "站内", AS_OF),
        LinkReading("http://a.cn/2", "http://b.cn/", "", "ok", None, "", "站外", home=False),
    ]
    stored = factcodec.decode_links(factcodec.encode_links(links))
    assert stored[1] == links[1]
    assert stored[0].first_failed == AS_OF
