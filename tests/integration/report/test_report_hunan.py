"""湖南省 2020 Q3 from an empty house: registry, a night, decisions, four annexes cell by cell."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, select

from models import Finding, Judgement, Notice, Run, Target, Verdict, Visit, Window
from registry.importing import import_files
from report import kept
from report.export import ExportRefused, InputError, export
from report.freeze import freeze, prepare
from report.stamp import window_stamp
from review import decisions, findings, windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session, sessionmaker

pytestmark = pytest.mark.integration

PRINTED = Path(__file__).with_name("published") / "hunan-2020q3"
AS_OF = datetime.fromisoformat("2020-09-17T01:00:00+08:00")
LATER = datetime.fromisoformat("2020-09-20T09:00:00+08:00")
CHECKS = {
    "未提供办事服务": "W6.1",
    "未提供网上有效咨询建言渠道（网上信访、纪检举报等专门渠道除外）": "W5.1",
    "监测时间点前2周内无更新": "M2.1",
    "互动回应差": "M3.1",
}
FULL_NAMES = {"湘西土家族苗族自治州": "湘西自治州"}


def printed(number: int) -> list[list[str]]:
    """An annex of the published notice as printed, headings first."""
    text = (PRINTED / f"annex{number}.csv").read_text(encoding="utf-8")
    return list(csv.reader(io.StringIO(text)))


def registered_sites() -> Iterator[dict[str, str]]:
    """As many sites for each unit as the notice counts, the failing ones among them."""
    named = {row[1]: [one for one in printed(2)[1:] if one[1] == row[1]] for row in printed(2)[1:]}
    number = 0
    for row in printed(1)[1:-1]:
        for index in range(int(row[2])):
            number += 1
            failing = named.get(row[1], [])
            known = failing[index] if index < len(failing) else None
            yield {
                "网站标识码": known[4] if known else f"43990{number:05d}",
                "网站名称": known[2] if known else f"{row[1]}网站{index}",
                "首页网址": f"http://s{number}.example.gov.cn/",
                "地区": row[1],
                "上级地区": "湖南省",
                "哨兵": "",
            }
    yield {
        "网站标识码": "4300000001",
        "网站名称": "哨兵网站",
        "首页网址": "http://canary.example.gov.cn/",
        "地区": "省直部门",
        "上级地区": "湖南省",
        "哨兵": "是",
    }


def registered_accounts() -> Iterator[dict[str, str]]:
    """As many accounts for each unit as the notice counts; one is registered under its county."""
    failing: dict[str, list[list[str]]] = {}
    for row in printed(4)[1:]:
        failing.setdefault(FULL_NAMES.get(row[1], row[1]), []).append(row)
    for row in printed(3)[1:-1]:
        for index in range(int(row[2])):
            named = failing.get(row[1], [])
            known = named[index] if index < len(named) else None
            county = known is not None and known[2] == "健康祁东"
            yield {
                "账号名称": known[2] if known else f"{row[1]}发布{index}",
                "账号类型": known[5] if known else "微信订阅号",
                "开设主体": known[4] if known else f"{row[1]}单位{index}",
                "地区": "祁东县" if county else row[1],
                "上级地区": row[1] if county else "湖南省",
            }


def write(folder: Path, name: str, rows: Iterator[dict[str, str]]) -> Path:
    given = list(rows)
    path = folder / name
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.DictWriter(file, list(given[0]))
        writer.writeheader()
        writer.writerows(given)
    return path


def failing_verdicts(targets: dict[str, int]) -> Iterator[dict[str, Any]]:
    """What the checks would say of the 38 targets that the notice names, and of a canary."""
    yield verdict(targets["哨兵网站"], "W6.1", "")
    for row in printed(2)[1:]:
        yield verdict(targets[row[2]], CHECKS[row[3]], "")
    for row in printed(4)[1:]:
        found = re.fullmatch(r"(\d+)年(\d+)月(\d+)日", row[6])
        last = f"{date(*map(int, found.groups()))}T16:30:00+08:00" if found else ""
        for label in row[3].split("\n"):
            yield verdict(targets[row[2]], CHECKS[label], last)


def verdict(target: int, check: str, last: str) -> dict[str, Any]:
    return {
        "target_id": target,
        "check": check,
        "outcome": "fail",
        "reason": "stale",
        "warning": "",
        "evidence": {},
        "captures": [],
        "last_update": last,
        "ruleset": "r",
    }


def play(session: Session, folder: Path) -> Window:
    """Import, open the window, play one night that reads everything, open findings."""
    files = [
        write(folder, "sites.csv", registered_sites()),
        write(folder, "accounts.csv", registered_accounts()),
    ]
    report = import_files(session, files)
    assert report.clean, report.to_json()["rejected"][:3]
    assert report.added == 594 + 1 + 1738
    window = windows.add(session, "2020Q3", date(2020, 7, 7), date(2020, 9, 17))
    run = Run(window_id=window.id, as_of=AS_OF, state="done", ruleset="r")
    session.add(run)
    session.flush()
    judgement = Judgement(run_id=run.id, ruleset="r", digest="d")
    session.add(judgement)
    session.flush()
    ids = {row.name: row.id for row in session.execute(select(Target.name, Target.id))}
    session.execute(
        insert(Visit),
        [
            {"run_id": run.id, "target_id": one, "fresh": True, "access": "ok"}
            for one in ids.values()
        ],
    )
    told = [one | {"run_id": run.id, "judgement_id": judgement.id} for one in failing_verdicts(ids)]
    session.execute(insert(Verdict), told)
    opened = findings.open_findings(session, run, judgement.id)
    assert dict(opened.flagged) == {"W6.1": 1, "W5.1": 2, "M2.1": 35, "M3.1": 4}
    session.commit()
    return window


def confirm_all(session: Session) -> None:
    ids = list(session.scalars(select(Finding.id)))
    report = decisions.decide(session, ids, state="confirmed", by="检查员", at=LATER)
    assert len(report.changed) == 42
    session.commit()


def cells(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode())))


def sheet_cells(path: Path, number: int) -> list[list[str]]:
    """The body of one sheet: two heading rows flattened, then rows up to the notes."""
    sheet = load_workbook(path)[f"附件{number}"]
    rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.values]
    deep = number in {1, 3}
    head = rows[2]
    if deep:
        captions = [rows[2][index] or rows[2][index - 1] for index in range(len(head))]
        head = [f"{c}/{s}" if s else c for c, s in zip(captions, rows[3], strict=True)]
    body = [row for row in rows[4 if deep else 3 :] if not row[0].startswith("注：")]
    return [head, *body]


def test_the_four_annexes_are_those_of_the_notice_cell_by_cell(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    with session_factory() as session:
        play(session, tmp_path)
        confirm_all(session)
    with session_factory() as session:
        result = export(
            session,
            window="2020Q3",
            layout="hunan",
            formats=("xlsx", "csv", "json"),
            out=tmp_path / "out",
        )
    assert result.problems == []
    assert [path.name for path in result.paths] == [
        "2020Q3-hunan.xlsx",
        *[f"2020Q3-hunan-{number}.csv" for number in range(1, 5)],
        *[f"2020Q3-hunan-{number}.json" for number in range(1, 5)],
    ]
    for number in range(1, 5):
        expected = printed(number)
        out = tmp_path / "out"
        assert cells((out / f"2020Q3-hunan-{number}.csv").read_bytes()) == expected
        assert sheet_cells(out / "2020Q3-hunan.xlsx", number) == expected
        told = json.loads((out / f"2020Q3-hunan-{number}.json").read_text(encoding="utf-8"))
        rows = [*told["rows"], *([told["total"]] if told["total"] else [])]
        assert [told["columns"], *[list(row.values()) for row in rows]] == expected
        assert told["notes"] == ["注：检查采样时间为2020年7月7日至9月17日"]


def test_an_unreviewed_window_is_refused_and_a_draft_is_marked(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    asked: dict[str, Any] = {"window": "2020Q3", "layout": "hunan", "formats": ["csv", "json"]}
    with session_factory() as session:
        play(session, tmp_path)
        with pytest.raises(ExportRefused, match="42 个问题待审核"):
            export(session, **asked, out=out)
        assert not out.exists()
        result = export(session, **asked, out=out, draft=True)
    assert len(result.problems) == 1
    assert "草稿" in cells(result.paths[0].read_bytes())[-1][0]
    assert json.loads(result.paths[4].read_text(encoding="utf-8"))["draft"] is True
    # What nobody confirmed is not printed, in a draft neither.
    assert len(cells(result.paths[1].read_bytes())) == 2


def test_a_dismissed_finding_is_in_no_annex(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    with session_factory() as session:
        play(session, tmp_path)
        first = session.scalars(
            select(Finding.id).where(Finding.check == "W5.1").order_by(Finding.id)
        ).first()
        assert first is not None
        decisions.decide(
            session, [first], state="dismissed", by="检查员", why="栏目在二级页", at=LATER
        )
        rest = list(session.scalars(select(Finding.id).where(Finding.state == "flagged")))
        decisions.decide(session, rest, state="confirmed", by="检查员", at=LATER)
        result = export(
            session, window="2020Q3", layout="hunan", formats=["csv"], out=tmp_path / "out"
        )
    assert cells(result.paths[0].read_bytes())[-1] == ["合计", "", "594", "594", "2", "0.34%"]
    assert [row[2] for row in cells(result.paths[1].read_bytes())[1:]] == [
        "湖南扶贫网",
        "湖南省衡阳国家高新技术产业开发区管委会",
    ]


def test_a_frozen_window_gives_the_same_bytes_whatever_happens_later(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    asked: dict[str, Any] = {
        "window": "2020Q3",
        "layout": "hunan",
        "formats": ["xlsx", "csv", "json"],
    }
    with session_factory() as session:
        window = play(session, tmp_path)
        with pytest.raises(ExportRefused, match="待审核"):
            freeze(session, "2020Q3", at=LATER)
        confirm_all(session)
        before = export(session, **asked, out=tmp_path / "before")
        freeze(session, "2020Q3", at=LATER)
        session.commit()
        # A later night, a repair, a rename: none of it reaches the notice.
        session.add(Run(window_id=window.id, as_of=LATER, state="held", ruleset="r"))
        ids = list(session.scalars(select(Finding.id)))
        repaired = decisions.rectify(session, ids, on=date(2020, 9, 30), by="王", at=LATER)
        assert len(repaired.changed) == 42
        for target in session.scalars(select(Target)):
            target.name = f"新{target.name}"
        session.commit()
    with session_factory() as session:
        after = export(session, **asked, out=tmp_path / "after")
    for old, new in zip(before.paths, after.paths, strict=True):
        assert (old.name, old.read_bytes()) == (new.name, new.read_bytes())


def test_a_decision_after_the_preparation_is_in_the_frozen_annexes(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    with session_factory() as session:
        window = play(session, tmp_path)
        confirm_all(session)
        session.commit()
        prepared = prepare(session, "2020Q3")
        ids = list(session.scalars(select(Finding.id).order_by(Finding.id)))
        decisions.rectify(session, ids[:1], on=date(2020, 9, 30), by="王", at=LATER)
        session.commit()
        assert prepared.stamp != window_stamp(session, window)
        freeze(session, "2020Q3", at=LATER, prepared=prepared)
        session.commit()
        plain = session.scalar(select(Notice).where(Notice.layout == kept.PLAIN))
        assert plain is not None
        assert plain.payload != json.loads(json.dumps(prepared.notices[kept.PLAIN]))


def test_what_was_prepared_is_kept_as_long_as_nothing_moves(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    with session_factory() as session:
        play(session, tmp_path)
        confirm_all(session)
        session.commit()
        prepared = prepare(session, "2020Q3")
        marked = {**prepared.notices, "hunan": {"annexes": []}}
        freeze(session, "2020Q3", at=LATER, prepared=replace(prepared, notices=marked))
        hunan = session.scalar(select(Notice).where(Notice.layout == "hunan"))
        assert hunan is not None
        assert hunan.payload == {"annexes": []}


def test_held_and_unfinished_windows_are_refused(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    with session_factory() as session:
        window = windows.add(session, "2020Q3", date(2020, 7, 7), date(2020, 9, 17))
        session.add(Run(window_id=window.id, as_of=AS_OF, state="held", ruleset="r"))
        session.add(Run(window_id=window.id, as_of=AS_OF, state="crawling", ruleset="r"))
        session.flush()
        with pytest.raises(ExportRefused) as refused:
            export(
                session,
                window="2020Q3",
                layout="hunan",
                formats=["csv"],
                out=tmp_path / "out",
                today=date(2020, 9, 17),
            )
    told = "\n".join(refused.value.lines)
    for part in ("扣留", "尚未完成", "还没有完成的巡查批次", "2020-09-17 才结束"):
        assert part in told


def test_a_format_of_a_later_day_is_refused_in_plain_words(
    session_factory: sessionmaker[Session], tmp_path: Path
) -> None:
    with session_factory() as session, pytest.raises(InputError, match="暂不支持导出 odt"):
        export(session, window="x", layout="hunan", formats=["odt", "csv"], out=tmp_path)
