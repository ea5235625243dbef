"""`xuncha fixture` as its users call it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

import cli

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


def call(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["xuncha", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_a_saved_page_becomes_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUNCHA_HOME", str(tmp_path / "home"))
    page = tmp_path / "saved.html"
    rows = "".join(
        f"<li><a href='/n/{n}.html'>第{n}次常务会议召开</a> 2024-03-0{n}</li>" for n in (1, 2, 3)
    )
    page.write_text(f"<title>要闻动态</title><ul>{rows}</ul>", encoding="utf-8")
    words = (str(page), "--out", str(tmp_path / "case"), "--as-of", "2024-03-10")
    assert call(monkeypatch, "fixture", *words, "--url", "http://www.a.gov.cn/yw/") == 0
    case = json.loads((tmp_path / "case" / "expected.json").read_text(encoding="utf-8"))
    assert case["expected"]["newest_date"] == "2024-03-03"
    assert "常务" not in (tmp_path / "case" / "page.html").read_text(encoding="utf-8")


def test_what_is_neither_file_nor_capture_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XUNCHA_HOME", str(tmp_path / "home"))
    assert call(monkeypatch, "fixture", "nowhere.html", "--out", str(tmp_path / "case")) == 2
    assert call(monkeypatch, "fixture", "77", "--out", str(tmp_path / "case")) == 2
    assert "没有快照 77" in capfd.readouterr().err
