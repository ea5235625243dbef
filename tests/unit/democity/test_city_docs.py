"""docs/democity.md names everything that a scenario may say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

import pytest

from democity.access import STATES
from democity.account_problems import ACCOUNT_PROBLEMS
from democity.families import FAMILIES
from democity.families.rows import STYLES
from democity.language import AccountBlock, Document, SiteBlock, UnitBlock
from democity.plans import Footer, Look
from democity.platforms import PLATFORMS
from democity.platforms.base import SCENES
from democity.problems import SITE_PROBLEMS

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "democity.md").read_text(encoding="utf-8")
WORDS: dict[str, Iterable[str]] = {
    "families": FAMILIES,
    "states": STATES,
    "row styles": STYLES,
    "looks": [one.name for one in fields(Look)],
    "footer items": [one.name for one in fields(Footer)],
    "problems of sites": SITE_PROBLEMS,
    "problems of accounts": ACCOUNT_PROBLEMS,
    "platforms": PLATFORMS,
    "scenes": [scene for scene in SCENES if scene != "S20"],
    "keys of a scenario": Document.model_fields,
    "keys of a unit": UnitBlock.model_fields,
    "keys of a site": SiteBlock.model_fields,
    "keys of an account": AccountBlock.model_fields,
}


@pytest.mark.parametrize("kind", sorted(WORDS))
def test_the_page_names_all(kind: str) -> None:
    missing = [word for word in WORDS[kind] if f"`{word}" not in PAGE and f" {word}`" not in PAGE]
    missing = [word for word in missing if f", {word}" not in PAGE]
    assert not missing


EVERY = {**SITE_PROBLEMS, **ACCOUNT_PROBLEMS}


@pytest.mark.parametrize("code", sorted(EVERY))
def test_the_page_names_every_parameter(code: str) -> None:
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| `{code}`"))
    shared = {"age", "last"} if "the same" in line else set()
    missing = [name for name in EVERY[code].model_fields if f"`{name}" not in line]
    assert set(missing) <= shared
