"""The queries behind W1.5 on both databases: which new items of a watched list are late, and why not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crawler import factcodec
from crawler.extract.facts import PageFacts, PageKind, Row
from crawler.ledger import backdated_nights, late_items
from models import Capture, Column, Fact, Item, Run, Site, Unit, Visit, Window

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

    from checks.facts import LateItem

pytestmark = pytest.mark.integration

TONIGHT = datetime.fromisoformat("2023-03-20T01:00:00+08:00")
LAST_NIGHT = TONIGHT - timedelta(days=1)
LIST = "http://www.example.gov.cn/tzgg/"
SHOWN = tuple(
    Row(f"关于第{n}项工作的通知", f"{LIST}{n}.html", date(2023, 3, 18) - timedelta(days=10 * n))
    for n in range(5)
)


@dataclass
class Watched:
    """A column that was looked at the night before, and a night that finds something new in it."""

    session: Session
    site: Site
    column: Column
    tonight: Run

    def looked(
        self,
        *rows: Row,
        at: datetime = LAST_NIGHT,
        access: str = "ok",
        role: str = "column",
        youngest: timedelta = timedelta(days=1),
    ) -> Run:
        """A night's look at the column; elsewhere the site showed something this much older."""
        run = self._run(at)
        self.item(
            f"{at} 别处的稿件",
            (at - youngest).date(),
            column_id=None,
            first_seen_at=at,
            first_run_id=run.id,
        )
        capture = Capture(
            run_id=run.id,
            target_id=self.site.id,
            column_id=self.column.id,
            role=role,
            url=LIST,
            final_url=LIST,
            access=access,
            fetched_at=at,
        )
        self.session.add_all(
            [
                capture,
                Visit(run_id=run.id, target_id=self.site.id, fresh=True, access="ok", pages=3),
            ]
        )
        self.session.flush()
        payload = factcodec.encode_page(
            PageFacts(LIST, page_kind=PageKind.COLUMN_LIST, rows=tuple(rows))
        )
        self.session.add(
            Fact(
                run_id=run.id,
                target_id=self.site.id,
                capture_id=capture.id,
                kind=factcodec.PAGE,
                extractor="1",
                payload=payload,
            )
        )
        self.session.flush()
        return run

    def _run(self, at: datetime) -> Run:
        run = Run(as_of=at, state="done", ruleset="r", targets=[self.site.id])
        self.session.add(run)
        self.session.flush()
        return run

    def item(self, title: str, claimed: date, **changed: Any) -> Item:
        url = changed.pop("url", f"{LIST}{len(title)}-{claimed}.html")
        given = {
            "target_id": self.site.id,
            "column_id": self.column.id,
            "key": hashlib.sha256(f"{url}{title}".encode()).hexdigest(),
            "title": title,
            "url": url,
            "published_at": datetime.fromisoformat(f"{claimed}T08:00:00+08:00"),
            "first_seen_at": TONIGHT,
            "first_run_id": self.tonight.id,
            "last_seen_at": TONIGHT,
            **changed,
        }
        item = Item(**given)
        self.session.add(item)
        self.session.flush()
        return item

    def told(self, run: Run) -> tuple[LateItem, ...]:
        """What the ledger tells of a run."""
        nights = backdated_nights(self.session.connection(), run, [self.site.id])
        return late_items(self.session, nights.get(self.site.id, ()), self.site.id)

    def late(self) -> list[str]:
        return [one.title for one in self.told(self.tonight)]


@pytest.fixture
def watched(session_factory: sessionmaker[Session]) -> Iterator[Watched]:
    with session_factory() as session:
        unit = Unit(name="例市", position=1)
        session.add(unit)
        session.flush()
        site = Site(
            identity="site:1", code="4301000001", name="例市人民政府", unit_id=unit.id, position=1,
            home_url="http://www.example.gov.cn/",
        )  # fmt: skip
        session.add(site)
        session.flush()
        column = Column(site_id=site.id, name="通知公告", url=LIST, kind="通知公告", level=1)
        tonight = Run(as_of=TONIGHT, state="crawling", ruleset="r", targets=[site.id])
        session.add_all([column, tonight])
        session.flush()
        yield Watched(session, site, column, tonight)
        session.rollback()


OLD = date(2023, 3, 1)


def test_an_item_under_an_old_day_that_last_night_did_not_show_is_late(watched: Watched) -> None:
    """Trap 26."""
    watched.looked(*SHOWN)
    watched.item("关于补录事项的通知", OLD)
    (found,) = watched.told(watched.tonight)
    assert (found.claimed, found.column) == (OLD, "通知公告")
    assert (found.first_seen, found.watched) == (TONIGHT, LAST_NIGHT)
    assert found.oldest == SHOWN[-1].date


def test_an_old_copy_of_the_whole_site_makes_nothing_late(watched: Watched) -> None:
    """Trap 30: a cache gave last night what the site was three weeks ago."""
    watched.looked(*SHOWN[2:], youngest=timedelta(days=25))
    watched.item("关于期间事项的通知", OLD)
    assert watched.late() == []


def test_two_nights_without_it_are_no_single_old_copy(watched: Watched) -> None:
    """A quiet site filled up before the window opens is still seen."""
    for nights in (2, 1):
        at = TONIGHT - timedelta(days=nights)
        watched.looked(*SHOWN[2:], at=at, youngest=timedelta(days=25))
    watched.item("关于补录事项的通知", OLD)
    assert watched.late() == ["关于补录事项的通知"]


