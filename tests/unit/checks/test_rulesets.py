"""Overlays change parameters by name, and anything unknown is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checks.base import Severity
from checks.registry import ALL
from checks.ruleset import RULESET_VERSION, RulesetError, load, national

if TYPE_CHECKING:
    from pathlib import Path


def _overlay(folder: Path, text: str) -> Path:
    file = folder / "overlay.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_an_overlay_changes_one_parameter_and_the_digest(tmp_path: Path) -> None:
    file = _overlay(
        tmp_path,
        "name: gansu\nclause: 甘肃省政务新媒体管理办法\nchecks:\n  M2.1:\n    parameters: {days: 7}\n",
    )
    told, base = load(file, ALL), national(ALL)
    assert told.parameters["M2.1"]["days"] == 7
    assert base.parameters["M2.1"]["days"] == 14
    assert told.name == f"{RULESET_VERSION}+gansu"
    assert told.digest != base.digest


def test_an_overlay_may_raise_a_severity(tmp_path: Path) -> None:
    file = _overlay(tmp_path, "name: strict\nchecks:\n  D-LINK.1: {severity: veto}\n")
    assert load(file, ALL).severities["D-LINK.1"] is Severity.VETO


@pytest.mark.parametrize(
    "text",
    [
        "checks: {}",
        "name: x\nunknown: 1\n",
        "name: x\nchecks:\n  W9.9: {}\n",
        "name: x\nchecks:\n  M2.1: {parameters: {dayz: 7}}\n",
        "name: x\nchecks:\n  M2.1: {parameters: {days: seven}}\n",
        "name: x\nchecks:\n  M2.1: {severity: fatal}\n",
        "- a\n- b\n",
        "name: [",
    ],
)
def test_a_bad_overlay_is_one_clear_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(RulesetError, match="规则文件"):
        load(_overlay(tmp_path, text), ALL)


def test_the_digest_is_stable() -> None:
    assert national(ALL).digest == national(ALL).digest
