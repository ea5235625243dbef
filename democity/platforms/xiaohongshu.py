"""小红书: the profile page with the notes in its embedded state, which holds bare `undefined`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from democity.platforms.base import Shown, arranged, name_in
from democity.platforms.browsed import Browsed
from democity.replies import Reply, text
from democity.seed import draw

if TYPE_CHECKING:
    from democity.content import Now
    from democity.plans import AccountPlan
    from democity.replies import Asked

_PAGE = re.compile(r"/user/profile/([0-9a-f]{24})")
_ENTRY = (
    "<!DOCTYPE html><html><head><meta charset='utf-8'><title>小红书</title></head><body>"
    "<div id='app'>{}</div></body></html>"
)


class Xiaohongshu(Browsed):
    """`www.xiaohongshu.com/user/profile/ID`."""

    name = "xiaohongshu"
    printed = ("小红书",)
    letters = "HS"
    own_hosts = ("www.xiaohongshu.com",)
    captcha = "https://www.xiaohongshu.com/website-login/captcha?redirectPath=x"
    home = "https://www.xiaohongshu.com/user/profile/{}"

    def identity(self, key: int) -> str:
        """24 digits of base 16."""
        return f"5f{draw(key, 74):016x}{draw(key, 75):016x}"[:24]

    def subject(self, asked: Asked) -> str:
        """The id of the path."""
        found = _PAGE.fullmatch(asked.path)
        return found[1] if found else ""

    def is_page(self, asked: Asked) -> bool:
        """There is nothing but the page."""
        del asked
        return True

    def page(self, account: AccountPlan, scene: str, now: Now) -> Reply:
        """The notes in `__INITIAL_STATE__`."""
        if scene == "S10":
            headers = (("Verifytype", "102"), ("Verifyuuid", "x"))
            return Reply(_ENTRY.format("").encode(), 461, "text/html; charset=utf-8", headers)
        if scene == "S7":
            return text(_ENTRY.format("登录后查看更多内容"))
        if scene == "S17":
            return text(_ENTRY.format("你访问的页面不见了"))
        state = json.dumps(_state(account, scene, now), ensure_ascii=False)
        script = f'window.__INITIAL_STATE__={{"global":{{"a":undefined}},{state[1:]}'
        body = (
            f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{account.name} - 小红书</title>"
            f"</head><body><div id='app'>{account.name}</div><script>{script}</script></body></html>"
        )
        return text(body[: len(body) // 2] if scene == "S18" else body)

    def data(self, account: AccountPlan, scene: str, asked: Asked, now: Now) -> Reply:
        """Never asked."""
        raise NotImplementedError


def _state(account: AccountPlan, scene: str, now: Now) -> dict[str, Any]:
    name = name_in(account, scene)
    notes = [] if scene == "S6" else [_note(account, one) for one in arranged(account, scene, now)]
    if scene == "S12":
        return {"profile_v2": {"works": notes and [{"nid": 1}]}}
    basic = {"nickname": name, "redId": str(account.key % 10**9), "desc": "官方"}
    page = {"basicInfo": basic, "verifyInfo": {"redOfficialVerifyType": 2}, "interactions": []}
    return {
        "user": {
            "userPageData": {"_rawValue": page, "_value": {}},
            "notes": {"_rawValue": [notes, [], [], []]},
        }
    }


def _note(account: AccountPlan, one: Shown) -> dict[str, Any]:
    identity = f"{int(one.post.at.timestamp()):08x}{draw(account.key, one.post.k):016x}"
    author = {"userId": account.platform_id, "nickname": account.name}
    if one.foreign:
        author = {"userId": "5ff0000000000000010000bb", "nickname": "别家"}
    card = {
        "noteId": identity,
        "type": "normal",
        "displayTitle": one.post.text,
        "interactInfo": {"sticky": one.pinned, "likedCount": "10"},
        "user": author,
    }
    return {"id": identity, "xsecToken": "AB=", "noteCard": card}


PLATFORM = Xiaohongshu()
