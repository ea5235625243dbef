"""Sessions on both databases: what they promise writers, readers and the operator."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

import database
import models
from settings import Settings
from tests.conftest import SettingsFor

pytestmark = pytest.mark.integration

NIGHT = datetime(2023, 3, 1, 17, tzinfo=UTC)


def unit(session: Session, name: str = "湖南省") -> models.Unit:
    made = models.Unit(name=name)
    session.add(made)
    session.flush()
    return made


def test_moments_come_back_aware_and_chinese_comes_back_whole(
    session_factory: sessionmaker[Session],
) -> None:
    with session_factory.begin() as session:
        session.add(models.Run(as_of=NIGHT, state="done", ruleset="r", summary={"超时": "㐀𠮷"}))
    with session_factory() as session:
        run = session.scalars(select(models.Run)).one()
        assert (run.as_of, run.summary) == (NIGHT, {"超时": "㐀𠮷"})
        stored = session.scalar(text("SELECT CAST(summary AS VARCHAR(99)) FROM runs"))
    assert stored == '{"超时":"㐀𠮷"}'


def test_text_that_no_database_holds_loses_a_character_and_not_the_transaction(
    session_factory: sessionmaker[Session],
) -> None:
    with session_factory.begin() as session:
        session.add(models.Unit(name="半个表情\ud83d与空字符\x00。"))
        session.execute(insert(models.Unit), [{"name": "甲\udc00"}, {"name": "乙"}])
        session.add(models.Run(as_of=NIGHT, state="done", ruleset="r", summary={"a": "\ud83d"}))
    with session_factory() as session:
        names = session.scalars(select(models.Unit.name).order_by(models.Unit.id)).all()
        summary = session.scalars(select(models.Run.summary)).one()
    assert sorted(names) == sorted(["半个表情\ufffd与空字符\ufffd。", "甲\ufffd", "乙"])
    assert summary == {"a": "\ufffd"}


def test_a_reference_to_nothing_is_refused(session_factory: sessionmaker[Session]) -> None:
    with pytest.raises(IntegrityError), session_factory.begin() as session:
        session.add(models.Unit(name="株洲市", parent_id=99))


def test_a_failed_transaction_leaves_nothing_behind(
    session_factory: sessionmaker[Session],
) -> None:
    with pytest.raises(IntegrityError), session_factory.begin() as session:
        session.add_all([models.Unit(name="湘潭市"), models.Unit(name="湘潭市")])
    with session_factory() as session:
        assert session.scalars(select(models.Unit)).all() == []


def test_writers_that_read_first_wait_for_each_other_and_lose_nothing(
    database_settings: Settings,
) -> None:
    factory = database.session_factory(database_settings)
    with factory.begin() as session:
        unit(session)

    def count_up(_: int) -> None:
        with factory.begin() as session:
            row = session.scalars(select(models.Unit).with_for_update()).one()
            time.sleep(0.01)
            row.position += 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count_up, range(12)))
    with factory() as session:
        assert session.scalars(select(models.Unit.position)).one() == 12
    factory.kw["bind"].dispose()


def test_a_reader_neither_waits_for_a_writer_nor_writes(database_settings: Settings) -> None:
    writing = database.session_factory(database_settings)
    reading = database.session_factory(database_settings, read_only=True)
    with writing.begin() as writer, reading() as reader:
        unit(writer)
        assert reader.scalars(select(models.Unit)).all() == []
        reader.rollback()
        with pytest.raises((DBAPIError, database.DatabaseError)):
            unit(reader, "常德市")
    for factory in (writing, reading):
        factory.kw["bind"].dispose()


def test_sqlite_survives_a_reader_that_stays_open_during_writes(sqlite_settings: Settings) -> None:
    factory = database.session_factory(sqlite_settings)
    reading = database.session_factory(sqlite_settings, read_only=True)
    with reading() as reader:
        reader.scalars(select(models.Unit)).all()
        with factory.begin() as writer:
            unit(writer)
        assert reader.scalars(select(models.Unit)).all() == []
        reader.rollback()
        assert len(reader.scalars(select(models.Unit)).all()) == 1
    for made in (factory, reading):
        made.kw["bind"].dispose()


def test_sqlite_is_opened_as_agreed(sqlite_settings: Settings) -> None:
    bind = database.engine(sqlite_settings)
    with bind.connect() as connection:
        seen = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    bind.dispose()
    assert seen == {
        "journal_mode": "wal",
        "synchronous": 1,
        "busy_timeout": 30_000,
        "foreign_keys": 1,
    }


def test_postgresql_is_opened_as_agreed(postgresql_settings: Settings) -> None:
    bind = database.engine(postgresql_settings)
    with bind.connect() as connection:
        seen = [
            connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("lock_timeout", "statement_timeout", "timezone")
        ]
    bind.dispose()
    assert seen == ["30s", "10min", "UTC"]


def test_options_in_the_address_win_over_ours(postgresql_settings: Settings) -> None:
    url = f"{postgresql_settings.database_url}?options=-c%20lock_timeout%3D5s"
    bind = database.engine(postgresql_settings.model_copy(update={"database_url": url}))
    with bind.connect() as connection:
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "5s"
    bind.dispose()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_uses_the_driver_we_ship(
    settings_for: SettingsFor, scheme: str
) -> None:
    bind = database.engine(settings_for(database_url=f"{scheme}://127.0.0.1/x"))
    assert bind.url.drivername == "postgresql+psycopg"


def test_an_unreachable_server_is_one_sentence_without_credentials(
    settings_for: SettingsFor,
) -> None:
    settings = settings_for(database_url="postgresql://inspector:s3cret@127.0.0.1:1/patrol")
    with pytest.raises(database.DatabaseError) as refused:
        database.upgrade(settings)
    said = str(refused.value)
    assert said == (
        "数据库 127.0.0.1:1/patrol 无法连接：连接被拒绝，数据库服务可能没有运行。"
        "请检查 XUNCHA_DATABASE_URL。"
    )
    assert "s3cret" not in said
    assert "inspector" not in said


def test_a_session_on_an_unreachable_server_fails_the_same_way(settings_for: SettingsFor) -> None:
    factory = database.session_factory(settings_for(database_url="postgresql://127.0.0.1:1/x"))
    with pytest.raises(database.DatabaseError, match="无法连接"), factory() as session:
        session.scalars(select(models.Unit)).all()


def test_a_database_that_does_not_exist_is_named(postgresql_settings: Settings) -> None:
    url = postgresql_settings.database_url.rsplit("/", 1)[0] + "/nowhere"
    with pytest.raises(database.DatabaseError, match="数据库或用户不存在"):
        database.upgrade(postgresql_settings.model_copy(update={"database_url": url}))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("not an address", "不是合法的数据库地址"),
        ("mysql://root:pw@localhost/x", "只支持 SQLite 与 PostgreSQL，不支持 mysql"),
        ("postgresql://u:p@host:port/x", "不是合法的数据库地址"),
    ],
)
def test_an_address_that_is_none_of_ours_is_refused(
    settings_for: SettingsFor, address: str, said: str
) -> None:
    with pytest.raises(database.DatabaseError, match=said) as refused:
        database.upgrade(settings_for(database_url=address))
    assert "pw" not in str(refused.value)


def test_a_home_that_cannot_be_made_is_one_clear_sentence(
    settings_for: SettingsFor, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(database.DatabaseError, match=r"数据目录无法建立.*XUNCHA_HOME"):
        database.upgrade(settings_for(home=tmp_path / "file" / "home"))


@contextmanager
def without_privileges() -> Iterator[None]:
    """Root writes anywhere; for this test we are nobody."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_read_only_home_is_one_clear_sentence_and_loses_nothing(
    sqlite_settings: Settings, tmp_path: Path
) -> None:
    for folder in [tmp_path, *list(tmp_path.parents)[:2]]:
        folder.chmod(0o755)
    file = sqlite_settings.home / "xuncha.sqlite3"
    before = file.read_bytes()
    file.chmod(0o444)
    sqlite_settings.home.chmod(0o555)
    with without_privileges():
        factory = database.session_factory(sqlite_settings)
        with pytest.raises(database.DatabaseError, match=r"只读|无权打开"), factory() as session:
            unit(session)
        factory.kw["bind"].dispose()
        empty = sqlite_settings.model_copy(update={"home": sqlite_settings.home / "new"})
        with pytest.raises(database.DatabaseError, match="数据目录无法建立"):
            database.upgrade(empty)
    sqlite_settings.home.chmod(0o755)
    assert file.read_bytes() == before


