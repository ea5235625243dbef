"""An unchanged site costs little and is judged as on a full night; what changes is found in time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

import judging
from checks.registry import ALL
from checks.ruleset import load as load_ruleset
from crawler import factcodec, site_memory
from crawler.replay import reextract
from crawler.spiders import recall as recalling
from models import Fact, Run, SiteMemory, Window
from tests.integration.unchanged.unchanged_world import (
    FIRST,
    GUIDE,
    GUIDES,
    HOME,
    NEWS,
    NOTICES,
    Nights,
    article,
    rows,
    sha256,
    shell,
)
from upkeep import thinning

pytestmark = pytest.mark.integration

LISTS = {HOME, NEWS, NOTICES, GUIDES}
STAND = 4
"""Nights after which an article is fetched again: the setting `article_nights`."""


def test_an_unchanged_night_asks_for_home_and_lists_and_a_share_of_the_rest(
    nights_on_both: Nights,
) -> None:
    nights = nights_on_both
    first = nights.play(0)
    for night in range(1, 7):
        asked = nights.play(night)
        assert set(asked) >= LISTS
        assert len(asked) < len(first)
        assert set(nights.captures()) == set(nights.captures(0))


def test_an_unchanged_site_is_judged_as_on_full_nights(nights: Nights) -> None:
    for night in range(8):
        nights.play(night)
    told = [nights.verdicts(night) for night in range(8)]
    stored = [_facts(nights, night) for night in range(8)]
    with nights.sessions.begin() as session:
        session.execute(update(Run).values(as_of=FIRST - timedelta(days=400)))
    nights.runs.clear()
    for night in range(8):
        nights.play(night, remembers=False)
        assert nights.verdicts() == told[night]
        assert _facts(nights, -1) == stored[night]


def _facts(nights: Nights, night: int) -> dict[str, bytes]:
    captures = {one.id: url for url, one in nights.captures(night).items()}
    with nights.sessions() as session:
        found = session.scalars(select(Fact).where(Fact.kind == factcodec.PAGE))
        return {
            captures[one.capture_id]: one.payload for one in found if one.capture_id in captures
        }


def test_what_stands_without_a_request_says_when_it_was_received(nights: Nights) -> None:
    nights.play(0)
    asked = nights.play(1)
    carried = {url: one for url, one in nights.captures().items() if url not in asked}
    assert carried
    for url, one in carried.items():
        assert (one.fetched_at, one.detail) == (FIRST, recalling.CARRIED)
        assert one.sha256 == nights.captures(0)[url].sha256
        assert nights.store.exists(one.sha256)
    with nights.sessions() as session:
        assert session.get_one(Run, nights.runs[-1]).as_of == FIRST + timedelta(days=1)


def test_every_article_is_fetched_again_within_the_stated_nights(nights: Nights) -> None:
    nights.play(0)
    behind = set(nights.captures()) - LISTS
    seen: set[str] = set()
    for night in range(1, STAND + 1):
        seen |= set(nights.play(night))
    assert behind <= seen


def test_an_article_that_is_gone_is_found_within_the_stated_nights(nights: Nights) -> None:
    nights.play(0)
    victim = next(url for url in nights.captures() if url not in LISTS | {GUIDE})
    del nights.site.pages[victim]
    found = []
    for night in range(1, STAND + 1):
        nights.play(night)
        found.append(nights.captures()[victim].access)
    assert found[-1] == "not_found"


def test_a_home_page_with_a_constant_validator_is_seen_to_change(nights: Nights) -> None:
    nights.site.tags = dict.fromkeys(nights.site.pages, '"for-ever"')
    nights.play(0)
    nights.site.pages[HOME] = shell("某市人民政府门户网站", "<p>网站建设中</p>")
    asked = nights.play(1)
    assert HOME in asked
    assert nights.captures()[HOME].sha256 == sha256(nights.site.pages[HOME])
    assert not {"If-None-Match", "If-Modified-Since"} & set(nights.site.headers[HOME])


def test_a_column_that_changes_is_read_the_same_night_and_its_articles_with_it(
    nights: Nights,
) -> None:
    nights.play(0)
    new = (f"{NEWS}new.html", "市政府召开专题会议研究部署防汛抗旱工作", "2023-03-10")
    nights.site.pages[NEWS] = shell("新闻动态-某市人民政府", rows([new]))
    nights.site.pages[new[0]] = article(new[1], new[2])
    assert new[0] in nights.play(1)
    left = {url for url in nights.captures() if url.startswith(f"{NEWS}") and url != NEWS}
    assert new[0] in left
    assert f"{NEWS}6.html" not in left, "an article that no list shows any more is not carried on"


def test_a_304_is_entered_with_the_body_it_speaks_of(nights: Nights) -> None:
    nights.site.tags = {url: f'"{n}"' for n, url in enumerate(nights.site.pages)}
    nights.play(0)
    confirmed = {}
    for night in range(1, STAND + 1):
        asked = set(nights.play(night))
        for url, one in nights.captures().items():
            if one.detail == recalling.CONFIRMED:
                assert url in asked
                assert one.fetched_at == FIRST + timedelta(days=night)
                assert (one.sha256, one.status) == (sha256(nights.site.pages[url]), 200)
                confirmed[url] = one
    assert set(confirmed) == set(nights.captures(0)) - LISTS


def test_a_changed_article_under_a_new_tag_is_read_anew(nights: Nights) -> None:
    nights.site.tags = {url: f'"{n}"' for n, url in enumerate(nights.site.pages)}
    nights.play(0)
    victim = f"{NEWS}1.html"
    nights.site.pages[victim] = article("新闻动态第1条关于重点工作的有关情况", "2023-03-07")
    nights.site.tags[victim] = '"new"'
    for night in range(1, STAND + 1):
        nights.play(night)
    assert nights.captures()[victim].sha256 == sha256(nights.site.pages[victim])


def test_a_body_that_is_not_in_the_store_any_more_is_fetched(nights: Nights) -> None:
    nights.site.tags = dict.fromkeys(nights.site.pages, '"1"')
    nights.play(0)
    for url, one in nights.captures().items():
        if url not in LISTS:
            nights.store.remove(one.sha256)
    assert set(nights.captures(0)) <= set(nights.play(1))
    assert all(nights.store.exists(one.sha256) for one in nights.captures().values())


def test_without_the_home_page_nothing_is_taken_over_from_before(nights: Nights) -> None:
    nights.play(0)
    home = nights.site.pages.pop(HOME)
    nights.play(1)
    assert all(one.detail != recalling.CARRIED for one in nights.captures().values())
    nights.site.pages[HOME] = home
    assert len(nights.play(2)) < len(nights.captures())


def test_captures_of_an_unchanged_night_are_read_again_without_network(nights: Nights) -> None:
    for night in range(3):
        nights.play(night)
    with nights.sessions.begin() as session:
        run = session.get_one(Run, nights.runs[-1])
        assert reextract(session, nights.settings, nights.store, run) == 0


def test_an_unchanged_night_is_judged_again_to_the_same(nights: Nights) -> None:
    for night in range(2):
        nights.play(night)
    before = nights.verdicts()
    with nights.sessions.begin() as session:
        run = session.get_one(Run, nights.runs[-1])
        ruleset = load_ruleset(None, ALL)
        judging.judge_run(session, run, ruleset)
    assert nights.verdicts() == before


def test_thinning_leaves_the_bodies_that_a_later_night_stands_on(nights: Nights) -> None:
    nights.play(0)
    nights.play(1)
    with nights.sessions.begin() as session:
        window = Window(
            name="2023Q2",
            starts_on=(FIRST + timedelta(days=1)).date(),
            ends_on=date(2023, 6, 30),
        )
        session.add(window)
        session.flush()
        session.execute(update(Run).where(Run.id == nights.runs[1]).values(window_id=window.id))
    (told,) = thinning.thin(nights.settings, nights.sessions, date(2030, 1, 1))
    assert told.run == nights.runs[0]
    assert told.captures
    assert all(nights.store.exists(one.sha256) for one in nights.captures(1).values())
    nights.play(2)
    assert all(nights.store.exists(one.sha256) for one in nights.captures(2).values())


def test_a_night_that_is_played_again_does_not_use_what_came_after_it(nights: Nights) -> None:
    nights.play(3)
    assert len(nights.play(0)) == len(nights.captures())
    with nights.sessions() as session:
        kept = session.get_one(SiteMemory, nights.target)
        assert kept.as_of == FIRST + timedelta(days=3)


def test_another_extractor_reads_everything_anew(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights.play(0)
    monkeypatch.setattr(site_memory, "extractor", lambda: "another")
    assert len(nights.play(1)) == len(nights.captures())


def test_with_one_night_everything_is_fetched_every_night(nights: Nights) -> None:
    nights.settings = nights.settings.model_copy(update={"article_nights": 1})
    assert nights.play(0) == nights.play(1)


def test_a_page_with_relative_dates_is_read_anew_every_day(nights: Nights) -> None:
    nights.site.pages[NEWS] = shell(
        "新闻动态-某市人民政府",
        rows(
            [(f"{NEWS}{n}.html", f"新闻动态第{n}条关于重点工作的有关情况", "昨天") for n in (1, 2)]
        ),
    )
    for night in range(3):
        nights.play(night)
        with nights.sessions() as session:
            payload = session.scalar(
                select(Fact.payload).where(Fact.capture_id == nights.captures()[NEWS].id)
            )
        assert payload is not None
        yesterday = (FIRST + timedelta(days=night - 1)).date()
        assert factcodec.decode_page(payload).newest_date == yesterday
