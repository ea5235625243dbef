"""The quarter before, imported as printed: repeat offenders and comparisons from the first window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from docx import Document
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

import database
from models import Finding, Notice
from report.export import export
from report.importing.store import import_notice
from report.importing.tables import ImportingError
from report.summary import summary
from settings import Settings
from tests.integration.report.replay_world import NOTICES, PUBLISHED, play

pytestmark = pytest.mark.integration
AT = datetime.fromisoformat("2020-09-20T09:00:00+08:00")
COUNTS = """序号,单位,实际运行政务新媒体数,检查政务新媒体数,发现存在突出问题的政务新媒体/政务新媒体数,发现存在突出问题的政务新媒体/占检查数比例
1,岳阳市,900,900,30,3.33%
2,张家界市,800,800,20,2.50%
合计,,1700,1700,50,2.94%
"""
LISTED = """序号,市州/部门,新媒体账号名称,存在的突出问题,代表主体名称,账号平台,最后更新时间
1,岳阳市,临湘信访,监测时间点前2周内无更新,临湘市信访局,微信公众号,2020年5月6日
2,张家界市,微洞溪,监测时间点前2周内无更新,慈利县洞溪乡人民政府,微信公众号,2020年5月17日
3,永州市,智慧道州,监测时间点前2周内无更新,道县政务服务中心,微信公众号,2020年5月1日
4,永州市,查无此号,监测时间点前2周内无更新,某单位,微信公众号,2020年5月1日
5,益阳市,益阳信访,互动回应差,益阳市信访局,微信公众号,
"""


@pytest.fixture
def session_factory(sqlite_settings: Settings) -> Iterator[sessionmaker[Session]]:
    """SQLite alone: the replays hold both databases to the same."""
    made = database.session_factory(sqlite_settings)
    yield made
    made.kw["bind"].dispose()


def paragraphs(path: Path) -> str:
    return "\n".join(one.text for one in Document(str(path)).paragraphs)


def test_what_was_printed_last_quarter_makes_repeat_offenders_of_this_one(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    (tmp_path / "1.csv").write_text(COUNTS, encoding="utf-8")
    (tmp_path / "2.csv").write_bytes(LISTED.encode("gb18030"))
    with session_factory() as session:
        play(session, "hunan-2020q3", tmp_path / "registry")
        files = [tmp_path / "1.csv", tmp_path / "2.csv"]
        told = import_notice(session, files, window="2020Q2", days=None, by="王", at=AT)
        assert (told.annexes, told.rows, len(told.entered)) == (2, 5, 4)
        assert told.unknown == ["名录中没有“查无此号”（2.csv），其问题未登记"]
        assert told.contradictions == ["政务新媒体统计为 50 个，2.csv 列出 5 个"]
        again = import_notice(session, files, window="2020Q2", days=None, by="王", at=AT)
        assert (again.entered, again.already) == ([], 4)
        session.commit()
        shown = summary(session, "2020Q3", "hunan", home=None, today=None)
        tables = {one.key: one for one in shown.tables}
        # 益阳信访 failed for another reason then: no repetition.
        assert [row[1] for row in tables["repeats"].rows] == ["临湘信访", "微洞溪", "智慧道州"]
        assert tables["overall"].rows[1] == (
            "政务新媒体", "1738", "1738", "35", "97.99%", "97.06%", "+0.93"
        )  # fmt: skip
        out = tmp_path / "out"
        export(session, window="2020Q3", layout="hunan", formats=["docx"], out=out)
    text = paragraphs(out / "2020Q3-hunan.docx")
    assert "连续被通报的情况" in text
    assert "2020年第二季度为97.06%，上升0.93个百分点" in text
    assert "岳阳市“临湘信访”、张家界市“微洞溪”、永州市“智慧道州”" in text


@pytest.mark.parametrize("notice", NOTICES)
def test_the_annexes_of_published_notices_import_whole(
    notice: str, session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    files = sorted((PUBLISHED / notice).glob("annex*.csv"))
    with session_factory() as session:
        play(session, notice, tmp_path / "registry")
        days = (date(2019, 1, 1), date(2019, 3, 31))
        told = import_notice(session, files, window="旧", days=days, by="王", at=AT)
        assert told.unknown == []
        assert told.contradictions == []
        assert told.annexes == len(files)
        assert session.scalar(select(func.count()).select_from(Notice)) == 1
        if notice == "hunan-2020q3":
            assert len(told.entered) == 3 + 35 + 4


@pytest.mark.parametrize("form", ["xlsx", "docx"])
def test_our_own_files_are_read_back(
    form: str, session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    with session_factory() as session:
        play(session, "yiyang-2021", tmp_path / "registry")
        made = export(session, window="2021", layout="yiyang", formats=[form], out=tmp_path / "out")
        days = (date(2020, 1, 1), date(2020, 3, 31))
        told = import_notice(session, made.paths, window="旧", days=days, by="王", at=AT)
        assert told.unknown == []
        assert told.contradictions == []
        old = session.scalars(select(Finding).where(Finding.reason == "")).all()
        assert {one.check for one in old} >= {"M2.1", "M3.1", "F-MENU"}
        assert len(told.entered) == 15


def test_a_window_that_nobody_dates_is_not_made_up(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    (tmp_path / "2.csv").write_text(LISTED, encoding="utf-8")
    with session_factory() as session, pytest.raises(ImportingError, match="请用 --start"):
        import_notice(session, [tmp_path / "2.csv"], window="上期", days=None, by="王", at=AT)
