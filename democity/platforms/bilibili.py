"""哔哩哔哩: the space page, whose script asks for the dynamics and the card."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from democity.platforms.base import Shown, arranged, certified_in, counted, name_in
from democity.platforms.browsed import Browsed, cut, shell, told
from democity.replies import Reply, text
from democity.seed import draw

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from democity.content import Now
    from democity.plans import AccountPlan
    from democity.replies import Asked

_API = "api.bilibili.com"
_PAGE = re.compile(r"/(\d{5,20})(?:/\w+)?/?")
_EPOCH = 1_498_838_400
_ZONE = "offset=&timezone_offset=-480&features=itemOpusStyle"
_HOW = {"credentials": "include"}
_REFUSED = (
    "<!DOCTYPE html><html><head><title>出错啦! - bilibili.com</title></head><body><div"
    " class='error-container'>由于触发哔哩哔哩安全风控策略，该次访问请求被拦截。错误号: 412</div></body></html>"
)


class Bilibili(Browsed):
    """`space.bilibili.com/MID/dynamic`."""

    name = "bilibili"
    printed = ("哔哩哔哩",)
    letters = "BL"
    own_hosts = ("space.bilibili.com", _API, "www.bilibili.com")
    captcha = "https://www.bilibili.com/h5/captcha?v_voucher=x"
    home = "https://space.bilibili.com/{}"

    def identity(self, key: int) -> str:
        """A MID of nine digits."""
        return str(400_000_000 + draw(key, 72) % 90_000_000)

    def subject(self, asked: Asked) -> str:
        """The MID of the path or the query."""
        found = _PAGE.fullmatch(asked.path)
        query = parse_qs(asked.query)
        return found[1] if found else (query.get("host_mid") or query.get("mid") or [""])[0]

    def is_page(self, asked: Asked) -> bool:
        """The space itself."""
        return asked.host != _API

    def page(self, account: AccountPlan, scene: str, now: Now) -> Reply:
        """A shell that asks for dynamics and card."""
        del scene, now
        mid = account.platform_id
        asks = (
            f"https://{_API}/x/polymer/web-dynamic/v1/feed/space?host_mid={mid}&{_ZONE}",
            f"https://{_API}/x/web-interface/card?mid={mid}",
        )
        title = f"{account.name}的个人空间-{account.name}个人主页-哔哩哔哩视频"
        return shell(title, account.name, [(url, _HOW) for url in asks])

    def data(self, account: AccountPlan, scene: str, asked: Asked, now: Now) -> Reply:
        """Dynamics, or the card of the account."""
        refusal = _REFUSALS.get(scene)
        if refusal:
            return refusal()
        if "/feed/space" not in asked.path:
            return told(_card(account, scene, now))
        payload = _dynamics(account, scene, now)
        return cut(payload) if scene == "S18" else told(payload)


_REFUSALS: dict[str, Callable[[], Reply]] = {
    "S6": lambda: told({"code": 0, "message": "0", "data": {"has_more": False, "offset": ""}}),
    "S7": lambda: told({"code": -101, "message": "账号未登录", "ttl": 1}),
    "S10": lambda: text(_REFUSED, 412),
    "S12": lambda: told({"code": 0, "message": "0", "data": {"cards_v2": [{"dyn": {"t": 1}}]}}),
    "S17": lambda: told({"code": -404, "message": "啥都木有", "ttl": 1}),
}


def _name(account: AccountPlan, scene: str) -> str:
    return name_in(account, scene)


def _official(account: AccountPlan, scene: str) -> dict[str, Any]:
    certified = certified_in(account, scene)
    return {"type": 1 if certified else -1, "desc": account.entity if certified else ""}


def _card(account: AccountPlan, scene: str, now: Now) -> dict[str, Any]:
    official = _official(account, scene)
    card = {
        "mid": account.platform_id,
        "name": _name(account, scene),
        "official_verify": official,
        "Official": {"role": 3, "title": official["desc"], "desc": "", "type": official["type"]},
    }
    return {"code": 0, "data": {"card": card, "archive_count": counted(account, now)}}


def _dynamics(account: AccountPlan, scene: str, now: Now) -> dict[str, Any]:
    items = [_item(account, scene, one, now) for one in arranged(account, scene, now)]
    return {"code": 0, "message": "0", "data": {"has_more": False, "items": items, "offset": ""}}


def _item(account: AccountPlan, scene: str, one: Shown, now: Now) -> dict[str, Any]:
    at = one.post.at
    seconds = int(at.timestamp())
    author = {
        "mid": 77 if one.foreign else int(account.platform_id),
        "name": "别家" if one.foreign else _name(account, scene),
        "pub_ts": 0 if scene == "S13" else seconds,
        "pub_time": _relative(at, now.clock) if scene == "S13" else "",
        "official_verify": _official(account, scene),
    }
    modules: dict[str, Any] = {
        "module_author": author,
        "module_dynamic": {"desc": {"text": one.post.text}, "major": None},
        "module_stat": {"comment": {"count": 1, "forbidden": False}},
    }
    if one.pinned:
        modules["module_tag"] = {"text": " 置顶"}
    kind = "FORWARD" if one.repost else "DRAW"
    number = (seconds - _EPOCH << 32) | (draw(account.key, one.post.k) & 0xFFFF_FFFF)
    return {
        "id_str": str(number),
        "type": f"DYNAMIC_TYPE_{kind}",
        "visible": True,
        "modules": modules,
    }


def _relative(at: datetime, now: datetime) -> str:
    days = (now.date() - at.date()).days
    if days == 0:
        return f"{max(int((now - at).total_seconds() // 3600), 1)}小时前"
    if days == 1:
        return f"昨天 {at:%H:%M}"
    return f"{days}天前" if days < 4 else f"{at:%m月%d日}"


PLATFORM = Bilibili()
