"""What a finding or a frozen window needs is never thinned; the rest goes, and only when it is due."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

import judging
import rejudging
from crawler.store import CaptureStore
from models import Capture, Fact, Item, Run, Verdict, Visit
from nightly import NightError
from settings import Settings
from tests.integration.upkeep.upkeep_world import House
from upkeep import bodies, thinning
from upkeep.backup import backup
from upkeep.errors import UpkeepError

pytestmark = pytest.mark.integration

LATER = date(2026, 12, 1)


class Past:
    """A frozen window with three nights, of which the last stays whole."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.window = house.window("2026Q1", "2026-01-01", "2026-03-31", frozen=True)
        self.nights = [house.night(f"2026-01-0{day}", self.window) for day in (1, 2, 3)]
        self.plain = [house.capture(night, f"普通 {night}") for night in self.nights]
        self.proof = [house.capture(night, f"证据 {night}", "column") for night in self.nights]
        for night, proof, plain in zip(self.nights, self.proof, self.plain, strict=True):
            house.visit(night)
            house.verdict(night, [plain], outcome="pass")
            house.verdict(night, [proof])

    def thin(self, today: date = LATER) -> list[thinning.Thinned]:
        return thinning.thin(self.house.settings, self.house.sessions, today)

    def left(self) -> set[int]:
        with self.house.sessions() as session:
            return set(session.scalars(select(Capture.id)))

    def count(self, table: type[object]) -> int:
        with self.house.sessions() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def is_there(self, text: str) -> bool:
        store = CaptureStore(self.house.settings.capture_store)
        return store.exists(hashlib.sha256(text.encode()).hexdigest())


@pytest.fixture
def past(house: House) -> Past:
    return Past(house)


def test_what_proves_a_failing_verdict_stays_and_the_rest_goes(past: Past) -> None:
    told = past.thin()
    assert [(one.run, one.captures, one.kept) for one in told] == [
        (past.nights[0], 1, 1),
        (past.nights[1], 1, 1),
    ]
    assert past.left() == {*past.proof, past.plain[2]}
    assert past.count(Fact) == 4
    assert not past.is_there(f"普通 {past.nights[0]}")
    assert past.is_there(f"证据 {past.nights[0]}")
    assert past.is_there(f"普通 {past.nights[2]}")
    assert (past.count(Verdict), past.count(Visit), past.count(Item)) == (6, 3, 1)


def test_a_dry_run_tells_the_same_and_changes_nothing(past: Past) -> None:
    planned = thinning.plan(past.house.settings, past.house.sessions, LATER)
    assert past.count(Capture) == 6
    assert [one.to_json() for one in planned] == [one.to_json() for one in past.thin()]
    assert all(one.bytes and one.bodies == 1 for one in planned)


def test_nothing_goes_before_its_time(past: Past) -> None:
    assert past.thin(date(2026, 9, 27)) == []
    assert len(past.thin(date(2026, 9, 28))) == 2


def test_a_window_that_is_not_frozen_keeps_everything(house: House) -> None:
    window = house.window("2025Q1", "2025-01-01", "2025-03-31", frozen=False)
    house.capture(house.night("2025-01-01", window), "一")
    house.capture(house.night("2025-01-02", window), "二")
    assert thinning.thin(house.settings, house.sessions, LATER) == []


def test_a_night_of_no_window_is_thinned_too(house: House) -> None:
    house.capture(house.night("2025-01-01"), "一")
    told = thinning.thin(house.settings, house.sessions, LATER)
    assert [(one.window, one.captures) for one in told] == [("", 1)]


def test_a_body_that_another_night_still_names_stays(past: Past) -> None:
    again = past.house.night("2026-11-30")
    past.house.capture(again, f"普通 {past.nights[0]}")
    past.thin()
    assert past.is_there(f"普通 {past.nights[0]}")
    assert not past.is_there(f"普通 {past.nights[1]}")


def test_what_findings_and_people_point_at_stays(past: Past) -> None:
    house, first = past.house, past.plain[0]
    with house.sessions() as session:
        picture = session.get_one(Capture, past.plain[1]).sha256
    finding = house.finding(
        past.window, second_look={"captures": [first]}, evidence={"screenshot": picture}
    )
    kept = house.feedback(finding, "已整改")
    past.thin()
    assert first in past.left()
    assert past.is_there(f"普通 {past.nights[1]}")
    assert CaptureStore(house.settings.capture_store).exists(kept)


def test_no_body_goes_while_a_night_is_running(past: Past) -> None:
    past.house.night(
        "2026-11-30",
        state="crawling",
        lease_owner="elsewhere:1:x",
        lease_until=datetime.now(UTC) + timedelta(hours=1),
    )
    with pytest.raises(UpkeepError, match="正在巡查"):
        past.thin()
    assert past.count(Capture) == 6


def test_no_body_goes_while_a_backup_is_made(
    past: Past, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows of the copy are from before, the bodies are copied after them."""
    copied, refused = bodies.copy_new, list[str]()

    def copy_new(settings: Settings, to: Path) -> int:
        with pytest.raises(UpkeepError, match="正在备份") as told:
            past.thin()
        refused.append(str(told.value))
        return copied(settings, to)

    monkeypatch.setattr(bodies, "copy_new", copy_new)
    made = backup(past.house.settings, datetime.now(UTC), to=tmp_path / "backups")
    assert (made.captures, len(refused), past.count(Capture)) == (6, 1, 6)
    assert len(past.thin()) == 2


def test_a_clean_up_that_was_killed_goes_on_where_it_stopped(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove = CaptureStore.remove

    def killed(store: CaptureStore, name: str) -> None:
        remove(store, name)
        raise KeyboardInterrupt

    monkeypatch.setattr(CaptureStore, "remove", killed)
    with pytest.raises(KeyboardInterrupt):
        past.thin()
    monkeypatch.setattr(CaptureStore, "remove", remove)
    assert past.count(Capture) == 6
    past.thin()
    assert past.left() == {*past.proof, past.plain[2]}
    assert past.thin() == []


def test_a_thinned_night_is_not_judged_again(past: Past) -> None:
    past.thin()
    with pytest.raises(NightError, match="保存期限"):
        rejudging.rejudge(past.house.settings, past.house.sessions, run=past.nights[0])
    with past.house.sessions() as session:
        assert judging.latest_judgement(session, past.nights[0]) is not None
        assert thinning.is_thinned(session.get_one(Run, past.nights[0]))
