"""The story of one night: plan → crawl → judge → open findings → tell people.

    NightError         the night cannot begin or go on; the message is one Chinese sentence

1. A Run is opened with its `as_of`, its targets and a lease; closed targets get their Visit.
2. The crawl runs in child processes, one shard of targets each; a shard stores each target in one
   transaction, so a kill loses at most the targets in flight.
3. What a dead shard left over is tried again, in ever smaller shards, then recorded as our own
   fault: a page that kills a process costs its own target.
4. Judging, the breaker and the findings are one transaction: all of it, or none.

Whoever holds the lease may write. `--resume` takes over the lease of a night that was broken off,
and whatever is left of that night can write no more.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

import breaker
import judging
import pictures
from crawler import coverage, lease
from crawler.fetch.access import AccessState
from crawler.patience import patiently
from crawler.processes import NoStoreError
from crawler.recording import LeaseLostError
from models import Judgement, Run, Target, Visit, Window
from review import findings, rulesets, windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

    from checks.ruleset import Ruleset
    from crawler.lease import RunLease
    from settings import Settings

CLOSED_STATES = frozenset({"关停", "注销"})
FINISHED = ("done", "held", "released")


class NightError(Exception):
    """The night cannot begin or go on; the message is one Chinese sentence."""


class SelectionError(NightError):
    """`--only` names what the register does not hold: bad input, where the rest is a failure."""


@dataclass(frozen=True, slots=True)
class NightReport:
    """What one night did. `undetermined` counts visits that were not fresh, by typed reason;

    `flagged` counts failing verdicts that opened or kept a finding, by check.
    """

    run: int
    window: str | None
    as_of: datetime
    state: str
    targets: int
    fresh: int
    closed: int
    undetermined: dict[str, int]
    flagged: dict[str, int]
    seconds: float
    pages: int
    requests: int
    bytes: int
    held_reason: str = ""
    warnings: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, run: Run) -> NightReport:
        """What a finished run did, as its summary tells."""
        names = {one.name for one in fields(cls)}
        kept = {name: value for name, value in run.summary.items() if name in names}
        return cls(**kept | {"as_of": run.as_of.astimezone(judging.BEIJING), "state": run.state})

    @property
    def exit_code(self) -> int:
        """3 when held, else 4 when a target got no fresh visit, else 0 (design.md section 6)."""
        if self.state == "held":
            return 3
        return 4 if self.undetermined else 0

    def to_json(self) -> dict[str, Any]:
        """The object that `nightly --json` ends with."""
        return {
            "run": self.run,
            "window": self.window,
            "as_of": self.as_of.isoformat(),
            "state": self.state,
            "targets": self.targets,
            "fresh": self.fresh,
            "closed": self.closed,
            "undetermined": self.undetermined,
            "flagged": self.flagged,
            "warnings": self.warnings,
            "seconds": round(self.seconds, 2),
            "pages": self.pages,
            "requests": self.requests,
            "bytes": self.bytes,
            "held_reason": self.held_reason,
        }


def run_night(
    settings: Settings,
    sessions: sessionmaker[Session],
    *,
    as_of: datetime,
    only: Sequence[str] = (),
    workers: int = 0,
    resume: bool = False,
    progress: Callable[[int, int], None] | None = None,
    crawlers: coverage.Engine = coverage.HERE,
) -> NightReport:
    """One whole night. Raises NightError when it cannot begin; see the module for the steps.

    `workers` is how many shards are crawled at once (0: as many as this machine has cores), by
    the processes of `crawlers`.

    With `resume` the night that was broken off goes on, under its own `as_of` and targets. When
    there is none, a night of the same `as_of` and selection that came to its end is only told
    again (a kill may strike after the last commit), and else a new night begins.
    """
    begun = time.monotonic()
    with sessions() as session:
        ruleset = rulesets.in_force(session, settings)
    owner = lease.new_owner()
    run_id = None
    if resume:
        run_id = _take_over(settings, sessions, owner)
        told = None if run_id else _finished(sessions, as_of, only)
        if told is not None:
            return told
    if run_id is None:
        run_id = _open_run(settings, sessions, ruleset, owner, as_of, only)
    held = lease.RunLease(run_id, owner, settings.lease_seconds)
    with lease.ended(sessions, held), _told_in_one_sentence(run_id):
        at_once = workers or os.cpu_count() or 1
        coverage.cover(settings, sessions, held, at_once, progress, crawlers)
        ending = partial(_finish, settings, sessions, held, ruleset, begun)
        report = patiently(settings, ending)
    # The night is whole by now; pictures are evidence that may be missing.
    pictures.take(settings, sessions, run_id, report.as_of)
    return report


@contextmanager
def _told_in_one_sentence(run_id: int) -> Iterator[None]:
    """What breaks a night off, as an operator reads it; what was stored by then stays."""
    try:
        yield
    except LeaseLostError as error:
        raise NightError(f"{error}，本进程停止") from error
    except NoStoreError as error:
        raise NightError(
            f"批次 {run_id} 中断：{error}；已保存的都在，排除故障后用 xuncha nightly --resume 续跑"
        ) from error


def release(
    settings: Settings, sessions: sessionmaker[Session], run_id: int, *, by: str, why: str
) -> dict[str, int]:
    """A person lets a held run go: its findings open now. Returns the flagged counts."""
    if not by.strip() or not why.strip():
        raise NightError("放行被扣留的批次须写明由谁放行、为什么（--by、--why）")
    with sessions.begin() as session:
        severities = rulesets.in_force(session, settings).severities
        changed = session.execute(
            update(Run)
            .where(Run.id == run_id, Run.state == "held")
            .values(state="released", released_by=by, released_why=why)
        )
        if changed.rowcount != 1:  # type: ignore[attr-defined]
            raise NightError(f"批次 {run_id} 不存在，或没有被扣留")
        run = session.get_one(Run, run_id)
        judgement = judging.latest_judgement(session, run_id)
        if judgement is None:
            raise NightError(f"批次 {run_id} 没有判定结果")
        opened = findings.open_findings(session, run, judgement.id, severities=severities)
        flagged = dict(opened.flagged)
        run.summary = {**run.summary, "state": "released", "flagged": flagged}
    return flagged


def _open_run(
    settings: Settings,
    sessions: sessionmaker[Session],
    ruleset: Ruleset,
    owner: str,
    as_of: datetime,
    only: Sequence[str],
) -> int:
    with sessions.begin() as session:
        _refuse_a_second_night(session)
        targets = _selected(session, only)
        if not targets:
            raise NightError(
                "名录是空的，没有可巡查的网站或账号；请先用 xuncha registry import 导入名录"
            )
        window = windows.containing(session, judging.beijing_day(as_of))
        run = Run(
            window_id=window.id if window else None,
            as_of=as_of,
            state="crawling",
            ruleset=ruleset.name,
            vantage=settings.vantage,
            selection=list(only),
            targets=[target.id for target in targets],
            lease_owner=owner,
            lease_until=lease.until(settings.lease_seconds),
        )
        session.add(run)
        session.flush()
        for target in targets:
            if target.running_state in CLOSED_STATES:
                session.add(
                    Visit(
                        run_id=run.id,
                        target_id=target.id,
                        fresh=False,
                        access=AccessState.OK.value,
                        reason="closed",
                    )
                )
        return run.id


def _selected(session: Session, only: Sequence[str]) -> list[Target]:
    targets = list(
        session.scalars(select(Target).where(Target.retired.is_(False)).order_by(Target.position))
    )
    if not only:
        return targets
    wanted = {one.strip() for one in only if one.strip()}
    chosen = [one for one in targets if one.code in wanted or str(one.id) in wanted]
    found = {one.code for one in chosen} | {str(one.id) for one in chosen}
    missing = sorted(wanted - found)
    if missing:
        raise SelectionError(f"--only 里的 {'、'.join(missing[:5])} 不在名录中")
    return chosen


def _refuse_a_second_night(session: Session) -> None:
    """One night at a time; an abandoned one is closed as failed, its visits stay."""
    # Of two that open a night at once, the second waits here; SQLite has its one write lock.
    session.execute(select(Target.id).order_by(Target.id).limit(1).with_for_update(key_share=True))
    for run in session.scalars(select(Run).where(Run.state.in_(lease.UNFINISHED))):
        if lease.is_held(run):
            raise NightError(f"批次 {run.id} 正在运行，不能同时开始另一个")
        run.state = "failed"
        run.held_reason = "进程中断，未续跑"
        run.lease_owner = ""


def _finished(
    sessions: sessionmaker[Session], as_of: datetime, only: Sequence[str]
) -> NightReport | None:
    """The night of that `as_of` and selection, if it came to its end."""
    with sessions() as session:
        ended = session.scalars(
            select(Run).where(Run.as_of == as_of, Run.state.in_(FINISHED)).order_by(Run.id.desc())
        )
        run = next((one for one in ended if one.selection == list(only) and one.summary), None)
        return NightReport.of(run) if run else None


def _take_over(settings: Settings, sessions: sessionmaker[Session], owner: str) -> int | None:
    """The id of the interrupted run, now leased by us; None when there is nothing to resume."""
    with sessions.begin() as session:
        run = session.scalars(
            select(Run).where(Run.state.in_(lease.UNFINISHED)).order_by(Run.id.desc())
        ).first()
        if run is None:
            return None
        if lease.is_held(run):
            raise NightError(f"批次 {run.id} 仍在运行，无需续跑")
        taken = session.execute(
            update(Run)
            .where(
                Run.id == run.id,
                Run.lease_owner == run.lease_owner,
                Run.state.in_(lease.UNFINISHED),
            )
            .values(
                lease_owner=owner,
                lease_until=lease.until(settings.lease_seconds),
                state="crawling",
            )
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            raise NightError(f"批次 {run.id} 已由另一个进程续跑")
        return run.id


def _finish(
    settings: Settings,
    sessions: sessionmaker[Session],
    held: RunLease,
    ruleset: Ruleset,
    begun: float,
) -> NightReport:
    """Judge, ask the breaker, open findings and write the summary, all in one transaction.

    A server may go away between its commit and its answer: what was finished under our own lease
    is only told.
    """
    with sessions.begin() as session:
        run = session.get_one(Run, held.run_id)
        if run.state in FINISHED and run.lease_owner == held.owner:
            return NightReport.of(run)
        lease.keep(session, held)
        judgement = judging.judge_run(session, run, ruleset)
        why = breaker.reason_to_hold(session, settings, run, judgement.id)
        flagged: dict[str, int] = {}
        if why:
            run.state, run.held_reason = "held", why
        else:
            run.state = "done"
            flagged = _flag(session, run, judgement, ruleset)
        run.lease_until = None
        report = _report(session, run, judgement.id, flagged, time.monotonic() - begun)
        run.summary = report.to_json()
    return report


def _flag(session: Session, run: Run, judgement: Judgement, ruleset: Ruleset) -> dict[str, int]:
    """Findings that stand, by check; in no window, what fails and opens none."""
    opened = findings.open_findings(session, run, judgement.id, severities=ruleset.severities)
    if opened.window is not None:
        return dict(opened.flagged)
    return judging.failing_counts(session, judgement.id)


def _report(
    session: Session, run: Run, judgement_id: int, flagged: dict[str, int], seconds: float
) -> NightReport:
    visits = list(session.scalars(select(Visit).where(Visit.run_id == run.id)))
    window = session.get(Window, run.window_id) if run.window_id else None
    return NightReport(
        run=run.id,
        window=window.name if window else None,
        as_of=run.as_of.astimezone(judging.BEIJING),
        state=run.state,
        targets=len(visits),
        fresh=sum(visit.fresh for visit in visits),
        closed=sum(visit.reason == "closed" for visit in visits),
        undetermined=dict(
            sorted(
                Counter(
                    visit.reason or visit.access
                    for visit in visits
                    if not visit.fresh and visit.reason != "closed"
                ).items()
            )
        ),
        flagged=dict(sorted(flagged.items())),
        seconds=seconds,
        pages=sum(visit.pages for visit in visits),
        requests=sum(visit.requests for visit in visits),
        bytes=sum(visit.bytes for visit in visits),
        held_reason=run.held_reason if run.state == "held" else "",
        warnings=judging.warning_counts(session, judgement_id),
    )
