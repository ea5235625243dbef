"""今日头条: the profile page, whose script asks for the list of articles, short posts, videos."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from democity.platforms.base import Shown, arranged, certified_in, name_in
from democity.platforms.browsed import Browsed, cut, shell, told
from democity.replies import Reply
from democity.seed import draw

if TYPE_CHECKING:
    from collections.abc import Callable

    from democity.content import Now
    from democity.plans import AccountPlan
    from democity.replies import Asked

_PAGE = re.compile(r"/c/user/token/([\w.=-]{8,200})/?")
_KINDS = (60, 32, 49)


class Toutiao(Browsed):
    """`www.toutiao.com/c/user/token/TOKEN/`."""

    name = "toutiao"
    printed = ("今日头条",)
    letters = "JR"
    own_hosts = ("www.toutiao.com", "sso.toutiao.com")
    captcha = "https://www.toutiao.com/verifycenter/captcha"
    home = "https://www.toutiao.com/c/user/token/{}/"

    def subject(self, asked: Asked) -> str:
        """The token of the path or the query."""
        found = _PAGE.fullmatch(asked.path)
        return found[1] if found else parse_qs(asked.query).get("token", [""])[0]

    def is_page(self, asked: Asked) -> bool:
        """The profile itself."""
        return not asked.path.startswith("/api/")

    def page(self, account: AccountPlan, scene: str, now: Now) -> Reply:
        """A shell that asks for the list."""
        del scene, now
        url = f"/api/pc/list/feed?category=profile_all&token={account.platform_id}&max_behot_time=0"
        asks = [(url, {"credentials": "include"})]
        return shell(f"{account.name}的头条主页 - 今日头条", account.name, asks)

    def data(self, account: AccountPlan, scene: str, asked: Asked, now: Now) -> Reply:
        """The list."""
        del asked
        refusal = _REFUSALS.get(scene)
        if refusal:
            return refusal()
        items = [_item(account, scene, one) for one in arranged(account, scene, now)]
        payload = {"message": "success", "has_more": False, "data": items}
        return cut(payload) if scene == "S18" else told(payload)


_REFUSALS: dict[str, Callable[[], Reply]] = {
    "S6": lambda: told({"message": "success", "data": [], "has_more": False}),
    "S7": lambda: told({"message": "请先登录", "data": None}),
    "S10": lambda: Reply(b"Forbidden", 403, "text/plain"),
    "S12": lambda: told({"message": "success", "data": [{"gid2": 1, "shown_at": 2}]}),
    "S17": lambda: told({"message": "用户不存在", "data": None}),
}


def _item(account: AccountPlan, scene: str, one: Shown) -> dict[str, Any]:
    seconds = int(one.post.at.timestamp())
    kind = _KINDS[one.post.k % len(_KINDS)]
    number = (seconds << 32) | (draw(account.key, one.post.k) & 0xFFFF_FFFF)
    words = one.post.text
    return {
        "group_id": str(number),
        "id": str(number),
        "publish_time": seconds,
        "behot_time": seconds + 50_000,
        "cell_type": kind,
        "title": "" if kind == 32 else words,
        "content": words if kind == 32 else "",
        "is_stick": one.pinned,
        "stick_label": "置顶" if one.pinned else "",
        "ban_comment": 0,
    } | _author(account, scene, kind, one)


def _author(account: AccountPlan, scene: str, kind: int, one: Shown) -> dict[str, Any]:
    """Each kind of post carries its author in another shape."""
    user = {
        "user_id": "77" if one.foreign else str(account.key % 10**12 + 10**12),
        "name": "别家" if one.foreign else name_in(account, scene),
        "verified_content": account.entity if certified_in(account, scene) else "",
    }
    if kind == 60:
        return {"user_info": user}
    return {"user": user} if kind == 32 else {"user": {"info": user}}


PLATFORM = Toutiao()
