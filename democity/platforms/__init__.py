"""Account platforms, one file each; a new one is added here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from democity.platforms import (
    app,
    bilibili,
    channels,
    douyin,
    kuaishou,
    toutiao,
    weibo,
    weixin,
    xiaohongshu,
)

if TYPE_CHECKING:
    from democity.platforms.base import Platform

_FILES = (weibo, weixin, toutiao, douyin, kuaishou, bilibili, xiaohongshu, channels, app)
PLATFORMS: dict[str, Platform] = {one.PLATFORM.name: one.PLATFORM for one in _FILES}
