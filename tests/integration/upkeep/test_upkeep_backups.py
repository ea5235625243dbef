"""What was backed up comes back whole, on either database, and nothing is overwritten unasked."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

import database
from models import Base, Run, Site, Unit
from settings import Settings
from tests.conftest import SettingsFor
from tests.integration.upkeep.upkeep_world import House, beijing
from upkeep.backup import backup, listed, place, restore
from upkeep.copies import Kind
from upkeep.errors import UpkeepError

pytestmark = pytest.mark.integration

NOW = beijing("2026-03-01T12:00")


def everything(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    sessions = database.session_factory(settings, read_only=True)
    with sessions() as session:
        told = {
            table.name: sorted(tuple(map(str, row)) for row in session.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }
    sessions.kw["bind"].dispose()
    return told


@pytest.fixture
def lived(house: House) -> House:
    """A house after a night with a finding."""
    window = house.window("2026Q1", "2026-01-01", "2026-03-31", frozen=False)
    run = house.night("2026-01-02", window)
    house.visit(run)
    home = house.capture(run, "<h1>首页</h1>")
    house.finding(window, house.verdict(run, [home]), evidence={"text": "2025-12-30", "n": 1})
    return house


@pytest.mark.parametrize("portable", [False, True], ids=["own", "portable"])
def test_a_backup_comes_back_whole(lived: House, portable: bool) -> None:
    before = everything(lived.settings)
    made = backup(lived.settings, NOW, portable=portable)
    assert (made.kind is Kind.PORTABLE) == portable
    with lived.sessions.begin() as session:
        session.execute(update(Site).values(home_url="http://lost.invalid/"))
        session.execute(update(Run).values(state="failed"))
    lived.sessions.kw["bind"].dispose()
    restore(lived.settings, made.folder, replace=True)
    assert everything(lived.settings) == before
    new = House(lived.settings, database.session_factory(lived.settings), lived.site)
    assert new.add(Unit(name="新单位")) == 3
    new.sessions.kw["bind"].dispose()


def test_a_portable_backup_moves_from_one_kind_of_database_to_the_other(
    lived: House, settings_for: SettingsFor, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    before = everything(lived.settings)
    made = backup(lived.settings, NOW, portable=True)
    if lived.settings.database_url:
        other = settings_for(home=tmp_path / "moved")
    else:
        other = settings_for(
            home=tmp_path / "moved", database_url=request.getfixturevalue("postgresql_url")
        )
    restore(other, made.folder)
    assert everything(other) == before


def test_a_full_database_is_not_overwritten_unasked(lived: House) -> None:
    made = backup(lived.settings, NOW)
    with pytest.raises(UpkeepError, match="--replace"):
        restore(lived.settings, made.folder)


def test_nothing_is_restored_under_a_running_night(lived: House) -> None:
    made = backup(lived.settings, NOW)
    lived.night(
        "2026-03-01",
        state="crawling",
        lease_owner="elsewhere:1:x",
        lease_until=datetime.now(UTC) + timedelta(hours=1),
    )
    with pytest.raises(UpkeepError, match="正在进行"):
        restore(lived.settings, made.folder, replace=True)


def test_a_damaged_backup_is_refused_before_anything_is_touched(lived: House) -> None:
    made = backup(lived.settings, NOW)
    file = made.folder / made.kind.file
    file.write_bytes(file.read_bytes()[:-20])
    before = everything(lived.settings)
    with pytest.raises(UpkeepError, match="已损坏"):
        restore(lived.settings, made.folder, replace=True)
    assert everything(lived.settings) == before


def test_captures_travel_with_the_backup_and_are_copied_once(
    lived: House, settings_for: SettingsFor, tmp_path: Path
) -> None:
    to = tmp_path / "elsewhere"
    assert backup(lived.settings, NOW, to=to).captures == 1
    assert backup(lived.settings, NOW + timedelta(days=1), to=to).captures == 0
    other = settings_for(home=tmp_path / "fresh")
    portable = backup(lived.settings, NOW + timedelta(days=2), to=to, portable=True)
    assert restore(other, portable.folder).captures == 1
    name = lived.store.put("<h1>首页</h1>".encode())
    assert House(other, lived.sessions, 0).store.get(name) == "<h1>首页</h1>".encode()


def test_only_so_many_copies_are_kept(lived: House) -> None:
    settings = lived.settings.model_copy(update={"backups_kept": 2})
    made = [backup(settings, NOW + timedelta(days=day)).folder for day in range(3)]
    assert [one.folder for one in listed(place(settings))] == [made[2], made[1]]


def test_without_pg_dump_the_portable_format_serves_and_says_so(
    lived: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not lived.settings.database_url:
        pytest.skip("SQLite has its own copy")
    monkeypatch.setattr("upkeep.copies.shutil.which", lambda _name: None)
    made = backup(lived.settings, NOW)
    assert made.kind is Kind.PORTABLE
    assert "pg_dump" in made.sentence()


def test_a_folder_that_is_no_backup_is_named(lived: House, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps([1]), encoding="utf-8")
    with pytest.raises(UpkeepError, match="不是 xuncha 的备份"):
        restore(lived.settings, tmp_path)


def test_a_place_that_cannot_be_written_is_one_sentence(lived: House, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UpkeepError, match="无法写入"):
        backup(lived.settings, NOW, to=tmp_path / "file")
