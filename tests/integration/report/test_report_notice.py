"""The notice as a document: its parts, its marks, its tables, and the same bytes a week later."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

import database
from models import Finding, Item, Run, Target, Visit, Window
from report.export import ExportError, ExportRefused, export
from report.freeze import freeze
from report.notice import charts, pdf, template
from review import decisions
from settings import Settings
from tests.integration.report.replay_world import play
from tests.unit.report.test_report_layouts import BAIHE

pytestmark = pytest.mark.integration
LATER = datetime.fromisoformat("2020-09-20T09:00:00+08:00")
ASKED: dict[str, Any] = {"window": "2020Q3", "layout": "hunan"}


@pytest.fixture(scope="module")
def played_home(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """The notice played once; every test has a copy."""
    home = tmp_path_factory.mktemp("played")
    shutil.copyfile(sqlite_template, home / "xuncha.sqlite3")
    made = database.session_factory(Settings(home=home))
    with made() as session:
        play(session, "hunan-2020q3", home / "registry")
    made.kw["bind"].dispose()
    return home


@pytest.fixture
def played(played_home: Path, tmp_path: Path) -> Iterator[sessionmaker[Session]]:
    home = tmp_path / "home"
    home.mkdir()
    shutil.copyfile(played_home / "xuncha.sqlite3", home / "xuncha.sqlite3")
    made = database.session_factory(Settings(home=home))
    yield made
    made.kw["bind"].dispose()


def document(path: Path) -> WordDocument:
    return Document(str(path))


def marked(page: WordDocument) -> list[str]:
    return [
        run.text for one in page.paragraphs for run in one.runs if run.style.name == template.MARK
    ]


def test_the_notice_has_its_parts_and_marks_what_is_computed(
    played: sessionmaker[Session], tmp_path: Path
) -> None:
    with played() as session:
        made = export(session, **ASKED, formats=["docx"], out=tmp_path / "out")
    page = document(made.paths[0])
    texts = [one.text for one in page.paragraphs]
    whole = "\n".join(texts)
    order = (
        "湖南省政务管理服务局关于2020年第三季度全省政府网站与政务新媒体检查情况的通报",
        "湘政务函〔2020〕　号",
        "各市州人民政府，省直有关单位：",
        "一、总体情况",
        "二、发现的主要问题",
        "（一）政府网站方面",
        "（二）政务新媒体方面",
        "三、下一步工作要求",
        "附件：1．全省政府网站检查情况",
        "（请填写印发日期）",
        "附件4",
    )
    places = [whole.index(part) for part in order]
    assert places == sorted(places)
    told = marked(page)
    for number in ("594", "99.49%", "1738", "97.99%", "35", "48.57%", "25.71%", "11.43%"):
        assert number in told
    assert "衡阳市“衡阳市公共资源交易网”、衡阳市“湖南省衡阳国家高新技术产业开发区管委会”" in told
    assert "{{" not in whole
    assert "{%" not in whole


def test_tables_repeat_their_headings_and_break_no_row(
    played: sessionmaker[Session], tmp_path: Path
) -> None:
    with played() as session:
        made = export(session, **ASKED, formats=["docx"], out=tmp_path / "out")
    tables = document(made.paths[0]).tables
    counts, listed = tables[2], tables[3]
    assert [cell.text for cell in counts.rows[-1].cells] == [
        "合计",
        "合计",
        "1738",
        "1738",
        "35",
        "2.01%",
    ]
    heads = [
        [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        for table in (counts, listed)
    ]
    assert heads[0] == [True, True, *[False] * 16]
    assert heads[1] == [True, *[False] * 35]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in listed.rows)
    assert listed.rows[4].cells[3].text == "监测时间点前2周内无更新\n互动回应差"


def test_a_draft_carries_a_watermark_and_the_real_one_does_not(
    played: sessionmaker[Session], tmp_path: Path
) -> None:
    for draft in (False, True):
        with played() as session:
            made = export(session, **ASKED, formats=["docx"], out=tmp_path / "out", draft=draft)
        with zipfile.ZipFile(made.paths[0]) as archive:
            headers = [archive.read(n) for n in archive.namelist() if n.startswith("word/header")]
        assert any('string="草稿"'.encode() in one for one in headers) is draft


def test_hostile_names_stay_text(played: sessionmaker[Session], tmp_path: Path) -> None:
    with played() as session:
        target = session.scalars(select(Target).where(Target.name == "湖南扶贫网")).one()
        target.name = "{{ 7*7 }}<w:br/>&amp;{% raw %}"
        made = export(session, **ASKED, formats=["docx", "xlsx"], out=tmp_path / "out")
    text = "\n".join(one.text for one in document(made.paths[0]).paragraphs)
    assert "省直部门“{{ 7*7 }}<w:br/>&amp;{% raw %}”" in text


def test_an_office_puts_its_own_template_in_the_home(
    played: sessionmaker[Session], tmp_path: Path
) -> None:
    own = Document(io.BytesIO(template.build()))
    own.paragraphs[0].insert_paragraph_before("本单位专用 {{ title }}")
    folder = tmp_path / "home" / "layouts"
    folder.mkdir(parents=True, exist_ok=True)
    own.save(str(folder / "notice.docx"))
    asked = ASKED | {"formats": ["docx"], "out": tmp_path / "out", "home": tmp_path / "home"}
    with played() as session:
        made = export(session, **asked)
    assert document(made.paths[0]).paragraphs[0].text.startswith("本单位专用 湖南省")
    own.paragraphs[0].insert_paragraph_before("{{ ''.__class__.__mro__ }}{% for %}")
    own.save(str(folder / "notice.docx"))
    with played() as session, pytest.raises(ExportError, match="通报模板无法填写"):
        export(session, **asked)


def test_without_a_chinese_font_there_is_no_chart_and_the_notice_says_so(
    played: sessionmaker[Session], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "chinese_font", lambda: None)
    with played() as session:
        made = export(session, **ASKED, formats=["docx"], out=tmp_path / "out")
    page = document(made.paths[0])
    assert charts.NO_FONT in [one.text for one in page.paragraphs]
    assert len(page.inline_shapes) == 0


def test_without_libreoffice_the_other_files_are_there_and_it_is_said(
    played: sessionmaker[Session], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "office", lambda: None)
    with played() as session:
        made = export(session, **ASKED, formats=["csv", "pdf"], out=tmp_path / "out")
    assert made.notes == [pdf.NO_OFFICE]
    assert {path.suffix for path in made.paths} == {".csv"}


def a_week_later(session: Session, window: Window) -> None:
    """Nights, repairs, renames, new windows' worth of posts: none of it is the notice's."""
    for day in range(1, 8):
        at = LATER + timedelta(days=day)
        session.add(Run(window_id=None, as_of=at, state="done", ruleset="r"))
    late = Run(window_id=window.id, as_of=LATER, state="done", ruleset="r")
    session.add(late)
    session.flush()
    targets = list(session.scalars(select(Target)))
    for target in targets[:50]:
        session.add(Visit(run_id=late.id, target_id=target.id, fresh=False, access="timeout"))
        session.add(
            Item(
                target_id=target.id,
                key=f"{target.id:064d}",
                title="2019年政府网站工作年度报表",
                url="",
                published_at=LATER - timedelta(days=10),
                first_seen_at=LATER,
                last_seen_at=LATER,
            )
        )
    for target in targets:
        target.name = f"新{target.name}"
    ids = list(session.scalars(select(Finding.id)))
    decisions.rectify(session, ids, on=date(2020, 9, 30), by="王", at=LATER + timedelta(days=9))


def test_a_frozen_window_gives_every_file_byte_for_byte_a_week_of_nights_later(
    played: sessionmaker[Session], tmp_path: Path
) -> None:
    formats = ["xlsx", "docx", "csv", "json"]
    home = tmp_path / "home"
    with played() as session, time_machine.travel(datetime(2020, 9, 21, tzinfo=UTC), tick=False):
        freeze(session, "2020Q3", at=LATER, home=home)
        session.commit()
        before = export(session, **ASKED, formats=formats, out=tmp_path / "a", home=home)
    with played() as session:
        a_week_later(session, session.scalars(select(Window)).one())
        session.commit()
    with played() as session, time_machine.travel(datetime(2020, 9, 28, tzinfo=UTC), tick=False):
        after = export(session, **ASKED, formats=formats, out=tmp_path / "b", home=home)
        other = export(session, window="2020Q3", layout=str(BAIHE), formats=["csv"], out=tmp_path)
    assert len(before.paths) == 10
    for old, new in zip(before.paths, after.paths, strict=True):
        assert (old.name, old.read_bytes()) == (new.name, new.read_bytes())
    # A layout that came after the freeze tells of the same day.
    assert "健康祁东" in other.paths[0].read_text(encoding="utf-8")
    assert "新健康祁东" not in other.paths[0].read_text(encoding="utf-8")


def test_a_target_without_a_fresh_visit_or_a_reason_refuses_the_notice(
    played: sessionmaker[Session], tmp_path: Path
) -> None:
    with played() as session:
        target = session.scalars(select(Target).where(Target.kind == "site").offset(9)).first()
        assert target is not None
        session.query(Visit).filter(Visit.target_id == target.id).delete()
        with pytest.raises(ExportRefused, match=f"没有巡查记录：{target.name}"):
            export(session, **ASKED, formats=["csv"], out=tmp_path / "out")
