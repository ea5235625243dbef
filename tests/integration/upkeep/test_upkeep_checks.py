"""What is not sound is told; the report of a run; the figures for Prometheus."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from models import Capture, Run
from settings import Settings
from tests.conftest import SettingsFor
from tests.integration.upkeep.upkeep_world import House, beijing
from upkeep import metrics
from upkeep.backup import backup
from upkeep.errors import UpkeepError
from upkeep.run_report import report, slow_hosts
from upkeep.soundness import examine

pytestmark = pytest.mark.integration

NOW = beijing("2026-03-01T12:00")


def states(settings: Settings, *, thorough: bool = False) -> dict[str, str]:
    return {one.what: one.state for one in examine(settings, NOW, thorough=thorough)}


def test_a_sound_house_is_good(house: House) -> None:
    run = house.night("2026-02-28")
    house.capture(run, "首页")
    assert states(house.settings).pop("备份") == "warn"
    backup(house.settings, NOW)
    assert set(states(house.settings).values()) == {"good"}


def test_a_body_that_is_gone_or_changed_is_told(house: House) -> None:
    run = house.night("2026-02-28")
    house.capture(run, "首页")
    with house.sessions.begin() as session:
        session.execute(update(Capture).values(sha256="0" * 64))
    assert states(house.settings)["快照"] == "bad"
    assert states(house.settings, thorough=True)["快照"] == "bad"


def test_a_finding_without_its_verdict_is_told(house: House) -> None:
    window = house.window("2026Q1", "2026-01-01", "2026-03-31", frozen=False)
    house.finding(window)
    assert states(house.settings)["问题的依据"] == "bad"


def test_a_night_that_nobody_resumed_and_an_old_backup_are_told(house: House) -> None:
    house.night("2026-02-01", state="crawling")
    backup(house.settings, NOW - timedelta(days=9))
    told = states(house.settings)
    assert (told["中断的批次"], told["备份"]) == ("warn", "warn")


def test_a_file_that_is_no_database_is_told_and_not_raised(settings_for: SettingsFor) -> None:
    settings = settings_for()
    settings.home.mkdir()
    (settings.home / "xuncha.sqlite3").write_bytes(b"no database" * 500)
    assert states(settings) == {"数据库": "bad"}


def test_a_database_that_is_not_there_is_told(settings_for: SettingsFor) -> None:
    assert states(settings_for()) == {"数据库": "bad"}


def test_the_report_names_slow_targets_and_hosts(house: House) -> None:
    run = house.night("2026-02-28")
    house.visit(run, seconds=31.0, requests=9, access="timeout", fresh=False, pages=3)
    house.capture(run, "首页")
    with house.sessions() as session:
        told = report(session, session.get_one(Run, run))
    figures = told.to_json()
    assert figures["slow_targets"][0]["seconds"] == 31.0
    assert figures["slow_hosts"][0]["host"] == "www.town.gov.cn"
    assert (figures["visited"], figures["targets"]) == (1, 1)


def test_hosts_are_ranked_by_the_time_they_took() -> None:
    told = slow_hosts(
        [
            ("http://a.gov.cn/1", 1.0, "ok"),
            ("http://b.gov.cn/1", 9.0, "timeout"),
            ("http://a.gov.cn/2", 1.0, "ok"),
            ("http://[bad", 99.0, "ok"),
        ]
    )
    assert [(one.name, one.requests, one.slow, one.failed) for one in told] == [
        ("b.gov.cn", 1, 1, 1),
        ("a.gov.cn", 2, 0, 0),
    ]


def test_figures_are_written_for_prometheus(house: House, tmp_path: Path) -> None:
    pytest.importorskip("prometheus_client", reason="the extra `metrics` is not installed")
    file = tmp_path / "textfiles" / "xuncha.prom"
    settings = house.settings.model_copy(update={"metrics": file})
    run = house.night("2026-02-28")
    with house.sessions.begin() as session:
        session.execute(
            text("UPDATE runs SET summary = :told WHERE id = :run"),
            {"told": '{"targets": 7, "fresh": 6, "flagged": {"W3.1": 2}}', "run": run},
        )
    assert metrics.write(settings, house.sessions, NOW)
    told = file.read_text(encoding="utf-8")
    assert 'xuncha_targets{kind="site"} 1.0' in told
    assert "xuncha_last_run_fresh 6.0" in told
    assert 'xuncha_last_run_flagged{check="W3.1"} 2.0' in told


def test_without_the_setting_nothing_is_written(house: House) -> None:
    assert not metrics.write(house.settings, house.sessions, NOW)


def test_what_is_missing_for_figures_is_said(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    settings = house.settings.model_copy(update={"metrics": tmp_path / "x.prom"})
    with pytest.raises(UpkeepError, match="prometheus-client"):
        metrics.write(settings, house.sessions, NOW)
