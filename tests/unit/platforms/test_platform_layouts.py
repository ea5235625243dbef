"""Payload layouts of all generations of every platform, constructed and labelled by hand.

Labels were written before the readers saw the payloads. Where several words are honest (a page
that may be a block or a challenge), the label lists them all; posts and dates are always exact.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.platforms.inspect import inspect, to_contract
from crawler.platforms.moments import BEIJING

LAYOUTS = Path(__file__).parents[2] / "fixtures" / "account_layouts"
AS_OF = datetime(2026, 3, 20, 1, 0, tzinfo=BEIJING)
EXPECTED: dict[str, dict[str, Any]] = json.loads((LAYOUTS / "expected.json").read_text("utf-8"))


def shown(name: str) -> dict[str, Any]:
    reading = inspect(
        name.split("/", maxsplit=1)[0],
        (LAYOUTS / name).read_bytes(),
        url=EXPECTED[name].get("url", ""),
        as_of=AS_OF,
    )
    return to_contract(reading)


@pytest.mark.parametrize("name", EXPECTED)
def test_layout_is_read_as_it_was_labelled(name: str) -> None:
    want, told = EXPECTED[name], shown(name)
    assert told["access"] in want["access"]
    assert told["newest_at"] in want["newest"]
    assert told["entity"]["text"] in want["entity"]
    assert told["entity"]["kind"] in want["kind"]
    if want["posts"] is not None:
        assert len(told["posts"]) == want["posts"]
    kinds = Counter(post["kind"] for post in told["posts"])
    assert {kind: kinds[kind] for kind in want.get("kinds", {})} == want.get("kinds", {})
    for function in told["interactions"].keys() & want.keys():
        assert told["interactions"][function] in want[function]
    if "pinned" in want:
        assert sum(post["pinned"] for post in told["posts"]) == want["pinned"]
    if "title" in want:
        assert told["posts"][0]["title"] == want["title"]


def test_a_refusal_never_shows_posts() -> None:
    refused = [
        name for name, want in EXPECTED.items() if not {"ok", "parse_drift"} & {*want["access"]}
    ]
    assert len(refused) > 80
    assert [name for name in refused if shown(name)["posts"]] == []


def test_every_layout_has_a_label() -> None:
    files = {str(path.relative_to(LAYOUTS)) for path in LAYOUTS.glob("*/*")}
    assert files == set(EXPECTED)
