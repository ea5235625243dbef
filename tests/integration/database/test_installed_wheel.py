"""The built wheel, installed apart from the checkout, carries what it needs at run time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROBE = """
import json, sys, alembic, database, settings
configured = settings.load()
database.upgrade(configured)
print(json.dumps({
    "code": database.__file__, "migrations": str(database.migrations()),
    "alembic": alembic.__file__, "current": database.is_current(configured),
}))
"""


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PIP_NO_INDEX": "1", **environment},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tracked tree's sources, so that building leaves nothing in the checkout."""
    folder = tmp_path_factory.mktemp("source") / "xuncha"
    leave = shutil.ignore_patterns(".*", "tests", "data", "demo-data", "build", "*.egg-info")
    shutil.copytree(ROOT, folder, ignore=leave)
    return folder


@pytest.fixture(scope="module")
def installed(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel; libraries come from the environment of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    options = ["--no-deps", "--no-build-isolation", "--quiet"]
    run(*pip, "wheel", *options, "--wheel-dir", folder, source, cwd=folder)
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    python = folder / "venv" / "bin" / "python"
    (wheel,) = folder.glob("*.whl")
    run(*pip, "--python", python, "install", "--no-deps", "--quiet", wheel, cwd=folder)
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    return folder


@pytest.mark.integration
def test_an_installed_wheel_brings_its_migrations(installed: Path, tmp_path: Path) -> None:
    python = installed / "venv" / "bin" / "python"
    said = json.loads(run(python, "-c", PROBE, cwd=tmp_path, XUNCHA_HOME=str(tmp_path / "home")))
    assert said["code"].startswith(str(installed))
    assert said["migrations"].startswith(str(installed))
    assert said["alembic"].endswith("site-packages/alembic/__init__.py")
    assert said["current"]


@pytest.mark.integration
def test_an_installed_wheel_holds_every_module_and_data_file(installed: Path, source: Path) -> None:
    (site,) = (installed / "venv" / "lib").glob("python*/site-packages")
    rooms = [
        file.relative_to(source)
        for room in source.iterdir()
        if (room / "__init__.py").exists()
        for file in room.rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    ]
    left_out = [str(file) for file in rooms if not (site / file).exists()]
    assert left_out == []
