"""Judging one run of 600 sites and 1,800 accounts again from stored facts, without a network.

    python -m benchmarks.rejudge [--sites 600] [--accounts 1800] [--pages 60]

A small night is crawled on democity and every capture of it read again (`--reextract`); its stored
rows are then copied until the run has as many targets, each with facts, captures and items of its
own. Judged three times: under the national rules, again (every verdict must be the same), and under
an overlay with the differences told. Ends with 1 when a judging takes more than 60 s (seconds of
the processor, so that other work on the machine does not count), reading again more than 2.5 ms a
capture, or when the second judging differs from the first.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

import rejudging
from benchmarks.figures import note
from checks.registry import ALL
from checks.ruleset import load
from database import session_factory
from democity import City
from democity.scenario import plan
from models import Account, Capture, Column, Fact, Item, Run, Site, Target, Visit
from settings import Settings
from tests.integration.night.night_world import World, register

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

MOST_SECONDS = 60.0
MOST_MILLISECONDS = 2.5


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds that a step took, by the clock and of the processor."""

    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall:.1f} s ({self.processor:.1f} s of the processor)"


def scenario(pages: int) -> dict[str, Any]:
    """Six sites and eighteen accounts, some of them with problems."""
    families = ["trs", "epoint", "hanweb"]
    return {
        "name": "rejudge",
        "seed": 17,
        "window": {"name": "2023Q1", "start": "2023-02-20", "end": "2023-03-31"},
        "nights": ["2023-03-29T01:00:00+08:00"],
        "units": [{"name": "临江市", "domain": "linjiang"}],
        "defaults": {"site": {"pages": pages, "columns": "full"}},
        "sites": [
            {"unit": "临江市", "family": family, "kind": kind}
            for family in families
            for kind in ("门户", "部门")
        ],
        "accounts": [
            {"unit": "临江市", "platform": "weibo", "count": 15},
            {"unit": "临江市", "platform": "weibo", "count": 3, "problems": {"M2.1": {"age": 10}}},
        ],
    }


def rows(session: Session, table: Any, **where: Any) -> list[dict[str, Any]]:
    """Plain rows of a table, without their keys."""
    told = []
    for one in session.scalars(select(table).filter_by(**where)):
        names = [column.key for column in table.__mapper__.column_attrs]
        told.append({name: getattr(one, name) for name in names})
    return told


def copied(session: Session, table: Any, made: list[dict[str, Any]]) -> list[int]:
    """New rows of a table; their keys, in order."""
    if not made:
        return []
    statement = insert(table).returning(table.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, made))


def grow(session: Session, run: Run, wanted: dict[str, int]) -> None:
    """Copies of every target with all that the run stored of it, until there are enough."""
    new: list[int] = []
    for kind, table in (("site", Site), ("account", Account)):
        seeds = session.scalars(select(table).order_by(table.id)).all()
        new += [
            clone(session, run, seeds[number % len(seeds)], number)
            for number in range(wanted[kind] - len(seeds))
        ]
    run.targets = [*run.targets, *new]


def clone(session: Session, run: Run, seed: Any, number: int) -> int:
    """One copy of a target, with rows of its own everywhere."""
    values = {
        name: getattr(seed, name)
        for name in (one.key for one in type(seed).__mapper__.column_attrs)
        if name not in {"id", "kind"}
    }
    copy = type(seed)(**{**values, "identity": f"{seed.identity}-{number}"})
    session.add(copy)
    session.flush()
    columns = rows(session, Column, site_id=seed.id)
    keys = copied(session, Column, [without_id(one, site_id=copy.id) for one in columns])
    at_column = dict(zip((one["id"] for one in columns), keys, strict=True))
    captures = rows(session, Capture, run_id=run.id, target_id=seed.id)
    made = [
        without_id(one, target_id=copy.id, column_id=at_column.get(one["column_id"]))
        for one in captures
    ]
    at_capture = dict(
        zip((one["id"] for one in captures), copied(session, Capture, made), strict=True)
    )
    copied(
        session,
        Fact,
        [
            without_id(one, target_id=copy.id, capture_id=at_capture.get(one["capture_id"]))
            for one in rows(session, Fact, run_id=run.id, target_id=seed.id)
        ],
    )
    for table in (Item, Visit):
        found = rows(session, table, target_id=seed.id)
        moved = [without_id(one, target_id=copy.id) for one in found]
        if table is Item:
            moved = [{**one, "column_id": at_column.get(one["column_id"])} for one in moved]
        copied(session, table, moved)
    return int(copy.id)


