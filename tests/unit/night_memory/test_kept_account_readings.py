"""An account's reading is used on another night only where it would be the same (accounts.md 4.1)."""

from __future__ import annotations

import asyncio
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import factcodec
from crawler.fetch.access import AccessState as A
from crawler.fetch.capture import Capture
from crawler.platforms.adapters import feeds
from crawler.platforms.inspect import READERS
from crawler.platforms.observation import Observation
from crawler.platforms.observe import observe
from crawler.platforms.readings import LIST_LACKS_NEWEST
from crawler.platforms.sources import AccountTicket
from crawler.spiders import account_recall
from crawler.spiders.account_recall import AccountRecall
from crawler.spiders.watched_clock import settled, watched_clock
from crawler.store import pack

BEIJING = timezone(timedelta(hours=8))
NIGHT = datetime(2023, 3, 20, 1, tzinfo=BEIJING)
ROOT = Path(__file__).parents[2] / "fixtures" / "accounts"
FIXTURES = sorted(file for file in ROOT.rglob("*.*") if file.parent.name in READERS)
FEED = "http://rss.example:1200/weibo/user/1234567890"
PROFILE = "https://m.weibo.cn/api/container/getIndex?type=uid&value=1234567890"
LIST = PROFILE + "&containerid=1076031234567890"
PAGE = "http://www.example.gov.cn/sp/"
HOME = "https://weibo.com/u/1234567890"
ABSOLUTE = (
    "2023-03-19 23:55:00", "Sun, 19 Mar 2023 08:00:00 GMT", "2023-03-20T01:05:00+08:00",
    "2023-03-25", "Thu Jun 17 16:00:11 +0800 2021", "1679240000", "20230318 090506", "2008-01-01",
)  # fmt: skip
RELATIVE = (
    "刚刚", "3分钟前", "15小时前", "3天前", "昨天 12:30", "今天 06:09", "06-27", "03-20", "星期一 09:00",
    "12:30", "2月29日", "03-21 01:00", "2个月前", "1小时前",
)  # fmt: skip
MOMENTS = st.one_of(
    st.integers(-6, 40).map(lambda n: NIGHT + timedelta(minutes=5 * n)),
    st.integers(-90, 400).map(lambda n: NIGHT + timedelta(days=n)),
    st.integers(-30, 30).map(lambda n: datetime(2023, 1, 1, tzinfo=BEIJING) + timedelta(hours=n)),
)


class Answers:
    """A fetcher that answers from a table."""

    def __init__(self, *answers: Capture) -> None:
        self.answers = {answer.url: answer for answer in answers}

    async def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, method: str = "GET",
        body: bytes | None = None,
    ) -> Capture:  # fmt: skip
        del headers, method, body
        return self.answers[url]

    async def browse(self, url: str, *, wanted: Sequence[str] = ()) -> list[Capture]:
        del url, wanted
        return list(self.answers.values())


def captured(url: str, body: bytes) -> Capture:
    return Capture(url, url, NIGHT, A.OK, 200, body=body)


def ticket(sources: str, platform: str = "weibo") -> AccountTicket:
    return AccountTicket(platform, "新浪微博", "示例市发布", "示例市政府办", "", HOME, sources)


def rss(printed: Sequence[str], home: str = HOME) -> bytes:
    items = "".join(
        f"<item><title>第{n}条工作动态</title><guid>{n}</guid><pubDate>{text}</pubDate></item>"
        for n, text in enumerate(printed)
    )
    return (
        f"<rss><channel><title>示例市发布</title><link>{home}</link>{items}</channel></rss>"
    ).encode()


def rows(printed: Sequence[str]) -> bytes:
    told = "".join(
        f'<li><a href="/sp/{n}.html">市政府召开第{n}次常务会议研究部署</a><span>{text}</span></li>'
        for n, text in enumerate(printed)
    )
    return f"<html><title>视频</title><body><ul>{told}</ul></body></html>".encode()


