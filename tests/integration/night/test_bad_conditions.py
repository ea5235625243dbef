"""What an operator can mend is one Chinese sentence and exit code 1, and nothing is lost by it."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path

import pytest

from democity import City
from models import Capture, Fact, Run, Visit
from settings import Settings
from tests import postgresql_server
from tests.integration.night.conftest import NewWorld
from tests.integration.night.night_world import Told, World, copy_home, register, wait_until

pytestmark = pytest.mark.integration

on_sqlite = pytest.mark.parametrize("new_world", ["sqlite"], indirect=True)
TWO_SITES = "9701000002,9702000001"


def _is_one_sentence(told: Told, *words: str) -> None:
    assert told.code == 1, told.err
    sentence = told.err.strip().splitlines()[-1]
    assert all(word in sentence for word in words), sentence
    assert "Traceback" not in told.err
    assert told.out == ""


def test_a_database_that_does_not_answer(registered: Settings, tmp_path: Path) -> None:
    url = "postgresql+psycopg://someone:secret@127.0.0.1:1/xuncha"
    world = World(registered.model_copy(update={"home": tmp_path / "home", "database_url": url}))
    told = world.night("2023-03-29", workers=1)
    _is_one_sentence(told, "无法连接", "XUNCHA_DATABASE_URL")
    assert "secret" not in told.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_may_not_be_written(registered: Settings, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    world = World(registered.model_copy(update={"home": tmp_path / "home"}))
    _is_one_sentence(world.night("2023-03-29", workers=1), "数据目录无法建立")
    tmp_path.chmod(0o700)


def test_a_home_that_is_a_file(registered: Settings, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("", encoding="utf-8")
    world = World(registered.model_copy(update={"home": tmp_path / "home"}))
    _is_one_sentence(world.night("2023-03-29", workers=1), "数据目录无法建立")


def test_a_capture_store_that_takes_nothing_breaks_the_night_off_and_loses_nothing(
    new_world: NewWorld, city: City
) -> None:
    world = new_world()
    (world.settings.home / "captures").write_text("no folder", encoding="utf-8")
    told = world.night(city.nights()[0], "--only", TWO_SITES, workers=1)
    _is_one_sentence(told, "快照库", "无法写入", "--resume")
    # Nothing was seen of any target, and none is said to have been our fault.
    assert world.count(Visit) == world.count(Capture) == world.count(Fact) == 0
    assert [state for _, state in world.runs()] == ["crawling"]

    (world.settings.home / "captures").unlink()
    told = world.night(city.nights()[1], "--resume", workers=1)
    assert told.code == 0, told.err
    assert told.summary["as_of"] == city.nights()[0].isoformat()
    assert told.summary["fresh"] == 2


@on_sqlite
def test_a_disk_that_is_full_breaks_the_night_off_and_loses_nothing(
    new_world: NewWorld, city: City, tmp_path: Path
) -> None:
    """Files may not grow any further: for the database that is a full disk."""
    world = new_world()
    size = (world.settings.home / "xuncha.sqlite3").stat().st_size
    limit = tmp_path / "sitecustomize.py"
    limit.write_text(
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size + 40_000}, {resource.RLIM_INFINITY}))\n",
        encoding="utf-8",
    )
    world.more["PYTHONPATH"] = str(tmp_path)
    told = world.night(city.nights()[0], workers=1)
    assert (told.code, told.out) == (1, ""), told.err
    assert "数据库" in told.err.strip().splitlines()[-1]
    stored = world.count(Visit)
    assert stored < 20

    world.more.clear()
    told = world.night(city.nights()[0], "--resume", workers=1)
    assert told.code == 4, told.err
    assert told.summary["targets"] == world.count(Visit) == 20
    assert told.summary["undetermined"].get("crawler_crash") is None


def test_a_database_that_goes_away_in_the_night_is_one_sentence(
    registered: Settings, city: City, tmp_path: Path
) -> None:
    binaries = postgresql_server.programs()
    if binaries is None:
        pytest.skip("no PostgreSQL here")
    server = postgresql_server.start(binaries)
    try:
        url = server.url(server.create())
        settings = copy_home(registered, tmp_path / "home", database_url=url, database_patience=2)
        register(settings, city)
        world = World(settings)
        process = world.start_night(city.nights()[0], workers=1)
        assert wait_until(lambda: world.count(Run) == 1, process)
        world.close_sessions()
    finally:
        server.stop()
    out, err = process.communicate(timeout=120)
    _is_one_sentence(Told(process.returncode, out, err), "数据库")


@pytest.mark.parametrize(
    ("at", "only"), [(0, ("--only", TWO_SITES)), (2, ())], ids=["as it begins", "in the crawl"]
)
def test_a_database_that_is_away_for_a_moment_costs_nothing(
    at: int, only: tuple[str, ...], registered: Settings, city: City, tmp_path: Path
) -> None:
    binaries = postgresql_server.programs()
    if binaries is None:
        pytest.skip("no PostgreSQL here")
    server = postgresql_server.start(binaries)
    try:
        url = server.url(server.create())
        settings = copy_home(registered, tmp_path / "home", database_url=url)
        register(settings, city)
        world = World(settings)
        process = world.start_night(city.nights()[0], *only, workers=1)
        assert wait_until(lambda: world.count(Run) == 1 and world.count(Visit) >= at, process)
        world.close_sessions()
        server.halt()
        time.sleep(2.0 if at else 8.0)  # a crawl process takes seconds to begin
        server.go_on()
        out, err = process.communicate(timeout=120)
        told = Told(process.returncode, out, err)
        assert told.code == (0 if only else 4), err
        assert told.summary["targets"] == (2 if only else 20)
        assert "crawler_crash" not in told.summary["undetermined"]
        world.close()
    finally:
        server.stop()
