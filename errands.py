"""What each job does when it is due. When that is, is jobs.py's; that it happens once, leases.py's.

The functions of other rooms come in as `Calls`, so that a test counts calls instead of crawling.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

import httpx
import structlog
from sqlalchemy import func, select

from checks.deadlines import BEIJING, beijing_day
from models import Finding, Run, Target, Window
from upkeep.chores import CHORES
from upkeep.errors import UpkeepError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from sqlalchemy.orm import Session, sessionmaker

    from crawler.probes import ProbeSummary
    from nightly import NightReport
    from settings import Settings
    from upkeep.chores import Chore

log = structlog.get_logger()

REMINDER_DAYS = 7
ASK_SECONDS = 5.0
"""The dead-man service gets this long for each step; the next night does not wait for it."""
LIVE = ("flagged", "confirmed")


class Stopped(Exception):  # noqa: N818 -- not an error: the process is asked to end
    """The job gave way at a checkpoint; its due time is still to be run."""


class NightCall(Protocol):
    """As nightly.run_night."""

    def __call__(
        self,
        settings: Settings,
        sessions: sessionmaker[Session],
        *,
        as_of: datetime,
        only: Sequence[str] = ...,
        resume: bool = ...,
        progress: Callable[[int, int], None] | None = ...,
    ) -> NightReport:
        """One whole night."""


class ProbeCall(Protocol):
    """As crawler.probes.probe_round."""

    def __call__(
        self, settings: Settings, session_factory: sessionmaker[Session], at: datetime
    ) -> ProbeSummary:
        """One availability round over all sites."""


@dataclass(frozen=True, slots=True)
class Calls:
    """The functions of other rooms that jobs call. `ask` returns the status of an address.

    `chores` are the jobs that keep house, by name.
    """

    night: NightCall
    probe: ProbeCall
    ask: Callable[[str], int]
    chores: Mapping[str, Chore] = field(default_factory=lambda: CHORES)


@dataclass(frozen=True, slots=True)
class Occasion:
    """One run of one job: `due` is when it should have begun, `now` when it does, both Beijing.

    `previous` is the due time run before this one. A long job calls `checkpoint` now and then;
    it raises Stopped when the process is to end or the lease is lost.
    """

    settings: Settings
    sessions: sessionmaker[Session]
    due: datetime
    previous: datetime | None
    now: datetime
    checkpoint: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Done:
    """What a job did, in one Chinese sentence, and the exit code of its command."""

    sentence: str
    exit_code: int = 0


def nightly(calls: Calls, occasion: Occasion) -> Done:
    """The night; one of this due time that was broken off is taken up where it stopped."""
    report = calls.night(
        occasion.settings,
        occasion.sessions,
        as_of=occasion.now,
        resume=_was_begun(occasion),
        progress=lambda _done, _total: occasion.checkpoint(),
    )
    _tell_dead_man(calls, occasion.settings.dead_man_url)
    return Done(f"夜间巡查{_figures(report)}", report.exit_code)


def probe(calls: Calls, occasion: Occasion) -> Done:
    """One availability round, at the moment it is really made."""
    summary = calls.probe(occasion.settings, occasion.sessions, occasion.now)
    held = "，疑为本机网络故障，本轮不计" if summary.held else ""
    return Done(
        f"探测网站 {summary.sites} 个：正常 {summary.ok}，失败 {summary.failed}，"
        f"不计 {summary.excluded}{held}"
    )


def second_look(calls: Calls, occasion: Occasion) -> Done:
    """Visit the targets again whose findings are due for it (design.md section 4.5)."""
    only = _to_look_at_again(occasion)
    if not only:
        return Done("没有到期的第二次查看")
    report = calls.night(
        occasion.settings,
        occasion.sessions,
        as_of=occasion.now,
        only=only,
        progress=lambda _done, _total: occasion.checkpoint(),
    )
    return Done(f"第二次查看{_figures(report)}", report.exit_code)


def window_open(calls: Calls, occasion: Occasion) -> Done:
    """Say which windows begin today, or began while nobody could say it."""
    del calls
    since, today = _days(occasion)
    with occasion.sessions() as session:
        told = [
            f"采样窗口 {window.name} {_when(window.starts_on, today)}开始，"
            f"至 {window.ends_on} 截止，问题{_confirming(window)}"
            for window in _windows(session)
            if since < window.starts_on <= today
        ]
    return _announce(occasion, told, "没有采样窗口在今天开始")


def window_close(calls: Calls, occasion: Occasion) -> Done:
    """Say which windows end today, or ended while nobody could say it, and what is unreviewed."""
    del calls
    since, today = _days(occasion)
    with occasion.sessions() as session:
        told = [
            f"采样窗口 {window.name} {_when(window.ends_on, today)}截止，"
            f"{_left_over(_unreviewed(session, window))}"
            for window in _windows(session)
            if since < window.ends_on <= today
        ]
    return _announce(occasion, told, "没有采样窗口在今天截止")


def window_reminder(calls: Calls, occasion: Occasion) -> Done:
    """Remind of windows that end within a week while findings wait for an operator."""
    del calls
    today = beijing_day(occasion.due)
    told = []
    with occasion.sessions() as session:
        for window in _windows(session):
            days = (window.ends_on - today).days
            if not 0 < days <= REMINDER_DAYS:
                continue
            if count := _unreviewed(session, window):
                told.append(
                    f"采样窗口 {window.name} 将于 {window.ends_on} 截止（还有 {days} 天），"
                    f"{_left_over(count)}"
                )
    return _announce(occasion, told, "没有临近截止而未审核完的采样窗口")


def chore(name: str, calls: Calls, occasion: Occasion) -> Done:
    """Keep house; what is not as it should be is told to operators, too, and the job failed."""
    done = calls.chores[name]
    try:
        return Done(done(occasion.settings, occasion.sessions, occasion.now, occasion.checkpoint))
    except UpkeepError as error:
        _announce(occasion, [f"{name}：{error}"], "")
        raise


ERRANDS: Mapping[str, Callable[[Calls, Occasion], Done]] = {
    "nightly": nightly,
    "probe": probe,
    "second-look": second_look,
    "window-open": window_open,
    "window-close": window_close,
    "window-reminder": window_reminder,
    **{name: partial(chore, name) for name in CHORES},
}


def ask(url: str) -> int:
    """Ask an address; its status. The body is not read. Raises what httpx raises."""
    with httpx.stream("GET", url, timeout=ASK_SECONDS) as answer:
        return answer.status_code


def notices_file(settings: Settings) -> Path:
    """The file with one Chinese line for each thing that operators should know."""
    return settings.home / "logs" / "notices.log"


def _tell_dead_man(calls: Calls, url: str) -> None:
    """The service alarms when it is not asked; that we cannot reach it spoils no night.

    The address is a secret of its service and is not logged.
    """
    if not url:
        return
    try:
        status = calls.ask(url)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        log.warning("dead_man_not_reached", error=type(error).__name__)
        return
    if status >= 400:
        log.warning("dead_man_refused", status=status)


def _was_begun(occasion: Occasion) -> bool:
    """Whether the newest unfinished run is a whole night begun at or after the due time."""
    with occasion.sessions() as session:
        run = session.scalars(
            select(Run).where(Run.state.in_(("crawling", "judging"))).order_by(Run.id.desc())
        ).first()
    return run is not None and not run.selection and run.as_of >= occasion.due


def _to_look_at_again(occasion: Occasion) -> list[str]:
    """Ids of targets with a live finding whose second look is due and was not made."""
    query = (
        select(Target.id)
        .join(Finding, Finding.target_id == Target.id)
        .join(Window, Window.id == Finding.window_id)
        .where(
            Finding.second_look_due <= occasion.now,
            Finding.second_look_at.is_(None),
            Finding.state.in_(LIVE),
            Window.frozen_at.is_(None),
            Target.retired.is_(False),
        )
        .distinct()
        .order_by(Target.id)
    )
    with occasion.sessions() as session:
        return [str(one) for one in session.scalars(query)]


def _days(occasion: Occasion) -> tuple[date, date]:
    """The last day already told of, and the day of this due time."""
    today = beijing_day(occasion.due)
    return beijing_day(occasion.previous or occasion.due - timedelta(days=1)), today


def _windows(session: Session) -> Sequence[Window]:
    return session.scalars(
        select(Window).where(Window.frozen_at.is_(None)).order_by(Window.starts_on)
    ).all()


def _unreviewed(session: Session, window: Window) -> int:
    """Findings that wait for an operator; a window that confirms by itself has none."""
    if window.confirm == "auto":
        return 0
    return (
        session.scalar(
            select(func.count())
            .select_from(Finding)
            .where(Finding.window_id == window.id, Finding.state == "flagged")
        )
        or 0
    )


def _announce(occasion: Occasion, told: Sequence[str], otherwise: str) -> Done:
    """Log each sentence, and add it as one line to the notices that operators read."""
    if not told:
        return Done(otherwise)
    file = notices_file(occasion.settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    moment = occasion.now.astimezone(BEIJING).isoformat(timespec="seconds")
    with file.open("a", encoding="utf-8") as lines:
        for sentence in told:
            log.info("window_notice", due=occasion.due.isoformat(), notice=sentence)
            lines.write(f"{moment} {_one_line(sentence)}\n")
    return Done("；".join(told))


def _one_line(sentence: str) -> str:
    return "".join(one if one.isprintable() else " " for one in sentence)


def _when(day: date, today: date) -> str:
    return f"今天（{day}）" if day == today else f"已于 {day} "


def _confirming(window: Window) -> str:
    return "自动确认" if window.confirm == "auto" else "由检查员逐条审核"


def _left_over(count: int) -> str:
    return f"还有 {count} 条问题未审核" if count else "没有未审核的问题"


def _figures(report: NightReport) -> str:
    """What a night came to. The state is the operators' word for it."""
    state = "已扣留，待人工放行" if report.state == "held" else "完成"
    return (
        f"{state}：批次 {report.run}，目标 {report.targets} 个，"
        f"有效访问 {report.fresh} 个，标记问题 {sum(report.flagged.values())} 条"
    )
