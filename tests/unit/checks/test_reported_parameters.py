"""Rows that a report settles take their numbers from overlays too, and turn no digest."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.registry import ALL
from checks.ruleset import RulesetError, load, national, parse

OVERLAY = "name: five\nreports:\n  S-FIND1: {parameters: {working_days: 5}, clause: 本省通知}\n"


def test_an_overlay_changes_the_days_of_a_report_and_no_verdict() -> None:
    rules = parse(OVERLAY, Path("five.yaml"), ALL)
    assert rules.reports["S-FIND1"]["working_days"] == 5
    assert rules.reports["L-RELAY"]["below_percent"] == 20
    assert national(ALL).reports["S-FIND1"]["working_days"] == 3
    bare = parse("name: five\n", Path("five.yaml"), ALL)
    assert rules.digest == bare.digest


@pytest.mark.parametrize(
    "block",
    [
        "S-FIND9: {parameters: {working_days: 5}}",
        "S-FIND1: {parameters: {days: 5}}",
        "S-FIND1: {parameters: {working_days: five}}",
        "S-FIND1: {severity: note}",
    ],
)
def test_what_is_not_known_of_a_report_is_an_error(block: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(f"name: bad\nreports:\n  {block}\n", encoding="utf-8")
    with pytest.raises(RulesetError):
        load(path, ALL)
