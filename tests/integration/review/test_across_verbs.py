"""`window trend` and `window repeats` on stored findings, on the terminal and as JSON."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

import settings as configuration
from cli import app
from database import session_factory, upgrade
from models import Finding, Site, Unit, Window
from review import across

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

QUARTERS = {
    "2022Q4": (date(2022, 11, 1), date(2022, 12, 15)),
    "2023Q1": (date(2023, 2, 20), date(2023, 3, 31)),
}
OPENED = datetime.fromisoformat("2023-03-01T01:00:00+08:00")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two windows; one unit fails both, a canary and a dismissed finding count nowhere."""
    monkeypatch.setenv("XUNCHA_HOME", str(tmp_path))
    upgrade(configuration.load())
    with session_factory(configuration.load()).begin() as session:
        unit = Unit(name="例县", position=1)
        session.add(unit)
        session.flush()
        sites = [
            Site(identity=f"site:{n}", code=f"430100000{n}", name=f"例县{n}", unit_id=unit.id, position=n,
                 home_url=f"http://s{n}.gov.cn/", canary=n == 3)
            for n in (1, 2, 3)
        ]  # fmt: skip
        windows = [Window(name=name, starts_on=a, ends_on=b) for name, (a, b) in QUARTERS.items()]
        session.add_all([*sites, *windows])
        session.flush()
        for window in windows:
            for site, state in (
                (sites[0], "confirmed"),
                (sites[1], "dismissed"),
                (sites[2], "confirmed"),
            ):
                session.add(
                    Finding(window_id=window.id, subject=f"target:{site.id}", target_id=site.id, unit_id=unit.id,
                            check="W3.1", label="首页长期不更新", severity="veto", state=state, opened_at=OPENED)
                )  # fmt: skip
    return tmp_path


def run(*words: str) -> str:
    told = CliRunner().invoke(app, words, catch_exceptions=False)
    assert told.exit_code == 0
    return told.stdout


def test_a_unit_with_the_same_problem_twice_is_told(home: Path) -> None:
    assert home.exists()
    lines = [json.loads(line) for line in run("window", "repeats", "--json").splitlines()]
    assert [(one["unit"], one["name"], one["in_a_row"]) for one in lines] == [("例县", "例县1", 2)]
    assert lines[0]["same_target"] is True
    assert "例县1" in run("window", "repeats", "2023Q1")
    assert run("window", "repeats", "2022Q4", "--json") == ""


def test_the_trend_counts_confirmed_findings_of_each_window(home: Path) -> None:
    assert home.exists()
    (line,) = (json.loads(one) for one in run("window", "trend", "--json").splitlines())
    assert line["counts"] == {"2022Q4": 1, "2023Q1": 1}
    assert line["change"] == 0
    assert "首页长期不更新" in run("window", "trend")


def test_only_the_last_windows_are_shown(home: Path) -> None:
    with session_factory(configuration.load())() as session:
        assert across.window_names(session, "2022Q4") == ["2022Q4"]
        assert across.window_names(session, most=1) == ["2023Q1"]
    assert home.exists()
