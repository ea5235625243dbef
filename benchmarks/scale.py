"""A register of the whole country: what opening, planning, judging and looking at a night cost.

    python -m benchmarks.scale [--sites 14463] [--accounts 100000] [--database postgresql]

The crawl is left out: each target gets the captures, facts and visit that one of a small city got
in a real night, copied row by row as a crawl would store them. All the rest is the product's own:
import, plan, judging, breaker, findings, summary, the desk's queries. Prints a table and one JSON
line; docs/scale.md puts the figures together with the measured cost of a page.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import resource
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from benchmarks.figures import note
from benchmarks.scale_looks import timed_pages, timed_tools
from checks.base import Outcome
from crawler.coverage import Engine
from crawler.roster import groups, plan_shards
from database import session_factory, upgrade
from models import Account, Base, Capture, Fact, Run, Target, Verdict, Visit
from nightly import run_night
from registry.importing import import_files
from review import windows
from settings import Settings
from tests import postgresql_server
from tests.integration.night.night_world import SMALL, World, open_city, register

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy.orm import Session, sessionmaker

    from crawler.processes import Crew

ABSENT = 3
FIRST = datetime.fromisoformat("2023-03-29T01:00:00+08:00")
"""The night of the small city: on another day its accounts would all be silent."""
BATCH = 2_000
ILL = 20
_NUMBER = re.compile(r"id(\d+)$|33(\d{8})$")
Rows = list[dict[str, Any]]


@dataclass
class Watch:
    """Seconds of the clock and of the processor, step by step."""

    steps: dict[str, tuple[float, float]] = field(default_factory=dict)
    pages: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a block under a name."""
        wall, cpu = time.monotonic(), time.process_time()
        yield
        self.steps[name] = (time.monotonic() - wall, time.process_time() - cpu)
        print(
            f"{name:<34} {self.steps[name][0]:>8.1f} s {self.steps[name][1]:>8.1f} CPU s",
            flush=True,
        )


@dataclass(frozen=True)
class Pattern:
    """What one target of the small city left: its captures with their facts, and its visit."""

    kind: str
    name: str
    platform: str
    ill: bool
    visit: dict[str, Any]
    captures: Rows
    facts: list[tuple[int | None, dict[str, Any]]]


Found = dict[str, list[Pattern]]


def chosen(found: Found, kind: str, number: int) -> Pattern:
    """What target `number` of the country left: one in twenty has problems, as in real notices."""
    wanted = number % ILL == 0
    own = [one for one in found[kind] if one.ill == wanted]
    return own[number // ILL % len(own)]


def patterns(folder: Path) -> Found:
    """By kind of target, from one real night over the small city."""
    city = open_city()
    try:
        settings = Settings(
            home=folder, browser="off", origin_map=city.write_origin_map(folder / "o.json"), **SMALL
        )
        register(settings, city)
        world = World(settings)
        assert world.night(city.nights()[0]).code == 4
        found: Found = {"site": [], "account": []}
        with world.sessions() as session:
            for visit in session.scalars(select(Visit).where(Visit.fresh)):
                target = session.get_one(Target, visit.target_id)
                found[target.kind].append(_pattern(session, target, visit))
        world.close()
    finally:
        city.stop()
    return found


def _pattern(session: Session, target: Target, visit: Visit) -> Pattern:
    failing = select(Verdict.id).where(
        Verdict.target_id == target.id, Verdict.outcome == Outcome.FAIL.value
    )
    mine = session.scalars(select(Capture).where(Capture.target_id == visit.target_id)).all()
    place = {one.id: number for number, one in enumerate(mine)}
    facts = session.scalars(select(Fact).where(Fact.target_id == visit.target_id)).all()
    return Pattern(
        target.kind,
        target.name,
        target.platform_printed if isinstance(target, Account) else "",
        session.scalars(failing).first() is not None,
        _row(visit),
        [_row(one) | {"column_id": None} for one in mine],
        [(place.get(one.capture_id or 0), _row(one)) for one in facts],
    )


def _row(one: Base) -> dict[str, Any]:
    dropped = {"id", "run_id", "target_id", "capture_id"}
    return {name.key: getattr(one, name.key) for name in one.__table__.c if name.key not in dropped}


def write_register(folder: Path, sites: int, accounts: int, found: Found) -> list[Path]:
    """The register as an office would hand it in; accounts are called what their pages show."""
    files = [folder / "sites.csv", folder / "accounts.csv"]
    with files[0].open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["网站标识码", "网站名称", "首页网址", "地区", "上级地区"])
        for n in range(sites):
            city = f"第{n % 340:03}市"
            place = [f"{3300000000 + n}", f"网站{n}", f"http://www.s{n}.gov.cn/"]
            rows.writerow([*place, city, f"第{n % 340 % 31:02}省"])
    with files[1].open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["账号名称", "账号类型", "开设主体", "地区", "账号唯一标识"])
        for n in range(accounts):
            seen = chosen(found, "account", n)
            rows.writerow(
                [seen.name, seen.platform, f"单位{n % 9000}", f"第{n % 340:03}市", f"id{n}"]
            )
    return files


