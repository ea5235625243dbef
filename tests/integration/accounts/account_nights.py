"""Nights over the accounts of a city, and what each of them said against what was true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from database import session_factory, upgrade
from democity import City
from nightly import NightReport, run_night
from registry.importing import import_files
from review import listing, windows
from settings import Settings


@dataclass
class Played:
    """One night: what it reported, what its verdicts were, where they were wrong."""

    number: int
    report: NightReport
    rows: list[dict[str, Any]]
    wrong: list[str] = field(default_factory=list)
    right: int = 0
    false: int = 0
    missed: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        """Of the accounts said to be silent, the share that is."""
        return self.right / (self.right + self.false) if self.right + self.false else 1.0

    @property
    def recall(self) -> float:
        """Of the silent accounts that can be proven so, the share that was said to be."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def open_home(city: City, home: Path, **given: Any) -> Settings:
    """A home that knows the city's registry and its window, which confirms by itself."""
    home.mkdir(parents=True, exist_ok=True)
    known: dict[str, Any] = {
        "origin_map": city.write_origin_map(home / "origins.json"),
        "weixin_secrets": city.write_secrets(home / "secrets.json"),
    }
    settings = Settings(home=home, **(known | given))
    upgrade(settings)
    sessions = session_factory(settings)
    with sessions() as session:
        told = import_files(session, city.write_registry(home / "registry"))
        assert not told.rejected, told.rejected[:3]
        assert not told.unreadable
    with sessions.begin() as session:
        name, start, end = city.window()
        windows.add(session, name, start, end, confirm="auto")
    sessions.kw["bind"].dispose()
    return settings


def play(
    city: City, settings: Settings, *, browser: bool = True, workers: int = 2
) -> Iterator[Played]:
    """Each night of the city in turn, judged and compared."""
    sessions = session_factory(settings)
    try:
        for number, as_of in enumerate(city.nights(), start=1):
            city.set_clock(as_of)
            report = run_night(settings, sessions, as_of=as_of, workers=workers)
            played = Played(number, report, verdicts(sessions, report.run))
            compare(city, played, browser=browser)
            yield played
    finally:
        sessions.kw["bind"].dispose()


def verdicts(sessions: sessionmaker[Session], run: int) -> list[dict[str, Any]]:
    """Every verdict of a run."""
    with sessions() as session:
        return list(listing.verdict_rows(session, run_ids=[run]))


def compare(city: City, played: Played, *, browser: bool) -> None:
    """Note where M2.1 and R-NOTCLOSED said what is not true, and count how often M2.1 was right."""
    due = city.due(played.number, browser=browser)
    scenes = {one.name: one.scene for one in city.scenario.accounts}
    for row in played.rows:
        gone = row["check"] == "R-NOTCLOSED" and row["outcome"] == "fail"
        if gone and scenes[row["name"]] != "S17":
            played.wrong.append(f"{row['name']} {scenes[row['name']]}: said to be gone")
        if row["check"] != "M2.1" or row["name"] not in due:
            continue
        told, true = row["outcome"], due[row["name"]]
        played.outcomes[told] += 1
        played.right += told == "fail" and "fail" in true.outcomes
        played.false += told == "fail" and "fail" not in true.outcomes
        played.missed += told != "fail" and true.outcomes == {"fail"}
        fault = _fault(row, true)
        if fault:
            played.wrong.append(f"{row['name']} {scenes[row['name']]} {row['platform']}: {fault}")


def _fault(row: dict[str, Any], true: Any) -> str:
    told = row["outcome"]
    if told not in true.outcomes:
        return f"{told} {row['reason']}, not {sorted(true.outcomes)} {sorted(true.reasons)}"
    if told == "fail" and true.last and str(row["last_update"])[:10] != true.last.isoformat():
        return f"last update {row['last_update']}, not {true.last}"
    if told != "undetermined":
        return ""
    if true.reasons and row["reason"] not in true.reasons:
        return f"reason {row['reason']}, not of {sorted(true.reasons)}"
    return "" if row["reason"] and row["evidence"].get("next_try") else "no reason or no next try"
