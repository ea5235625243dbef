"""A desk at work on the data of the demonstration: a copy of it in which people have reviewed.

What `xuncha demo` found and exported stays as it was. In the copy the window is reviewed by people:
part of its findings are decided, put right or overdue, the rest wait; a window before it is frozen.
Who decided what, and all of the earlier window, is invented, and the names say so.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from checks.deadlines import BEIJING
from checks.registry import BY_CODE
from checks.ruleset import RULESET_VERSION
from database import session_factory, upgrade
from models import (
    Decision,
    DeskUser,
    Finding,
    FindingNote,
    RectificationTerm,
    Run,
    Target,
    Unit,
    Visit,
    Window,
)
from report.freeze import freeze
from review import decisions, windows
from review.moves import AUTO, MACHINE
from review.states import State
from web import passwords

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from settings import Settings

FOLDER = "desk"
FIRST, SECOND, CHIEF = "演示检查员甲", "演示检查员乙", "演示处长"
EARLIER = ("2022Q4", date(2022, 11, 20), date(2022, 12, 31))
EARLIER_NIGHTS = tuple(
    datetime(2022, 12, day, 1, tzinfo=BEIJING) for day in (1, 5, 9, 13, 17, 21, 25, 29)
)
_EARLIER_CHECKS = ("W3.1", "D-FOOTER", "D-FINDERR", "M2.1")
_FROZEN_AT = datetime(2023, 1, 9, 10, tzinfo=BEIJING)


def desk_settings(demo: Settings) -> Settings:
    """The settings of the copy: an own home within the demonstration's, its captures shared."""
    return demo.model_copy(
        update={"home": demo.home / FOLDER, "captures": demo.capture_store, "database_url": ""}
    )


def prepare(demo: Settings, morning: datetime) -> Settings:
    """Make the copy, unless it was made from these data before; its settings."""
    settings = desk_settings(demo)
    here, there = settings.home / "xuncha.sqlite3", demo.home / "xuncha.sqlite3"
    if here.is_file() and here.stat().st_ctime > there.stat().st_mtime:
        upgrade(settings)
        return settings
    settings.home.mkdir(parents=True, exist_ok=True)
    for old in settings.home.glob("xuncha.sqlite3*"):
        old.unlink()
    with closing(sqlite3.connect(there)) as source, closing(sqlite3.connect(here)) as made:
        source.backup(made)
    upgrade(settings)
    with session_factory(settings).begin() as session:
        window = windows.latest(session)
        if window is not None:
            _people(session, morning)
            _earlier(session, settings)
            _waiting_again(session, window)
            _reviewed(session, window, morning)
    return settings


def _people(session: Session, morning: datetime) -> None:
    """Users of every role, one of them bounded to a unit; nobody knows their passwords."""
    unit = session.scalar(select(Unit.id).where(Unit.parent_id.is_not(None)).order_by(Unit.id))
    for name, role, bound in (
        (FIRST, "operator", None),
        (SECOND, "operator", unit),
        (CHIEF, "viewer", None),
    ):
        session.add(
            DeskUser(
                name=name,
                role=role,
                unit_id=bound,
                password=passwords.UNUSABLE,
                made_at=morning - timedelta(days=60),
            )
        )


def _waiting_again(session: Session, window: Window) -> None:
    """What the demonstration confirmed by itself waits for a person here."""
    window.confirm = "operator"
    own = select(Finding.id).where(Finding.window_id == window.id)
    session.execute(
        delete(Decision).where(Decision.decided_by == AUTO, Decision.finding_id.in_(own))
    )
    session.execute(
        update(Decision)
        .where(Decision.decided_by == MACHINE, Decision.old == "confirmed")
        .where(Decision.finding_id.in_(own))
        .values(old=State.FLAGGED.value)
    )
    session.execute(
        update(Finding)
        .where(Finding.window_id == window.id, Finding.state == State.CONFIRMED.value)
        .values(state=State.FLAGGED.value, version=1)
    )
    session.flush()
    session.expire_all()


