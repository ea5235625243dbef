"""What the clock does to keep house: one function for each job, each ends with a Chinese sentence.

A chore is called as `chore(settings, sessions, now, checkpoint)`; a long one calls `checkpoint`
now and then, which raises when the process is to end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.orm import Session, sessionmaker

from checks.deadlines import beijing_day
from settings import Settings
from upkeep import backup as backups
from upkeep import metrics, soundness, thinning
from upkeep.errors import UpkeepError

if TYPE_CHECKING:
    from diagnosis import Examined

log = structlog.get_logger()

Chore = Callable[[Settings, sessionmaker[Session], datetime, Callable[[], None]], str]


def notify(
    settings: Settings,
    sessions: sessionmaker[Session],
    now: datetime,
    checkpoint: Callable[[], None],
) -> str:
    """Tell users what they asked to be told, and write the figures for Prometheus."""
    from web.notify.sending import send_due  # noqa: PLC0415 -- loads a hundred services

    del checkpoint
    written = metrics.write(settings, sessions, now)
    sent, failed = send_due(settings, sessions, now=now)
    if failed:
        message = f"发出通知 {sent} 条，{failed} 条未能送达，下次再试"
        raise UpkeepError(message)
    return f"发出通知 {sent} 条" + ("，已写出监控指标" if written else "")


def check(
    settings: Settings,
    sessions: sessionmaker[Session],
    now: datetime,
    checkpoint: Callable[[], None],
) -> str:
    """Look whether what is stored is sound. Raises UpkeepError when it is not."""
    del sessions, checkpoint
    told = list(soundness.examine(settings, now))
    bad = [one for one in told if one.state == "bad"]
    if bad:
        raise UpkeepError("；".join(map(_sentence, bad)))
    warned = [one for one in told if one.state == "warn"]
    return "；".join(map(_sentence, warned)) or f"检查 {len(told)} 项，均完好"


def backup(
    settings: Settings,
    sessions: sessionmaker[Session],
    now: datetime,
    checkpoint: Callable[[], None],
) -> str:
    """Make the backup of the day."""
    del sessions, checkpoint
    return backups.backup(settings, now).sentence()


def thin(
    settings: Settings,
    sessions: sessionmaker[Session],
    now: datetime,
    checkpoint: Callable[[], None],
) -> str:
    """Thin what is older than it has to be kept."""
    told = thinning.thin(settings, sessions, beijing_day(now), checkpoint)
    if not told:
        return "没有到期的快照"
    size = sum(one.bytes for one in told) / 1024**2
    return (
        f"精简 {len(told)} 个批次，清理快照 {sum(one.captures for one in told)} 份，{size:.1f} MiB"
    )


CHORES: Mapping[str, Chore] = {"notify": notify, "check": check, "backup": backup, "thin": thin}


def _sentence(one: Examined) -> str:
    return f"{one.what}：{one.told}"
