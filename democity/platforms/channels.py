"""视频号: only single shares are public. `share` is the operator's link to the account's last video.

`weixin.qq.com/sph/ID` leads to a shell on `channels.weixin.qq.com` whose script asks for the
video; a browser is needed. A share proves an update and never silence.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from democity.platforms.base import Platform, name_in, visible
from democity.platforms.browsed import cut, shell, told
from democity.replies import Reply, redirect, text
from democity.seed import draw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from democity.content import Now
    from democity.plans import AccountPlan
    from democity.platforms.base import SourceWish
    from democity.replies import Asked

_SHORT = "weixin.qq.com"
_HOST = "channels.weixin.qq.com"
_PATH = re.compile(r"/sph/(\w{8,40})")
_NAMED = re.compile(rb'"shortUri"\s?:\s?"(\w{8,40})"')
_CAPTCHA = (
    "<!DOCTYPE html><html><head><meta charset='utf-8'><title>安全验证</title></head><body>"
    "<div id='tcaptcha_transform_dy'></div><p>请完成安全验证</p></body></html>"
)


class Channels(Platform):
    """`weixin.qq.com/sph/ID`."""

    name = "weixin-channels"
    printed = ("视频号", "微信视频号")
    letters = "SP"
    ways = ("share",)

    def hosts(self, feed_domain: str) -> Iterable[str]:
        """The short address and the page."""
        del feed_domain
        return (_SHORT, _HOST)

    def identity(self, key: int) -> str:
        """The word of a short address."""
        return f"A{draw(key, 76):016x}"

    def home_url(self, identity: str) -> str:
        """An account has no public page."""
        del identity
        return ""

    def sources(self, wish: SourceWish) -> tuple[str, ...]:
        """The share that an operator pasted."""
        return (f"channels:https://{_SHORT}/sph/{wish.identity}",)

    def asked_for(self, asked: Asked) -> str:
        """The word of the path, of the page's address, or of what its script posts."""
        found = _PATH.fullmatch(asked.path)
        if found:
            return found[1]
        named = _NAMED.search(asked.body)
        return named[1].decode() if named else parse_qs(asked.query).get("id", [""])[0]

    def answer(self, account: AccountPlan, scene: str, asked: Asked, now: Now) -> Reply:
        """The way to the page, the page, what its script is answered."""
        if asked.host == _SHORT:
            return redirect(f"https://{_HOST}/finder-preview/pages/sph?id={account.platform_id}")
        if asked.method == "POST":
            return _data(account, scene, now)
        if scene == "S8":
            return text(_CAPTCHA)
        if scene == "S9" and "captcha" not in asked.path:
            return redirect(f"https://{_HOST}/captcha?id={account.platform_id}")
        return text(_CAPTCHA) if scene == "S9" else _page(account)


def _page(account: AccountPlan) -> Reply:
    wanted = {"baseReq": {"generalToken": ""}, "shortUri": account.platform_id}
    how = {
        "method": "POST",
        "headers": {"content-type": "application/json"},
        "body": json.dumps(wanted),
    }
    return shell("视频号", "视频号", [("/finder-preview/api/feed/get_feed_info?_rid=x", how)])


def _data(account: AccountPlan, scene: str, now: Now) -> Reply:
    refusal = _REFUSALS.get(scene)
    if refusal:
        return refusal()
    found = visible(account, scene, now)
    if not found:
        return told({"errCode": 0, "errMsg": "ok", "data": {"feedInfo": None}})
    feed: dict[str, Any] = {
        "description": found[0].text,
        "createtime": int(found[0].at.timestamp()),
        "favCountFmt": "128",
        "mediaType": 4,
    }
    name = name_in(account, scene)
    author = {"nickname": name, "authIconUrl": "https://res.wx.qq.com/a.png"}
    payload = {"errCode": 0, "errMsg": "ok", "data": {"feedInfo": feed, "authorInfo": author}}
    return cut(payload) if scene == "S18" else told(payload)


_REFUSALS: dict[str, Callable[[], Reply]] = {
    "S6": lambda: told({"errCode": 0, "errMsg": "ok", "data": {}}),
    "S7": lambda: told({"errCode": 300333, "errMsg": "请先登录"}),
    "S10": lambda: Reply(b"Forbidden", 403, "text/plain"),
    "S12": lambda: told({"errCode": 0, "card_v2": {"t": 1}}),
    "S17": lambda: told({"errCode": 10016, "errMsg": "该视频已被删除"}),
}

PLATFORM = Channels()
