"""One target's result in the database, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from checks.facts import LinkReading
from crawler import factcodec
from crawler.extract.facts import PageFacts, Provenance, Row
from crawler.fetch.access import AccessState
from crawler.fetch.capture import Capture, Hop
from crawler.platforms.observation import AccountReading, Observation, Post, SourceReading
from crawler.recording import LeaseLostError, RunMark, record, record_all
from crawler.recording_tables import first_failures
from crawler.spiders.result import ColumnSeen, PageRecord, TargetResult
from models import Capture as CaptureRow
from models import Column, Fact, Item, Link, Run, Site, Unit, Visit

NIGHT = datetime.fromisoformat("2023-03-10T01:00:00+08:00")

pytestmark = pytest.mark.integration

Sessions = sessionmaker[Session]


@pytest.fixture
def marks(session_factory: Sessions) -> list[RunMark]:
    """Two nights of one site with the id 1."""
    with session_factory.begin() as session:
        unit = Unit(name="某市")
        session.add(unit)
        session.flush()
        site = Site(
            kind="site", identity="1", name="某局", unit_id=unit.id, home_url="http://a.cn/"
        )
        session.add(site)
        runs = [
            Run(as_of=NIGHT + timedelta(days=n), state="crawling", ruleset="t", lease_owner="me")
            for n in range(2)
        ]
        session.add_all(runs)
        session.flush()
        return [RunMark(run.id, run.as_of, "me") for run in runs]


def page(role: str, rows: tuple[Row, ...] = (), column: str = "") -> PageRecord:
    url = column or f"http://a.cn/{role}"
    capture = Capture(
        url, url, NIGHT, status=200, headers=(("X", "a\x00b\ud800"),), chain=(Hop(url, 302),)
    )
    return PageRecord(capture, role, PageFacts(url, rows=rows), column=column, sha256="0" * 64)


def result_of(session: Session, *pages: PageRecord) -> TargetResult:
    target = session.scalars(select(Site.id)).one()
    told = TargetResult(target, fresh=True, access=AccessState.OK, pages=list(pages))
    told.columns = [ColumnSeen("http://a.cn/c/", "公告", "通知公告")]
    return told


ROWS = (
    Row("标题一", "http://a.cn/1.html", date(2023, 3, 9), Provenance.LIST_ROW),
    Row("标题二", "http://a.cn/2.html"),
    Row("外站", "http://b.cn/3.html", date(2023, 3, 9), Provenance.LIST_ROW, own=False),
)


def test_a_target_is_written_whole(session_factory: Sessions, marks: list[RunMark]) -> None:
    with session_factory.begin() as session:
        told = result_of(session, page("home", ROWS), page("column", ROWS, "http://a.cn/c/"))
        assert record(session, marks[0], told)
    with session_factory() as session:
        column = session.scalars(select(Column)).one()
        assert (column.registered, column.ever_filled) == (False, True)
        captures = session.scalars(select(CaptureRow).order_by(CaptureRow.id)).all()
        assert [(one.role, one.column_id) for one in captures] == [
            ("home", None),
            ("column", column.id),
        ]
        assert captures[0].headers == [["X", "ab?"]]
        facts = session.scalars(select(Fact).order_by(Fact.id)).all()
        assert [one.capture_id for one in facts] == [one.id for one in captures]
        assert factcodec.decode_page(facts[0].payload).rows == ROWS
        items = {item.url: item for item in session.scalars(select(Item))}
        assert set(items) == {"http://a.cn/1.html", "http://a.cn/2.html"}
        assert items["http://a.cn/1.html"].first_seen_at == NIGHT
        assert session.scalars(select(Visit)).one().pages == 2


def test_the_same_target_is_not_written_twice(
    session_factory: Sessions, marks: list[RunMark]
) -> None:
    for expected in (True, False):
        with session_factory.begin() as session:
            assert record(session, marks[0], result_of(session, page("home", ROWS))) is expected
    with session_factory() as session:
        assert session.scalar(select(func.count()).select_from(CaptureRow)) == 1


def test_a_run_that_another_process_took_over_is_not_written_to(
    session_factory: Sessions, marks: list[RunMark]
) -> None:
    with session_factory() as session, pytest.raises(LeaseLostError, match="接管"):
        record(session, replace(marks[0], owner="someone"), result_of(session, page("home")))


def test_an_item_keeps_its_first_sight_and_its_date_trap_26(
    session_factory: Sessions, marks: list[RunMark]
) -> None:
    forged = (replace(ROWS[0], date=date(2023, 1, 1)), replace(ROWS[1], date=date(2023, 3, 8)))
    for mark, rows in zip(marks, (ROWS, forged), strict=True):
        with session_factory.begin() as session:
            record(session, mark, result_of(session, page("home", rows)))
    with session_factory() as session:
        items = {item.url: item for item in session.scalars(select(Item))}
    one, two = items["http://a.cn/1.html"], items["http://a.cn/2.html"]
    assert (one.first_seen_at, one.last_seen_at) == (NIGHT, NIGHT + timedelta(days=1))
    assert one.published_at == datetime.fromisoformat("2023-03-09T00:00:00+08:00")
    assert two.published_at == datetime.fromisoformat("2023-03-08T00:00:00+08:00")


def test_an_item_known_without_a_column_takes_the_one_it_is_found_in_and_keeps_it(
    session_factory: Sessions, marks: list[RunMark]
) -> None:
    column = page("column", ROWS[:1], "http://a.cn/c/")
    for mark, pages in zip(marks, ([page("home", ROWS[:1])], [column]), strict=True):
        with session_factory.begin() as session:
            record(session, mark, result_of(session, *pages))
    with session_factory() as session:
        first = session.scalars(select(Item)).one()
        assert first.column_id == session.scalars(select(Column.id)).one()
        later = Run(as_of=NIGHT + timedelta(days=2), state="crawling", ruleset="t")
        session.add(later)
        session.commit()
        record(session, RunMark(later.id, later.as_of), result_of(session, page("home", ROWS[:1])))
        session.commit()
        session.refresh(first)
        assert first.column_id is not None
        assert first.last_seen_at == later.as_of


def test_known_items_are_touched_beside_those_that_are_new_or_still_without_a_day(
    session_factory: Sessions, marks: list[RunMark]
) -> None:
    new = Row("标题四", "http://a.cn/4.html", date(2023, 3, 10), Provenance.LIST_ROW)
    for mark, rows in zip(marks, (ROWS, (*ROWS, new)), strict=True):
        with session_factory.begin() as session:
            record(session, mark, result_of(session, page("home", rows)))
    with session_factory() as session:
        seen = {
            one.url[12]: (one.first_run_id, one.last_seen_at)
            for one in session.scalars(select(Item))
        }
    last = NIGHT + timedelta(days=1)
    assert seen == {"1": (marks[0].id, last), "2": (marks[0].id, last), "4": (marks[1].id, last)}


def test_a_column_is_filled_since_the_first_night_that_saw_content_in_it(
    session_factory: Sessions, marks: list[RunMark]
) -> None:
    moments: list[datetime | None] = []
    for mark in reversed(marks):
        with session_factory.begin() as session:
            record(session, mark, result_of(session, page("column", ROWS, "http://a.cn/c/")))
        with session_factory() as session:
            moments += session.scalars(select(Column.filled_at))
    assert moments == [NIGHT + timedelta(days=1), NIGHT]


def test_a_night_played_again_does_not_turn_the_ledger_back(
    session_factory: Sessions, marks: list[RunMark]
) -> None:
    for mark in reversed(marks):
        with session_factory.begin() as session:
            record(session, mark, result_of(session, page("home", ROWS)))
    with session_factory() as session:
        assert set(session.scalars(select(Item.last_seen_at))) == {NIGHT + timedelta(days=1)}


def test_an_article_lends_its_date_to_the_row_that_has_none(
    session_factory: Sessions, marks: list[RunMark]
) -> None:
    article = page("article", column="")
    article.capture = replace(article.capture, url="http://a.cn/2.html")
    article.facts = PageFacts("http://a.cn/2.html", published_on=date(2023, 3, 7))
    with session_factory.begin() as session:
        record(session, marks[0], result_of(session, page("home", ROWS), article))
    with session_factory() as session:
        item = session.scalars(select(Item).where(Item.url == "http://a.cn/2.html")).one()
    assert item.provenance == "detail"
    assert item.published_at == datetime.fromisoformat("2023-03-07T00:00:00+08:00")


def link(state: str) -> LinkReading:
    status = 200 if state == "ok" else 404
    return LinkReading("http://a.cn/x", "http://a.cn/", "", state, status, "", "站内")


def test_the_ledger_of_links_counts_nights_and_forgives(
    session_factory: Sessions, marks: list[RunMark]
) -> None:
    def night(mark: RunMark, state: str) -> None:
        with session_factory.begin() as session:
            told = result_of(session, page("home"))
            told.links = [link(state)]
            record(session, mark, told)

    night(marks[0], "suspected")
    night(marks[1], "dead")
    with session_factory() as session:
        row = session.scalars(select(Link)).one()
        assert (row.failures, row.state, row.first_failed_at) == (2, "dead", NIGHT)
        assert first_failures(session.connection(), ["http://a.cn/x", "http://a.cn/y"]) == {
            "http://a.cn/x": NIGHT
        }
        later = Run(as_of=NIGHT + timedelta(days=2), state="crawling", ruleset="t")
        session.add(later)
        session.commit()
        mark = RunMark(later.id, later.as_of)
    night(mark, "ok")
    with session_factory() as session:
        row = session.scalars(select(Link)).one()
        assert (row.failures, row.state, row.first_failed_at) == (0, "ok", None)


def test_sources_name_their_captures_by_id_once_they_are_stored(
    session_factory: Sessions, marks: list[RunMark]
) -> None:
    post = Post("5001", "标题", "http://w.cn/5001", NIGHT, "api", source="微博")
    liked = replace(post, id="5002", own=False)
    reading = AccountReading("weibo", posts=(post, liked), newest_at=NIGHT)
    source = SourceReading("weibo:1", reading, capture_ids=(1,))
    with session_factory.begin() as session:
        told = result_of(session, page("source"), page("source", column="http://a.cn/2"))
        told.observation = Observation("weibo", (source,))
        record(session, marks[0], told)
    with session_factory() as session:
        ids = session.scalars(select(CaptureRow.id).order_by(CaptureRow.id)).all()
        fact = session.scalars(select(Fact).where(Fact.kind == factcodec.ACCOUNT)).one()
        stored = factcodec.decode_observation(fact.payload)
        assert stored.sources[0].capture_ids == (ids[1],)
        (item,) = session.scalars(select(Item)).all()
        assert (item.published_at, item.source) == (NIGHT, "微博")


def test_targets_written_together_are_written_as_each_alone(
    session_factory: Sessions, marks: list[RunMark]
) -> None:
    with session_factory.begin() as session:
        first = result_of(session, page("home", ROWS), page("column", ROWS, "http://a.cn/c/"))
        unit = session.scalars(select(Unit)).one()
        other = Site(
            kind="site", identity="2", name="某厅", unit_id=unit.id, home_url="http://c.cn/"
        )
        session.add(other)
        session.flush()
        second = replace(first, target_id=other.id, pages=list(first.pages), links=[link("dead")])
        first.links = [link("dead")]
        assert record_all(session, marks[0], [first, second, first]) == {first.target_id, other.id}
    with session_factory.begin() as session:
        assert record_all(session, marks[0], [second]) == set()
    with session_factory() as session:
        columns = {one.site_id: one.id for one in session.scalars(select(Column))}
        assert set(columns) == {first.target_id, other.id}
        captures = session.scalars(select(CaptureRow).order_by(CaptureRow.id)).all()
        assert [(one.target_id, one.role, one.column_id) for one in captures] == [
            (target, role, columns[target] if role == "column" else None)
            for target in (first.target_id, other.id)
            for role in ("home", "column")
        ]
        facts = session.scalars(select(Fact).where(Fact.capture_id.is_not(None))).all()
        assert {one.capture_id: one.target_id for one in facts} == {
            one.id: one.target_id for one in captures
        }
        owners = session.execute(select(Item.target_id, func.count()).group_by(Item.target_id))
        assert {row[0]: row[1] for row in owners} == {first.target_id: 2, other.id: 2}
        assert session.scalars(select(Link)).one().failures == 1
        assert session.scalar(select(func.count()).select_from(Visit)) == 2
