"""采样窗口: they do not overlap, each day belongs to one or none, and a frozen one stays as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from models import Notice, Run, Window

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

CONFIRM = ("operator", "auto")
# A window's name becomes part of file names.
_NAME = re.compile(r"[\w][\w.-]{0,31}")


class WindowError(Exception):
    """A window that cannot be made, found or changed; the message says why in Chinese."""


def add(
    session: Session,
    name: str,
    start: date,
    end: date,
    *,
    recheck: date | None = None,
    confirm: str = "operator",
) -> Window:
    """A new window from `start` to `end`, both days included. Raises WindowError."""
    if not _NAME.fullmatch(name):
        raise WindowError(f"窗口名称“{name[:40]}”只能用字母、数字、汉字、- 和 _，不超过 32 个字符")
    if end < start:
        raise WindowError(f"窗口 {name} 的结束日期 {end} 早于开始日期 {start}")
    if recheck is not None and recheck < start:
        raise WindowError(f"窗口 {name} 的复核日期 {recheck} 早于开始日期 {start}")
    if confirm not in CONFIRM:
        raise WindowError(f"确认方式“{confirm}”应是 operator（人工）或 auto（自动）")
    if session.scalar(select(Window.id).where(Window.name == name)):
        raise WindowError(f"窗口 {name} 已经存在")
    other = session.scalar(
        select(Window).where(Window.starts_on <= end, Window.ends_on >= start).limit(1)
    )
    if other is not None:
        raise WindowError(
            f"窗口 {name} 与 {other.name}（{other.starts_on} 至 {other.ends_on}）日期重叠"
        )
    window = Window(name=name, starts_on=start, ends_on=end, recheck_on=recheck, confirm=confirm)
    session.add(window)
    session.flush()
    return window


def listing(session: Session) -> Sequence[Window]:
    """All windows, the earliest first."""
    return session.scalars(select(Window).order_by(Window.starts_on)).all()


def named(session: Session, name: str) -> Window:
    """The window of that name. Raises WindowError."""
    window = session.scalar(select(Window).where(Window.name == name))
    if window is None:
        known = "、".join(one.name for one in listing(session)) or "无"
        raise WindowError(f"没有名为“{name}”的窗口（已有：{known}）")
    return window


def containing(session: Session, day: date) -> Window | None:
    """The window that a Beijing day belongs to, if any."""
    return session.scalar(select(Window).where(Window.starts_on <= day, Window.ends_on >= day))


def latest(session: Session) -> Window | None:
    """The window of the latest run, or None where that run belongs to none."""
    run = session.scalar(select(Run).order_by(Run.as_of.desc(), Run.id.desc()).limit(1))
    return session.get(Window, run.window_id) if run is not None and run.window_id else None


def freeze(
    session: Session, name: str, *, at: datetime, notices: Mapping[str, Mapping[str, Any]]
) -> Window:
    """End a window for good and keep its notices: layout → annex data, as they will be printed.

    Whether the window may be ended is for the report to say; see report.freezing.
    """
    window = named(session, name)
    changed = session.execute(
        update(Window)
        .where(Window.id == window.id, Window.frozen_at.is_(None))
        .values(frozen_at=at)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise WindowError(f"窗口 {name} 已经封存")
    for layout, payload in notices.items():
        session.add(Notice(window_id=window.id, layout=layout, payload=dict(payload), frozen_at=at))
    session.flush()
    session.refresh(window)
    return window
