"""The job table: what happens when, as data. Due times follow from the table and the day alone.

Beijing has no daylight saving: a day has 24 hours, and every due time exists exactly once.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from checks.deadlines import BEIJING, beijing_day
from settings import SettingsError

if TYPE_CHECKING:
    from settings import Settings

DAY = timedelta(days=1)
JITTER = 0.5
"""The part of a round's share of the day within which it begins: rounds never crowd together."""
SECOND_LOOK_AT = time(14)
NOTICES_AT = time(8)
CHECK_AT, BACKUP_AT, THIN_AT = time(11, 30), time(12), time(13)
NOTIFY_ROUNDS = 24


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day at a Beijing time of day."""

    at: time

    def on(self, day: date) -> list[datetime]:
        """The one due time of a day."""
        return [datetime.combine(day, self.at, BEIJING)]


@dataclass(frozen=True, slots=True)
class Spread:
    """So many rounds a day, evenly spread, each moved by a jitter that (day, round) decides."""

    rounds: int

    def on(self, day: date) -> list[datetime]:
        """The due times of a day, in order."""
        return [self.due(day, number) for number in range(self.rounds)]

    def due(self, day: date, number: int) -> datetime:
        """When round `number` (from 0) of a day begins, to the second."""
        share = DAY / self.rounds
        moved = share * (number + JITTER * _fraction(f"{day.isoformat()}/{number}"))
        return datetime.combine(day, time(), BEIJING) + timedelta(
            seconds=int(moved.total_seconds())
        )


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the table. `resumed`: a due whose run was broken off is taken up again."""

    name: str
    description: str
    rule: Daily | Spread
    resumed: bool = True

    def previous(self, now: datetime) -> datetime:
        """The latest due time that is not later than `now`."""
        day = beijing_day(now)
        return max(due for one in (day - DAY, day) for due in self.rule.on(one) if due <= now)

    def next(self, after: datetime) -> datetime:
        """The first due time later than `after`."""
        day = beijing_day(after)
        return min(due for one in (day, day + DAY) for due in self.rule.on(one) if due > after)


def jobs(settings: Settings) -> tuple[Job, ...]:
    """The job table under these settings. Raises SettingsError for an unusable time."""
    return (
        Job("nightly", "夜间巡查：全部网站和账号", Daily(_time_of_day(settings.nightly_at))),
        # A round broken off is not repeated: some sites would be counted twice for it.
        Job("probe", "可用性探测一轮", Spread(settings.probe_rounds), resumed=False),
        Job("second-look", "到期问题的第二次查看", Daily(SECOND_LOOK_AT)),
        Job("window-open", "采样窗口开始的提示", Daily(NOTICES_AT)),
        Job("window-close", "采样窗口截止的提示", Daily(NOTICES_AT)),
        Job("window-reminder", "采样窗口临近截止而仍有问题未审核的提示", Daily(NOTICES_AT)),
        Job("notify", "发送到期的通知，写出监控指标", Spread(NOTIFY_ROUNDS)),
        # By day: the night has its disk and its database to itself.
        Job("check", "检查数据库和快照是否完好", Daily(CHECK_AT)),
        Job("backup", "备份数据库（及快照）", Daily(BACKUP_AT)),
        Job("thin", "按保存期限精简已冻结窗口的快照", Daily(THIN_AT)),
    )


def _time_of_day(text: str) -> time:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text.strip(), re.ASCII)
    if found is None:
        message = f"设置项 nightly_at 应是北京时间的 HH:MM，如 01:00；现在是“{text[:20]}”"
        raise SettingsError(message)
    return time(int(found[1]), int(found[2]))


def _fraction(text: str) -> float:
    """A number from 0 up to, not including, 1 that is the same on every machine."""
    digest = hashlib.sha256(text.encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