def test_a_file_that_is_no_database_is_named(settings_for: SettingsFor) -> None:
    settings = settings_for()
    settings.home.mkdir()
    (settings.home / "xuncha.sqlite3").write_text("a letter, not a database, but long enough" * 9)
    with pytest.raises(database.DatabaseError, match="不是 SQLite 数据库"):
        database.upgrade(settings)


def test_a_lock_held_too_long_is_one_clear_sentence(
    sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOCK_SECONDS", 0.1)
    holder = sqlite3.connect(sqlite_settings.home / "xuncha.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    factory = database.session_factory(sqlite_settings)
    with pytest.raises(database.DatabaseError, match="被其他进程占用"), factory() as session:
        unit(session)
    holder.close()
    factory.kw["bind"].dispose()


def test_a_table_locked_too_long_on_a_server_is_one_clear_sentence(
    postgresql_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_server_options", lambda _url: "-c lock_timeout=100")
    factory = database.session_factory(postgresql_settings)
    with factory() as holder:
        holder.execute(text("LOCK TABLE units"))
        with pytest.raises(database.DatabaseError, match="等待超时"), factory() as session:
            unit(session)
    factory.kw["bind"].dispose()


def test_threads_share_one_engine(sqlite_settings: Settings) -> None:
    factory = database.session_factory(sqlite_settings)
    seen: list[int] = []

    def read() -> None:
        with factory() as session:
            seen.append(len(session.scalars(select(models.Unit)).all()))

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    factory.kw["bind"].dispose()
    assert seen == [0, 0, 0]