def without_id(row: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """A row as it goes in again."""
    return {name: value for name, value in row.items() if name != "id"} | changed


def judged(settings: Settings, sessions: sessionmaker[Session], **asked: Any) -> tuple[Any, Cost]:
    """One judging with its cost."""
    wall, processor = time.monotonic(), time.process_time()
    told = rejudging.rejudge(settings, sessions, **asked)[0]
    return told, Cost(time.monotonic() - wall, time.process_time() - processor)


def read_again(settings: Settings, sessions: sessionmaker[Session]) -> float:
    """Milliseconds of the processor to read one capture of the small night again."""
    with sessions() as session:
        captures = session.scalar(
            select(func.count()).select_from(Capture).where(Capture.sha256 != "")
        )
    asked: dict[str, Any] = {"ruleset": None, "keep": False}
    _, plain = judged(settings, sessions, **asked)
    told, whole = judged(settings, sessions, reextract=True, **asked)
    each = (whole.processor - plain.processor) * 1000 / (captures or 1)
    print(f"read again: {captures} captures, {each:.2f} ms each, {told.reread} differ", flush=True)
    return each


def main() -> int:
    """Crawl a little, copy, judge three times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=600)
    parser.add_argument("--accounts", type=int, default=1800)
    parser.add_argument("--pages", type=int, default=60)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, City(plan(scenario(asked.pages))) as city:
        return play(Path(folder), city, {"site": asked.sites, "account": asked.accounts})


def play(folder: Path, city: City, wanted: dict[str, int]) -> int:
    """One home in a folder; the figures on standard output."""
    map_file = folder / "origins.json"
    city.write_origin_map(map_file)
    settings = Settings(home=folder, origin_map=map_file, browser="off", vantage="演示")
    register(settings, city)
    world = World(settings)
    told = world.night(city.nights()[0])
    assert told.code in {0, 4}, told.err
    sessions = session_factory(settings)
    each = read_again(settings, sessions)
    with sessions.begin() as session:
        run = session.scalars(select(Run)).one()
        grow(session, run, wanted)
        facts = session.scalar(select(func.count()).select_from(Fact))
        targets = session.scalar(select(func.count()).select_from(Target))
    print(f"{targets} targets, {facts} facts, {len(ALL)} checks", flush=True)
    first, once = judged(settings, sessions, ruleset=None, keep=True)
    print(f"judged: {first.verdicts} verdicts in {once}", flush=True)
    second, again = judged(settings, sessions, ruleset=None, keep=True)
    print(f"again: {second.verdicts} verdicts in {again}, {len(second.turned)} turned", flush=True)
    overlay = Path("weekly-accounts")
    other, third = judged(settings, sessions, ruleset=overlay, keep=False)
    print(f"{load(overlay, ALL).name}: {len(other.turned)} turned in {third}, for instance")
    for line in other.lines()[:4]:
        print(f"  {line}")
    most = max(once.processor, again.processor, third.processor)
    met = note("CPU of reading a capture again", each, "ms", at_most=MOST_MILLISECONDS)
    met &= note("CPU of judging a run", most, "s", at_most=MOST_SECONDS)
    return 1 if not met or second.turned or not other.turned else 0


if __name__ == "__main__":
    sys.exit(main())
