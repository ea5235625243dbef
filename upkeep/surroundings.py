"""What stands around a night and spoils it unseen: settings, rights, the clock, the network.

Each thing is told in one sentence that says what to do; `xuncha doctor` prints them.
"""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from checks.deadlines import BEIJING
from diagnosis import Examined
from jobs import jobs
from models import Run, Site
from settings import Settings, SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.orm import Session

    from crawler.fetch.capture import Capture

PREFIX = "XUNCHA_"
MOST_CANARIES, CANARY_SECONDS = 3, 8.0
CLOCKS_APART = timedelta(minutes=5)
"""A site's own clock may be wrong by minutes; when every canary agrees on more, ours is wrong."""
AHEAD = timedelta(minutes=10)
SET_THE_CLOCK = "请校准本机时间（如 timedatectl set-ntp true）"


def unknown(environment: Mapping[str, str]) -> Iterator[Examined]:
    """Variables that look like settings and are none: a misspelt one would change nothing."""
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    for name in sorted(environment):
        if name.startswith(PREFIX) and name.upper() not in known:
            near = get_close_matches(name, known, n=1)
            told = f"，是不是 {near[0]}？" if near else "；全部设置见 docs/settings.md"
            yield Examined("设置", "warn", f"不认识 {name}{told}")


def timetable(settings: Settings) -> Iterator[Examined]:
    """Times of jobs that cannot be read: the scheduler would not start."""
    try:
        jobs(settings)
    except SettingsError as error:
        yield Examined("定时", "bad", str(error))


def kept_from_others(settings: Settings) -> Iterator[Examined]:
    """Evidence and secrets that every user of the machine could read."""
    if settings.home.is_dir() and _others(settings.home, stat.S_IROTH | stat.S_IXOTH):
        told = f"{settings.home} 本机其他用户也能读；请执行 chmod 750 {settings.home}"
        yield Examined("数据目录", "warn", told)
    secrets = settings.weixin_secrets
    if secrets is not None and _others(secrets, stat.S_IROTH | stat.S_IWOTH):
        yield Examined("密钥文件", "bad", f"{secrets} 其他用户也能读；请执行 chmod 640 {secrets}")


def _others(path: os.PathLike[str], rights: int) -> bool:
    try:
        return bool(os.stat(path).st_mode & rights)  # noqa: PTH116 -- PathLike, not Path
    except OSError:
        return False


def past(session: Session, now: datetime) -> Iterator[Examined]:
    """A run from the future: the clock is behind, or was ahead when that run was made."""
    newest = session.scalar(select(func.max(Run.as_of)))
    if newest is not None and newest > now + AHEAD:
        at = newest.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
        told = f"最近的批次是 {at}，比现在还晚：本机时间现在或当时不对；{SET_THE_CLOCK}"
        yield Examined("时钟", "bad", told)


def canaries(session: Session, settings: Settings) -> Iterator[Examined]:
    """Sites that are known to live answer from here; when none does, the fault is ours."""
    from crawler.single import fetch_one  # noqa: PLC0415 -- only where it is asked for

    chosen = select(Site.home_url).where(Site.canary.is_(True), Site.retired.is_(False))
    urls = list(session.scalars(chosen.order_by(Site.position).limit(MOST_CANARIES)))
    if not urls:
        yield Examined("哨兵", "warn", "名录中没有哨兵网站，本机断网时难以识别")
        return
    short = settings.model_copy(update={"page_timeout": CANARY_SECONDS})
    looks = {url: fetch_one(short, url, datetime.now(UTC)) for url in urls}
    silent = [url for url, look in looks.items() if not look.status]
    if len(silent) == len(urls):
        why = looks[silent[0]].access.chinese
        told = f"{len(urls)} 个哨兵都不应答（{silent[0]}：{why}），请检查本机网络和域名解析"
        yield Examined("哨兵", "bad", told)
        return
    if silent:
        yield Examined("哨兵", "warn", f"{silent[0]} 不应答（{looks[silent[0]].access.chinese}）")
    else:
        yield Examined("哨兵", "good", f"{len(urls)} 个都应答")
    # Who answers for a mapped origin need not live in our time.
    if not settings.origins():
        yield from _their_clock(looks[url] for url in urls if looks[url].status)


def _their_clock(looks: Iterator[Capture]) -> Iterator[Examined]:
    """No verdict rests on these clocks; they only speak against ours, and only all together."""
    now = datetime.now(UTC)
    apart = [moment - now for look in looks if (moment := _said_at(look)) is not None]
    nearest = min(apart, key=abs, default=None)
    if nearest is not None and abs(nearest) > CLOCKS_APART:
        way = "慢" if nearest > timedelta(0) else "快"
        minutes = abs(nearest) // timedelta(minutes=1)
        told = f"本机时间比哨兵网站{way}约 {minutes} 分钟；{SET_THE_CLOCK}"
        yield Examined("时钟", "bad", told)


def _said_at(look: Capture) -> datetime | None:
    try:
        said = parsedate_to_datetime(look.header("date"))
    except ValueError:
        return None
    return said if said.tzinfo is not None else None
