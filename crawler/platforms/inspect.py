"""One payload of one platform, read and shown: `xuncha inspect --platform P`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crawler.platforms import (
    bilibili,
    douyin,
    feed,
    kuaishou,
    sogou_weixin,
    toutiao,
    weibo,
    weixin,
    weixin_channels,
    xiaohongshu,
)
from crawler.platforms.moments import BEIJING

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.platforms.adapters.look import PayloadReader
    from crawler.platforms.observation import AccountReading, Post

READERS: Final[dict[str, PayloadReader]] = {
    "weixin": weixin.read,
    "weixin-channels": weixin_channels.read,
    "sogou-weixin": sogou_weixin.read,
    "weibo": weibo.read,
    "toutiao": toutiao.read,
    "douyin": douyin.read,
    "kuaishou": kuaishou.read,
    "bilibili": bilibili.read,
    "xiaohongshu": xiaohongshu.read,
    "feed": feed.read,
}


def inspect(platform: str, payload: bytes, *, url: str = "", as_of: datetime) -> AccountReading:
    """What the payload says. ValueError, in Chinese, for a platform that has no reader."""
    reader = READERS.get(platform.strip().lower())
    if reader is None:
        raise ValueError(f"平台“{platform[:40]}”无法识别，可用的平台：{'、'.join(READERS)}")
    return reader(payload, url=url, as_of=as_of)


def to_contract(reading: AccountReading) -> dict[str, Any]:
    """The reading in the public JSON of `inspect --platform P --json` (design.md section 6)."""
    seen = reading.interactions
    return {
        "platform": reading.platform,
        "access": reading.access.value,
        "entity": {"text": reading.entity.text, "kind": reading.entity.kind.value},
        "posts": [_post(post) for post in reading.posts],
        "newest_at": _moment(reading.newest_at),
        "interactions": {
            "menu": seen.menu.value,
            "message": seen.message.value,
            "comments": seen.comments.value,
            "consult": seen.consult.value,
        },
    }


def _post(post: Post) -> dict[str, Any]:
    return {
        "id": post.id,
        "title": post.title,
        "url": post.url,
        "published_at": _moment(post.published_at),
        "provenance": str(post.provenance),
        "kind": post.kind.value,
        "pinned": post.pinned,
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(BEIJING).isoformat(timespec="seconds") if moment else None