def weibo(printed: Sequence[str]) -> Answers:
    cards = ",".join(
        f'{{"card_type":9,"mblog":{{"id":"48{n:014}","text":"第{n}条","created_at":"{text}",'
        '"user":{"id":1234567890,"screen_name":"示例市发布"}}}'
        for n, text in enumerate(printed)
    )
    body = f'{{"ok":1,"data":{{"cards":[{cards}],"cardlistInfo":{{}}}}}}'.encode()
    return Answers(captured(PROFILE, (ROOT / "weibo/profile.json").read_bytes()),
                   captured(LIST, body))  # fmt: skip


def seen(
    account: AccountTicket, fetch: Answers, as_of: datetime, before: Observation | None = None
) -> Observation:
    stored = factcodec.encode_observation(before) if before is not None else b""
    return asyncio.run(observe(account, fetch, as_of, recall=AccountRecall(stored)))[0]


def afresh(account: AccountTicket, fetch: Answers, as_of: datetime) -> Observation:
    return asyncio.run(observe(account, fetch, as_of))[0]


def is_reused(before: Observation, now: Observation) -> bool:
    grounds = [one.grounds for one in before.sources]
    return all(grounds) and grounds == [one.grounds for one in now.sources]


WAYS: list[tuple[AccountTicket, Callable[[Sequence[str]], Answers]]] = [
    (ticket(f"feed:{FEED}"), lambda printed: Answers(captured(FEED, rss(printed)))),
    (ticket("weibo:1234567890"), weibo),
    (ticket(f"page:{PAGE}", "app"), lambda printed: Answers(captured(PAGE, rows(printed)))),
]


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(WAYS),
    st.lists(st.sampled_from(ABSOLUTE + RELATIVE), min_size=1, max_size=5),
    MOMENTS,
    st.lists(MOMENTS, min_size=1, max_size=5),
)
def test_a_second_night_gives_what_reading_everything_would(
    way: tuple[AccountTicket, Callable[[Sequence[str]], Answers]],
    printed: list[str],
    first: datetime,
    later: list[datetime],
) -> None:
    account, answering = way
    fetch = answering(printed)
    before = seen(account, fetch, first)
    assert before == afresh(account, fetch, first)
    for moment in later:
        now = seen(account, fetch, moment, before)
        fresh = afresh(account, fetch, moment)
        assert now == fresh
        assert [one.grounds for one in now.sources] == [
            one.grounds for one in seen(account, fetch, moment).sources
        ]
        # What is stored is the same to the byte but for the grounds.
        bare = replace(now, sources=tuple(replace(one, grounds=None) for one in now.sources))
        assert factcodec.encode_observation(bare) == factcodec.encode_observation(fresh)


@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_reader_reads_the_same_wherever_the_watched_clock_says_so(file: Path) -> None:
    body, read = file.read_bytes(), READERS[file.parent.name]
    nights = [NIGHT + timedelta(hours=37 * n) for n in range(-8, 9)]
    nights += [datetime(year, 1, 1, 1, tzinfo=BEIJING) for year in (2020, 2024, 2027)]
    held = 0
    for first in nights[::4]:
        moment, span = watched_clock(first)
        made = read(body, url="", as_of=moment)
        assert made == read(body, url="", as_of=first)
        bounds = span.closed()
        for other in nights:
            if bounds is None or not _within(bounds, other):
                continue
            held += 1
            assert made == read(body, url="", as_of=other)
    assert held or made.posts


def _within(bounds: tuple[datetime | None, datetime | None], moment: datetime) -> bool:
    since, until = bounds
    return (since is None or since <= moment) and (until is None or moment < until)


def test_a_feed_of_full_past_dates_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    account, fetch = ticket(f"feed:{FEED}"), Answers(captured(FEED, rss(ABSOLUTE[:2])))
    before = seen(account, fetch, NIGHT)
    monkeypatch.setattr(feeds, "digest", None)
    now = seen(account, fetch, NIGHT + timedelta(days=1), before)
    assert is_reused(before, now)
    assert now == before


