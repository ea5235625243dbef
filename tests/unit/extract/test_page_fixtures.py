"""Own reduced pages, one folder for each page family and trap, read as they must be read."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawler.extract.facts import PageFacts
from crawler.extract.page import read_page

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parents[2] / "fixtures" / "pages"
CASES = sorted(path.parent.name for path in FOLDER.glob("*/expected.json"))


def read_case(name: str) -> tuple[PageFacts, dict[str, Any]]:
    case = json.loads((FOLDER / name / "expected.json").read_text(encoding="utf-8"))
    facts = read_page(
        (FOLDER / name / case["page"]).read_bytes(),
        url=case["url"],
        as_of=datetime.fromisoformat(case["as_of"]),
        content_type=case.get("content_type", ""),
        status=case.get("status", 200),
        headers=[(key, value) for key, value in case.get("headers", [])],
    )
    return facts, case["expected"]


def letter_days(facts: PageFacts) -> list[list[str | None]]:
    days = [(one.asked_on, one.replied_on) for one in facts.letters]
    return [[day.isoformat() if day else None for day in pair] for pair in days]


COUNTED: dict[str, Callable[[PageFacts], Any]] = {
    "rows": lambda facts: [row_of(row) for row in facts.rows],
    "row_count": lambda facts: len(facts.rows),
    "rows_own": lambda facts: sum(row.own for row in facts.rows),
    "dated_rows": lambda facts: sum(row.text != "" and row.date is not None for row in facts.rows),
    "letter_days": letter_days,
    "column_names": lambda facts: [column.name for column in facts.columns],
    "lacking": lambda facts: [name for name, there in (facts.guide or {}).items() if not there],
}


def seen(facts: PageFacts, key: str) -> Any:
    """What the facts say, in the words of expected.json."""
    if key in COUNTED:
        return COUNTED[key](facts)
    value = getattr(facts, key)
    if key.endswith(("_date", "_on")):
        return value.isoformat() if value else None
    return list(value) if isinstance(value, tuple) else value


def row_of(row: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "title": row.title,
        "date": row.date.isoformat() if row.date else None,
        "provenance": row.provenance,
    }
    marks = {"pinned": True} if row.pinned else {}
    return found | marks | ({} if row.own else {"own": False})


@pytest.mark.parametrize("name", CASES)
def test_every_reduced_page_is_read_as_its_folder_says(name: str) -> None:
    facts, expected = read_case(name)
    for item, value in expected.pop("badges", {}).items():
        assert getattr(facts.badges, item) == value, item
    assert {key: seen(facts, key) for key in expected} == expected


def test_there_is_a_folder_for_each_family() -> None:
    assert len(CASES) >= 60