def _in_window(watched: Watched, *runs: Run) -> None:
    window = Window(name="2023Q1", starts_on=date(2023, 2, 20), ends_on=date(2023, 3, 31))
    watched.session.add(window)
    watched.session.flush()
    for run in runs:
        run.window_id = window.id
    watched.session.flush()


def test_what_was_late_on_one_night_is_told_until_the_window_ends(watched: Watched) -> None:
    """The next night finds the item known; its day is no truer for that."""
    before = watched.looked(*SHOWN)
    watched.item("关于补录事项的通知", OLD)
    after = Run(as_of=TONIGHT + timedelta(days=1), state="done", ruleset="r", targets=[])
    watched.session.add(after)
    watched.session.flush()
    told = watched.told(after)
    assert told == (), "a run in no window tells its own"
    _in_window(watched, before, watched.tonight, after)
    (found,) = watched.told(after)
    assert (found.title, found.first_seen) == ("关于补录事项的通知", TONIGHT)
    assert watched.told(before) == (), "nor does it reach back"
    after.window_id = None
    other = Window(name="2023Q2", starts_on=date(2023, 5, 20), ends_on=date(2023, 6, 30))
    watched.session.add(other)
    watched.session.flush()
    after.window_id = other.id
    assert watched.told(after) == (), "nor into the next window"


def test_a_list_that_nobody_looked_at_before_proves_nothing(watched: Watched) -> None:
    watched.item("关于补录事项的通知", OLD)
    assert watched.late() == []


@pytest.mark.parametrize("access", ["timeout", "challenge", "soft_404"])
def test_a_look_that_was_refused_is_none(watched: Watched, access: str) -> None:
    watched.looked(*SHOWN, access=access)
    watched.item("关于补录事项的通知", OLD)
    assert watched.late() == []


def test_another_page_than_the_list_is_no_look_at_it(watched: Watched) -> None:
    watched.looked(*SHOWN, role="article")
    watched.item("关于补录事项的通知", OLD)
    assert watched.late() == []


def test_what_stood_there_before_under_its_address_or_its_title_is_not_new(
    watched: Watched,
) -> None:
    watched.looked(*SHOWN)
    watched.item("另一个标题", OLD, url=SHOWN[2].url)
    watched.item("关于第 2 项工作的通知", OLD, url=f"{LIST}moved.html")
    assert watched.late() == []


def test_an_item_that_the_site_had_under_another_address_was_moved(watched: Watched) -> None:
    watched.looked(*SHOWN)
    watched.item(
        "关于迁移栏目的通知",
        OLD,
        url="http://www.example.gov.cn/old/1.html",
        first_seen_at=LAST_NIGHT,
        first_run_id=None,
    )
    watched.item("关于迁移栏目的通知", OLD)
    assert watched.late() == []


@pytest.mark.parametrize(
    ("claimed", "late"),
    [
        (date(2023, 2, 6), False),
        (date(2023, 2, 7), True),
        (date(2023, 3, 18), True),
        (date(2023, 3, 19), False),
    ],
    ids=["on the oldest day shown", "a day after it", "the day before the look", "on its day"],
)
def test_only_days_between_the_end_of_the_list_and_the_look_count(
    watched: Watched, claimed: date, late: bool
) -> None:
    assert SHOWN[-1].date == date(2023, 2, 6)
    watched.looked(*SHOWN)
    watched.item("关于补录事项的通知", claimed)
    assert bool(watched.late()) is late


def test_a_pinned_row_does_not_make_the_list_reach_further_back(watched: Watched) -> None:
    """Trap 20."""
    pinned = Row("关于网站升级的通知", f"{LIST}p.html", date(2020, 1, 1), pinned=True)
    watched.looked(pinned, *SHOWN)
    watched.item("关于补录事项的通知", date(2021, 1, 1))
    assert watched.late() == []


def test_a_list_of_which_most_rows_have_no_day_reaches_nowhere(watched: Watched) -> None:
    undated = tuple(Row(f"栏目{n}", f"{LIST}u{n}.html") for n in range(6))
    watched.looked(*SHOWN, *undated)
    watched.item("关于补录事项的通知", OLD)
    assert watched.late() == []
    more = Row("关于第9项工作的通知", f"{LIST}9.html", date(2023, 2, 20))
    watched.looked(*SHOWN, more, *undated, at=LAST_NIGHT + timedelta(hours=1))
    assert watched.late() == ["关于补录事项的通知"]


def test_the_last_look_counts_and_not_an_earlier_one(watched: Watched) -> None:
    watched.looked(*SHOWN, at=LAST_NIGHT - timedelta(days=9))
    shown = Row("关于补录事项的通知", f"{LIST}b.html", OLD)
    watched.looked(shown, *SHOWN)
    watched.item("关于补录事项的通知", OLD, url=f"{LIST}c.html")
    assert watched.late() == []


def test_yesterdays_items_and_those_of_earlier_nights_are_not_asked_about(watched: Watched) -> None:
    earlier = watched.looked(*SHOWN)
    watched.item("关于昨天的通知", date(2023, 3, 19))
    watched.item("关于上次的通知", OLD, first_run_id=earlier.id, first_seen_at=LAST_NIGHT)
    watched.item("首页上的稿件", OLD, column_id=None)
    assert watched.late() == []


def test_links_to_others_do_not_belong_to_the_list(watched: Watched) -> None:
    foreign = Row("国务院通知", "http://www.gov.cn/1.html", date(2022, 1, 1), own=False)
    watched.looked(foreign, *SHOWN)
    watched.item("关于补录事项的通知", date(2022, 6, 1))
    assert watched.late() == []