def copying(
    sessions: sessionmaker[Session], found: Found
) -> Callable[[Crew, Sequence[Sequence[int]], Callable[[], None]], None]:
    """A crawl that gives every target what a target of the small city got."""

    def crawl(crew: Crew, shards: Sequence[Sequence[int]], tick: Callable[[], None]) -> None:
        wanted = [target for shard in shards for target in shard]
        with sessions() as session:
            known = session.execute(select(Target.id, Target.kind, Target.identity))
            own = {row.id: chosen(found, row.kind, _number(row.identity)) for row in known}
        for start in range(0, len(wanted), BATCH):
            with sessions.begin() as session:
                _copy(session, crew.run_id, wanted[start : start + BATCH], own)
            tick()

    return crawl


def _number(identity: str) -> int:
    told = _NUMBER.search(identity)
    assert told, identity
    return int(told[1] or told[2])


def _copy(session: Session, run: int, targets: Sequence[int], patterns: dict[int, Pattern]) -> None:
    visits: Rows = []
    captures: Rows = []
    facts: list[tuple[int | None, dict[str, Any]]] = []
    for target in targets:
        pattern, mark = patterns[target], {"run_id": run, "target_id": target}
        first = len(captures)
        visits.append(pattern.visit | mark)
        captures += [one | mark for one in pattern.captures]
        facts += [
            (None if place is None else first + place, one | mark) for place, one in pattern.facts
        ]
    ids = (
        list(
            session.scalars(
                insert(Capture).returning(Capture.id, sort_by_parameter_order=True), captures
            )
        )
        if captures
        else []
    )
    if facts:
        session.execute(
            insert(Fact),
            [one | {"capture_id": None if at is None else ids[at]} for at, one in facts],
        )
    session.execute(insert(Visit), visits)


def measure(settings: Settings, said: argparse.Namespace, found: Found) -> Watch:
    """Every step of some nights at that size."""
    watch = Watch()
    files = write_register(settings.home, said.sites, said.accounts, found)
    upgrade(settings)
    sessions = session_factory(settings)
    with watch.step("import the register"), sessions() as session:
        told = import_files(session, files)
        assert not told.rejected, told.rejected[:3]
    with sessions.begin() as session:
        windows.add(session, "2023Q1", FIRST.date(), (FIRST + timedelta(days=30)).date())
    with watch.step("group and plan 8 shards"), sessions() as session:
        every = list(session.scalars(select(Target.id)))
        assert len(plan_shards(groups(session, every), 8)) == 8
    copied = copying(sessions, found)

    def crawl(crew: Crew, shards: Sequence[Sequence[int]], tick: Callable[[], None]) -> None:
        with watch.step("  of these, rows of the crawl"):
            copied(crew, shards, tick)

    for night in range(said.nights):
        as_of = FIRST + timedelta(days=night)
        with watch.step(f"night {night + 1} but the network"):
            report = run_night(
                settings, sessions, as_of=as_of, workers=2, crawlers=Engine(crawl=crawl)
            )
        print(f"  {report.state}, {report.targets} targets; flagged: {report.flagged}", flush=True)
    watch.pages = _look(watch, settings, sessions, FIRST + timedelta(days=said.nights))
    sessions.kw["bind"].dispose()
    return watch


def _look(
    watch: Watch, settings: Settings, sessions: sessionmaker[Session], now: datetime
) -> dict[str, float]:
    with sessions() as session:
        last = session.scalars(select(Run).order_by(Run.id.desc())).first()
        assert last is not None
    with watch.step("desk: every page a few times"):
        pages = timed_pages(settings, sessions, now)
    timed_tools(watch.step, settings, sessions, last)
    return pages


def main() -> int:
    """Print what each step takes and the peak of memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=14_463)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--nights", type=int, default=2)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    said = parser.parse_args()
    binaries = postgresql_server.programs()
    if said.database == "postgresql" and binaries is None:
        print("no PostgreSQL here")
        return ABSENT
    server = (
        postgresql_server.start(binaries) if binaries and said.database == "postgresql" else None
    )
    try:
        with tempfile.TemporaryDirectory(prefix="xuncha-scale-") as folder:
            (Path(folder) / "small").mkdir()
            found = patterns(Path(folder) / "small")
            home = Path(folder) / "large"
            home.mkdir()
            url = server.url(server.create()) if server else ""
            # The bodies of all captures are those of the small city.
            bodies = str(Path(folder) / "small" / "captures")
            settings = Settings(home=home, database_url=url, browser="off", captures=bodies)
            watch = measure(settings, said, found)
            size = sum(one.stat().st_size for one in home.glob("*.sqlite3*"))
    finally:
        if server is not None:
            server.stop()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    note("peak of memory", peak, "MiB")
    for name, (_, processor) in watch.steps.items():
        note(f"CPU, {name}", processor, "s")
    note("slowest page of the desk", max(watch.pages.values()), "ms")
    print(f"peak memory {peak} MiB; SQLite file {size / 1024**3:.2f} GiB")
    print(
        json.dumps(
            {
                "sites": said.sites,
                "accounts": said.accounts,
                "peak": peak,
                **watch.steps,
                **watch.pages,
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
