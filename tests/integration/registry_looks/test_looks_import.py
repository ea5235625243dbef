"""Operators' looks from files into the database: good rows kept once, bad rows named."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from models import OperatorObservation
from registry.importing import import_files
from registry.looks import add_look, import_looks

pytestmark = pytest.mark.integration

BEIJING = timezone(timedelta(hours=8))
NOW = datetime(2023, 3, 20, 12, 0, tzinfo=BEIJING)
LOOKED = datetime(2023, 3, 20, 9, 0, tzinfo=BEIJING)
POSTED = datetime(2023, 3, 1, tzinfo=BEIJING)
ACCOUNTS = """账号名称,账号类型,开设主体,地区,账号唯一标识,信息源
例市发布,新浪微博,例市政府办,例市,1234567890,weibo:1234567890
例市发布,微信公众号,例市政府办,例市,,
例市公安,微信公众号,例市公安局,例市,,operator
"""
LOOKS = """2023年第一季度人工查看
账号名称,账号唯一标识,账号类型,查看时间,最新发布时间,链接,说明,从未发布,查看人
例市公安,,,2023-03-20 09:00,2023-03-01 08:30,,末条为通知,否,张三
例市发布,,微信公众号,2023/3/20,,https://mp.weixin.qq.com/s/abc,,,张三
,1234567890,,2023-03-20 09:05,,,,是,张三
例市发布,,,2023-03-20,2023-03-01,,,,张三
无此账号,,,2023-03-20,2023-03-01,,,,张三
例市公安,,,昨天,2023-03-01,,,,
"""


@pytest.fixture
def register(session_factory: sessionmaker[Session], tmp_path: Path) -> sessionmaker[Session]:
    path = tmp_path / "accounts.csv"
    path.write_text(ACCOUNTS, encoding="utf-8")
    with session_factory() as session:
        assert import_files(session, [path]).clean
    return session_factory


def kept(session: Session) -> list[OperatorObservation]:
    return list(session.scalars(select(OperatorObservation).order_by(OperatorObservation.id)))


def test_good_rows_go_in_once_and_bad_rows_are_named(
    register: sessionmaker[Session], tmp_path: Path
) -> None:
    path = tmp_path / "looks.csv"
    path.write_bytes(LOOKS.encode("gb18030"))
    with register() as session:
        report = import_looks(session, [path], now=NOW)
        assert (report.added, report.unchanged) == (3, 0)
        assert [one.line for one in report.rejected] == [6, 7, 8]
        reasons = ("名录中有 2 个账号符合", "名录中没有这个账号", "查看时间：不是时间")
        for row, reason in zip(report.rejected, reasons, strict=True):
            assert row.reason.startswith(reason)
        stored = kept(session)
        assert [one.never_posted for one in stored] == [False, False, True]
        assert stored[0].newest_at == datetime(2023, 3, 1, 8, 30, tzinfo=BEIJING)
        assert {one.observed_by for one in stored} == {"张三"}
        again = import_looks(session, [path], now=NOW)
        assert (again.added, again.unchanged) == (0, 3)


def test_a_workbook_is_read_like_a_csv_and_a_dry_run_keeps_nothing(
    register: sessionmaker[Session], tmp_path: Path
) -> None:
    book = Workbook()
    sheet = book.create_sheet("查看", 0)
    sheet.append(["账号名称", "查看时间", "最新发布时间", "查看人"])
    sheet.append(["例市公安", *(one.replace(tzinfo=None) for one in (LOOKED, POSTED)), "张三"])
    book.save(tmp_path / "looks.xlsx")
    with register() as session:
        assert import_looks(session, [tmp_path / "looks.xlsx"], now=NOW, dry_run=True).added == 1
        assert kept(session) == []
        assert import_looks(session, [tmp_path / "looks.xlsx"], now=NOW).clean
        assert kept(session)[0].seen_at == LOOKED


@pytest.mark.parametrize("body", [b"", b"\x00\x01\x02", "账号名称,地区\n甲,乙\n".encode()])
def test_a_file_that_is_no_list_of_looks_imports_nothing(
    register: sessionmaker[Session], tmp_path: Path, body: bytes
) -> None:
    (tmp_path / "x.csv").write_bytes(body)
    with register() as session:
        report = import_looks(session, [tmp_path / "x.csv"], now=NOW)
        assert len(report.unreadable) == 1
        assert kept(session) == []


def test_a_screenshot_is_stored_and_anything_else_is_refused(
    register: sessionmaker[Session], tmp_path: Path
) -> None:
    (tmp_path / "shot.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 20)
    (tmp_path / "notes.png").write_text("not a picture")
    cells = {"账号名称": "例市公安", "查看时间": "2023-03-20", "截图": "shot.png"}
    bodies: list[bytes] = []

    def keep(body: bytes) -> str:
        bodies.append(body)
        return "a" * 64

    with register() as session:
        made = add_look(session, cells, now=NOW, by="张三", folder=tmp_path, keep=keep)
        assert made is not None
        assert made.screenshot == "a" * 64
        assert bodies[0].startswith(b"\x89PNG")
        for name, reason in (("notes.png", "PNG 或 JPEG"), ("missing.png", "无法读取")):
            with pytest.raises(ValueError, match=reason):
                add_look(
                    session, cells | {"截图": name}, now=NOW, by="张三", folder=tmp_path, keep=keep
                )
        with pytest.raises(ValueError, match="没有快照库"):
            add_look(session, cells, now=NOW, by="张三", folder=tmp_path)


def test_one_look_from_the_command_line_is_kept_once(register: sessionmaker[Session]) -> None:
    cells = {"账号唯一标识": "1234567890", "查看时间": "2023-03-20", "最新发布时间": "2023-03-01"}
    with register() as session:
        assert add_look(session, cells, now=NOW, by="张三") is not None
        assert add_look(session, cells, now=NOW, by="张三") is None
        assert add_look(session, cells, now=NOW, by="李四") is not None
