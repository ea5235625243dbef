"""The doctor finds the usual faults before the first night does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import diagnosis
from diagnosis import Examined, examine
from models import Site
from settings import Settings
from tests.integration.upkeep.upkeep_world import House

pytestmark = pytest.mark.integration


def told(settings: Settings) -> dict[str, Examined]:
    return {one.what: one for one in examine(settings)}


def test_a_house_in_order_has_nothing_bad(house: House) -> None:
    found = told(house.settings)
    assert [one for one in found.values() if one.state == "bad"] == []
    assert {"数据目录", "数据库", "快照库", "时钟", "中文字体", "规则", "名录", "哨兵"} <= set(
        found
    )


def test_canaries_that_do_not_answer_are_our_own_fault(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.add(
        Site(
            identity="1", code="1", name="哨兵", unit_id=1, canary=True,
            home_url="http://127.0.0.1:9/",
        )
    )  # fmt: skip
    open_inside = house.settings.model_copy(update={"allow_private": True})
    assert told(open_inside)["哨兵"].state == "bad"


def test_a_capture_store_that_cannot_be_written_is_bad(house: House, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    settings = house.settings.model_copy(update={"captures": str(tmp_path / "file" / "store")})
    assert told(settings)["快照库"].state == "bad"


def test_fonts_and_a_browser_that_are_missing_are_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diagnosis.shutil.which", lambda _name: None)
    settings = house.settings.model_copy(update={"browser": "auto"})
    found = told(settings)
    assert (found["中文字体"].state, found["浏览器"].state) == ("warn", "warn")


def test_a_browser_that_does_not_start_is_bad(house: House, tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    settings = house.settings.model_copy(update={"browser": str(broken)})
    assert told(settings)["浏览器"].state == "bad"


def test_a_driver_of_the_browser_that_lacks_a_library_is_bad(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("chromium", "node"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho Chromium 1\n", encoding="utf-8")
        program.chmod(0o755)
    (tmp_path / "node").write_text("#!/bin/sh\necho libatomic.so.1 >&2; exit 127\n")
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(tmp_path / "node"))
    settings = house.settings.model_copy(update={"browser": str(tmp_path / "chromium")})
    found = told(settings)["浏览器"]
    assert found.state == "bad"
    assert "libatomic.so.1" in found.told


def test_extras_that_are_asked_for_and_missing_are_bad(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diagnosis.importlib.util.find_spec", lambda _name: None)
    settings = house.settings.model_copy(update={"metrics": Path("x.prom")})
    assert "xuncha[metrics]" in told(settings)["监控指标"].told


def test_a_clock_that_differs_from_the_servers_is_bad(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not house.settings.database_url:
        pytest.skip("SQLite has no clock of its own")

    class Ahead(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Ahead:
            moment = datetime.now(UTC) + timedelta(hours=3)
            return cls.fromtimestamp(moment.timestamp(), tz)

    monkeypatch.setattr(diagnosis, "datetime", Ahead)
    assert told(house.settings)["时钟"].state == "bad"


def test_a_database_that_does_not_answer_is_told_and_the_rest_is_looked_at(
    house: House,
) -> None:
    away = house.settings.model_copy(
        update={"database_url": "postgresql+psycopg://x:secret@127.0.0.1:1/x"}
    )
    found = told(away)
    assert found["数据库"].state == "bad"
    assert "secret" not in found["数据库"].told
    assert found["快照库"].state == "good"
