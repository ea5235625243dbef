"""Whole nights on both databases: the same verdicts twice, again from store, every target told of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from democity import City
from models import Fact, Judgement, Verdict, Visit
from tests.integration.night.conftest import NewWorld
from tests.integration.night.night_world import World

pytestmark = pytest.mark.integration

# What does not turn while the city stays as it is. Facts of a platform may know the last night.
LASTING = ("verdicts", "findings", "visits", "items", "columns")


@pytest.fixture
def world(new_world: NewWorld, city: City) -> World:
    """A home after its first night, crawled by four processes at once."""
    world = new_world()
    told = world.night(city.nights()[0], workers=4)
    assert told.code == 4, told.err
    assert "locked" not in told.err
    assert told.err == ""
    return world


def _verdict_lines(world: World) -> list[str]:
    return world.xuncha("verdicts", "--json").out.splitlines()


def _outcomes(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows without their evidence, which may name what was seen the night before."""
    return [row[:8] for row in rows]


def test_what_is_stored_is_judged_alike_whenever_it_is_judged(
    world: World, city: City, tmp_path: Path
) -> None:
    first = world.snapshot()
    assert len(first["visits"]) == 20
    assert all(fresh or reason for _, fresh, _, reason, _ in first["visits"])

    # A second night over a city that has not changed.
    city.set_clock(city.nights()[1])
    assert world.night(city.nights()[1]).code == 4
    second = world.snapshot()
    for name in LASTING:
        assert _outcomes(second[name]) == _outcomes(first[name]), name

    # The stored night judged again, and read again from its captures.
    lines = _verdict_lines(world)
    for arguments in (["judge"], ["judge", "--reextract"]):
        told = world.xuncha(*arguments, "--json")
        assert told.code == 0, told.err
        assert told.summary["turned"] == []
        assert told.summary["reread"] == 0
    assert _verdict_lines(world) == lines

    # Under another ruleset, compared only: nothing stays behind.
    before = [world.count(table) for table in (Judgement, Verdict, Fact)]
    overlay = tmp_path / "stricter.yaml"
    overlay.write_text("name: 试行\nchecks:\n  M2.1: {parameters: {days: 60}}\n", encoding="utf-8")
    told = world.xuncha("judge", "--ruleset", str(overlay), "--diff")
    assert told.code == 0, told.err
    assert "M2.1 内容不更新：存在问题" in told.out
    assert "→ 合格" in told.out
    told = world.xuncha("judge", "--ruleset", str(overlay), "--diff", "--json")
    assert {(one["check"], one["before"], one["after"]) for one in told.summary["turned"]} == {
        ("M2.1", "fail", "pass")
    }
    assert [world.count(table) for table in (Judgement, Verdict, Fact)] == before
    assert _verdict_lines(world) == lines
    assert {json.loads(line)["ruleset"] for line in lines} != {"试行"}


def test_every_target_ends_with_a_visit_when_no_crawl_process_can_even_start(
    new_world: NewWorld, city: City, tmp_path: Path
) -> None:
    world = new_world()
    trap = tmp_path / "sitecustomize.py"
    trap.write_text(
        "import os, sys\n"
        "os.register_at_fork(after_in_child=os.abort)\n"
        "if {'crawler.shard', 'crawler.fork_server'} & set(sys.orig_argv):\n    os.abort()\n",
        encoding="utf-8",
    )
    world.more["PYTHONPATH"] = str(tmp_path)
    told = world.night(city.nights()[0])
    assert told.code == 3, told.err  # the canaries were not seen either
    assert told.summary["undetermined"] == {"crawler_crash": 19}
    assert world.count(Visit) == 20
    assert world.count(Visit, Visit.access == "our_fault", Visit.reason == "crawler_crash") == 19
    assert world.count(Verdict, Verdict.outcome == "fail") == 0
