"""Account platforms, one file each; a new one is added here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from democity.platforms import feed, weibo

if TYPE_CHECKING:
    from democity.platforms.base import Platform

PLATFORMS: dict[str, Platform] = {
    platform.name: platform for platform in (weibo.PLATFORM, *feed.PLATFORMS)
}
