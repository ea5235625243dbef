"""Weibo's mobile API: the profile and the list of posts, refusals included."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from democity.platforms.base import Platform, Post, certified_in, counted, name_in, post, visible
from democity.replies import JSON, Reply, redirect, text
from democity.seed import draw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from democity.content import Now
    from democity.plans import AccountPlan
    from democity.platforms.base import SourceWish
    from democity.replies import Asked

_LIST = "107603"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


class Weibo(Platform):
    """`m.weibo.cn/api/container/getIndex`."""

    name = "weibo"
    printed = ("新浪微博", "微博")
    letters = "XL"
    ways = ("list",)

    def hosts(self, feed_domain: str) -> Iterable[str]:
        """The mobile site alone: nothing else is asked."""
        del feed_domain
        return ("m.weibo.cn",)

    def identity(self, key: int) -> str:
        """A ten-digit uid."""
        return str(5_000_000_000 + draw(key, 71) % 2_000_000_000)

    def home_url(self, identity: str) -> str:
        """The profile as people open it."""
        return f"https://weibo.com/u/{identity}"

    def sources(self, wish: SourceWish) -> tuple[str, ...]:
        """The platform's own list."""
        return (f"weibo:{wish.identity}",)

    def asked_for(self, asked: Asked) -> str:
        """The uid of `value=` or of the container."""
        query = parse_qs(asked.query)
        container = query.get("containerid", [""])[0]
        if container.startswith(_LIST):
            return container.removeprefix(_LIST)
        return query.get("value", [asked.path.rpartition("/")[2]])[0]

    def answer(self, account: AccountPlan, scene: str, asked: Asked, now: Now) -> Reply:
        """A refusal if the scene is one, else profile or list."""
        refusal = _REFUSALS.get(scene)
        if refusal:
            return refusal(account)
        if asked.path != "/api/container/getIndex":
            return text(
                "<html><head><title>微博</title></head><body><div id='app'></div></body></html>"
            )
        if f"containerid={_LIST}" in asked.query:
            return _json(_list(account, scene, asked, now))
        return _json(_profile(account, scene, now))


def unknown() -> Reply:
    """What is said of a uid that nobody has."""
    return _json({"ok": 0, "msg": "这里还没有内容", "data": {"cards": []}})


def _json(payload: object, status: int = 200) -> Reply:
    return Reply(json.dumps(payload, ensure_ascii=False).encode(), status, JSON)


def _captcha(account: AccountPlan) -> Reply:
    del account
    return text(
        "<html><head><title>Sina Visitor System</title></head><body><span id='message'></span>"
        "<script>var tid='';incarnate(tid,'',1);</script></body></html>"
    )


_REFUSALS: dict[str, Callable[[AccountPlan], Reply]] = {
    "S6": lambda _account: unknown(),
    "S7": lambda _account: _json(
        {
            "ok": -100,
            "msg": "请先登录",
            "url": "https://passport.weibo.cn/signin/welcome?entry=mweibo&r=https%3A%2F%2Fm.weibo.cn%2F",
        }
    ),
    "S8": _captcha,
    "S9": lambda _account: redirect(
        "https://visitor.passport.weibo.cn/visitor/visitor?entry=sinawap"
    ),
    "S10": lambda _account: Reply(b"", 432, "text/html"),
    "S12": lambda _account: _json({"ok": 1, "data": {"blocks": [{"kind": 9, "status": {}}]}}),
    "S17": lambda _account: _json({"ok": 0, "msg": "用户不存在", "data": {}}),
    "S18": lambda _account: Reply(
        b'{"ok":1,"data":{"cards":[{"card_type":9,"mblog":{"id":"48', 200, JSON
    ),
}


def mid(at: datetime, key: int) -> int:
    """A post number that holds its second, as Weibo's do."""
    return (int(at.timestamp()) - 515483463 << 22) | (draw(key, int(at.timestamp())) & 0x3FFFFF)


def bid(number: int) -> str:
    """The short form: groups of seven decimal digits in base 62, four characters each."""
    digits, told = str(number), ""
    while digits:
        digits, group = digits[:-7], int(digits[-7:])
        part = ""
        while group:
            group, rest = divmod(group, 62)
            part = _DIGITS[rest] + part
        told = (part.rjust(4, "0") if digits else part) + told
    return told


def created_at(at: datetime) -> str:
    """`Thu Jun 17 16:00:11 +0800 2021`, in English whatever the locale."""
    return f"{_DAYS[at.weekday()]} {_MONTHS[at.month - 1]} {at:%d %H:%M:%S +0800 %Y}"


def _relative(at: datetime, now: datetime) -> str:
    seconds = (now - at).total_seconds()
    if seconds < 3600:
        return f"{max(int(seconds // 60), 1)}分钟前"
    if seconds < 86400 and at.date() == now.date():
        return f"{int(seconds // 3600)}小时前"
    if (now.date() - at.date()).days == 1:
        return f"昨天 {at:%H:%M}"
    return f"{at:%m-%d}" if at.year == now.year else f"{at:%Y-%m-%d}"


