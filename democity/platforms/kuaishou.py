"""快手: the profile page, whose script asks GraphQL for the account and REST for its works."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from democity.platforms.base import Shown, arranged, counted, name_in
from democity.platforms.browsed import Browsed, cut, shell, told
from democity.seed import draw

if TYPE_CHECKING:
    from collections.abc import Callable

    from democity.content import Now
    from democity.plans import AccountPlan
    from democity.replies import Asked, Reply

_PAGE = re.compile(r"/profile/([\w-]{6,80})")
_NAMED = re.compile(rb'"(?:user_id|userId)": ?"([\w-]{6,80})"')
_HEADERS = {"content-type": "application/json"}


class Kuaishou(Browsed):
    """`www.kuaishou.com/profile/ID`."""

    name = "kuaishou"
    printed = ("快手",)
    letters = "KS"
    own_hosts = ("www.kuaishou.com",)
    captcha = "https://www.kuaishou.com/captcha/verify"
    home = "https://www.kuaishou.com/profile/{}"

    def identity(self, key: int) -> str:
        """`3x` and thirteen letters."""
        return f"3x{draw(key, 73):016x}"[:15]

    def subject(self, asked: Asked) -> str:
        """The id of the path or of the body."""
        found = _PAGE.fullmatch(asked.path)
        if found:
            return found[1]
        named = _NAMED.search(asked.body)
        return named[1].decode() if named else ""

    def is_page(self, asked: Asked) -> bool:
        """The profile itself."""
        return asked.method == "GET"

    def page(self, account: AccountPlan, scene: str, now: Now) -> Reply:
        """A shell that posts two questions."""
        del scene, now
        identity = account.platform_id
        query = {"operationName": "visionProfile", "variables": {"userId": identity}}
        wanted = {"user_id": identity, "pcursor": "", "page": "profile"}
        asks = [
            (url, {"method": "POST", "headers": _HEADERS, "body": json.dumps(body)})
            for url, body in (("/graphql", query), ("/rest/v/profile/feed", wanted))
        ]
        return shell(f"{account.name}-快手", account.name, asks)

    def data(self, account: AccountPlan, scene: str, asked: Asked, now: Now) -> Reply:
        """The account or its works."""
        refusal = _REFUSALS.get(scene)
        if refusal:
            return refusal()
        if asked.path == "/graphql":
            return told(_profile(account, scene, now))
        works = [_work(account, one) for one in arranged(account, scene, now)]
        payload = {"result": 1, "pcursor": "no_more", "feeds": works}
        return cut(payload) if scene == "S18" else told(payload)


_REFUSALS: dict[str, Callable[[], Reply]] = {
    "S6": lambda: told({"result": 1, "feeds": [], "pcursor": "no_more"}),
    "S7": lambda: told({"result": 109, "error_msg": "请先登录"}),
    "S10": lambda: told({"result": 2, "feeds": [], "error_msg": "操作太频繁"}),
    "S12": lambda: told({"result": 1, "works_v2": [{"pid": 1, "at": 2}]}),
    "S17": lambda: told({"result": 21, "error_msg": "用户不存在"}),
}


def _profile(account: AccountPlan, scene: str, now: Now) -> dict[str, Any]:
    name = name_in(account, scene)
    profile = {
        "ownerCount": {"fan": "1.2w", "photo": None, "photo_public": counted(account, now)},
        "profile": {"user_id": account.platform_id, "user_name": name, "user_text": "官方"},
    }
    return {"data": {"visionProfile": {"result": 1, "hostName": "x", "userProfile": profile}}}


def _work(account: AccountPlan, one: Shown) -> dict[str, Any]:
    author = {"id": "3xsomebody", "name": "别家"}
    if not one.foreign:
        author = {"id": account.platform_id, "name": account.name}
    photo = {
        "id": f"3x{draw(account.key, one.post.k):016x}"[:15],
        "caption": one.post.text,
        "timestamp": int(one.post.at.timestamp()) * 1000 + 456,
        "likeCount": "1.2万",
        "profileUserTopPhoto": one.pinned,
    }
    return {"type": 1, "author": author, "photo": photo, "canAddComment": 0}


PLATFORM = Kuaishou()
