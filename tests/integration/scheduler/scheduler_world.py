"""A small world for the scheduler: calls that count instead of crawling, windows, findings."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from crawler.probes import ProbeSummary
from errands import Calls
from models import Finding, Site, Unit, Window
from nightly import NightReport
from settings import Settings
from upkeep.chores import CHORES

Sessions = sessionmaker[Session]


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def report_of(as_of: datetime, *, state: str = "done") -> NightReport:
    return NightReport(
        run=1,
        window=None,
        as_of=as_of,
        state=state,
        targets=3,
        fresh=2,
        closed=0,
        undetermined={"timeout": 1},
        flagged={"W3.1": 1},
        seconds=0.1,
        pages=1,
        requests=1,
        bytes=1,
    )


@dataclass
class Counted:
    """What was called, and when; `in_the_night` and `in_the_round` happen meanwhile."""

    nights: list[datetime] = field(default_factory=list)
    looks: list[tuple[datetime, tuple[str, ...]]] = field(default_factory=list)
    probes: list[datetime] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    resumed: list[bool] = field(default_factory=list)
    chores: list[str] = field(default_factory=list)
    in_the_night: Callable[[Callable[[int, int], None]], None] = lambda _progress: None
    in_the_round: Callable[[datetime], None] = lambda _at: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def night(
        self,
        settings: Settings,
        sessions: Sessions,
        *,
        as_of: datetime,
        only: Sequence[str] = (),
        resume: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> NightReport:
        del settings, sessions
        assert progress is not None
        with self.lock:
            if only:
                self.looks.append((as_of, tuple(only)))
            else:
                self.nights.append(as_of)
                self.resumed.append(resume)
        self.in_the_night(progress)
        return report_of(as_of)

    def probe(self, settings: Settings, session_factory: Sessions, at: datetime) -> ProbeSummary:
        del settings, session_factory
        with self.lock:
            self.probes.append(at)
        self.in_the_round(at)
        return ProbeSummary(at=at, sites=3, ok=2, failed=1)

    def ask(self, url: str) -> int:
        with self.lock:
            self.asked.append(url)
        return 200

    @property
    def calls(self) -> Calls:
        chores = {name: partial(self.chore, name) for name in CHORES}
        return Calls(night=self.night, probe=self.probe, ask=self.ask, chores=chores)

    def chore(self, name: str, *_: object) -> str:
        with self.lock:
            self.chores.append(name)
        return f"{name} 完成"


@dataclass(frozen=True)
class World:
    """Writes what a test needs; every row in a transaction of its own."""

    sessions: Sessions

    def window(self, name: str, start: str, end: str, **given: Any) -> int:
        return self._add(
            Window(
                name=name,
                starts_on=date.fromisoformat(start),
                ends_on=date.fromisoformat(end),
                **given,
            )
        )

    def site(self, code: str, **given: Any) -> int:
        with self.sessions.begin() as session:
            unit = Unit(name=f"{code}的主办单位")
            site = Site(
                identity=code, code=code, name=code, unit=unit, home_url="http://a/", **given
            )
            session.add(site)
            session.flush()
            return site.id

    def finding(self, window: int, site: int, **given: Any) -> int:
        with self.sessions() as session:
            unit = session.get_one(Site, site).unit_id
        return self._add(
            Finding(
                window_id=window,
                subject=f"target:{site}",
                target_id=site,
                unit_id=unit,
                label="首页未更新",
                severity="veto",
                opened_at=beijing("2026-12-20T01:00"),
                **({"check": "W3.1", "state": "flagged"} | given),
            )
        )

    def change(self, table: type[Any], identity: int, **values: Any) -> None:
        with self.sessions.begin() as session:
            row = session.get_one(table, identity)
            for name, value in values.items():
                setattr(row, name, value)

    def _add(self, row: Any) -> int:
        with self.sessions.begin() as session:
            session.add(row)
            session.flush()
            return int(row.id)
