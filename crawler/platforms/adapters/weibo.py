"""`weibo:UID`: the two public calls of m.weibo.cn; its own list, so it can prove silence."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from crawler.fetch.access import AccessState
from crawler.platforms import weibo
from crawler.platforms.adapters.browsed import browse
from crawler.platforms.adapters.look import Look, Task, digest, finish
from crawler.platforms.payload import decode, dig, identifier, listing, mapping, parse_json
from crawler.platforms.readings import Asked, merge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.fetch.capture import Capture
    from crawler.platforms.observation import AccountReading

_API: Final = "https://m.weibo.cn/api/container/getIndex?type=uid&value={uid}"
_PHONE: Final = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/16.6 Mobile/15E148 Safari/604.1"
)
# Visitors need a cookie that the page's own script gets: a browser may still see the list.
_BROWSER_MAY_HELP: Final = frozenset(
    [AccessState.LOGIN_WALL, AccessState.CHALLENGE, AccessState.BLOCKED]
)


async def look_at_weibo(task: Task) -> Look:
    """Profile, then list; where plain HTTP is refused, once through the browser."""
    uid = task.spec.argument
    profile = await task.fetch.get(_API.format(uid=uid), headers=_headers(uid))
    known = digest(weibo.PLATFORM, weibo.read, profile, task.as_of)
    if known.access in _BROWSER_MAY_HELP:
        return await _through_browser(task, profile)
    if known.access not in (AccessState.OK, AccessState.EMPTY_UNPROVEN):
        return finish(task, known, [profile], route=weibo.PLATFORM)
    address = f"{_API.format(uid=uid)}&containerid={_container(profile, uid)}"
    listed = await task.fetch.get(address, headers=_headers(uid))
    captures = [profile, listed]
    reading = task.recall.reading(task, captures, partial(_read, captures))
    return finish(task, reading, captures, route=weibo.PLATFORM, own_list=True)


def _read(captures: Sequence[Capture], task: Task) -> AccountReading:
    known, posts = (digest(weibo.PLATFORM, weibo.read, one, task.as_of) for one in captures)
    asked = Asked(captures[1].url, task.as_of)
    # The list speaks for the access: a good profile beside a refused list proves nothing.
    reading = merge(weibo.PLATFORM, [posts, known], asked, needs_list=True)
    # Posts carry the name under which they were made, the profile the one that holds now.
    return replace(reading, account_name=known.account_name or reading.account_name)


async def _through_browser(task: Task, refused: Capture) -> Look:
    uid = task.spec.argument
    reading, captures = await browse(
        task,
        weibo.PLATFORM,
        weibo.read,
        f"https://m.weibo.cn/u/{uid}",
        ("api/container/getIndex",),
    )
    if reading.access is not AccessState.OK:
        # What the platform said first is the reason; how the browser fared adds nothing.
        first = digest(weibo.PLATFORM, weibo.read, refused, task.as_of)
        return finish(task, first, [refused, *captures], route=weibo.PLATFORM)
    return finish(task, reading, [refused, *captures], route=weibo.PLATFORM, own_list=True)


def _headers(uid: str) -> dict[str, str]:
    return {
        "User-Agent": _PHONE,
        "Accept": "application/json, text/plain, */*",
        "MWeibo-Pwa": "1",
        "X-Requested-With": "XMLHttpRequest",
        "Referer": f"https://m.weibo.cn/u/{uid}",
    }


def _container(profile: Capture, uid: str) -> str:
    """The container of the tab that holds the posts, as the profile names it."""
    tabs = listing(dig(parse_json(decode(profile.body)), "data", "tabsInfo", "tabs"))
    stated = (identifier(mapping(t).get("containerid")) for t in tabs if _posts_tab(t))
    return next((found for found in stated if found.isdecimal()), f"107603{uid}")


def _posts_tab(tab: object) -> bool:
    return mapping(tab).get("tab_type") == "weibo"
