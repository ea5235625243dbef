"""A published notice played without a crawl: the scenario's register, verdicts and decisions."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from sqlalchemy import insert, or_, select

from democity import load
from democity.registry_files import write
from models import Account, Finding, Item, Judgement, Run, Target, Unit, Verdict, Visit
from registry.importing import import_files
from review import decisions, findings, windows
from review.decisions import Accused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from democity.language import HandBlock
    from democity.scenario import Scenario

PUBLISHED = Path(__file__).with_name("published")
NOTICES = ("hunan-2020q3", "yiyang-2021", "shaoyang-2023q1", "zengdu-2023q1", "xianyang-2025q1")
BY = "检查员"


def published(notice: str) -> dict[int, list[list[str]]]:
    """The annexes of a notice by number, headings first."""
    found = {}
    for path in sorted((PUBLISHED / notice).glob("annex*.csv")):
        found[int(path.stem.removeprefix("annex"))] = cells(path.read_bytes())
    return found


def cells(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8"))))


def exceptions(notice: str) -> dict[tuple[int, int, str], dict[str, Any]]:
    """(annex, row, column) → what is published there, what we print, and why."""
    listed = yaml.safe_load((PUBLISHED / "exceptions.yaml").read_text(encoding="utf-8"))
    return {(e["annex"], e["row"], e["column"]): e for e in listed if e["notice"] == notice}


def play(session: Session, notice: str, folder: Path) -> Scenario:
    """Import, window, one night that reads everything, decisions, repairs, reposts."""
    scenario = load(notice)
    document = scenario.document
    replay = document.replay
    assert replay is not None
    report = import_files(session, write(scenario, folder))
    assert report.clean, report.to_json()["rejected"][:3]
    told = document.window
    window = windows.add(session, told.name, told.start, told.end, recheck=replay.recheck)
    as_of = document.nights[-1]
    run = Run(window_id=window.id, as_of=as_of, state="done", ruleset="r")
    session.add(run)
    session.flush()
    judgement = Judgement(run_id=run.id, ruleset="r", digest="d")
    session.add(judgement)
    session.flush()
    seen = [
        {"run_id": run.id, "target_id": one, "fresh": True, "access": "ok"}
        for one in session.scalars(select(Target.id))
    ]
    session.execute(insert(Visit), seen)
    rows = [
        one | {"run_id": run.id, "judgement_id": judgement.id}
        for one in _failing(session, scenario)
    ]
    if rows:
        session.execute(insert(Verdict), rows)
    findings.open_findings(session, run, judgement.id)
    _post(session, scenario)
    decide(session, notice, scenario, as_of + timedelta(hours=9))
    session.commit()
    return scenario


def decide(session: Session, notice: str, scenario: Scenario, at: datetime) -> None:
    """What people did: everything flagged confirmed, the rest entered, repairs noted."""
    replay = scenario.document.replay
    assert replay is not None
    window = windows.named(session, scenario.document.window.name)
    flagged = list(session.scalars(select(Finding.id).where(Finding.state == "flagged")))
    decisions.decide(session, flagged, state="confirmed", by=BY, at=at)
    for one in replay.by_hand:
        whom = accused(session, one)
        if _found_already(session, whom, one.check):
            continue
        decisions.add(
            session,
            window,
            whom,
            check=one.check,
            evidence={"note": notice},
            by=BY,
            why="人工核查",
            at=at,
            label=one.label,
        )
    if replay.rectified_on is not None:
        unopened = [
            one.id
            for one in session.scalars(select(Finding).where(Finding.state == "confirmed"))
            if one.target is not None and one.target.name not in replay.open
        ]
        decisions.rectify(session, unopened, on=replay.rectified_on, by=BY, at=at)


def accused(session: Session, one: HandBlock) -> Accused:
    if one.unit:
        return Accused(unit=session.scalars(select(Unit).where(Unit.name == one.unit)).one())
    found = session.scalars(
        select(Target).where(or_(Target.name == one.target, Target.code == one.target))
    ).all()
    mine = [
        t for t in found if not one.platform or getattr(t, "platform_printed", "") == one.platform
    ]
    assert len(mine) == 1, one
    return Accused(target=mine[0])


def _found_already(session: Session, whom: Accused, check: str) -> bool:
    """Whether the machine flagged what the notice has: nobody enters it twice."""
    if whom.target is None:
        return False
    chosen = select(Finding.id).where(
        Finding.target_id == whom.target.id, Finding.check == check, Finding.state == "confirmed"
    )
    return session.scalars(chosen).first() is not None


def differences(notice: str, folder: Path, stem: str) -> list[str]:
    """Cells of exported tables that are neither the published ones nor excused."""
    known = exceptions(notice)
    told: list[str] = []
    for number, expected in published(notice).items():
        ours = cells((folder / f"{stem}-{number}.csv").read_bytes())
        if ours[0] != expected[0] or len(ours) != len(expected):
            told.append(
                f"annex {number}: {len(ours)} rows under {ours[0]}, printed {len(expected)}"
            )
        for row, (mine, theirs) in enumerate(zip(ours[1:], expected[1:], strict=False), 1):
            for column, one, other in zip(ours[0], mine, theirs, strict=False):
                excuse = known.pop((number, row, column), None)
                right = (excuse["ours"], excuse["published"]) if excuse else (other, other)
                if (one, other) != right:
                    told.append(f"annex {number} row {row} {column}: {one!r}, printed {other!r}")
    return [*told, *(f"no longer an exception: {key}" for key in known)]


def _failing(session: Session, scenario: Scenario) -> Iterator[dict[str, Any]]:
    """What the checks would say: the scenario's own answer key."""
    ids = {
        (row.kind, row.code): row.id
        for row in session.execute(select(Target.kind, Target.code, Target.id))
    }
    ids |= {
        (row.kind, row.name): row.id
        for row in session.execute(select(Target.kind, Target.name, Target.id))
    }
    for one in scenario.expected:
        if one.outcome != "fail":
            continue
        yield {
            "target_id": ids[one.kind, one.code_or_name],
            "check": one.check,
            "outcome": "fail",
            "reason": "stale",
            "warning": "",
            "evidence": {},
            "captures": [],
            "last_update": one.last_update.isoformat() if one.last_update else "",
            "ruleset": "r",
        }


def _post(session: Session, scenario: Scenario) -> None:
    """The reposts of accounts, and a post of their own, as nights would have read them."""
    if not scenario.document.relay:
        return
    at = scenario.document.nights[-1]
    ids = {(one.platform, one.name, one.code): one.id for one in session.scalars(select(Account))}
    rows = []
    for account in scenario.accounts:
        target = ids[account.platform, account.name, account.code]
        posts = {**account.reposted, -1: "今日天气"}
        for k, title in posts.items():
            day = datetime.fromordinal(account.schedule.day(k) if k >= 0 else at.toordinal() - 2)
            rows.append(
                {
                    "target_id": target,
                    "key": hashlib.sha256(f"{target}{k}".encode()).hexdigest(),
                    "title": title,
                    "url": "",
                    "published_at": day.replace(hour=10, tzinfo=at.tzinfo),
                    "first_seen_at": at,
                    "last_seen_at": at,
                }
            )
    session.execute(insert(Item), rows)
