"""WeChat: bridges' feeds, article pages (the layout of 2025, anonymous view), and what is public

of lists: an album, a home page made from a template, a search hit.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote

from democity.platforms import weixin_owner
from democity.platforms.base import certified_in, name_in, post, visible
from democity.platforms.feed import Feeds
from democity.replies import JSON, Reply, redirect, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from democity.content import Now
    from democity.plans import AccountPlan
    from democity.platforms.base import Post, SourceWish
    from democity.replies import Asked

HOST = "mp.weixin.qq.com"
SEARCH = "weixin.sogou.com"
_BIZ = re.compile(r"__biz=MzA(\d{5})==")
_SHORT = re.compile(r"/s/(\d{4,5})x(\d{6})Qw")

_NEWEST = 888_888
"""The number under which the newest article stands: operators paste a link, the city moves on."""

_CAPTCHA = (
    "<html><head><meta charset='utf-8'><title>Weixin Official Accounts Platform</title></head><body>"
    "<h2>环境异常</h2><p>当前环境异常，完成验证后即可继续访问。</p><a id='js_verify'>去验证</a></body></html>"
)
_GONE = (
    "<html><head><meta charset='utf-8'><title></title></head><body>"
    "<div class='weui-msg__title warn'>该内容已被发布者删除</div></body></html>"
)


class Weixin(Feeds):
    """Read through bridges; `album`, `home`, `search` and `page`, its newest article, show updates

    and prove no silence.
    """

    ways = ("feeds", "album", "home", "search", "api", "page")

    def hosts(self, feed_domain: str) -> Iterable[str]:
        """The bridges and the search engine; articles and albums are `answer`'s."""
        return (*super().hosts(feed_domain), SEARCH, weixin_owner.HOST)

    def sources(self, wish: SourceWish) -> tuple[str, ...]:
        """One source of that way, or both bridges."""
        biz = f"MzA{wish.number:05d}=="
        ways = {
            "album": f"weixin-album:{biz}/{wish.number}",
            "home": f"weixin-home:{biz}/1",
            "search": f"sogou:{wish.identity}",
            "page": f"page:https://{HOST}/s/{wish.number:04d}x{_NEWEST}Qw",
            "api": f"weixin-api:{weixin_owner.app_id(wish.number)}",
        }
        return (ways[wish.way],) if wish.way in ways else super().sources(wish)

    def asked_for(self, asked: Asked) -> str:
        """The identity that is searched for, or that a bridge's path names."""
        if asked.host == SEARCH:
            return parse_qs(asked.query).get("query", [""])[0]
        return super().asked_for(asked)

    def answer(self, account: AccountPlan, scene: str, asked: Asked, now: Now) -> Reply:
        """A bridge's feed or a page of search hits."""
        if asked.host == SEARCH:
            return _search(account, scene, now)
        return super().answer(account, scene, asked, now)


def answer(
    accounts: Sequence[AccountPlan], asked: Asked, now: Now, scene_of: Callable[[AccountPlan], str]
) -> Reply:
    """An article by its short address, a list, a captcha, or the words for what was deleted."""
    if "captcha" in asked.path:
        return text(_CAPTCHA)
    if asked.path.startswith("/mp/"):
        return _public_list(accounts, asked, now, scene_of)
    found = _SHORT.fullmatch(asked.path)
    account = _numbered(accounts, found[1] if found else "")
    if found is None or account is None or account.silent:
        return text(_GONE)
    shown = account.schedule.shown(now.limit)
    k = shown[0] if int(found[2]) == _NEWEST else int(found[2]) - 500_000
    return text(_article(account, k, scene_of(account))) if k in shown else text(_GONE)


def _numbered(accounts: Sequence[AccountPlan], number: str) -> AccountPlan | None:
    place = int(number or 0)
    return accounts[place - 1] if 1 <= place <= len(accounts) else None


def _public_list(
    accounts: Sequence[AccountPlan], asked: Asked, now: Now, scene_of: Callable[[AccountPlan], str]
) -> Reply:
    biz = _BIZ.search(unquote(asked.query))
    account = _numbered(accounts, biz[1] if biz else "")
    if account is None:
        return text(_GONE)
    scene = scene_of(account)
    refusal = _REFUSALS.get(scene)
    if refusal is not None:
        return refusal
    found = visible(account, scene, now)
    return _album(account, found) if asked.path == "/mp/appmsgalbum" else _template(account, found)


def _json(payload: object) -> Reply:
    return Reply(json.dumps(payload, ensure_ascii=False).encode(), 200, JSON)


def _long(account: AccountPlan, k: int) -> str:
    mid = 265_000_000 + k
    return (
        f"http://{HOST}/s?__biz=MzA{account.number:05d}==&amp;mid={mid}&amp;idx=1&amp;sn=ab{k % 97}"
    )


