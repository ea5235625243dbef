"""`toutiao:` `douyin:` `kuaishou:` `bilibili:` `xiaohongshu:` `channels:`: public profile pages

in a real browser. What is read are the responses that the page itself received, and the state
embedded in it. No signature is made, nobody logs in, no captcha is solved.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from crawler.fetch.access import AccessState
from crawler.platforms import bilibili, douyin, kuaishou, toutiao, weixin_channels, xiaohongshu
from crawler.platforms.adapters.look import Look, Task, digest, finish
from crawler.platforms.readings import Asked, merge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.fetch.capture import Capture
    from crawler.platforms.adapters.look import Adapter, PayloadReader
    from crawler.platforms.observation import AccountReading

_VAGUE: Final = frozenset([AccessState.EMPTY_SHELL, AccessState.PARSE_DRIFT])


class Profile(NamedTuple):
    """Where a platform shows an account, and which of the page's own requests matter."""

    platform: str
    reader: PayloadReader
    page: str
    wanted: tuple[str, ...]


PROFILES: Final = {
    "toutiao": Profile("toutiao", toutiao.read, "https://www.toutiao.com/c/user/token/{id}/",
                       ("/api/pc/list/", "visit_user_token")),
    "douyin": Profile("douyin", douyin.read, "https://www.douyin.com/user/{id}",
                      ("/aweme/v1/web/user/profile/other", "/aweme/v1/web/aweme/post")),
    "kuaishou": Profile("kuaishou", kuaishou.read, "https://www.kuaishou.com/profile/{id}",
                        ("/graphql", "/rest/v/profile/feed", "/live_api/profile/public",
                         "/live_api/baseuser/userinfo/byid")),
    "bilibili": Profile("bilibili", bilibili.read, "https://space.bilibili.com/{id}/dynamic",
                        ("/feed/space", "/arc/search", "/x/web-interface/card", "/space/wbi/acc/info",
                         "/Master/info")),
    "xiaohongshu": Profile("xiaohongshu", xiaohongshu.read,
                           "https://www.xiaohongshu.com/user/profile/{id}",
                           ("/user_posted", "/user/otherinfo")),
}  # fmt: skip


async def look_at_profile(task: Task) -> Look:
    """Opens the public profile of `task.spec` and reads what the page received."""
    profile = PROFILES[task.spec.kind]
    address = _address(profile, task.spec.argument)
    reading, captures = await browse(
        task, profile.platform, profile.reader, address, profile.wanted
    )
    return finish(task, reading, captures, route=profile.platform, own_list=True)


def _address(profile: Profile, identity: str) -> str:
    if profile.platform == "toutiao" and identity.isdecimal():
        return f"https://www.toutiao.com/c/user/{identity}/"
    return profile.page.format(id=identity)


async def look_at_share(task: Task) -> Look:
    """A 视频号 share page: one post, so it proves an update and never silence."""
    reading, captures = await browse(
        task,
        weixin_channels.PLATFORM,
        weixin_channels.read,
        task.spec.argument,
        ("get_feed_info", "finder-preview/api"),
    )
    return finish(task, reading, captures, route=weixin_channels.PLATFORM, positive_only=True)


async def browse(
    task: Task, platform: str, reader: PayloadReader, url: str, wanted: Sequence[str]
) -> tuple[AccountReading, list[Capture]]:
    """The page and its responses as one reading, with every capture."""
    captures = await task.fetch.browse(url, wanted=wanted)
    read = partial(_read, platform, reader, url, captures)
    return task.recall.reading(task, captures, read), captures


def _read(
    platform: str, reader: PayloadReader, url: str, captures: Sequence[Capture], task: Task
) -> AccountReading:
    readings = [digest(platform, reader, capture, task.as_of) for capture in captures]
    # A page without embedded state is no refusal where its responses could be read.
    telling = [r for r in readings[1:] if r.access not in _VAGUE] or readings[1:]
    if readings and (readings[0].access not in _VAGUE or not telling):
        telling = [readings[0], *telling]
    return merge(platform, telling, Asked(url, task.as_of), needs_list=True)


ADAPTERS: Final[dict[str, Adapter]] = {
    **dict.fromkeys(PROFILES, look_at_profile),
    "channels": look_at_share,
}
