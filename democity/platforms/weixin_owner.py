"""The owner's interface of official accounts (`api.weixin.qq.com`): token, 发布 list, menu, replies.

Answers hold nothing between two requests: the first token of an account in the scene `expires`
is one that has run out, the one got by `force_refresh` is good.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from democity.platforms.base import visible
from democity.replies import JSON, Reply, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from democity.content import Now
    from democity.plans import AccountPlan
    from democity.replies import Asked

HOST = "api.weixin.qq.com"
_TOKEN = re.compile(r"T(\d{1,6})\.([01])")


def app_id(number: int) -> str:
    """The AppID of account `number`."""
    return f"wx{number:016x}"


def secret(number: int) -> str:
    """The AppSecret that the owner lent."""
    return f"{number * 7919:032x}"


def secrets(accounts: Sequence[AccountPlan]) -> dict[str, str]:
    """AppSecret by AppID of the accounts that are read by their owner's interface."""
    return {app_id(one.number): secret(one.number) for one in accounts if one.way == "api"}


def answer(
    accounts: Sequence[AccountPlan], asked: Asked, now: Now, scene_of: Callable[[AccountPlan], str]
) -> Reply:
    """A token, or what a token opens."""
    if asked.path == "/cgi-bin/stable_token":
        return _token(accounts, asked, scene_of)
    found = _TOKEN.fullmatch(parse_qs(asked.query).get("access_token", [""])[0])
    account = _numbered(accounts, int(found[1])) if found else None
    if found is None or account is None:
        return _error(40001, "invalid credential, access_token is invalid or not latest")
    scene = scene_of(account)
    if scene == "expires" and found[2] == "0":
        return _error(42001, "access_token expired")
    refusal = _REFUSALS.get(scene)
    if refusal is not None:
        return refusal
    reader = _ANSWERS.get(asked.path)
    return reader(account, scene, now) if reader else _error(-1, "system error")


def _token(
    accounts: Sequence[AccountPlan], asked: Asked, scene_of: Callable[[AccountPlan], str]
) -> Reply:
    try:
        said: Any = json.loads(asked.body)
    except ValueError:
        return _error(47001, "data format error")
    wanted = (said.get("appid"), said.get("secret"))
    account = next(
        (one for one in accounts if (app_id(one.number), secret(one.number)) == wanted), None
    )
    if account is None or scene_of(account) == "S7":
        return _error(40125, "invalid appsecret")
    fresh = int(bool(said.get("force_refresh")))
    return _json({"access_token": f"T{account.number}.{fresh}", "expires_in": 7200})


def _numbered(accounts: Sequence[AccountPlan], number: int) -> AccountPlan | None:
    return accounts[number - 1] if 1 <= number <= len(accounts) else None


def _published(account: AccountPlan, scene: str, now: Now) -> Reply:
    items = [
        {
            "article_id": f"a{account.number}_{one.k}",
            "update_time": int(one.at.timestamp()),
            "content": {
                "news_item": [
                    {
                        "title": one.text[:30],
                        "url": f"http://mp.weixin.qq.com/s?__biz=MzA{account.number:05d}==&mid="
                        f"{265_000_000 + one.k}&idx=1&sn=ab",
                        "is_deleted": False,
                    }
                ]
            },
        }
        for one in visible(account, scene, now)
    ]
    return _json({"total_count": len(items), "item_count": len(items), "item": items})


def _menu(account: AccountPlan, scene: str, now: Now) -> Reply:
    del scene, now
    if account.functions == "none":
        return _json({"is_menu_open": 0, "selfmenu_info": {}})
    buttons: list[dict[str, Any]] = [
        {"type": "click", "name": "办事指南", "key": "guide"},
        {
            "name": "互动",
            "sub_button": {"list": [{"type": "click", "name": "咨询投诉", "key": "a"}]},
        },
    ]
    if account.menu_link:
        buttons.append({"type": "view", "name": "网上办事", "url": account.menu_link})
    return _json({"is_menu_open": 1, "selfmenu_info": {"button": buttons}})


def _replies(account: AccountPlan, scene: str, now: Now) -> Reply:
    del account, scene, now
    return _json({"is_add_friend_reply_open": 1, "is_autoreply_open": 0})


def _json(payload: Mapping[str, Any]) -> Reply:
    return Reply(json.dumps(payload, ensure_ascii=False).encode(), 200, JSON)


def _error(code: int, said: str) -> Reply:
    return _json({"errcode": code, "errmsg": f"{said} rid: 6423-0a"})


_ANSWERS: dict[str, Callable[[AccountPlan, str, Now], Reply]] = {
    "/cgi-bin/freepublish/batchget": _published,
    "/cgi-bin/get_current_selfmenu_info": _menu,
    "/cgi-bin/get_current_autoreply_info": _replies,
}
_REFUSALS: dict[str, Reply] = {
    "S6": _json({"total_count": 0, "item_count": 0, "item": []}),
    "S8": text("<html><body><h2>环境异常</h2><p>完成验证后即可继续访问</p></body></html>"),
    "S10": _error(45009, "reach max api daily quota limit"),
    "S12": _json({"publications": [{"t": 1}]}),
    "S18": Reply(b'{"total_count":3,"item":[{"article_id":"a', 200, JSON),
}
