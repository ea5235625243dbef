"""The story of one night: plan → crawl → judge → open findings → tell people.

    NightError         the night cannot begin or go on; the message is one Chinese sentence

1. A Run is opened with its `as_of`, its targets and a lease; closed targets get their Visit.
2. The crawl runs in child processes, one shard of targets each; a shard stores each target in one
   transaction, so a kill loses at most the targets in flight.
3. What a dead shard left over is tried once more, then recorded as our own fault.
4. Judging, the breaker and the findings are one transaction: all of it, or none.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import func, select, update

import breaker
import judging
from checks.registry import ALL
from checks.ruleset import load as load_ruleset
from crawler.fetch.access import AccessState
from crawler.roster import groups, plan_shards
from database import session_factory
from models import Judgement, Run, Target, Visit, Window
from review import findings, windows
from settings import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy.orm import Session, sessionmaker

    from checks.ruleset import Ruleset
    from settings import Settings

log = structlog.get_logger()

CLOSED_STATES = frozenset({"关停", "注销"})
POLL_SECONDS = 0.5
SHARD_ROUNDS = 2
"""A shard that died is started once more with what it left over."""


class NightError(Exception):
    """The night cannot begin or go on; the message is one Chinese sentence."""


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
) -> NightReport:
    """One whole night. Raises NightError when it cannot begin; see the module for the steps."""
    begun = time.monotonic()
    ruleset = load_ruleset(settings.ruleset, ALL)
    owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    run_id = None
    if resume:
        run_id = _take_over(settings, sessions, owner)
    if run_id is None:
        run_id = _open_run(settings, sessions, ruleset, owner, as_of, only)
    _crawl(settings, sessions, run_id, owner, workers, progress)
    return _finish(settings, sessions, run_id, ruleset, begun)


def release(
    settings: Settings, sessions: sessionmaker[Session], run_id: int, *, by: str, why: str
) -> dict[str, int]:
    """A person lets a held run go: its findings open now. Returns the flagged counts."""
    if not by.strip() or not why.strip():
        raise NightError("放行被扣留的批次须写明由谁放行、为什么（--by、--why）")
    severities = load_ruleset(settings.ruleset, ALL).severities
    with sessions.begin() as session:
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
            lease_until=_wall() + timedelta(seconds=settings.lease_seconds),
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
        raise NightError(f"--only 里的 {'、'.join(missing[:5])} 不在名录中")
    return chosen


def _refuse_a_second_night(session: Session) -> None:
    """One night at a time; an abandoned one is closed as failed, its visits stay."""
    for run in session.scalars(select(Run).where(Run.state.in_(("crawling", "judging")))):
        if run.lease_until is not None and run.lease_until > _wall() and _alive(run.lease_owner):
            raise NightError(f"批次 {run.id} 正在运行，不能同时开始另一个")
        run.state = "failed"
        run.held_reason = "进程中断，未续跑"


def _take_over(settings: Settings, sessions: sessionmaker[Session], owner: str) -> int | None:
    """The id of the interrupted run, now leased by us; None when there is nothing to resume."""
    with sessions.begin() as session:
        run = session.scalars(
            select(Run).where(Run.state.in_(("crawling", "judging"))).order_by(Run.id.desc())
        ).first()
        if run is None:
            return None
        if run.lease_until is not None and run.lease_until > _wall() and _alive(run.lease_owner):
            raise NightError(f"批次 {run.id} 仍在运行，无需续跑")
        taken = session.execute(
            update(Run)
            .where(Run.id == run.id, Run.lease_owner == run.lease_owner)
            .values(
                lease_owner=owner,
                lease_until=_wall() + timedelta(seconds=settings.lease_seconds),
                state="crawling",
            )
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            raise NightError(f"批次 {run.id} 已由另一个进程续跑")
        return run.id


def _alive(owner: str) -> bool:
    """False only when the owner was a process of this machine that is surely gone."""
    host, _, rest = owner.partition(":")
    if host != socket.gethostname():
        return True
    try:
        os.kill(int(rest.split(":")[0]), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def _crawl(
    settings: Settings,
    sessions: sessionmaker[Session],
    run_id: int,
    owner: str,
    workers: int,
    progress: Callable[[int, int], None] | None,
) -> None:
    count = workers or os.cpu_count() or 1
    for _ in range(SHARD_ROUNDS):
        left = _left_over(sessions, run_id)
        if not left:
            return
        with sessions() as session:
            shards = plan_shards(groups(session, left), count)
        with tempfile.TemporaryDirectory(prefix="xuncha-") as folder:
            children = [
                _start_shard(
                    settings, run_id, owner, shard, Path(folder) / f"{index}.json", len(shards)
                )
                for index, shard in enumerate(shards)
            ]
            try:
                _watch(settings, sessions, run_id, owner, children, progress)
            finally:
                _end(children)
    _record_left_over(sessions, run_id)


def _start_shard(
    settings: Settings, run_id: int, owner: str, shard: Sequence[int], file: Path, shards: int
) -> subprocess.Popen[bytes]:
    file.write_text(json.dumps(list(shard)), encoding="utf-8")
    command = [sys.executable, "-m", "crawler.shard", str(run_id)]
    return subprocess.Popen(  # noqa: S603 -- our own module, arguments we made
        [*command, "--targets", str(file), "--owner", owner, "--shards", str(shards)],
        env={**os.environ, **environment(settings)},
        stdin=subprocess.DEVNULL,
    )


def _watch(
    settings: Settings,
    sessions: sessionmaker[Session],
    run_id: int,
    owner: str,
    children: Iterable[subprocess.Popen[bytes]],
    progress: Callable[[int, int], None] | None,
) -> None:
    """Until every shard has ended: show progress and keep the lease."""
    readers = session_factory(settings, read_only=True)
    renewed = time.monotonic()
    while any(child.poll() is None for child in children):
        time.sleep(POLL_SECONDS)
        if progress is not None:
            progress(*_counts(readers, run_id))
        if time.monotonic() - renewed > settings.lease_seconds / 4:
            _renew(settings, sessions, run_id, owner)
            renewed = time.monotonic()
    if progress is not None:
        progress(*_counts(readers, run_id))


def _renew(settings: Settings, sessions: sessionmaker[Session], run_id: int, owner: str) -> None:
    with sessions.begin() as session:
        kept = session.execute(
            update(Run)
            .where(Run.id == run_id, Run.lease_owner == owner)
            .values(lease_until=_wall() + timedelta(seconds=settings.lease_seconds))
        )
        if kept.rowcount != 1:  # type: ignore[attr-defined]
            raise NightError(f"批次 {run_id} 已被另一个进程接管，本进程停止")


def _end(children: Iterable[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(timeout=15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _counts(sessions: sessionmaker[Session], run_id: int) -> tuple[int, int]:
    with sessions() as session:
        done = session.scalar(select(func.count()).select_from(Visit).where(Visit.run_id == run_id))
        return done or 0, len(session.get_one(Run, run_id).targets)


def _left_over(sessions: sessionmaker[Session], run_id: int) -> list[int]:
    with sessions() as session:
        done = set(session.scalars(select(Visit.target_id).where(Visit.run_id == run_id)))
        return [one for one in session.get_one(Run, run_id).targets if one not in done]


def _record_left_over(sessions: sessionmaker[Session], run_id: int) -> None:
    """Every target ends with a Visit: what no shard could finish is our own fault."""
    left = _left_over(sessions, run_id)
    if not left:
        return
    log.error("targets_left_over", run=run_id, targets=left[:50], count=len(left))
    with sessions.begin() as session:
        for target_id in left:
            session.add(
                Visit(
                    run_id=run_id,
                    target_id=target_id,
                    fresh=False,
                    access=AccessState.OUR_FAULT.value,
                    reason="crawler_crash",
                )
            )


def _finish(
    settings: Settings,
    sessions: sessionmaker[Session],
    run_id: int,
    ruleset: Ruleset,
    begun: float,
) -> NightReport:
    """Judge, ask the breaker, open findings and write the summary, all in one transaction."""
    with sessions.begin() as session:
        run = session.get_one(Run, run_id)
        judgement = judging.judge_run(session, run, ruleset)
        held = breaker.reason_to_hold(session, settings, run, judgement.id)
        flagged: dict[str, int] = {}
        if held:
            run.state, run.held_reason = "held", held
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


def _wall() -> datetime:
    """The wall clock, for leases only; nothing is judged by it."""
    return datetime.now(UTC)
