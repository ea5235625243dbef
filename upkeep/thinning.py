"""Retention: nights of windows that are long over are thinned to their evidence.

plan       the runs that would be thinned, and what of each would go
thin       thin them, a batch at a time; may be killed and run again at any moment

Thinned are finished runs of frozen windows, and runs of no window, once `keep_days` have passed.
The last finished run of a window stays whole, and so does everything of a window that is not
frozen. Of the others these stay: verdicts, visits, items, what accounts showed, every capture
behind a failing verdict or a finding, its facts, and every picture and file of a person.

A body goes only when no row names it any more. While a batch goes no night can begin, so that
none can count on a body that is just being removed; while a backup is made none goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import defer

from checks.deadlines import beijing_day
from crawler import factcodec, lease
from crawler.store import CaptureStore
from models import Capture, Fact, Run, Target, Window
from nightly import FINISHED
from upkeep import evidence, turns
from upkeep.errors import UpkeepError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session, sessionmaker

    from settings import Settings
    from upkeep.evidence import Kept

BATCH = 300
THINNED = "thinned_on"
"""The key of a run's summary that says on which day it was thinned."""


@dataclass(slots=True)
class Thinned:
    """What went, or would go, of one run. Bytes as they lie in the store."""

    run: int
    window: str
    as_of: datetime
    captures: int = 0
    kept: int = 0
    bodies: int = 0
    bytes: int = 0

    def to_json(self) -> dict[str, Any]:
        """One line of `db thin --json`."""
        return {
            "run": self.run,
            "window": self.window or None,
            "as_of": self.as_of.isoformat(),
            "captures": self.captures,
            "kept": self.kept,
            "bodies": self.bodies,
            "bytes": self.bytes,
        }

    def sentence(self) -> str:
        """What an operator reads."""
        place = f"窗口 {self.window}" if self.window else "不在窗口内"
        return (
            f"批次 {self.run}（{beijing_day(self.as_of)}，{place}）：快照 {self.captures} 份"
            f"（{self.bytes / 1024**2:.1f} MiB）可清理，作为证据保留 {self.kept} 份"
        )


def is_thinned(run: Run) -> bool:
    """Whether a run was thinned: it cannot be judged again."""
    return THINNED in run.summary


def plan(settings: Settings, sessions: sessionmaker[Session], today: date) -> list[Thinned]:
    """What would go, run by run, oldest first. Changes nothing."""
    store = CaptureStore(settings.capture_store)
    told = []
    with sessions() as session:
        kept = evidence.Kept.of(session)
        gone: set[int] = set()
        counted: set[str] = set()
        for run, window in _due(session, settings, today):
            going = _going(session, run.id, kept)
            gone.update(going)
            one = Thinned(run.id, window, run.as_of, len(going))
            one.kept = len(_all(session, run.id)) - len(going)
            for name in _unnamed(session, going, gone, kept) - counted:
                counted.add(name)
                if size := store.size(name):
                    one.bodies += 1
                    one.bytes += size
            told.append(one)
    return told


def thin(
    settings: Settings,
    sessions: sessionmaker[Session],
    today: date,
    checkpoint: Callable[[], None] = lambda: None,
) -> list[Thinned]:
    """Thin what is due; what went of each run. Raises UpkeepError while a night is running or a

    backup is made.

    `checkpoint` is called between batches and may raise.
    """
    store = CaptureStore(settings.capture_store)
    with sessions() as session:
        due = [
            (run.id, Thinned(run.id, window, run.as_of))
            for run, window in _due(session, settings, today)
        ]
    for run_id, told in due:
        with sessions() as session:
            kept = evidence.Kept.of(session)
            going = sorted(_going(session, run_id, kept))
            told.kept = len(_all(session, run_id)) - len(going)
        for start in range(0, len(going), BATCH):
            checkpoint()
            with turns.removing(settings):
                _remove(sessions, store, going[start : start + BATCH], kept, told)
        _mark(sessions, run_id, today)
    return [told for _, told in due]


def _due(session: Session, settings: Settings, today: date) -> list[tuple[Run, str]]:
    """Runs that are old enough, with the name of their window, oldest first."""
    before = today - timedelta(days=settings.keep_days)
    rows = session.execute(
        select(Run, Window)
        .outerjoin(Window, Window.id == Run.window_id)
        .where(
            Run.state.in_((*FINISHED, "failed")),
            or_(Run.window_id.is_(None), Window.frozen_at.is_not(None)),
        )
        .order_by(Run.as_of, Run.id)
        .options(defer(Run.targets))
    ).all()
    last: dict[int, int] = {}
    for run, window in rows:
        if window is not None and run.state in FINISHED:
            last[window.id] = run.id
    return [
        (run, window.name if window else "")
        for run, window in rows
        if not is_thinned(run)
        and run.id not in last.values()
        and max(beijing_day(run.as_of), window.ends_on if window else beijing_day(run.as_of))
        < before
    ]


def _all(session: Session, run_id: int) -> set[int]:
    return set(session.scalars(select(Capture.id).where(Capture.run_id == run_id)))


def _going(session: Session, run_id: int, kept: Kept) -> set[int]:
    """Captures of a run that prove nothing."""
    return _all(session, run_id) - evidence.captures_of(session, run_id) - kept.captures


def _unnamed(
    session: Session, going: Sequence[int] | set[int], gone: set[int], kept: Kept
) -> set[str]:
    """Bodies of captures in `going` that nothing names but captures in `gone`."""
    found: set[str] = set()
    ids = sorted(going)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        for name in (Capture.sha256, Capture.screenshot):
            mine = set(session.scalars(select(name).where(Capture.id.in_(batch), name != "")))
            if mine:
                # Pictures have a partial index, which serves a query that repeats its condition.
                others = session.execute(select(Capture.id, name).where(name.in_(mine), name != ""))
                found |= mine - {one for other, one in others if other not in gone}
    return found - kept.bodies


def _remove(
    sessions: sessionmaker[Session],
    store: CaptureStore,
    going: Sequence[int],
    kept: Kept,
    told: Thinned,
) -> None:
    """One batch, in one transaction: facts, captures, then the bodies that nothing names any more.

    When it is killed between the last two, the rows stay and the next time finds them again.
    """
    with sessions.begin() as session:
        _keep_nights_out(session)
        bodies = _unnamed(session, going, set(going), kept)
        session.execute(
            delete(Fact).where(Fact.capture_id.in_(going), Fact.kind != factcodec.ACCOUNT)
        )
        session.execute(delete(Capture).where(Capture.id.in_(going)))
        session.flush()
        for name in bodies:
            size = store.size(name)
            store.remove(name)
            told.bodies += bool(size)
            told.bytes += size
    told.captures += len(going)


def _mark(sessions: sessionmaker[Session], run_id: int, today: date) -> None:
    """Say on the run that it was thinned; links of its pages go with it."""
    with sessions.begin() as session:
        session.execute(delete(Fact).where(Fact.run_id == run_id, Fact.kind == factcodec.LINKS))
        run = session.get_one(Run, run_id)
        run.summary = {**run.summary, THINNED: today.isoformat()}


def _keep_nights_out(session: Session) -> None:
    """Until this transaction ends no night can begin: opening one needs the same lock."""
    session.execute(select(Target.id).order_by(Target.id).limit(1).with_for_update())
    for run in session.scalars(select(Run).where(Run.state.in_(lease.UNFINISHED))):
        if lease.is_held(run):
            message = f"批次 {run.id} 正在巡查，快照清理留待其结束后进行"
            raise UpkeepError(message)
