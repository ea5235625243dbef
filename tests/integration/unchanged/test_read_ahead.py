"""What earlier nights left is read for many sites at a time, and each site is given its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, sessionmaker

from checks.facts import LinkReading
from crawler import factcodec
from crawler.fetch.capture import Capture
from crawler.site_memory import KeptPage, remember
from crawler.spiders import ahead
from crawler.spiders.ahead import ReadAhead
from crawler.spiders.watched_moment import Days
from database import READING, session_factory, upgrade
from models import Fact, Run, Site, Unit, Visit
from settings import Settings

NIGHT = datetime.fromisoformat("2023-03-10T01:00:00+08:00")
DAYS = Days(date(2023, 1, 1), date(2024, 1, 1))


class Home:
    """A database of some sites; `statements` counts what was asked of it."""

    def __init__(self, folder: Path, sites: int) -> None:
        settings = Settings(home=folder, browser="off")
        upgrade(settings)
        self.sessions: sessionmaker[Session] = session_factory(settings)
        self.statements = 0
        with self.sessions.begin() as session:
            unit = Unit(name="某市")
            session.add(unit)
            session.flush()
            rows = [
                Site(
                    kind="site",
                    identity=f"{n:010}",
                    code=f"{n:010}",
                    name=f"站{n}",
                    unit_id=unit.id,
                    position=n,
                    home_url=f"http://s{n}.gov.cn/",
                )
                for n in range(sites)
            ]
            session.add_all(rows)
            session.flush()
            self.sites = [row.id for row in rows]
            bind = session.get_bind()
        event.listen(bind, "before_cursor_execute", self._count)

    def _count(self, _c: object, _k: object, statement: str, *_: object) -> None:
        self.statements += statement.startswith("SELECT")

    def night(self, days: int, *, sites: list[int], links: bool = True) -> None:
        """A run so many days after the first, with a page and a link of each site."""
        as_of = NIGHT + timedelta(days=days)
        with self.sessions.begin() as session:
            run = Run(as_of=as_of, state="done", ruleset="t", targets=sites)
            session.add(run)
            session.flush()
            for one in sites:
                session.add(Visit(run_id=run.id, target_id=one, fresh=True, access="ok", reason=""))
                url = f"http://s{one}.gov.cn/{days}"
                seen = Capture(url, url, as_of)
                page = KeptPage(seen, "0" * 64, 1, "", "", DAYS, b'{"url":"u"}\n\n\n{}', b"[]")
                remember(session.connection(), as_of, {one: {url: page}})
                if links:
                    told = LinkReading(url, url, "", "ok", 200, "", "站内")
                    session.add(
                        Fact(
                            run_id=run.id, target_id=one, kind=factcodec.LINKS, extractor="t",
                            payload=factcodec.encode_links([told]),
                        )
                    )  # fmt: skip

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self.sessions() as session:
            yield session.connection(execution_options=READING)

    def ahead(self, days: int, order: list[int] | None = None) -> ReadAhead:
        return ReadAhead(self.reading, NIGHT + timedelta(days=days), order or self.sites)


def test_each_site_is_given_its_own_pages_and_links_with_few_statements(tmp_path: Path) -> None:
    home = Home(tmp_path, 12)
    home.night(0, sites=home.sites)
    told = home.ahead(1)
    home.statements = 0
    for one in home.sites:
        url = f"http://s{one}.gov.cn/0"
        assert list(told.pages(one)) == [url]
        assert list(told.links(one)) == [url]
    assert home.statements == 3, "the pages, the nights, the links: once for all"


def test_sites_beyond_the_first_batch_are_read_when_their_turn_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "AT_ONCE", 5)
    home = Home(tmp_path, 12)
    home.night(0, sites=home.sites)
    told = home.ahead(1)
    # Two lanes that overtake each other.
    turns = [home.sites[n] for n in (0, 3, 1, 2, 6, 4, 5, 7, 9, 8, 11, 10)]
    assert [list(told.pages(one)) for one in turns] == [
        [f"http://s{one}.gov.cn/0"] for one in turns
    ]
    assert [len(told.links(one)) for one in turns] == [1] * 12


def test_a_site_that_begins_anew_is_given_the_same_again(tmp_path: Path) -> None:
    home = Home(tmp_path, 3)
    home.night(0, sites=home.sites)
    told = home.ahead(1)
    first = home.sites[0]
    assert told.pages(first) == told.pages(first) != {}
    assert len(told.links(first)) == 1
    assert list(told.pages(home.sites[1])) == [f"http://s{home.sites[1]}.gov.cn/0"]


def test_a_site_that_no_night_saw_has_nothing_and_one_outside_the_order_has_its_own(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path, 3)
    home.night(0, sites=home.sites[1:])
    told = home.ahead(1, order=home.sites[:2])
    assert told.pages(home.sites[0]) == {}
    assert told.links(home.sites[0]) == {}
    assert len(told.pages(home.sites[2])) == 1


def test_the_links_are_those_of_the_newest_night_that_checked_them_however_long_ago(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path, 2)
    home.night(0, sites=home.sites)
    for night in (1, 2, 3, 4, 5):
        home.night(night, sites=home.sites, links=False)
    home.night(6, sites=home.sites[:1])
    told = home.ahead(7)
    assert all(told.pages(one) for one in home.sites)
    both = [told.links(one) for one in home.sites]
    assert [next(iter(one))[-1] for one in both] == ["6", "0"]
    assert [one.checked for one in both[1].values()] == [NIGHT]


def test_a_night_of_an_earlier_day_is_given_nothing_of_a_later_one(tmp_path: Path) -> None:
    home = Home(tmp_path, 1)
    home.night(3, sites=home.sites)
    told = home.ahead(2)
    assert told.pages(home.sites[0]) == {}
    assert told.links(home.sites[0]) == {}
