"""Is everything in place: what `xuncha doctor` looks at before the first night."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sqlite3
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from checks.deadlines import BEIJING
from checks.ruleset import RulesetError
from database import DatabaseError, address, is_current, session_factory, upgrade
from settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from settings import Settings

LOW_DISK = 2 * 1024**3
"""Bytes free under which a province's night may not fit."""
FULL_DISK = 100 * 1024**2
"""Bytes free under which no night can be kept."""
OLDEST_SERVER = 13
"""The oldest PostgreSQL that is tested; Debian 12 brings 15."""
CLOCKS_APART = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Examined:
    """One thing that was looked at. `state`: good, warn, bad."""

    what: str
    state: str
    told: str

    def to_json(self) -> dict[str, str]:
        """One line of `doctor --json`."""
        return {"what": self.what, "state": self.state, "told": self.told}


def examine(settings: Settings) -> Iterator[Examined]:
    """Everything a night needs, each told in one sentence."""
    from upkeep import surroundings  # noqa: PLC0415 -- it tells in our words, and imports them

    yield from surroundings.unknown(os.environ)
    yield from surroundings.timetable(settings)
    yield _home(settings)
    yield from surroundings.kept_from_others(settings)
    database_told = _database(settings)
    yield database_told
    yield _captures(settings)
    yield _clock(settings)
    yield _browser(settings)
    yield _fonts()
    yield _origins(settings)
    yield from _extras(settings)
    if database_told.state != "bad":
        yield _ruleset(settings)
        yield _registry(settings)
        with _reading(settings) as session:
            yield from surroundings.past(session, datetime.now(UTC))
            yield from surroundings.canaries(session, settings)
    if not settings.contact:
        yield Examined("联系方式", "warn", "未设置 XUNCHA_CONTACT，访问对方网站时没有留下联系方式")


def browser_path(settings: Settings) -> str | None:
    """The browser that would be used, or None."""
    if settings.browser == "off":
        return None
    if settings.browser == "auto":
        return shutil.which("chromium") or shutil.which("chromium-browser")
    return settings.browser if Path(settings.browser).is_file() else None


def _home(settings: Settings) -> Examined:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return Examined("数据目录", "bad", f"{settings.home} 无法建立：{error.strerror}")
    if not os.access(settings.home, os.W_OK):
        return Examined("数据目录", "bad", f"{settings.home} 不可写")
    free = shutil.disk_usage(settings.home).free
    told = f"{settings.home}，剩余 {free / 1024**3:.1f} GiB"
    if free < FULL_DISK:
        return Examined("数据目录", "bad", f"{told}：磁盘已满，请清理或换到更大的磁盘")
    if free < LOW_DISK:
        return Examined("数据目录", "warn", f"{told}：可能不够一夜，请清理，或把快照库移到别的磁盘")
    return Examined("数据目录", "good", told)


def _database(settings: Settings) -> Examined:
    try:
        if not is_current(settings):
            upgrade(settings)
    except DatabaseError as error:
        return Examined("数据库", "bad", str(error))
    url = address(settings)
    if url.get_backend_name() == "sqlite":
        return Examined("数据库", "good", f"SQLite {sqlite3.sqlite_version}，表结构为最新")
    try:
        with _reading(settings) as session:
            version = int(session.scalar(text("SHOW server_version_num")) or 0)
    except DatabaseError as error:
        return Examined("数据库", "bad", str(error))
    told = f"PostgreSQL {version // 10000}，表结构为最新"
    if version < OLDEST_SERVER * 10000:
        return Examined("数据库", "bad", f"{told}；版本过旧，至少需要 {OLDEST_SERVER}")
    return Examined("数据库", "good", told)


def _captures(settings: Settings) -> Examined:
    """A body can be stored and read back, by whoever runs this command."""
    from crawler.store import CaptureMissingError, CaptureStore  # noqa: PLC0415 -- loads fsspec

    try:
        store = CaptureStore(settings.capture_store)
        name = store.put(b"xuncha doctor")
        store.get(name)
        store.remove(name)
    except (OSError, ValueError, ImportError, CaptureMissingError) as error:
        why = getattr(error, "strerror", "") or str(error)[:120]
        if isinstance(error, ImportError):
            why = f"缺少它的软件包，请用程序目录里的 .venv/bin/pip 安装（{why}）"
        return Examined("快照库", "bad", f"{settings.capture_store} 不能存取：{why}")
    return Examined("快照库", "good", "可以存取")