def test_hours_ago_are_read_every_night() -> None:
    account, fetch = ticket("weibo:1234567890"), weibo(["3小时前"])
    before = seen(account, fetch, NIGHT)
    now = seen(account, fetch, NIGHT + timedelta(days=1), before)
    assert before.sources[0].reading.newest_at == NIGHT - timedelta(hours=3)
    assert now.sources[0].reading.newest_at == NIGHT + timedelta(hours=21)
    assert before.sources[0].grounds is None


def test_just_now_is_the_moment_of_the_look_and_no_watched_one() -> None:
    (source,) = seen(ticket("weibo:1234567890"), weibo(["刚刚"]), NIGHT).sources
    assert source.reading.newest_at == NIGHT
    assert type(source.reading.newest_at) is datetime
    assert all(type(post.published_at) is datetime for post in source.reading.posts)
    assert source.grounds is None


def test_a_post_of_tomorrow_counts_once_it_has_come() -> None:
    printed = ["2023-03-21 12:00:00", "2023-03-01 12:00:00"]
    account, fetch = ticket(f"feed:{FEED}"), Answers(captured(FEED, rss(printed)))
    before = seen(account, fetch, NIGHT)
    assert is_reused(before, seen(account, fetch, NIGHT + timedelta(hours=12), before))
    come = datetime(2023, 3, 21, 11, 50, tzinfo=BEIJING)
    early = seen(account, fetch, come - timedelta(seconds=1), before)
    assert is_reused(before, early)
    assert early.sources[0].reading.newest_at == datetime(2023, 3, 1, 12, tzinfo=BEIJING)
    late = seen(account, fetch, come, before)
    assert late.sources[0].reading.newest_at == datetime(2023, 3, 21, 12, tzinfo=BEIJING)


CHANGES: list[tuple[str, Callable[[Capture], Capture]]] = [
    ("a byte of the body", lambda one: replace(one, body=one.body + b"\n")),
    ("the address it ended at", lambda one: replace(one, final_url=f"{one.url}?x=1")),
    ("a header that says captcha", lambda one: replace(one, headers=(("VerifyType", "1"),))),
    ("the status", lambda one: replace(one, status=203)),
    ("a cut", lambda one: replace(one, truncated=True, detail="incomplete_body")),
    ("a refusal", lambda one: replace(one, access=A.BLOCKED, status=403)),
]


@pytest.mark.parametrize("change", [how for _, how in CHANGES], ids=[name for name, _ in CHANGES])
def test_what_answers_otherwise_is_read_again(change: Callable[[Capture], Capture]) -> None:
    account, answer = ticket(f"feed:{FEED}"), captured(FEED, rss(ABSOLUTE[:2]))
    before = seen(account, Answers(answer), NIGHT)
    other = Answers(change(answer))
    now = seen(account, other, NIGHT + timedelta(days=1), before)
    assert not is_reused(before, now)
    assert now == afresh(account, other, NIGHT + timedelta(days=1))


def test_an_account_that_the_register_describes_anew_is_read_again() -> None:
    fetch = Answers(captured(FEED, rss(ABSOLUTE[:2], "http://rss.example/")))
    account = ticket(f"feed:{FEED}", "weixin")
    before = seen(account, fetch, NIGHT)
    assert before.sources[0].reading.access is A.OK
    renamed = replace(account, name="另一个县发布")
    now = seen(renamed, fetch, NIGHT + timedelta(days=1), before)
    assert now == afresh(renamed, fetch, NIGHT + timedelta(days=1))
    assert now.sources[0].reading.access is A.EMPTY_UNPROVEN
    assert now.sources[0].grounds is None


def test_after_a_change_of_the_reading_code_everything_is_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account, fetch = ticket(f"feed:{FEED}"), Answers(captured(FEED, rss(ABSOLUTE[:2])))
    before = seen(account, fetch, NIGHT)
    monkeypatch.setattr(account_recall, "reading_code", lambda: b"another")
    assert not is_reused(before, seen(account, fetch, NIGHT + timedelta(days=1), before))


