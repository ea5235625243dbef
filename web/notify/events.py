"""What there is to tell each user: figures and a link, never a name of a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from checks.base import Severity
from checks.deadlines import beijing_day
from models import Finding
from review.states import State
from web import words
from web.reading import health as patrol
from web.reading import overview
from web.reading.current import whole_nights
from web.scope import bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from models import Run

DIGEST, VETO, HELD, DEAD = "digest", "veto", "held", "dead"
EVENTS = {
    DIGEST: "每夜摘要",
    VETO: "新的单项否决",
    HELD: "批次被扣留",
    DEAD: "巡查停止",
}


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell. `key` says for what, so that nothing is told twice."""

    event: str
    key: str
    title: str
    body: str


def messages(
    session: Session, events: list[str], *, unit_id: int | None, now: datetime
) -> Iterator[Message]:
    """What a user who asked for `events` and sees that unit may be told now."""
    runs = whole_nights(session, most=1)
    last = runs[0] if runs else None
    makers: dict[str, Callable[[], Message | None]] = {
        DIGEST: lambda: _digest(session, last, unit_id),
        VETO: lambda: _vetoes(session, last, unit_id),
        HELD: lambda: _held(session, now),
        DEAD: lambda: _dead(session, now),
    }
    for event, make in makers.items():
        message = make() if event in events else None
        if message is not None:
            yield message


def _digest(session: Session, last: Run | None, unit_id: int | None) -> Message | None:
    if last is None:
        return None
    read = overview.coverage(session, last, unit_id)
    window = last.window_id
    query = select(func.count()).select_from(Finding).where(*bounds(unit_id, Finding.unit_id))
    if window is not None:
        query = query.where(Finding.window_id == window)
    waiting = session.scalar(query.where(Finding.state == State.FLAGGED.value)) or 0
    opened = session.scalar(query.where(Finding.run_id == last.id)) or 0
    body = (
        f"监测时间点 {_day(last)}：应查 {read.targets - read.closed}，已核实 {read.fresh}，"
        f"未能核实 {read.reasons.total()}；新增问题 {opened}，待审核 {waiting}。"
    )
    return Message(DIGEST, f"run:{last.id}", f"巡查摘要 {_day(last)}", body)


def _vetoes(session: Session, last: Run | None, unit_id: int | None) -> Message | None:
    if last is None:
        return None
    rows = session.execute(
        select(Finding.check, func.count())
        .where(
            Finding.run_id == last.id,
            Finding.severity == Severity.VETO.value,
            Finding.state.in_((State.FLAGGED.value, State.CONFIRMED.value)),
            *bounds(unit_id, Finding.unit_id),
        )
        .group_by(Finding.check)
        .order_by(Finding.check)
    ).all()
    if not rows:
        return None
    told = "、".join(f"{words.check_title(check)}（{check}）{count}" for check, count in rows)
    title = f"新的单项否决 {sum(row[1] for row in rows)} 个"
    return Message(VETO, f"run:{last.id}", title, f"监测时间点 {_day(last)}：{told}。")


def _held(session: Session, now: datetime) -> Message | None:
    held = patrol.health(session, now).held
    if not held:
        return None
    run = held[-1]
    return Message(
        HELD,
        f"run:{run.id}",
        f"批次 {run.id} 已扣留，待人工放行",
        f"监测时间点 {_day(run)}：{run.held_reason}。放行之前不登记任何问题。",
    )


def _dead(session: Session, now: datetime) -> Message | None:
    found = patrol.health(session, now)
    if not found.silent:
        return None
    since = _day(found.last) if found.last else "从未"
    key = f"run:{found.last.id}" if found.last else "never"
    return Message(DEAD, key, "巡查可能已停止", f"最近一次完成的巡查：{since}。请检查定时任务。")


def _day(run: Run) -> str:
    return beijing_day(run.as_of).isoformat()
