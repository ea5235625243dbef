"""A crawl process that hangs, swells or is stuck on one target ends; the others go on (trap 10)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.processes import Crew, crawl
from crawler.watchdog import Watch, life_file, resident
from settings import Settings
from tests.integration.night.conftest import StandIn

pytestmark = pytest.mark.integration

LOOP = """
import asyncio, pathlib, time
from crawler.watchdog import beat, life_file
done = pathlib.Path({done!r})
async def work(targets):
    alive = asyncio.ensure_future(beat(life_file(targets)))
    await asyncio.sleep(0.1)
    {what}
    (done / targets.stem).write_text("")
def main(arguments):
    asyncio.run(work(pathlib.Path(arguments[arguments.index("--targets") + 1])))
    return 0
"""
Begin = Callable[[str, Settings], set[str]]


@pytest.fixture
def begin(tmp_path: Path, stand_in: StandIn) -> Begin:
    """Crawl two shards with processes that do `what`; the numbers of the shards that were done."""

    def run(what: str, settings: Settings) -> set[str]:
        done = tmp_path / "done"
        done.mkdir()
        stand_in(LOOP.format(done=str(done), what=what))
        crawl(Crew(settings, 1, "here", 2), [[1], [2]], lambda: None)
        return {file.name for file in done.iterdir()}

    return run


def patient(settings: Settings, **given: float) -> Settings:
    """Limits of a test: shorter than any that a setting may state."""
    return settings.model_copy(update=given)


def test_a_process_whose_loop_hangs_is_ended_and_the_other_goes_on(
    begin: Begin, sqlite_settings: Settings
) -> None:
    hangs = 'time.sleep(600) if targets.stem == "0" else None'
    assert begin(hangs, patient(sqlite_settings, hang_seconds=4)) == {"1"}


def test_a_process_that_swells_is_ended_and_the_other_goes_on(
    begin: Begin, sqlite_settings: Settings
) -> None:
    swells = 'held = bytearray(400 << 20) if targets.stem == "0" else 0; await asyncio.sleep(3)'
    assert begin(swells, patient(sqlite_settings, process_memory=300)) == {"1"}


def test_a_process_that_works_for_long_and_gives_signs_is_left_in_peace(
    begin: Begin, sqlite_settings: Settings
) -> None:
    works = "await asyncio.sleep(6)"
    assert begin(works, patient(sqlite_settings, hang_seconds=4)) == {"0", "1"}


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def test_a_clock_that_jumps_ends_no_process(
    sleeper: subprocess.Popen[bytes], sqlite_settings: Settings, tmp_path: Path
) -> None:
    file = life_file(tmp_path / "0.json")
    file.write_text("1", encoding="ascii")
    watch = Watch(sleeper.pid, file)
    assert watch.trouble(sqlite_settings) == ""
    yesterday = time.time() - 86_400
    os.utime(file, (yesterday, yesterday))
    assert watch.trouble(sqlite_settings) == ""


def test_a_process_that_is_gone_takes_no_memory(sleeper: subprocess.Popen[bytes]) -> None:
    assert resident(sleeper.pid) > 0
    sleeper.kill()
    sleeper.wait()
    assert resident(sleeper.pid) == 0
