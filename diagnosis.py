"""Is everything in place: what `xuncha doctor` looks at before the first night."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from checks.registry import ALL
from checks.ruleset import RulesetError
from checks.ruleset import load as load_ruleset
from database import DatabaseError, is_current, session_factory, upgrade
from settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from settings import Settings

LOW_DISK = 2 * 1024**3
"""Bytes free under which a province's night may not fit."""


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
    yield _home(settings)
    yield _database(settings)
    yield _browser(settings)
    yield _origins(settings)
    yield _ruleset(settings)
    yield _registry(settings)
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
    state = "warn" if free < LOW_DISK else "good"
    return Examined("数据目录", state, f"{settings.home}，剩余 {free / 1024**3:.1f} GiB")


def _database(settings: Settings) -> Examined:
    try:
        if not is_current(settings):
            upgrade(settings)
    except DatabaseError as error:
        return Examined("数据库", "bad", str(error))
    return Examined("数据库", "good", "可以连接，表结构为最新")


def _browser(settings: Settings) -> Examined:
    found = browser_path(settings)
    if found:
        return Examined("浏览器", "good", found)
    if settings.browser == "off":
        return Examined("浏览器", "warn", "已关闭；脚本生成的页面将为未能核实")
    return Examined("浏览器", "warn", "没有找到 chromium；请安装 Debian 的 chromium 包")


def _origins(settings: Settings) -> Examined:
    try:
        mapped = settings.origins()
    except SettingsError as error:
        return Examined("来源映射", "bad", str(error))
    if mapped:
        return Examined("来源映射", "warn", f"已映射 {len(mapped)} 个来源，只应在测试中使用")
    return Examined("来源映射", "good", "未使用")


def _ruleset(settings: Settings) -> Examined:
    try:
        ruleset = load_ruleset(settings.ruleset, ALL)
    except RulesetError as error:
        return Examined("规则", "bad", str(error))
    return Examined("规则", "good", f"{ruleset.name}，{len(ruleset.parameters)} 个检查项")


def _registry(settings: Settings) -> Examined:
    from sqlalchemy import func, select  # noqa: PLC0415 -- after the database is known to answer

    from models import Target  # noqa: PLC0415

    try:
        with session_factory(settings, read_only=True)() as session:
            count = session.scalar(select(func.count()).select_from(Target)) or 0
    except DatabaseError as error:
        return Examined("名录", "bad", str(error))
    if not count:
        return Examined("名录", "warn", "名录是空的；用 xuncha registry import 导入")
    return Examined("名录", "good", f"{count} 个对象")