def _reviewed(session: Session, window: Window, morning: datetime) -> None:
    """Two of three are decided: most upheld, one excused; some with terms, one overdue, one done."""
    found = session.scalars(
        select(Finding)
        .where(Finding.window_id == window.id, Finding.state == State.FLAGGED.value)
        .order_by(Finding.opened_at, Finding.id)
    ).all()
    upheld = [one.id for place, one in enumerate(found) if place % 5 in {1, 4}]
    for place, identifier in enumerate(upheld):
        by = (FIRST, SECOND)[place % 3 == 2]
        at = morning - timedelta(days=1, minutes=4 * place)
        decisions.decide(
            session, [identifier], state="confirmed", by=by, why="已打开网页核对", at=at
        )
        if place % 2 == 0:
            due = (morning + timedelta(days=7 - 8 * (place == 0))).date()
            session.add(
                RectificationTerm(finding_id=identifier, due_on=due, set_by=FIRST, set_at=at)
            )
    excused = next((one for one in found if one.severity != "veto" and one.id not in upheld), None)
    if excused is not None:
        decisions.decide(
            session,
            [excused.id],
            state="dismissed",
            by=FIRST,
            why="单位正在改版，已报备",
            reason_code="exempt",
            at=morning - timedelta(days=1, hours=1),
        )
    if upheld:
        last = morning - timedelta(hours=1)
        decisions.rectify(
            session, upheld[-1:], on=morning.date(), by=FIRST, why="已复查，恢复正常", at=last
        )
        session.add(
            FindingNote(
                finding_id=upheld[0],
                text="已电话通知主办单位，答复一周内整改",
                noted_by=FIRST,
                noted_at=last,
            )
        )


def _earlier(session: Session, settings: Settings) -> None:
    """A window of the quarter before, reviewed, put right for the most part, and frozen."""
    name, starts, ends = EARLIER
    window = windows.add(session, name, starts, ends)
    targets = session.scalars(
        select(Target).where(Target.canary.is_(False)).order_by(Target.position)
    ).all()
    runs = [_night(session, window, number, as_of) for number, as_of in enumerate(EARLIER_NIGHTS)]
    session.flush()
    for run in runs:
        _visits(session, run, targets)
    found = [
        _finding(session, window, runs[place % 5], target, place)
        for place, target in enumerate(targets[7::4])
    ]
    session.flush()
    _closed(session, [one.id for one in found])
    freeze(session, name, at=_FROZEN_AT, today=_FROZEN_AT.date(), home=settings.home)


def _night(session: Session, window: Window, number: int, as_of: datetime) -> Run:
    run = Run(
        window_id=window.id,
        as_of=as_of,
        state="done",
        ruleset=RULESET_VERSION,
        vantage="演示",
        selection=[],
        targets=[],
    )
    run.summary = {"flagged": {"W3.1": 12 + 2 * min(number, 5) + number % 3}}
    session.add(run)
    return run


def _visits(session: Session, run: Run, targets: Sequence[Target]) -> None:
    """Fewer and fewer are missed as the window goes on."""
    night = EARLIER_NIGHTS.index(run.as_of.astimezone(BEIJING))
    closed = missed = 0
    for place, target in enumerate(targets):
        shut = target.running_state in {"关停", "注销"}
        lost = not shut and place % (6 + night) == night % 5
        reason = "closed" if shut else "timeout" if lost else ""
        session.add(
            Visit(
                run_id=run.id,
                target_id=target.id,
                fresh=not (shut or lost),
                access="timeout" if lost else "ok",
                reason=reason,
            )
        )
        closed, missed = closed + shut, missed + lost
    read = {"targets": len(targets), "closed": closed, "fresh": len(targets) - closed - missed}
    run.targets = [one.id for one in targets]
    run.summary = {**run.summary, **read, "undetermined": {"timeout": missed}}


def _finding(session: Session, window: Window, run: Run, target: Target, place: int) -> Finding:
    site = target.kind == "site"
    check = BY_CODE[_EARLIER_CHECKS[place % 3] if site else "M2.1"]
    dated = check.code in {"W3.1", "M2.1"}
    last = (run.as_of - timedelta(days=20 + place)).date().isoformat() if dated else ""
    made = Finding(
        window_id=window.id,
        window=window,
        subject=f"target:{target.id}",
        target_id=target.id,
        unit_id=target.unit_id,
        check=check.code,
        label=check.label,
        severity=check.severity.value,
        state=State.FLAGGED.value,
        reason="stale" if dated else "",
        opened_at=run.as_of,
        run_id=run.id,
        last_update=last,
        evidence={"note": "演示用的上一窗口，没有保存网页"},
    )
    session.add(made)
    session.flush()
    session.add(
        Decision(finding_id=made.id, new="flagged", decided_by=MACHINE, decided_at=run.as_of)
    )
    return made


def _closed(session: Session, found: Sequence[int]) -> None:
    """Decided in the weeks of the window; three of four were put right in January."""
    for place, identifier in enumerate(found):
        at = EARLIER_NIGHTS[place % 8] + timedelta(hours=9, minutes=place)
        wrong = place % 14 == 6
        decisions.decide(
            session,
            [identifier],
            state="dismissed" if wrong else "confirmed",
            by=(FIRST, SECOND)[place % 2],
            why="登记的网址有误" if wrong else "",
            reason_code="registry" if wrong else "",
            at=at,
        )
        if not wrong and place % 4:
            on = date(2023, 1, 3) + timedelta(days=place % 4)
            decisions.rectify(session, [identifier], on=on, by=FIRST, why="已复查", at=_FROZEN_AT)
