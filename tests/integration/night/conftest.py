"""The small city, one for all tests here, and homes that know it on both databases."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler import nursery
from democity import City
from settings import Settings
from tests.integration.night.night_world import SMALL, World, copy_home, open_city, register
from tests.postgresql_server import PostgresqlServer

NewWorld = Callable[..., World]
StandIn = Callable[[str], None]


@pytest.fixture(scope="session")
def small_city() -> Iterator[City]:
    city = open_city()
    yield city
    city.stop()


@pytest.fixture
def city(small_city: City) -> Iterator[City]:
    """The small city at its first night, with its network as it should be afterwards."""
    small_city.set_clock(small_city.nights()[0])
    yield small_city
    small_city.mend_network()


@pytest.fixture(scope="session")
def registered(small_city: City, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A SQLite home that knows the city, to copy for each test."""
    home = tmp_path_factory.mktemp("registered")
    origins = small_city.write_origin_map(home / "origins.json")
    settings = Settings(home=home, origin_map=origins, browser="off", **SMALL)
    register(settings, small_city)
    return settings


@pytest.fixture(scope="session")
def registered_on_postgresql(
    registered: Settings, small_city: City, postgresql_server_running: PostgresqlServer
) -> str:
    """The name of a PostgreSQL database that knows the city, to copy for each test."""
    name = postgresql_server_running.create()
    url = postgresql_server_running.url(name)
    register(registered.model_copy(update={"database_url": url}), small_city)
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def new_world(
    request: pytest.FixtureRequest, city: City, registered: Settings, tmp_path: Path
) -> Iterator[NewWorld]:
    """Make a home that knows the city: `new_world(breaker_count=3)`; on SQLite and PostgreSQL."""
    databases: list[str] = []
    worlds: list[World] = []
    server: PostgresqlServer | None = None
    if request.param == "postgresql":
        template = request.getfixturevalue("registered_on_postgresql")
        server = request.getfixturevalue("postgresql_server_running")

    def make(**given: Any) -> World:
        if server is not None:
            databases.append(server.create(template))
            given |= {"database_url": server.url(databases[-1])}
        home = tmp_path / f"home{len(list(tmp_path.iterdir()))}"
        worlds.append(World(copy_home(registered, home, **given)))
        return worlds[-1]

    yield make
    for world in worlds:
        world.close()
    for name in databases:
        assert server is not None
        server.drop(name)


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """Have crawl processes do what the `main(arguments)` of this module text does."""

    def put(module: str) -> None:
        (tmp_path / "stand_in.py").write_text(module, encoding="utf-8")
        nursery.close()

    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(nursery, "MODULE", "stand_in")
    yield put
    nursery.close()
