"""What crawl processes need while they run leaves nothing behind, not even after a kill."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from crawler.scratch_folders import scratch_folder


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_is_there_while_it_is_used_and_gone_afterwards(temporary: Path) -> None:
    with scratch_folder() as folder:
        (folder / "playwright-artifacts").mkdir()
        assert folder.parent == temporary
        assert f"-{os.getpid()}-" in folder.name
    assert list(temporary.iterdir()) == []


def test_what_a_killed_process_left_is_removed_and_nothing_else(temporary: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = temporary / f"xuncha-{gone.pid}-abcdefgh"
    (left / "org.chromium").mkdir(parents=True)
    others = {
        temporary / f"xuncha-{os.getppid()}-abcdefgh",
        temporary / "xuncha-demo",
        temporary / f"xuncha-pg-{gone.pid}",
        temporary / f"theirs-{gone.pid}-abcdefgh",
    }
    for one in others:
        one.mkdir()
    link = temporary / f"xuncha-{gone.pid}-hgfedcba"
    link.symlink_to(others.copy().pop())
    with scratch_folder() as folder:
        assert set(temporary.iterdir()) == {*others, link, folder}
