"""`messages`, `statistics`, `relay` and `replies` as typed, and their place in the notice."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

import cli
import database
from models import Account, Column, Finding, Item, RelayTask, Site, Unit
from settings import Settings
from tests.integration.report.replay_world import play
from tests.unit.report import reply_files

pytestmark = pytest.mark.integration
HEAD = [
    "序号",
    "留言编号",
    "网站名称",
    "网站标识码",
    "问题类型",
    "接收时间",
    "办理状态",
    "办结时间",
]


@pytest.fixture(scope="module")
def played_home(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """The notice of Shaoyang played once, with its mandated reposts."""
    home = tmp_path_factory.mktemp("shaoyang")
    shutil.copyfile(sqlite_template, home / "xuncha.sqlite3")
    made = database.session_factory(Settings(home=home))
    with made() as session:
        play(session, "shaoyang-2023q1", home / "registry")
    made.kw["bind"].dispose()
    return home


@pytest.fixture
def home(played_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings = Settings(home=tmp_path / "home")
    settings.home.mkdir()
    shutil.copyfile(played_home / "xuncha.sqlite3", settings.home / "xuncha.sqlite3")
    monkeypatch.setenv("XUNCHA_HOME", str(settings.home))
    monkeypatch.setenv("COLUMNS", "250")
    return settings


def xuncha(*words: str) -> Result:
    return CliRunner().invoke(cli.app, list(words))


def sites(settings: Settings) -> list[tuple[str, str]]:
    made = database.session_factory(settings, read_only=True)
    with made() as session:
        found = [(one.code, one.name) for one in session.scalars(select(Site).limit(2))]
    made.kw["bind"].dispose()
    return found


def publish(session: Session, column: Column, titles: list[str]) -> None:
    moment = datetime(2023, 3, 20, 4, tzinfo=UTC)
    for place, title in enumerate(titles):
        session.add(
            Item(
                target_id=column.site_id,
                column_id=column.id,
                key=f"{place:064d}",
                title=title,
                url="",
                published_at=moment,
                first_seen_at=moment,
                last_seen_at=moment,
            )
        )


def listed(path: Path, *rows: list[object]) -> str:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["找错留言清单"])
    sheet.append(HEAD)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return str(path)


def test_messages_are_imported_once_told_by_unit_and_printed_in_the_notice(
    home: Settings, tmp_path: Path
) -> None:
    (one, first), (two, second) = sites(home)
    path = listed(
        tmp_path / "list.xlsx",
        [
            1,
            "A1",
            first,
            one,
            "错别字",
            datetime(2023, 3, 1, 9, 30, tzinfo=UTC).replace(tzinfo=None),
            "已办结",
            "2023-03-03",
        ],
        [2, "A2", first, one, "信息不更新", "2023/1/9", "办理中", None],
        [3, "A3", second, two, 0, 44986, 1, "2023.4.3"],
        [4, "A4", "旧网站", "4399990009", "其他", "2023年2月7日", "不属实", None],
        [5, "", first, one, "其他", "2023-03-01", "已办结", "2023-03-02"],
    )
    told = xuncha("messages", "import", path, "--as-of", "2023-04-10")
    assert told.exit_code == 2
    assert "新增 4，更新 0，未变 0，不合格 1" in told.stdout
    assert "第 7 行：留言编号没有填写" in told.stderr
    assert "4399990009（旧网站）不在名录中" in told.stderr
    again = xuncha("messages", "import", path, "--as-of", "2023-04-10", "--json")
    assert (json.loads(again.stdout)["added"], json.loads(again.stdout)["unchanged"]) == (0, 4)
    table = json.loads(xuncha("messages", "table", "--window", "2023Q1", "--json").stdout)
    rows = {row["单位"]: row for row in table["tables"]["messages"]["rows"]}
    assert (rows["合计"]["收到"], rows["合计"]["不予受理"], rows["合计"]["已办结"]) == (
        "4",
        "1",
        "2",
    )
    assert (rows["合计"]["办结率"], rows["合计"]["按期办结率"]) == ("66.67%", "33.33%")
    assert (rows["合计"]["超期未办结"], rows["合计"]["一个月以上办结"]) == ("1", "1")
    assert rows["名录外网站"]["收到"] == "1"
    made = xuncha(
        "export", "--window", "2023Q1", "--layout", "complete", "--format", "docx", "--draft"
    )
    assert made.exit_code == 0, made.output
    page = Document(str(home.exports / "2023Q1-complete.docx"))
    text = "\n".join(line.text for line in page.paragraphs)
    assert "收到网民留言4条（2023年1月1日至3月31日），其中不予受理1条；应办理3条，已办结2条" in text
    assert (
        "办结率66.67%，按期办结率33.33%，1条超期办结，1条超期未办结，1条超过（含）一个月办结。"
        in text
    )
    printed = [[cell.text for cell in table.rows[0].cells] for table in page.tables]
    assert any(cells[:2] == ["单位", "收到"] for cells in printed)


def test_late_messages_go_before_a_person_once_and_then_into_the_notice(
    home: Settings, tmp_path: Path
) -> None:
    [(one, first), _] = sites(home)
    path = listed(
        tmp_path / "list.xlsx",
        [1, "A1", first, one, "其他", "2023-01-09", "受理", None],
        [2, "A2", first, one, "其他", "2023-01-09", "已办结", "2023-02-09"],
        [3, "A3", "旧", "4399990009", "其他", "2023-01-09", "受理", None],
    )
    xuncha("messages", "import", path, "--as-of", "2023-04-10")
    told = xuncha("messages", "flag", "--window", "2023Q1", "--by", "王")
    assert "登记待审核问题 2 个，原已登记 0 个" in told.stdout
    assert "4399990009 不在名录中" in told.stderr
    assert "登记待审核问题 0 个，原已登记 2 个" in xuncha(
        "messages", "flag", "--window", "2023Q1", "--by", "王"
    ).stdout  # fmt: skip
    refused = xuncha("export", "--window", "2023Q1", "--layout", "complete", "--format", "csv")
    assert isinstance(refused.exception, Exception)
    assert "还有 2 个问题待审核" in str(refused.exception)
    xuncha("findings", "confirm", "--all", "--by", "李", "--why", "属实", "--window", "2023Q1")
    made = xuncha("export", "--window", "2023Q1", "--layout", "complete", "--format", "csv")
    assert made.exit_code == 0, made.output
    units = (home.exports / "2023Q1-complete-7.csv").read_text(encoding="utf-8")
    assert "找错平台留言未办结" in units
    assert "找错平台留言超过（含）一个月办结" in units


def test_a_list_older_than_what_is_known_changes_nothing(home: Settings, tmp_path: Path) -> None:
    [(one, first), _] = sites(home)
    newer = listed(tmp_path / "b.xlsx", [1, "A1", first, one, 4, "2023-01-09", 1, "2023-01-10"])
    older = listed(tmp_path / "a.xlsx", [1, "A1", first, one, 4, "2023-01-09", 0, None])
    xuncha("messages", "import", newer, "--as-of", "2023-04-10")
    told = xuncha("messages", "import", older, "--as-of", "2023-01-10")
    assert "1 条已有更新的清单，未改动" in told.stdout
    later = xuncha("messages", "import", older, "--as-of", "2023-04-11")
    assert "更新 1" in later.stdout
    assert xuncha("messages", "import", older, "--as-of", "2999-01-01").exit_code == 2


def test_an_overlay_s_days_set_the_deadline(home: Settings, tmp_path: Path) -> None:
    overlay = tmp_path / "ten.yaml"
    overlay.write_text("name: ten\nreports: {S-FIND1: {parameters: {working_days: 10}}}\n", "utf-8")
    assert xuncha("rules", "apply", str(overlay), "--by", "王").exit_code == 0
    [(one, first), _] = sites(home)
    path = listed(tmp_path / "a.xlsx", [1, "A1", first, one, 4, "2023-03-01", 1, "2023-03-15"])
    xuncha("messages", "import", path, "--as-of", "2023-04-10")
    table = json.loads(xuncha("messages", "table", "--window", "2023Q1", "--json").stdout)
    assert table["tables"]["messages"]["rows"][-1]["按期办结"] == "1"


def test_a_frozen_window_keeps_its_messages(home: Settings, tmp_path: Path) -> None:
    [(one, first), _] = sites(home)
    path = listed(tmp_path / "a.xlsx", [1, "A1", first, one, 4, "2023-03-01", 1, "2023-03-03"])
    xuncha("messages", "import", path, "--as-of", "2023-04-10")
    frozen = xuncha("window", "freeze", "2023Q1")
    assert frozen.exit_code == 0, frozen.output
    xuncha("export", "--window", "2023Q1", "--layout", "complete", "--format", "csv")
    before = (home.exports / "2023Q1-complete-8.csv").read_bytes()
    more = listed(tmp_path / "b.xlsx", [1, "A2", first, one, 4, "2023-03-01", 0, None])
    xuncha("messages", "import", more, "--as-of", "2023-05-10")
    xuncha("export", "--window", "2023Q1", "--layout", "complete", "--format", "csv")
    assert (home.exports / "2023Q1-complete-8.csv").read_bytes() == before
    assert xuncha("messages", "flag", "--window", "2023Q1", "--by", "王").exit_code != 0


def test_publication_is_told_by_unit_column_and_platform_for_a_window_or_any_days(
    home: Settings, tmp_path: Path
) -> None:
    made = database.session_factory(home)
    with made.begin() as session:
        column = session.scalars(select(Column).order_by(Column.id)).first()
        assert column is not None
        column.responsible_unit = "市政府办公室"
        publish(session, column, ["甲", "乙", "丙"])
        name = column.name
    made.kw["bind"].dispose()
    for days in (["--window", "2023Q1"], ["--from", "2023-03-01", "--to", "2023-03-31"]):
        told = json.loads(xuncha("statistics", *days, "--json").stdout)["tables"]
        columns = [row for row in told["column_volumes"]["rows"] if row["发布条数"] != "0"]
        assert [(row["栏目"], row["发布条数"], row["最新一条"]) for row in columns] == [
            (name, "3", "2023年3月20日")
        ]
        offices = {row["责任单位"]: row["发布条数"] for row in told["responsible_volumes"]["rows"]}
        assert offices["市政府办公室"] == "3"
        assert sum(int(row["账号数"]) for row in told["platform_volumes"]["rows"]) == 193
        assert {row["与平均相比"] for row in told["low_volumes"]["rows"]} <= {"低于平均", "为零"}
    out = tmp_path / "s.xlsx"
    assert xuncha("statistics", "--window", "2023Q1", "--out", str(out)).exit_code == 0
    assert len(openpyxl.load_workbook(out).sheetnames) == 6
    quiet = xuncha("statistics", "--from", "2020-01-01", "--to", "2020-01-31")
    assert "没有巡查到有日期的信息" in quiet.stdout
    for wrong in (["--from", "2023-03-01"], ["--table", "nothing"], ["--from", "b", "--to", "a"]):
        assert xuncha("statistics", *wrong).exit_code == 2


def test_columns_with_content_of_another_sort_are_candidates_and_no_findings(
    home: Settings,
) -> None:
    made = database.session_factory(home)
    with made.begin() as session:
        column = session.scalars(select(Column).order_by(Column.id)).first()
        assert column is not None
        column.kind, name = "政策文件", column.name
        publish(session, column, [f"局长到第{place}小学走访慰问" for place in range(4)])
    told = json.loads(xuncha("statistics", "--table", "misplaced", "--json").stdout)
    [row] = told["tables"]["misplaced"]["rows"]
    assert (row["栏目"], row["疑似不符"], row["线索"]) == (name, "4", "像工作动态")
    add = ["findings", "add", "--by", "王", "--why", "已核实", "--evidence", "http://a.gov.cn/"]
    [(code, _), _] = sites(home)
    for label in ("更新的内容与栏目不匹配", "分类不合理"):
        entered = xuncha(*add, "--check", label, "--target", code, "--window", "2023Q1")
        assert entered.exit_code == 0, entered.output
    with made() as session:
        found = session.scalars(select(Finding).where(Finding.manual.is_(True)))
        checks = {one.check: one.label for one in found}
    made.kw["bind"].dispose()
    assert checks["F-MISPLACED"] == "更新的内容与栏目不匹配"
    assert checks["D-ITEMS"] == "分类不合理"


def test_reposts_are_told_by_task_and_account_with_what_proves_them(home: Settings) -> None:
    told = json.loads(xuncha("relay", "--json").stdout)["tables"]
    assert len(told["relay_tasks"]["rows"]) == 28
    assert len(told["relay_full"]["rows"]) == 28
    low = told["relay_low"]["rows"]
    assert len(low) == 10
    assert {row["完成率"] for row in low} == {"0.00%", "3.57%", "7.14%", "10.71%", "14.29%"}
    short = next(row for row in low if row["实际完成"] == "4")
    assert short["未完成的任务"].count("、") == 23
    done = sum(int(row["实际完成"]) for row in told["relay_accounts"]["rows"])
    assert len(told["relay_matches"]["rows"]) == done
    assert {row["认定依据"] for row in told["relay_matches"]["rows"]} <= {"标题", "链接"}
    made = database.session_factory(home)
    with made() as session:
        principal = set(session.scalars(select(Account.code).where(Account.principal.is_(True))))
    made.kw["bind"].dispose()
    full = [row["新媒体标识码"] for row in told["relay_full"]["rows"]]
    left = [code for code in full if code not in principal]
    assert 0 < len(left) < len(full)
    without = json.loads(xuncha("relay", "--without-principal", "--json").stdout)["tables"]
    assert [row["新媒体标识码"] for row in without["relay_full"]["rows"]] == left
    assert len(json.loads(xuncha("relay", "--below", "10", "--json").stdout)["tables"]["relay_low"]["rows"]) == 5  # fmt: skip
    assert "春节期间道路交通安全提示" in xuncha("relay").stdout


def test_a_repost_after_the_last_day_is_shown_and_does_not_count(home: Settings) -> None:
    made = database.session_factory(home)
    with made.begin() as session:
        task = session.scalars(select(RelayTask).where(RelayTask.number == "01")).one()
        task.due_on = task.published_on
        posted = session.scalars(select(Item).where(Item.title.contains(task.title))).all()
        for one in posted:
            one.published_at = datetime(2023, 3, 25, 4, tzinfo=UTC)
    made.kw["bind"].dispose()
    first = json.loads(xuncha("relay", "--json").stdout)["tables"]["relay_tasks"]["rows"][0]
    assert (first["任务编号"], first["已转账号数"]) == ("01", "0")
    assert int(first["逾期转发"]) == len(posted) > 0


def test_replies_of_a_folder_are_told_and_their_units_flagged(
    home: Settings, tmp_path: Path
) -> None:
    made = database.session_factory(home)
    with made() as session:
        unit = session.scalars(select(Unit.name).where(Unit.name == "市司法局")).one()
    folder = tmp_path / "回复" / unit
    folder.mkdir(parents=True)
    (folder / "一.docx").write_bytes(reply_files.docx())
    lacking = [one for one in reply_files.GOOD if "复议" not in one]
    (folder / "二.docx").write_bytes(reply_files.docx(lacking))
    (folder / "坏.pdf").write_bytes(b"%PDF-1.4 broken")
    (tmp_path / "回复" / "草稿.docx").write_bytes(reply_files.docx(seal=False))
    told = xuncha("replies", str(tmp_path / "回复"), "--json")
    rows = {row["file"]: row for row in map(json.loads, told.stdout.splitlines())}
    assert {name: row["state"] for name, row in rows.items()} == {
        "草稿.docx": "missing", f"{unit}/一.docx": "complete", f"{unit}/二.docx": "missing",
        f"{unit}/坏.pdf": "undetermined",
    }  # fmt: skip
    assert rows[f"{unit}/坏.pdf"]["reason"] in {"broken", "empty"}
    assert rows[f"{unit}/二.docx"]["unit"] == unit
    assert "张三" not in told.stdout
    asked = ["replies", str(tmp_path / "回复"), "--flag", "--window", "2023Q1"]
    assert xuncha(*asked).exit_code == 2
    flagged = xuncha(*asked, "--by", "王")
    assert "登记待审核问题 1 个" in flagged.stdout
    assert "草稿.docx：只缺公章" in flagged.stderr
    assert "登记待审核问题 0 个，原已登记 1 个" in xuncha(*asked, "--by", "王").stdout
    with made() as session:
        finding = session.scalars(select(Finding).where(Finding.check == "F-REPLY")).one()
        assert (finding.state, finding.severity, finding.target_id) == ("flagged", "note", None)
        assert finding.label == "依申请公开答复文书要素不全（缺救济途径）"
    made.kw["bind"].dispose()
    xuncha("findings", "confirm", "--all", "--by", "李", "--why", "属实", "--window", "2023Q1")
    xuncha("export", "--window", "2023Q1", "--layout", "complete", "--format", "csv")
    text = (home.exports / "2023Q1-complete-7.csv").read_text(encoding="utf-8")
    assert "依申请公开答复文书要素不全（缺救济途径）" in text
    assert xuncha("replies", "nothing.docx").exit_code == 2
