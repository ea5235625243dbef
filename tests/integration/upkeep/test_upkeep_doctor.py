"""The doctor finds the usual faults before the first night does."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import diagnosis
from diagnosis import Examined, examine
from models import Run, Site
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
    assert "make .venv/.metrics" in told(settings)["监控指标"].told


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


def test_a_misspelt_setting_is_told_with_the_one_that_was_meant(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUNCHA_CONTCAT", "office@example.gov.cn")
    found = told(house.settings)["设置"]
    assert found.state == "warn"
    assert "XUNCHA_CONTACT" in found.told


def test_a_time_that_the_scheduler_could_not_read_is_bad(house: House) -> None:
    assert told(house.settings.model_copy(update={"nightly_at": "25"}))["定时"].state == "bad"


def test_a_program_that_is_no_chromium_is_bad(house: House) -> None:
    settings = house.settings.model_copy(update={"browser": "/bin/true"})
    assert told(settings)["浏览器"].state == "bad"


def test_a_home_that_others_can_read_is_told_with_the_remedy(house: House) -> None:
    house.settings.home.mkdir(exist_ok=True)
    house.settings.home.chmod(0o755)
    found = [one for one in examine(house.settings) if one.what == "数据目录"]
    assert [one.state for one in found] == ["good", "warn"]
    assert "chmod 750" in found[1].told
    house.settings.home.chmod(0o750)
    assert len([one for one in examine(house.settings) if one.what == "数据目录"]) == 1


def test_secrets_that_others_can_read_are_bad(house: House, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets.json"
    secrets.write_text("{}", encoding="utf-8")
    secrets.chmod(0o644)
    settings = house.settings.model_copy(update={"weixin_secrets": secrets})
    assert told(settings)["密钥文件"].state == "bad"


@pytest.mark.parametrize(("free", "state"), [(50, "bad"), (900, "warn"), (9000, "good")])
def test_a_full_disk_is_bad_and_a_nearly_full_one_a_warning(
    house: House, monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    house.settings.home.mkdir(exist_ok=True)
    house.settings.home.chmod(0o750)
    monkeypatch.setattr(
        "diagnosis.shutil.disk_usage", lambda _path: SimpleNamespace(free=free * 1024**2)
    )
    assert told(house.settings)["数据目录"].state == state


def test_a_run_from_the_future_says_that_the_clock_is_wrong(house: House) -> None:
    house.add(Run(as_of=datetime.now(UTC) + timedelta(days=3), state="done", ruleset="x"))
    assert told(house.settings)["时钟"].state == "bad"


class _Later(BaseHTTPRequestHandler):
    """A site whose clock is three hours ahead of ours."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string((timestamp or time.time()) + 3 * 3600)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def test_canaries_that_all_live_three_hours_later_say_that_our_clock_is_slow(
    house: House,
) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Later) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        home = f"http://127.0.0.1:{server.server_address[1]}/"
        house.add(Site(identity="1", code="1", name="哨兵", unit_id=1, canary=True, home_url=home))
        found = told(house.settings.model_copy(update={"allow_private": True}))
        server.shutdown()
    assert found["哨兵"].state == "good"
    assert found["时钟"].state == "bad"
    assert "慢约 1" in found["时钟"].told