def _user(account: AccountPlan, scene: str, now: Now) -> dict[str, Any]:
    certified = certified_in(account, scene)
    name = name_in(account, scene)
    return {
        "id": int(account.platform_id),
        "screen_name": name,
        "profile_url": f"https://m.weibo.cn/u/{account.platform_id}",
        "statuses_count": counted(account, now),
        "verified": certified,
        "verified_type": 1 if certified else -1,
        "verified_type_ext": 50 if certified else -1,
        "verified_reason": account.entity if certified else "",
        "description": f"{account.sponsor}官方微博",
        "follow_count": 40,
        "followers_count": f"{account.key % 90 + 1}.{account.key % 9}万",
    }


def _profile(account: AccountPlan, scene: str, now: Now) -> dict[str, Any]:
    user = _user(account, scene, now)
    uid = account.platform_id
    user["toolbar_menus"] = _toolbar(account)
    tabs = [("profile", "精选", "230283"), ("weibo", "微博", _LIST), ("album", "相册", "107803")]
    return {
        "ok": 1,
        "data": {
            "userInfo": user,
            "tabsInfo": {
                "selectedTab": 1,
                "tabs": [
                    {
                        "id": place,
                        "tabKey": kind,
                        "title": title,
                        "tab_type": kind,
                        "containerid": box + uid,
                    }
                    for place, (kind, title, box) in enumerate(tabs, start=1)
                ],
            },
            "scheme": f"sinaweibo://userinfo?uid={uid}",
        },
    }


def _toolbar(account: AccountPlan) -> list[dict[str, Any]]:
    """The buttons below a profile: messages, and entries of the owner's own."""
    uid = account.platform_id
    buttons = [("关注", f"sinaweibo://follow?uid={uid}")]
    if account.functions == "both":
        buttons.append(("聊天", f"sinaweibo://messagelist?uid={uid}"))
    if account.functions != "none":
        buttons.append(("政务咨询", f"https://weibo.com/{uid}"))
    if account.menu_link:
        buttons.append(("网上办事", account.menu_link))
    return [
        {"type": "link", "name": name, "params": {"scheme": scheme}} for name, scheme in buttons
    ]


def _list(account: AccountPlan, scene: str, asked: Asked, now: Now) -> dict[str, Any]:
    uid = account.platform_id
    page = int((parse_qs(asked.query).get("page") or ["1"])[0])
    found = _order(account, scene, now) if page == 1 else []
    if not found and not account.silent:
        return {"ok": 0, "msg": "这里还没有内容", "data": {"cards": []}}
    cards = [
        {
            "card_type": 9,
            "itemid": f"{_LIST}{uid}_-_{one['id']}",
            "scheme": f"https://m.weibo.cn/status/{one['bid']}",
            "mblog": one,
        }
        for one in found
    ]
    info = {"containerid": _LIST + uid, "v_p": 42, "show_style": 1, "total": counted(account, now)}
    return {"ok": 1, "data": {"cardlistInfo": info, "cards": cards}}


def _order(account: AccountPlan, scene: str, now: Now) -> list[dict[str, Any]]:
    """The posts as the scene shows them, first card first."""
    found = visible(account, scene, now)
    blogs = [_blog(account, scene, one, now) for one in found]
    if scene == "S2" and found:
        old = post(account, found[0].k - 60)
        blogs.insert(0, _pinned(_blog(account, scene, old, now)))
    if scene == "S3" and blogs:
        blogs[0] = _pinned(blogs[0])
    if scene == "S4":
        blogs = [_repost(blog) for blog in blogs]
    if scene == "S14":
        blogs = [_liked(account, now), *blogs]
    return blogs


def _blog(account: AccountPlan, scene: str, one: Post, now: Now) -> dict[str, Any]:
    number = mid(one.at, account.key)
    told = _relative(one.at, now.clock) if scene == "S13" else created_at(one.at)
    return {
        "visible": {"type": 0, "list_id": 0},
        "created_at": told,
        "id": str(number),
        "mid": str(number),
        "bid": bid(number),
        "text": f"{one.text}<br />",
        "textLength": len(one.text),
        "source": "微博 weibo.com",
        "isLongText": False,
        "mblogtype": 0,
        "user": {"id": int(account.platform_id), "screen_name": account.name},
        "reposts_count": 3,
        "comments_count": 2,
        "attitudes_count": 9,
        "can_edit": False,
    }


def _pinned(blog: dict[str, Any]) -> dict[str, Any]:
    return blog | {"isTop": 1, "mblogtype": 2, "title": {"text": "置顶", "base_color": 1}}


def _repost(blog: dict[str, Any]) -> dict[str, Any]:
    original = blog | {"id": str(int(blog["id"]) - (1 << 32)), "user": {"id": 2803301701}}
    return blog | {"text": "转发微博", "retweeted_status": original}


def _liked(account: AccountPlan, now: Now) -> dict[str, Any]:
    """A like of today: another user's post under a title that says so."""
    from dataclasses import replace  # noqa: PLC0415 -- used nowhere else

    other = replace(account, platform_id=account.likes, name="某媒体")
    fresh = Post(0, now.clock, "【转载】今日要闻")
    return _blog(other, "S1", fresh, now) | {"title": {"text": "赞过的微博", "base_color": 0}}


PLATFORM = Weibo()