def _album(account: AccountPlan, found: Sequence[Post]) -> Reply:
    """One article is an object, several are a list."""
    articles = [
        {"title": one.text[:30], "url": _long(account, one.k), "item_show_type": "0"}
        | {"create_time": str(int(one.at.timestamp())), "msgid": str(265_000_000 + one.k)}
        for one in found
    ]
    listed: object = articles[0] if len(articles) == 1 else articles
    told = {"base_info": {"title": "政策解读", "nickname": account.name}, "article_list": listed}
    return _json({"base_resp": {"ret": 0}, "getalbum_resp": told})


def _template(account: AccountPlan, found: Sequence[Post]) -> Reply:
    rows = [
        {"title": one.text[:30], "link": _long(account, one.k), "sendtime": int(one.at.timestamp())}
        for one in found[:5]
    ]
    return _json({"base_resp": {"ret": 0}, "appmsg_list": rows, "has_more": 0})


def _search(account: AccountPlan, scene: str, now: Now) -> Reply:
    """A hit with another account of the same name before it."""
    if scene in _REFUSALS:
        return (
            _REFUSALS[scene] if scene != "S9" else redirect(f"https://{SEARCH}/antispider/?from=x")
        )
    found = visible(account, scene, now)
    stamp = int(found[0].at.timestamp()) if found else 0
    certified = account.entity if certified_in(account, scene) else ""
    rows = (
        _hit(account.name, "somebody", "别的公司", int(now.clock.timestamp())),
        _hit(account.name, account.platform_id, certified, stamp),
    )
    return text(
        f"<!DOCTYPE html><html><head><title>{account.name}的相关微信公众号 – 搜狗微信搜索</title></head>"
        f"<body><form><input type='text' name='query' value='{account.platform_id}'></form>"
        f"<ul class='news-list2'>{''.join(rows)}</ul></body></html>"
    )


def _hit(name: str, identity: str, entity: str, stamp: int) -> str:
    certificate = (
        "<dl><dt><script>document.write(authname('2'))</script>认证：</dt>"
        f"<dd><i class='identify'></i>{entity}</dd></dl>"
    )
    article = (
        f"<dl><dt>最近文章：</dt><dd><a uigs='account_article_0' href='/link?url={identity}'>最近一篇</a>"
        f"<span><script>document.write(timeConvert('{stamp}'))</script></span></dd></dl>"
    )
    return (
        f"<li><p class='tit'><a uigs='account_name_0' href='/link?url=a'>{name}</a></p>"
        f"<p class='info'>微信号：<label name='em_weixinhao'>{identity}</label></p>"
        f"{certificate if entity else ''}{article if stamp else ''}</li>"
    )


_REFUSALS: dict[str, Reply] = {
    "S6": _json({"base_resp": {"ret": 0}, "getalbum_resp": {}}),
    "S7": _json({"base_resp": {"ret": 200003, "err_msg": "invalid session"}}),
    "S8": text(_CAPTCHA),
    "S9": redirect(f"https://{HOST}/mp/wappoc_appmsgcaptcha?poc_token=x"),
    "S10": Reply(b"Forbidden", 403, "text/plain"),
    "S12": _json({"base_resp": {"ret": 0}, "album_v2": {"rows": [{"t": 1}]}}),
    "S18": Reply(b'{"base_resp":{"ret":0},"getalbum_resp":{"article_l', 200, JSON),
}


def _article(account: AccountPlan, k: int, scene: str) -> str:
    one = post(account, k)
    name, verified = name_in(account, scene), 2 if certified_in(account, scene) else 0
    card = f'<mp-common-videosnap data-nickname="{account.card}"></mp-common-videosnap>'
    seconds = int(one.at.timestamp())
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><meta property="og:title" content="{one.text[:30]}">
<meta property="og:site_name" content="微信公众平台"><title></title></head><body>
<script type="text/javascript">
var biz = ""||"MzA{account.number:05d}==";
var user_name = "{account.platform_id}";
var nickname = "{name}";
var msg_title = '{one.text[:30]}';
var ct = "{seconds}";
var oriCreateTime = '{seconds}';
var createTime = '{one.at:%Y-%m-%d %H:%M}';
var verify_status = "{verified}";
var svr_time = "{seconds + 8640000}";
window.cgiDataNew = {{nick_name: '{name}', ori_send_time: '{seconds}', verify_status: '{verified}'}};
</script>
<h1 id="activity-name">{one.text[:30]}</h1><a id="js_name">{name}</a><em id="publish_time"></em>
<div id="js_content"><p>{one.text}</p>{card if account.card else ""}</div></body></html>
"""


PLATFORM = Weixin("weixin", ("微信公众号", "微信订阅号", "微信服务号"), "WX", "")
