"""Migrations on SQLite and PostgreSQL: up from nothing, no difference left, down to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

import database
import models
from settings import Settings
from tests.conftest import SettingsFor

pytestmark = pytest.mark.integration


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, settings_for: SettingsFor) -> Settings:
    """Settings whose database holds nothing yet."""
    if request.param == "sqlite":
        return settings_for()
    return settings_for(database_url=request.getfixturevalue("postgresql_url"))


@pytest.fixture
def upgraded(empty: Settings) -> Iterator[Engine]:
    database.upgrade(empty)
    engine = database.engine(empty)
    yield engine
    engine.dispose()


def test_an_upgrade_from_nothing_makes_every_table(upgraded: Engine) -> None:
    made = set(inspect(upgraded).get_table_names()) - {"alembic_version"}
    assert made == set(models.Base.metadata.tables)


def test_autogenerate_finds_no_difference_after_the_upgrade(upgraded: Engine) -> None:
    with upgraded.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, models.Base.metadata) == []


def test_a_downgrade_to_base_leaves_no_table(empty: Settings) -> None:
    database.upgrade(empty)
    database.downgrade(empty, "base")
    engine = database.engine(empty)
    left = inspect(engine).get_table_names()
    engine.dispose()
    assert left == ["alembic_version"]
    assert not database.is_current(empty)


def test_a_database_is_current_only_after_its_upgrade(empty: Settings) -> None:
    before = database.is_current(empty)
    database.upgrade(empty)
    assert (before, database.is_current(empty)) == (False, True)


def test_the_newest_revision_that_the_program_states_is_that_of_the_migrations() -> None:
    configuration = Config()
    configuration.set_main_option("script_location", str(database.migrations()))
    assert ScriptDirectory.from_config(configuration).get_heads() == [database.NEWEST]


def test_asking_whether_it_is_current_makes_no_file(settings_for: SettingsFor) -> None:
    settings = settings_for()
    assert not database.is_current(settings)
    assert not settings.home.exists()


def test_a_second_upgrade_changes_nothing(empty: Settings) -> None:
    database.upgrade(empty)
    database.upgrade(empty)
    assert database.is_current(empty)


def test_processes_that_upgrade_at_once_all_find_it_done(empty: Settings) -> None:
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        list(pool.map(database.upgrade, [empty] * 3))
    assert database.is_current(empty)


def test_a_database_of_a_newer_version_is_refused_in_chinese(empty: Settings) -> None:
    database.upgrade(empty)
    engine = database.engine(empty)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(database.DatabaseError, match="来自更新的版本"):
        database.upgrade(empty)
