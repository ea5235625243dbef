"""The list of messages in both databases: idempotent, bounded by its day, read back by unit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from models import ReaderMessage, Site, Unit
from report.messages import read
from report.messages.importing import MessageImport, import_messages
from report.places import places

pytestmark = pytest.mark.integration
DAY = date(2023, 4, 10)
HEAD = "留言编号,网站标识码,网站名称,问题类型,接收时间,办理状态,办结时间\n"


def put(sessions: sessionmaker[Session], path: Path, text: str, **more: bool) -> MessageImport:
    path.write_text(HEAD + text, encoding="gb18030")
    with sessions() as session:
        return import_messages(session, [path], listed_on=DAY, days=3, **more)


def test_a_list_goes_in_once_and_is_counted_under_its_unit(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    with session_factory.begin() as session:
        region = Unit(name="邵东市", position=1)
        session.add(region)
        session.flush()
        session.add(
            Site(
                identity="4305210001", code="4305210001", name="邵东市政府",
                unit_id=region.id, home_url="http://a.gov.cn/",
            )
        )  # fmt: skip
    text = "A1,4305210001,邵东,错别字,2023-03-01,已办结,2023-03-03\nA2,bm07000001,部,其他,2023-03-02,受理,\n"
    path = tmp_path / "a.csv"
    dry = put(session_factory, path, text, dry_run=True)
    assert (dry.report.added, dry.unregistered) == (2, {"bm07000001": "部"})
    assert put(session_factory, path, text).report.added == 2
    again = put(session_factory, path, text + text)
    assert (again.report.added, again.report.unchanged, again.report.clean) == (0, 4, True)
    with session_factory() as session:
        assert session.scalar(select(func.count()).select_from(ReaderMessage)) == 2
        known = places(session)
        span = (date(2023, 3, 1), date(2023, 3, 1))
        found = read.read(session, span, units=known.rows, places=known.sites)
        assert found is not None
        assert [(one.name, one.received, one.on_time) for one in found.units] == [("邵东市", 1, 1)]
        whole = read.messages(session, (date(2023, 1, 1), date(2023, 12, 31)), known.sites)
        assert [one.unit for one in whole] == ["邵东市", read.UNREGISTERED]
        assert whole[1].due_on == date(2023, 3, 7)


def test_two_rows_of_one_number_that_differ_are_told_and_the_first_holds(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    text = "A1,4305210001,,,2023-03-01,受理,\nA1,4305210001,,,2023-03-01,已办结,2023-03-03\n"
    told = put(session_factory, tmp_path / "a.csv", text)
    assert [one.line for one in told.report.rejected] == [3]
    assert "留言编号 A1 已见于" in told.report.rejected[0].reason
    with session_factory() as session:
        assert session.scalars(select(ReaderMessage.state)).all() == ["受理"]


def test_a_file_that_is_no_list_imports_nothing(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("网站标识码,网站名称\n4305210001,邵东\n", encoding="utf-8")
    with session_factory() as session:
        told = import_messages(session, [path], listed_on=DAY, days=3)
    assert "不是找错留言清单" in told.report.unreadable[0].reason
    assert not told.report.files
