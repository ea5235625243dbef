"""What pyproject.toml and the locks promise of the checkout."""

from __future__ import annotations

import fnmatch
import re
import tomllib
from typing import Any

import pytest

from tests.unit.house.imports import ROOT

LOCKS = ("runtime", "test")


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def pins(text: str) -> dict[str, str]:
    """Project name (normalised) to version, of a lock."""
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", text, re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def test_every_module_of_the_top_level_is_packaged(project: dict[str, Any]) -> None:
    there = {file.stem for file in ROOT.glob("*.py")}
    assert set(project["tool"]["setuptools"]["py-modules"]) == there


def test_every_package_of_the_top_level_is_packaged(project: dict[str, Any]) -> None:
    patterns = project["tool"]["setuptools"]["packages"]["find"]["include"]
    there = {init.parent.name for init in ROOT.glob("*/__init__.py")}
    left_out = {n for n in there if not any(fnmatch.fnmatch(n, p) for p in patterns)}
    assert left_out == {"tests"} & there


def test_migrations_are_no_package_that_would_hide_alembic() -> None:
    assert list((ROOT / "alembic").rglob("__init__.py")) == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address(name: str) -> None:
    assert re.findall(r"://|^--.*", lock(name), re.MULTILINE) == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_every_package_by_hash(name: str) -> None:
    entries = re.split(r"\n(?=\S)", lock(name).strip())
    without = [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert without == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_every_declared_dependency(project: dict[str, Any], name: str) -> None:
    declared = {
        re.sub(r"[-_.]+", "-", re.split(r"[\[<>=~! ;]", line)[0]).lower()
        for line in project["project"]["dependencies"]
    }
    assert declared - set(pins(lock(name))) == set()


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    shipped, tested = pins(lock("runtime")), pins(lock("test"))
    assert {name: tested.get(name) for name in shipped} == shipped
