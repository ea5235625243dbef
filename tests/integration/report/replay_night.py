"""A published notice played over loopback: real nights, decisions, an export by the command.

Politeness delays are 0 for mapped origins, as for every mapped origin; nothing else is cut short
but the pages of a site.
"""

from __future__ import annotations

import json
import resource
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.night_memory import SAMPLE_SECONDS, family, held
from clock import now
from database import session_factory
from democity import City, load
from models import Finding, Target
from registry.looks import import_looks
from review import decisions, windows
from settings import Settings
from tests.integration.night.night_world import World, register
from tests.integration.report.replay_world import BY, decide, differences

MIB = 2**20


@dataclass(slots=True)
class Played:
    """What a replay cost and where it differs from print. Memory in MiB, times in seconds."""

    notice: str
    seconds: float = 0.0
    processor: float = 0.0
    together: float = 0.0
    largest: float = 0.0
    nights: list[dict[str, Any]] = field(default_factory=list)
    dismissed: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def replay(notice: str, home: Path, *, workers: int, pages: int) -> Played:
    """Play the nights of a notice, decide as people did, export, compare."""
    told = Played(notice)
    with City(load(notice)) as city:
        settings = Settings(
            home=home,
            origin_map=city.write_origin_map(home / "origins.json"),
            browser="off",
            site_pages=pages,
            site_articles=2,
            home_links=8,
        )
        world = _prepared(settings, city)
        begun, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        for as_of in city.nights():
            city.set_clock(as_of)
            told.nights.append(_night(world, as_of, workers, told))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        told.seconds = time.monotonic() - begun
        told.processor = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
        _decide(world, city, told)
        _export(world, city, told)
        world.close()
    return told


def _prepared(settings: Settings, city: City) -> World:
    register(settings, city)
    sessions = session_factory(settings)
    plan = city.scenario.document.replay
    assert plan is not None
    with sessions() as session:
        import_looks(session, [city.write_looks(settings.home / "looks.csv")], now=now())
    with sessions.begin() as session:
        windows.named(session, city.window()[0]).recheck_on = plan.recheck
    sessions.kw["bind"].dispose()
    return World(settings)


def _night(world: World, as_of: Any, workers: int, told: Played) -> dict[str, Any]:
    process = world.start_night(as_of, workers=workers)
    while process.poll() is None:
        sizes = [held(one) for one in family(process.pid)]
        told.together = max(told.together, sum(sizes) / MIB)
        told.largest = max(told.largest, max(sizes, default=0) / MIB)
        time.sleep(SAMPLE_SECONDS)
    out, said = process.communicate()
    assert process.returncode in {0, 4}, said
    summary: dict[str, Any] = json.loads(out.strip().splitlines()[-1])
    return summary


def _decide(world: World, city: City, told: Played) -> None:
    """What the notice has is confirmed; vetoes beyond it are wrong, deductions beyond it left out."""
    wanted = {(one.code_or_name, one.check) for one in city.answer_key() if one.outcome == "fail"}
    replay = city.scenario.document.replay
    assert replay is not None
    wanted |= {(one.target, one.check) for one in replay.by_hand}
    sessions = session_factory(world.settings)
    at = city.nights()[-1] + timedelta(hours=9)
    with sessions.begin() as session:
        found = _flagged(session)
        for finding, names in found:
            if not any((name, finding.check) in wanted for name in names):
                if finding.severity == "veto":
                    told.wrong.append(f"{names[1]} is flagged for {finding.check}")
                told.dismissed[finding.check] += 1
                decisions.decide(
                    session, [finding.id], state="dismissed", by=BY, why="通报未列", at=at
                )
        seen = {(name, finding.check) for finding, names in found for name in names}
        planted = [one for one in city.answer_key() if one.outcome == "fail"]
        for one in planted:
            if (one.code_or_name, one.check) not in seen:
                told.wrong.append(f"{one.name} was not flagged for {one.check}")
        decide(session, told.notice, city.scenario, at)
    sessions.kw["bind"].dispose()


def _flagged(session: Session) -> list[tuple[Finding, tuple[str, str]]]:
    chosen = (
        select(Finding, Target)
        .join(Target, Target.id == Finding.target_id)
        .where(Finding.state == "flagged")
        .order_by(Finding.id)
    )
    return [(row[0], (row[1].code, row[1].name)) for row in session.execute(chosen)]


def _export(world: World, city: City, told: Played) -> None:
    replay = city.scenario.document.replay
    assert replay is not None
    window, out = city.window()[0], world.settings.home / "out"
    asked = ["--window", window, "--layout", replay.layout, "--out", str(out)]
    said = world.xuncha("export", *asked, "--format", "csv,json,xlsx,docx")
    if said.code:
        told.wrong.append(said.err.strip() or said.out.strip())
        return
    told.wrong += differences(told.notice, out, f"{window}-{replay.layout}")
