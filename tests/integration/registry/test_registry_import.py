"""Files into the registry and back: identity, order, one transaction, nothing lost."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from models import Account, Column, RelayTask, Site, Target, Unit
from registry.check import check
from registry.export import export_csv
from registry.importing import import_files

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

    from registry.outcome import ImportReport

pytestmark = pytest.mark.integration

SITES = """网站标识码,网站名称,首页网址,地区,主办单位,上级地区,网站类型,提供办事服务,哨兵,运行状态,备注
4300000041,湖南扶贫网,http://fp.example.gov.cn/,省直部门,省扶贫办,湖南省,部门,否,否,正常,试点
4304000043,衡阳公共资源交易网,https://ggzy.example.gov.cn,衡阳市,市公管办,湖南省,部门,是,,,
BM07000001,某部门户,www.portal.example.gov.cn,某部,,,门户,,是,例外,
"""
COLUMNS = """网站标识码,栏目名称,栏目网址,栏目类型,级别,更新期限,允许空白,责任单位
4300000041,通知公告,http://fp.example.gov.cn/tzgg/,通知公告,一级,180,否,办公室
4304000043,人事信息,https://ggzy.example.gov.cn/rs/,人事信息,二级,,是,人事科
"""
ACCOUNTS = """账号名称,账号类型,开设主体,地区,新媒体标识码,备案单号,上级地区,主页地址,账号唯一标识,信息源,发布类,主要账号,哨兵,运行状态
健康祁东,微信公众号,祁东县卫健局,祁东县,430500M003WX0002,1001027516170087639,衡阳市,,,,是,否,否,正常
衡阳发布,新浪微博,衡阳市政府办,衡阳市,430500M003WX0002,,湖南省,https://weibo.com/u/123,123,weibo:123,是,是,否,正常
"""
RELAY = """任务编号,标题,发布日期,原文链接,截止日期,适用范围
2023-01,转发一号,2023-02-20,http://a.example.gov.cn/1,2023-02-25,全市
"""


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def import_text(session: Session, folder: Path, *texts: str) -> ImportReport:
    names = [f"file{number}.csv" for number in range(len(texts))]
    paths = [write(folder, name, text) for name, text in zip(names, texts, strict=True)]
    return import_files(session, paths)


def test_all_four_kinds_go_in_whatever_their_order(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    with session_factory() as session:
        report = import_text(session, tmp_path, COLUMNS, RELAY, ACCOUNTS, SITES)
        assert report.clean, report.to_json()
        assert report.added == 8
    with session_factory() as session:
        site = session.scalars(select(Site).where(Site.code == "bm07000001")).one()
        assert (site.home_url, site.site_kind) == ("http://www.portal.example.gov.cn", "门户")
        assert (site.canary, site.running_state, site.offers_services) == (True, "例外", None)
        first = session.scalars(select(Site).where(Site.code == "4300000041")).one()
        assert (first.offers_services, first.extra) == (False, {"备注": "试点"})
        assert first.unit.name == "省直部门"
        assert first.unit.parent is not None
        assert first.unit.parent.name == "湖南省"
        column = session.scalars(select(Column).where(Column.name == "人事信息")).one()
        assert (column.level, column.deadline_days, column.may_be_empty) == (2, None, True)
        account = session.scalars(select(Account).where(Account.name == "健康祁东")).one()
        assert account.filing_number == "1001027516170087639"
        assert account.platform_printed == "微信公众号"
        assert session.scalars(select(RelayTask)).one().number == "2023-01"


def test_a_second_import_changes_nothing(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    files = (SITES, COLUMNS, ACCOUNTS, RELAY)
    with session_factory() as session:
        import_text(session, tmp_path, *files)
        before = [export_csv(session, kind) for kind in ("sites", "columns", "accounts")]
        report = import_text(session, tmp_path, *files)
        assert (report.added, report.updated, report.unchanged) == (0, 0, 8)
        assert [export_csv(session, kind) for kind in ("sites", "columns", "accounts")] == before


def test_the_export_goes_back_in_unchanged_and_into_an_empty_house_whole(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    kinds = ("sites", "columns", "accounts", "relay_tasks")
    with session_factory() as session:
        import_text(session, tmp_path, SITES, COLUMNS, ACCOUNTS, RELAY)
        texts = [export_csv(session, kind) for kind in kinds]
        assert all(text.startswith("\ufeff") for text in texts)
        report = import_text(session, tmp_path, *texts)
        assert report.clean
        assert report.unchanged == 8
        assert [export_csv(session, kind) for kind in kinds] == texts


def test_bad_rows_are_listed_and_the_good_ones_go_in(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    text = SITES + (
        "28,坏码网,http://x.example.gov.cn/,衡阳市,,,,,,,\n"
        "4304000044,=cmd|' /C calc'!A0,http://x.example.gov.cn/,衡阳市,,,,,,,\n"
        "4304000043,重复网,http://y.example.gov.cn/,衡阳市,,,,,,,\n"
        f"4304000045,{'长' * 50_000},http://x.example.gov.cn/,衡阳市,,,,,,,\n"
        "4304000046,自环网,http://z.example.gov.cn/,衡阳市,,衡阳市,,,,,\n"
        "4304000047,好网,http://z.example.gov.cn/,衡阳市,,,,,,,\n"
    )
    with session_factory() as session:
        report = import_text(session, tmp_path, text)
        assert [one.line for one in report.rejected] == [5, 6, 7, 8, 9]
        assert "与 第 3 行重复" in report.rejected[2].reason
        assert "上级地区不能是地区自身" in report.rejected[4].reason
        assert report.added == 4
        assert session.scalar(select(func.count()).select_from(Site)) == 4


def test_an_unreadable_file_imports_nothing_and_the_other_goes_in(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    good = write(tmp_path, "good.csv", SITES, "gb18030")
    bad = write(tmp_path, "bad.csv", SITES.replace("首页网址", "网页"))
    with session_factory() as session:
        report = import_files(session, [bad, good])
        assert report.added == 3
        [unreadable] = report.unreadable
        assert unreadable.file == str(bad)
        assert "缺少必填列：首页网址" in str(unreadable)


def test_a_dry_run_says_the_same_and_keeps_nothing(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    path = write(tmp_path, "sites.csv", SITES)
    with session_factory() as session:
        tried = import_files(session, [path], dry_run=True)
        assert session.scalar(select(func.count()).select_from(Target)) == 0
        assert session.scalar(select(func.count()).select_from(Unit)) == 0
        done = import_files(session, [path])
        assert (tried.added, tried.rejected) == (done.added, done.rejected)


def test_a_rejected_row_does_not_shadow_a_good_one_of_the_same_code(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    text = (
        "网站标识码,网站名称,首页网址,地区,上级地区\n"
        "4300000001,甲网,http://a.example.gov.cn/,甲县,甲县\n"
        "4300000001,甲网,http://a.example.gov.cn/,甲县,乙市\n"
    )
    with session_factory() as session:
        report = import_text(session, tmp_path, text)
        assert [one.line for one in report.rejected] == [2]
        assert report.added == 1


def test_a_column_of_an_unknown_site_is_refused(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    with session_factory() as session:
        report = import_text(session, tmp_path, COLUMNS)
        assert "网站标识码 4300000041 不在登记的网站中" in report.rejected[0].reason


def test_a_moved_column_keeps_its_history(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    with session_factory() as session:
        import_text(session, tmp_path, SITES, COLUMNS)
        report = import_text(session, tmp_path, COLUMNS.replace("/tzgg/", "/new/"))
        assert (report.added, report.updated, report.unchanged) == (0, 1, 1)


def test_two_columns_of_one_name_are_two(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    second = "4300000041,通知公告,http://fp.example.gov.cn/tz2/,,,,,\n"
    with session_factory() as session:
        import_text(session, tmp_path, SITES, COLUMNS)
        report = import_text(session, tmp_path, COLUMNS + second)
        assert (report.added, report.unchanged) == (1, 2)


ACCOUNT_HEADER = "账号名称,账号类型,开设主体,地区,新媒体标识码,账号唯一标识\n"


def test_the_account_code_never_identifies(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    text = ACCOUNT_HEADER + (
        "甲,新浪微博,甲局,甲县,430500M003WX0002,\n乙,新浪微博,乙局,甲县,430500M003WX0002,\n"
    )
    with session_factory() as session:
        assert import_text(session, tmp_path, text).added == 2


def test_an_account_that_learns_its_id_stays_the_same(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    with session_factory() as session:
        import_text(session, tmp_path, ACCOUNT_HEADER + "甲,新浪微博,甲局,甲县,,\n")
        learned = import_text(session, tmp_path, ACCOUNT_HEADER + "甲,新浪微博,甲局,甲县,,77\n")
        renamed = import_text(
            session, tmp_path, ACCOUNT_HEADER + "甲局发布,新浪微博,甲局,甲县,,77\n"
        )
        blank = import_text(session, tmp_path, ACCOUNT_HEADER + "甲局 发布,新浪微博,甲局,甲县,,\n")
        assert [one.updated for one in (learned, renamed, blank)] == [1, 1, 1]
        account = session.scalars(select(Account)).one()
        assert (account.identity, account.platform_id) == ("weibo#77", "77")


def test_one_name_on_two_platforms_is_two_accounts(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    text = ACCOUNT_HEADER + "甲,新浪微博,甲局,甲县,,\n甲,微信公众号,甲局,甲县,,\n"
    with session_factory() as session:
        assert import_text(session, tmp_path, text).added == 2


def test_positions_follow_first_registration_and_stay(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    lines = SITES.splitlines(keepends=True)
    with session_factory() as session:
        import_text(session, tmp_path, SITES)
        order = session.scalars(select(Site.code).order_by(Site.position)).all()
        units = session.scalars(select(Unit.name).order_by(Unit.position)).all()
        body = lines[1:]
        random.Random(1).shuffle(body)
        import_text(session, tmp_path, lines[0] + "".join(body))
        assert session.scalars(select(Site.code).order_by(Site.position)).all() == order
        assert order == ["4300000041", "4304000043", "bm07000001"]
        assert units == ["省直部门", "湖南省", "衡阳市", "某部"]


def test_rows_that_disagree_about_a_parent_are_told(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    text = (
        "网站标识码,网站名称,首页网址,地区,上级地区\n"
        "4300000001,甲网,http://a.example.gov.cn/,甲县,乙市\n"
        "4300000002,乙网,http://b.example.gov.cn/,甲县,丙市\n"
        "4300000003,丙网,http://c.example.gov.cn/,乙市,甲县\n"
    )
    with session_factory() as session:
        report = import_text(session, tmp_path, text)
        assert "不一致" in report.rejected[0].reason
        assert "互为上级" in report.rejected[1].reason


def test_a_workbook_with_a_page_of_notes_goes_in(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    book = Workbook()
    notes = book.active
    assert notes is not None
    notes.append(["填表说明"])
    sheet = book.create_sheet("网站")
    sheet.append(["网站标识码", "网站名称", "首页网址", "地区"])
    sheet.append([4300000041, "甲网", "http://a.example.gov.cn/", "甲县"])
    sheet.append([4300000042, "=1+1", "http://b.example.gov.cn/", "甲县"])
    path = tmp_path / "sites.xlsx"
    book.save(path)
    with session_factory() as session:
        report = import_files(session, [path])
        assert report.added == 1
        assert "以公式符号开头" in report.rejected[0].reason
        assert report.rejected[0].sheet == "网站"


def test_a_gap_in_a_file_leaves_what_the_registry_knows(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    short = (
        "网站标识码,网站名称,首页网址,地区\n4300000041,新名,http://fp.example.gov.cn/,省直部门\n"
    )
    with session_factory() as session:
        import_text(session, tmp_path, SITES)
        import_text(session, tmp_path, short)
        site = session.scalars(select(Site).where(Site.code == "4300000041")).one()
        assert (site.name, site.sponsor, site.extra) == ("新名", "省扶贫办", {"备注": "试点"})
        assert site.unit.parent is not None


def test_the_check_names_what_misleads_the_patrol(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    twin = "4304000099,双胞胎网,HTTPS://ggzy.example.gov.cn/,衡阳市,,湖南省,,,,,\n"
    with session_factory() as session:
        import_text(session, tmp_path, SITES + twin, COLUMNS, ACCOUNTS)
        told = {(one.level, one.name): one.message for one in check(session)}
    assert "相同" in told["error", "双胞胎网"]
    assert "没有信息源" in told["error", "健康祁东"]
    assert ("warning", "衡阳发布") in told
    assert "没有上级地区" in told["warning", "某部门户"]
