"""deploy/xuncha: what is typed by hand has the settings and the user of the services."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.unit.house.imports import ROOT

SCRIPT = (ROOT / "deploy" / "xuncha").read_text(encoding="utf-8")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """The script with its paths here, a program that tells what it was given, a user `xuncha`."""
    (tmp_path / "bin").mkdir()
    for name, text in {
        "program": 'echo "$@"; env | grep ^XUNCHA_ | sort',
        "bin/id": "echo ${AS:-xuncha}",
        "bin/runuser": 'echo "runuser $1 $2"; shift 3; exec "$@"',
    }.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    script = SCRIPT.replace("/etc/xuncha.env", str(tmp_path / "xuncha.env"))
    script = script.replace("/opt/xuncha/.venv/bin/xuncha", str(tmp_path / "program"))
    (tmp_path / "xuncha").write_text(script, encoding="utf-8")
    return tmp_path


def told(machine: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(machine / "xuncha"), *words],
        env={"PATH": f"{machine / 'bin'}:{os.environ['PATH']}", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_settings_come_from_the_file_and_the_environment_wins(machine: Path) -> None:
    (machine / "xuncha.env").write_text(
        '# 说明\nXUNCHA_HOME=/srv/x\nXUNCHA_VANTAGE="长沙 电信"\n'
        "XUNCHA_DATABASE_URL=postgresql+psycopg://u:p$(touch BROKEN)&q@h/d?a=1&b=2\n"
        "PATH=/nowhere\nXUNCHA_CONTACT=a@b.cn",
        encoding="utf-8",
    )  # fmt: skip
    ended = told(machine, "findings", "--why", "两个 词", XUNCHA_CONTACT="me@b.cn")
    assert ended.stdout.splitlines() == [
        "findings --why 两个 词",
        "XUNCHA_CONTACT=me@b.cn",
        "XUNCHA_DATABASE_URL=postgresql+psycopg://u:p$(touch BROKEN)&q@h/d?a=1&b=2",
        "XUNCHA_HOME=/srv/x",
        "XUNCHA_VANTAGE=长沙 电信",
    ]
    assert ended.returncode == 0


def test_root_becomes_the_user_of_the_services_and_others_are_told(machine: Path) -> None:
    assert told(machine, "doctor", AS="root").stdout.splitlines() == [
        "runuser -u xuncha",
        "doctor",
        "XUNCHA_HOME=/var/lib/xuncha",
    ]
    other = told(machine, "doctor", AS="somebody")
    assert (other.returncode, other.stdout) == (2, "")
    assert "sudo xuncha doctor" in other.stderr