def _clock(settings: Settings) -> Examined:
    """The clock agrees with the database server's, and the machine keeps it set."""
    ours = datetime.now(UTC)
    if address(settings).get_backend_name() == "postgresql":
        try:
            with _reading(settings) as session:
                theirs = session.scalar(select(func.now()))
        except DatabaseError:
            theirs = None
        if theirs is not None and abs(theirs - ours) > CLOCKS_APART:
            seconds = abs((theirs - ours).total_seconds())
            return Examined("时钟", "bad", f"与数据库服务器相差 {seconds:.0f} 秒，请校准")
    told = _said("timedatectl", "show", "--property=NTPSynchronized", "--value")
    moment = ours.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    if told == "no":
        return Examined("时钟", "warn", f"北京时间 {moment}；系统时间未与时间服务器同步")
    return Examined("时钟", "good", f"北京时间 {moment}")


def _fonts() -> Examined:
    told = _said("fc-list", ":lang=zh", "family")
    if told is None:
        return Examined(
            "中文字体", "warn", "没有 fc-list；请安装 Debian 的 fontconfig 和 fonts-wqy-zenhei"
        )
    if not told:
        return Examined(
            "中文字体", "warn", "没有中文字体，截图里的汉字是方块；请安装 fonts-wqy-zenhei"
        )
    return Examined("中文字体", "good", told.splitlines()[0][:60])


def _extras(settings: Settings) -> Iterator[Examined]:
    """What the settings ask for and this installation lacks."""
    wanted = (
        (settings.cluster, "procrastinate", "cluster", "多机巡查"),
        (settings.metrics is not None, "prometheus_client", "metrics", "监控指标"),
    )
    for asked, module, extra, what in wanted:
        if asked and importlib.util.find_spec(module) is None:
            yield Examined(what, "bad", f"未安装：请在程序目录里执行 make .venv/.{extra}")
        elif asked:
            yield Examined(what, "good", "已安装")
    if settings.cluster and not settings.database_url.startswith("postgresql"):
        yield Examined("多机巡查", "bad", "需要 PostgreSQL，请设置 XUNCHA_DATABASE_URL")


@contextmanager
def _reading(settings: Settings) -> Iterator[Session]:
    """A session that takes no lock and leaves no connection."""
    sessions = session_factory(settings, read_only=True)
    try:
        with sessions() as session:
            yield session
    finally:
        sessions.kw["bind"].dispose()


def _said(*command: str) -> str | None:
    """What a small program of the system says; None when it is not there or fails."""
    program = shutil.which(command[0])
    if program is None:
        return None
    try:
        told = subprocess.run(  # noqa: S603 -- a program of the system, fixed arguments
            [program, *command[1:]], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return told.stdout.strip() if told.returncode == 0 else None


def _browser(settings: Settings) -> Examined:
    found = browser_path(settings)
    if found:
        version = _said(found, "--version")
        if version is None:
            return Examined("浏览器", "bad", f"{found} 不能启动；请重新安装 Debian 的 chromium 包")
        if "chrom" not in version.lower():
            return Examined("浏览器", "bad", f"{found} 不是 Chromium，请改正 XUNCHA_BROWSER")
        if why := _driver_trouble():
            told = f"浏览器驱动不能启动（{why}）；缺少共享库时请安装 Debian 的 libatomic1 包"
            return Examined("浏览器", "bad", told)
        return Examined("浏览器", "good", f"{found}，{version[:60]}")
    if settings.browser == "off":
        return Examined("浏览器", "warn", "已关闭；脚本生成的页面将为未能核实")
    what = "没有找到 chromium" if settings.browser == "auto" else f"{settings.browser} 不存在"
    told = f"{what}，脚本生成的页面将为未能核实；请安装 Debian 的 chromium 包"
    return Examined("浏览器", "warn", told)


def _driver_trouble() -> str:
    from crawler.fetch import driver  # noqa: PLC0415 -- loading playwright takes a while

    return driver.trouble()


def _origins(settings: Settings) -> Examined:
    try:
        mapped = settings.origins()
    except SettingsError as error:
        return Examined("来源映射", "bad", str(error))
    if mapped:
        return Examined("来源映射", "warn", f"已映射 {len(mapped)} 个来源，只应在测试中使用")
    return Examined("来源映射", "good", "未使用")


def _ruleset(settings: Settings) -> Examined:
    from review import rulesets  # noqa: PLC0415 -- after the database is known to answer

    try:
        with _reading(settings) as session:
            ruleset = rulesets.in_force(session, settings)
    except (RulesetError, DatabaseError) as error:
        return Examined("规则", "bad", str(error))
    return Examined("规则", "good", f"{ruleset.name}，{len(ruleset.parameters)} 个检查项")


def _registry(settings: Settings) -> Examined:
    from models import Target  # noqa: PLC0415 -- after the database is known to answer

    try:
        with _reading(settings) as session:
            count = session.scalar(select(func.count()).select_from(Target)) or 0
    except DatabaseError as error:
        return Examined("名录", "bad", str(error))
    if not count:
        return Examined("名录", "warn", "名录是空的；用 xuncha registry import 导入")
    return Examined("名录", "good", f"{count} 个对象")
