"""When columns were last opened, and what was seen then, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from crawler import factcodec
from crawler.column_looks import HOLDS, MANY, earlier, last_looks
from crawler.extract.facts import PageFacts, PageKind
from models import Capture, Column, Fact, Run, Site, Unit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

pytestmark = pytest.mark.integration
TONIGHT = datetime.fromisoformat("2023-03-20T01:00:00+08:00")
HOME = "http://www.example.gov.cn/"


@dataclass
class Large:
    """A site with one column more than every night opens."""

    session: Session
    site: Site
    columns: list[Column]
    runs: dict[int, Run] = field(default_factory=dict)

    def night(self, days: int) -> Run:
        """The run so many days before tonight."""
        if days not in self.runs:
            moment = TONIGHT - timedelta(days=days)
            run = Run(as_of=moment, state="done", ruleset="r", targets=[self.site.id])
            self.session.add(run)
            self.session.flush()
            self.runs[days] = run
        return self.runs[days]

    def opened(self, column: int, days: int, role: str = "column", access: str = "ok") -> str:
        """A page of a column, opened so many days ago; its address."""
        run, owner = self.night(days), self.columns[column]
        url = owner.url if role != "article" else f"{owner.url}a.html"
        capture = Capture(
            run_id=run.id, target_id=self.site.id, column_id=owner.id, role=role, url=url,
            final_url=url, access=access, fetched_at=run.as_of,
        )  # fmt: skip
        self.session.add(capture)
        self.session.flush()
        facts = PageFacts(url, page_kind=PageKind.COLUMN_LIST, title=f"{days}")
        self.session.add(
            Fact(
                run_id=run.id,
                target_id=self.site.id,
                capture_id=capture.id,
                kind=factcodec.PAGE,
                extractor="1",
                payload=factcodec.encode_page(facts),
            )
        )
        self.session.flush()
        return url


@pytest.fixture
def large(session_factory: sessionmaker[Session]) -> Iterator[Large]:
    with session_factory() as session:
        unit = Unit(name="例市", position=1)
        session.add(unit)
        session.flush()
        site = Site(
            identity="site:1", code="4301000001", name="例市人民政府", unit_id=unit.id, position=1,
            home_url=HOME,
        )  # fmt: skip
        session.add(site)
        session.flush()
        columns = [
            Column(site_id=site.id, name=f"栏目{n}", url=f"{HOME}{n}/", kind="通知公告", level=1)
            for n in range(MANY + 1)
        ]
        session.add_all(columns)
        session.flush()
        yield Large(session, site, columns)
        session.rollback()


def test_the_last_look_before_a_night_is_told_by_address(large: Large) -> None:
    large.opened(0, 5)
    large.opened(0, 2, access="timeout")
    large.opened(1, 3, role="board")
    large.opened(2, 1, role="article")
    large.opened(3, 0)
    told = last_looks(large.session, [large.site.id], TONIGHT)[large.site.id]
    days = {url: (TONIGHT - moment).days for url, moment in told.items()}
    assert days == {f"{HOME}0/": 2, f"{HOME}1/": 3}


def test_a_site_whose_columns_fit_into_a_night_needs_no_turns(large: Large) -> None:
    large.opened(0, 5)
    large.session.delete(large.columns[-1])
    large.session.flush()
    assert last_looks(large.session, [large.site.id], TONIGHT) == {}


def test_the_last_good_look_speaks_for_a_column_with_its_articles(large: Large) -> None:
    large.opened(0, 4)
    large.opened(0, 3)
    url = large.opened(0, 3, role="article")
    large.opened(0, 4, role="article")
    large.opened(0, 2, access="timeout")
    large.opened(1, 2)
    told = earlier(large.session, large.night(0), large.site.id, [large.columns[0].id])
    assert set(told) == {large.columns[0].id}
    look = told[large.columns[0].id]
    assert (look.run.as_of, look.page.facts and look.page.facts.title) == (
        TONIGHT - timedelta(days=3),
        "3",
    )
    assert {address: facts.title for address, facts in look.articles.items()} == {url: "3"}


def test_a_look_that_is_too_old_or_of_tonight_speaks_for_nothing(large: Large) -> None:
    large.opened(0, HOLDS.days + 1)
    large.opened(1, 0)
    wanted = [large.columns[0].id, large.columns[1].id]
    assert earlier(large.session, large.night(0), large.site.id, wanted) == {}
    large.opened(0, HOLDS.days)
    assert set(earlier(large.session, large.night(0), large.site.id, wanted)) == {wanted[0]}
