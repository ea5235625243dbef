"""Accounts over several nights: what is the same is asked for and entered, and read only once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

import judging
from checks.registry import ALL
from checks.ruleset import national
from crawler import factcodec, history
from crawler.fetch.access import AccessState as A
from crawler.fetch.capture import Capture
from crawler.platforms import feed
from crawler.platforms.observation import Observation
from crawler.recording import RunMark, record
from crawler.replay import reextract
from crawler.spiders.account import AccountTask, account_tasks, patrol_account
from crawler.store import CaptureStore
from database import session_factory
from models import Account, Fact, Run, Verdict
from models import Capture as CaptureRow
from registry.importing import import_files
from settings import Settings

pytestmark = pytest.mark.integration

FIRST = datetime.fromisoformat("2023-03-10T01:00:00+08:00")
FEED = "http://rss.example:1200/gh_1"
LIST = f"""账号名称,账号类型,开设主体,地区,信息源
示例发布,微信公众号,示例市政府办,示例市,feed:{FEED}
"""


def rss(newest: str) -> bytes:
    return (
        "<rss><channel><title>示例发布</title><item><title>工作动态</title><guid>1</guid>"
        f"<pubDate>{newest}</pubDate></item></channel></rss>"
    ).encode()


@dataclass
class Bridge:
    """A feed that can be changed; what is asked of it is counted."""

    body: bytes = field(default_factory=lambda: rss("2023-03-01 09:00:00"))
    status: int = 200
    asked: int = 0

    async def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, method: str = "GET",
        body: bytes | None = None,
    ) -> Capture:  # fmt: skip
        del headers, method, body
        self.asked += 1
        access = A.OK if self.status == 200 else A.BLOCKED
        return Capture(url, url, FIRST, access, self.status, body=self.body)

    async def browse(self, url: str, *, wanted: Sequence[str] = ()) -> list[Capture]:
        raise AssertionError(url, wanted)


@dataclass
class AccountNights:
    """One account, and nights over it in a real home."""

    settings: Settings
    sessions: sessionmaker[Session]
    bridge: Bridge = field(default_factory=Bridge)

    @property
    def store(self) -> CaptureStore:
        return CaptureStore(self.settings.capture_store)

    def task(self, day: int) -> AccountTask:
        with self.sessions() as session:
            ids = list(session.scalars(select(Account.id)))
            return account_tasks(session, ids, FIRST + timedelta(days=day))[0]

    def play(self, day: int) -> int:
        """The number of a night's run."""
        as_of = FIRST + timedelta(days=day)
        task = self.task(day)
        told = asyncio.run(patrol_account(task, self.bridge, as_of, self.store.put))
        with self.sessions.begin() as session:
            run = Run(as_of=as_of, state="done", ruleset="x", targets=[task.id])
            session.add(run)
            session.flush()
            record(session, RunMark(run.id, as_of), told)
            judging.judge_run(session, run, national(ALL))
            return run.id

    def seen(self, run: int) -> Observation:
        with self.sessions() as session:
            payload = session.scalars(
                select(Fact.payload).where(Fact.run_id == run).order_by(Fact.id.desc())
            ).first()
            assert payload is not None
            return factcodec.decode_observation(payload)

    def verdict(self, run: int) -> tuple[str, str, int]:
        """Outcome and reason of M2.1, and how many captures stand behind it."""
        with self.sessions() as session:
            chosen = select(Verdict).where(Verdict.run_id == run, Verdict.check == "M2.1")
            told = session.scalars(chosen).one()
            captures = session.scalars(
                select(CaptureRow.run_id).where(CaptureRow.id.in_(told.captures))
            )
            assert set(captures) <= {run}
            return told.outcome, told.reason, len(told.captures)


@pytest.fixture
def nights(database_settings: Settings, tmp_path: Path) -> Iterator[AccountNights]:
    sessions = session_factory(database_settings)
    path = tmp_path / "accounts.csv"
    path.write_text(LIST, encoding="utf-8")
    with sessions() as session:
        assert import_files(session, [path]).clean
    yield AccountNights(database_settings, sessions)
    sessions.kw["bind"].dispose()


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The feeds that are read, as they are."""
    found: list[bytes] = []
    parsed = feed._parsed

    def counted(payload: bytes) -> tuple[str, feed.Feed | None]:
        found.append(payload)
        return parsed(payload)

    monkeypatch.setattr(feed, "_parsed", counted)
    return found


def test_an_unchanged_feed_is_asked_and_entered_every_night_and_read_once(
    nights: AccountNights, readings: list[bytes]
) -> None:
    first = nights.play(0)
    once = len(readings)
    later = [nights.play(day) for day in (1, 2)]
    assert nights.bridge.asked == 3
    assert once
    assert len(readings) == once
    assert [nights.verdict(run) for run in [first, *later]] == [("pass", "fresh", 1)] * 3
    (source,) = nights.seen(later[-1]).sources
    (before,) = nights.seen(first).sources
    assert (source.reading, source.grounds) == (before.reading, before.grounds)
    assert source.capture_ids != before.capture_ids


def test_a_kept_reading_grows_old_like_a_fresh_one(nights: AccountNights) -> None:
    nights.play(0)
    assert nights.verdict(nights.play(4))[:2] == ("pass", "fresh")
    assert nights.verdict(nights.play(5))[:2] == ("undetermined", "stale_by_one_source")


def test_a_feed_that_changed_is_read_and_the_one_after_a_refusal_as_well(
    nights: AccountNights, readings: list[bytes]
) -> None:
    nights.play(0)
    readings.clear()
    nights.bridge.body = rss("2023-03-10 08:00:00")
    assert nights.verdict(nights.play(1))[:2] == ("pass", "fresh")
    assert readings
    nights.bridge.status = 403
    assert nights.seen(nights.play(2)).sources[0].reading.access is A.BLOCKED
    readings.clear()
    nights.bridge.status = 200
    assert nights.seen(nights.play(3)).sources[0].reading.access is A.OK
    assert readings


def test_reading_a_night_again_begins_with_its_captures_and_changes_nothing(
    nights: AccountNights, readings: list[bytes]
) -> None:
    nights.play(0)
    last = nights.play(1)
    readings.clear()
    with nights.sessions() as session:
        run = session.get_one(Run, last)
        assert reextract(session, nights.settings, nights.store, run) == 0
    assert readings


def test_of_a_run_that_was_read_again_the_last_observation_is_used(nights: AccountNights) -> None:
    run = nights.play(0)
    with nights.sessions.begin() as session:
        old = session.scalars(select(Fact).where(Fact.run_id == run)).one()
        again = Fact(run_id=run, target_id=old.target_id, kind="account", extractor="x")
        again.payload = factcodec.encode_observation(Observation("weixin"))
        session.add(again)
        target = old.target_id
    with nights.sessions() as session:
        found = history.last_seen(session, [target], FIRST + timedelta(days=1))
        assert history.last_seen(session, [target], FIRST) == {}
    assert factcodec.decode_observation(found[target]) == Observation("weixin")