def test_a_count_that_grew_is_noticed_beside_a_reading_used_again() -> None:
    account, fetch = ticket("weibo:1234567890"), weibo(["Thu Mar 02 16:00:11 +0800 2023"])
    before = seen(account, fetch, NIGHT)
    newest = before.sources[0].reading.newest_at
    assert before.sources[0].grounds is not None
    grown = replace(account, last_counter=4320, last_newest=newest)
    (source,) = seen(grown, fetch, NIGHT + timedelta(days=1), before).sources
    assert source.reading.detail == LIST_LACKS_NEWEST
    assert (source.proves_silence, source.reading.counter_before) == (False, 4320)
    assert source.grounds is None
    # The next night does not take over the word of this one.
    same = replace(account, last_counter=4321, last_newest=newest)
    held = Observation("weibo", (source,))
    (now,) = seen(same, fetch, NIGHT + timedelta(days=2), held).sources
    assert (now.reading.detail, now.proves_silence) == ("", True)


def test_a_stored_form_that_is_not_understood_is_as_good_as_none() -> None:
    account, fetch = ticket(f"feed:{FEED}"), Answers(captured(FEED, rss(ABSOLUTE[:2])))
    odd = pack(b'{"platform": 3}')
    now = asyncio.run(observe(account, fetch, NIGHT, recall=AccountRecall(odd)))[0]
    assert now == afresh(account, fetch, NIGHT)


SIGNS = [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]


@given(st.sampled_from(SIGNS), st.integers(-3, 3), st.integers(-3, 3), st.booleans())
def test_a_comparison_holds_only_for_moments_that_answer_alike(
    compare: Callable[[datetime, datetime], bool], away: int, shift: int, turned: bool
) -> None:
    other, moved = NIGHT + timedelta(microseconds=away), timedelta(microseconds=shift)

    def asked(moment: datetime) -> bool:
        return compare(other, moment + moved) if turned else compare(moment + moved, other)

    moment, span = watched_clock(NIGHT)
    said = asked(moment)
    assert said == asked(NIGHT)
    bounds = span.closed()
    if compare in {operator.eq, operator.ne}:
        assert bounds is None
        return
    assert bounds is not None
    around = [NIGHT + timedelta(microseconds=n) for n in range(-9, 10)]
    assert [_within(bounds, one) for one in around] == [asked(one) == said for one in around]


def test_whatever_else_is_asked_of_the_clock_binds_it() -> None:
    for ask in (str, repr, hash, lambda m: m.hour, lambda m: m.isoformat(), lambda m: m.timestamp(),
                lambda m: m - NIGHT, lambda m: NIGHT - m, lambda m: f"{m:%d}", lambda m: m.weekday(),
                lambda m: m.replace(hour=3), lambda m: m.timetuple(),
                lambda m: (m - timedelta(hours=2)).date().day,
                lambda m: m.astimezone(UTC).date().day):  # fmt: skip
        moment, span = watched_clock(NIGHT)
        assert ask(moment) == ask(NIGHT)
        assert span.closed() is None


def test_the_figures_of_a_day_bind_to_that_day_and_the_year_to_its_year() -> None:
    moment, span = watched_clock(NIGHT)
    assert (moment - timedelta(days=100)).year == 2022
    assert span.closed() == (
        datetime(2022, 4, 11, tzinfo=BEIJING),
        datetime(2023, 4, 11, tzinfo=BEIJING),
    )
    moment, span = watched_clock(NIGHT)
    assert ((moment - timedelta(days=2)).month, (moment - timedelta(days=2)).day) == (3, 18)
    midnight = NIGHT.replace(hour=0)
    assert span.closed() == (midnight, midnight + timedelta(days=1))


def test_a_watched_moment_that_a_reading_gives_becomes_a_plain_one() -> None:
    moment, span = watched_clock(NIGHT)
    assert type(settled(moment)) is datetime
    assert span.closed() is None
    assert settled(NIGHT) is NIGHT
