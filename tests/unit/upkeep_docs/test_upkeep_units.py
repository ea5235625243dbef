"""systemd itself reads the units: nothing in them is unknown to it, and little is left open."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.house.imports import ROOT

UNITS = sorted(one.name for one in (ROOT / "deploy").glob("xuncha-*.*"))
pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="no systemd here to read the units"
)


def analyse(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units, with a program that is here."""
    for name in UNITS:
        text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(
            text.replace("/opt/xuncha/.venv/bin/xuncha", "/bin/true"), encoding="utf-8"
        )
    return tmp_path


def test_systemd_finds_nothing_wrong_in_the_units(units: Path) -> None:
    told = analyse(units, "verify", *(f"./{name}" for name in UNITS))
    ours = [line for line in told.stderr.splitlines() if "xuncha" in line]
    assert ours == []


def test_a_unit_with_a_misspelt_line_would_be_seen(units: Path) -> None:
    unit = units / "xuncha-serve.service"
    unit.write_text(unit.read_text().replace("NoNewPrivileges", "NoNewPrivilege"))
    assert "NoNewPrivilege" in analyse(units, "verify", f"./{unit.name}").stderr


@pytest.mark.parametrize("name", [one for one in UNITS if one.endswith(".service")])
def test_a_unit_leaves_little_open(units: Path, name: str) -> None:
    """Out of ten; the network and Chromium's own sandbox are what remains."""
    told = analyse(units, "security", "--offline=true", f"./{name}")
    found = re.search(r"Overall exposure level for .*: ([\d.]+)", told.stdout)
    if found is None:
        pytest.skip("this systemd does not judge units offline")
    assert float(found[1]) < 3
