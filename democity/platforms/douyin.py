"""抖音: the profile with its embedded state, whose script asks for the account and its works."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote

from democity.platforms.base import Shown, arranged, certified_in, counted, name_in
from democity.platforms.browsed import Browsed, cut, shell, told
from democity.replies import JSON, Reply
from democity.seed import draw

if TYPE_CHECKING:
    from collections.abc import Callable

    from democity.content import Now
    from democity.plans import AccountPlan
    from democity.replies import Asked

_PAGE = re.compile(r"/user/([\w-]{8,200})")


class Douyin(Browsed):
    """`www.douyin.com/user/SEC_UID`."""

    name = "douyin"
    printed = ("抖音",)
    letters = "DY"
    own_hosts = ("www.douyin.com",)
    captcha = "https://www.douyin.com/verifycenter/captcha/v2"
    home = "https://www.douyin.com/user/{}"

    def subject(self, asked: Asked) -> str:
        """The `sec_uid` of the path or the query."""
        found = _PAGE.fullmatch(asked.path)
        return found[1] if found else parse_qs(asked.query).get("sec_user_id", [""])[0]

    def is_page(self, asked: Asked) -> bool:
        """The profile itself."""
        return not asked.path.startswith("/aweme/")

    def page(self, account: AccountPlan, scene: str, now: Now) -> Reply:
        """The account in RENDER_DATA; its works only from the script."""
        sec_uid = account.platform_id
        asks = (
            f"/aweme/v1/web/user/profile/other/?device_platform=webapp&sec_user_id={sec_uid}",
            f"/aweme/v1/web/aweme/post/?max_cursor=0&count=18&sec_user_id={sec_uid}",
        )
        return shell(
            f"{account.name}的抖音 - 抖音",
            account.name,
            [(url, {"credentials": "include"}) for url in asks],
            "" if scene == "S17" else _state(account, scene, now),
        )

    def data(self, account: AccountPlan, scene: str, asked: Asked, now: Now) -> Reply:
        """The account or its works."""
        refusal = _REFUSALS.get(scene)
        if refusal:
            return refusal()
        if "/profile/other" in asked.path:
            return told({"status_code": 0, "user": _user(account, scene, now)})
        payload = _works(account, scene, now)
        return cut(payload) if scene == "S18" else told(payload)


_CANCELLED = {"nickname": "已重置", "aweme_count": 0} | {
    "special_state_info": {"special_state": 1, "title": "账号已注销"}
}
_REFUSALS: dict[str, Callable[[], Reply]] = {
    "S6": lambda: Reply(b"", 200, JSON),
    "S7": lambda: told({"status_code": 8, "status_msg": "用户未登录"}),
    "S10": lambda: Reply(b"blocked", 403, "text/plain"),
    "S12": lambda: told({"status_code": 0, "works_v2": [{"id": 1, "ts": 2}]}),
    "S17": lambda: told({"status_code": 0, "user": _CANCELLED}),
}


def _user(account: AccountPlan, scene: str, now: Now) -> dict[str, Any]:
    certified = certified_in(account, scene)
    return {
        "nickname": name_in(account, scene),
        "unique_id": f"dy{account.number}",
        "sec_uid": account.platform_id,
        "enterprise_verify_reason": account.entity if certified else "",
        "custom_verify": "",
        "is_gov_media_vip": certified,
        "verification_type": 0,
        "aweme_count": counted(account, now),
        "message_chat_entry": True,
    }


def _state(account: AccountPlan, scene: str, now: Now) -> str:
    user = _user(account, scene, now)
    shown = {
        "nickname": user["nickname"],
        "secUid": user["sec_uid"],
        "awemeCount": user["aweme_count"],
    }
    state = {
        "app": {"odin": {"user_is_login": 0}},
        "41": {"user": {"user": shown}, "post": {"data": []}},
    }
    told_state = quote(json.dumps(state, ensure_ascii=False))
    return f'<script id="RENDER_DATA" type="application/json">{told_state}</script>'


def _works(account: AccountPlan, scene: str, now: Now) -> dict[str, Any]:
    works = [_work(account, one) for one in arranged(account, scene, now)]
    return {"status_code": 0, "has_more": 0, "max_cursor": 0, "aweme_list": works}


def _work(account: AccountPlan, one: Shown) -> dict[str, Any]:
    seconds = int(one.post.at.timestamp())
    author = "MS4wLjABAAAAsomebodyelse" if one.foreign else account.platform_id
    return {
        "aweme_id": str((seconds - 20 << 32) | (draw(account.key, one.post.k) & 0xFFFF_FFFF)),
        "desc": one.post.text,
        "create_time": seconds,
        "is_top": int(one.pinned),
        "aweme_type": 0,
        "status": {"is_delete": False, "is_prohibited": False, "private_status": 0},
        "comment_permission_info": {"can_comment": True},
        "author": {"sec_uid": author, "nickname": "别家" if one.foreign else account.name},
    }


PLATFORM = Douyin()
