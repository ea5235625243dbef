"""`export`, `window report`, `evidence`, `notice` as typed on a terminal."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import cli
import database
from settings import Settings
from tests.integration.report.replay_world import PUBLISHED, play
from tests.unit.report.test_report_layouts import BAIHE

pytestmark = pytest.mark.integration


@pytest.fixture
def home(sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XUNCHA_HOME", str(sqlite_settings.home))
    made = database.session_factory(sqlite_settings)
    with made() as session:
        play(session, "zengdu-2023q1", sqlite_settings.home / "registry")
    made.kw["bind"].dispose()
    return sqlite_settings.home


def xuncha(*words: str) -> Result:
    return CliRunner().invoke(cli.app, list(words))


def test_export_writes_the_contract_s_files_and_takes_a_layout_by_path(home: Path) -> None:
    told = xuncha("export", "--window", "2023Q1", "--layout", "zengdu")
    assert told.exit_code == 0, told.output
    assert sorted(path.name for path in (home / "exports").iterdir()) == [
        "2023Q1-zengdu-1.csv", "2023Q1-zengdu-1.json", "2023Q1-zengdu-2.csv",
        "2023Q1-zengdu-2.json", "2023Q1-zengdu.docx", "2023Q1-zengdu.xlsx",
    ]  # fmt: skip
    shown = json.loads((home / "exports" / "2023Q1-zengdu-1.json").read_text(encoding="utf-8"))
    assert shown["schema"] == "xuncha-annex-1"
    own = xuncha("export", "--window", "2023Q1", "--layout", str(BAIHE), "--format", "csv")
    assert own.exit_code == 0
    (home / "layouts").mkdir()
    shutil.copyfile(BAIHE, home / "layouts" / "mine.yaml")
    mine = xuncha("export", "--window", "2023Q1", "--layout", "mine", "--format", "csv")
    assert mine.exit_code == 0
    assert "2023Q1-mine-1.csv" in mine.output


def test_the_window_s_numbers_stand_on_the_terminal_and_as_json(home: Path) -> None:
    assert home.is_dir()
    told = xuncha("window", "report", "2023Q1", "--layout", "zengdu")
    assert told.exit_code == 0
    for part in ("总体情况", "政府网站", "86.11%", "政务新媒体", "68.75%", "严重表述错误"):
        assert part in told.output
    shown = json.loads(xuncha("window", "report", "2023Q1", "--json").output)
    assert shown["schema"] == "xuncha-window-report-1"
    assert shown["tables"]["overall"]["rows"][0]["检查数"] == "36"
    assert shown["problems"] == []


def test_evidence_is_packed_and_a_changed_pack_ends_with_one(home: Path) -> None:
    told = xuncha("evidence", "pack", "--window", "2023Q1")
    assert told.exit_code == 0, told.output
    assert "Ed25519" in told.output
    pack = home / "exports" / "2023Q1-evidence.zip"
    good = xuncha("evidence", "verify", str(pack))
    assert (good.exit_code, "与所给公钥一致" in good.output) == (0, True)
    body = bytearray(pack.read_bytes())
    body[len(body) // 2] ^= 1
    pack.write_bytes(body)
    assert xuncha("evidence", "verify", str(pack)).exit_code == 1


def test_a_previous_notice_is_imported_once_it_is_dated(home: Path, tmp_path: Path) -> None:
    files = [str(path) for path in sorted((PUBLISHED / "zengdu-2023q1").glob("annex*.csv"))]
    asked = ["notice", "import", *files, "--window", "2022Q4", "--by", "王"]
    dry = json.loads(xuncha(*asked, "--dry-run", "--json").output)
    kept = json.loads(xuncha(*asked, "--json").output)
    assert len(dry["entered"]) == len(kept["entered"]) == 33
    again = json.loads(xuncha(*asked, "--json").output)
    assert (again["entered"], again["already"]) == ([], 33)
    out = tmp_path / "n.docx"
    assert xuncha("notice", "template", "--out", str(out)).exit_code == 0
    assert out.read_bytes().startswith(b"PK")
    assert home.is_dir()
