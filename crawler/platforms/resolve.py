"""From an address that an operator pastes to platform, id and source; no network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.platforms.identifiers import time_of, weibo_number

if TYPE_CHECKING:
    from datetime import datetime


class Resolved(NamedTuple):
    """What an address names. `source` is an entry of 信息源; `id` is empty where none shows."""

    platform: str
    id: str
    source: str


class _Rule(NamedTuple):
    platform: str
    hosts: str
    path: re.Pattern[str]
    source: str


def _rule(platform: str, hosts: str, path: str, source: str) -> _Rule:
    return _Rule(platform, hosts, re.compile(path, re.ASCII), source)


# A source with {id} is built from the id, one without is taken as it stands.
_RULES: Final = (
    _rule("weibo", "weibo.com weibo.cn m.weibo.cn www.weibo.com e.weibo.com",
          r"/(?:u/|profile/|p/1\d{5})?(?P<id>\d{5,12})(?:/[0-9A-Za-z]{5,12})?/?", "weibo:{id}"),
    _rule("toutiao", "www.toutiao.com toutiao.com m.toutiao.com",
          r"/c/user/token/(?P<id>[\w.-]{10,200})/?", "toutiao:{id}"),
    _rule("toutiao", "www.toutiao.com toutiao.com m.toutiao.com",
          r"/(?:c/user|profile)/(?P<id>\d{4,20})/?", "toutiao:{id}"),
    _rule("douyin", "www.douyin.com douyin.com", r"/user/(?P<id>[\w-]{10,200})/?", "douyin:{id}"),
    _rule("douyin", "www.iesdouyin.com", r"/share/user/(?P<id>[\w-]{5,200})/?", "douyin:{id}"),
    _rule("kuaishou", "www.kuaishou.com live.kuaishou.com kuaishou.com",
          r"/(?:profile|u)/(?P<id>[\w-]{3,60})/?", "kuaishou:{id}"),
    _rule("bilibili", "space.bilibili.com", r"/(?P<id>\d{1,20})(?:/.{0,80})?", "bilibili:{id}"),
    _rule("bilibili", "m.bilibili.com", r"/space/(?P<id>\d{1,20})/?", "bilibili:{id}"),
    _rule("xiaohongshu", "www.xiaohongshu.com xiaohongshu.com",
          r"/user/profile/(?P<id>[0-9a-f]{24})/?", "xiaohongshu:{id}"),
    _rule("weixin-channels", "weixin.qq.com channels.weixin.qq.com",
          r"/(?:sph/(?P<id>[\w-]{4,60})|finder-preview/pages/sph|web/pages/feed)/?", "channels:{url}"),
    _rule("yidian", "www.yidianzixun.com yidianzixun.com m.yidianzixun.com",
          r"/channel/(?P<id>m\d{1,12})/?", "page:{url}"),
    _rule("baijia", "author.baidu.com baijiahao.baidu.com", r"/(?:home/)?(?P<id>\d{5,20})?.{0,80}",
          "page:{url}"),
    _rule("renmin", "rmh.pdnews.cn www.peopleapp.com", r"/.{0,120}", "page:{url}"),
    _rule("app", "apps.apple.com itunes.apple.com", r"/.{0,200}?id(?P<id>\d{6,12})/?",
          "page:https://itunes.apple.com/cn/lookup?id={id}"),
)  # fmt: skip

_POSTS: Final = (
    ("weibo", re.compile(r"https?://(?:www\.)?weibo\.com/\d{5,12}/(?P<bid>[0-9A-Za-z]{8,10})(?:[/?#]|$)")),
    ("weibo", re.compile(r"https?://m\.weibo\.cn/(?:detail|status|\d{5,12})/(?P<id>\d{15,17})\b")),
    ("weibo", re.compile(r"https?://m\.weibo\.cn/(?:detail|status|\d{5,12})/(?P<bid>[0-9A-Za-z]{8,10})(?:[/?#]|$)")),
    ("bilibili", re.compile(r"https?://(?:t|m|www)\.bilibili\.com/(?:opus/|dynamic/)?(?P<id>\d{15,20})\b")),
    ("douyin", re.compile(r"https?://www\.(?:ies)?douyin\.com/(?:share/)?(?:video|note)/(?P<id>\d{15,20})\b")),
    ("toutiao", re.compile(r"https?://(?:www\.|m\.)?toutiao\.com/(?:article/|w/|video/|[aiw]/?)(?P<id>\d{15,20})\b")),
    ("xiaohongshu", re.compile(r"https?://www\.xiaohongshu\.com/(?:explore|discovery/item)/(?P<id>[0-9a-f]{24})\b")),
)  # fmt: skip


def resolve(url: str) -> Resolved | None:
    """The platform, the account id and the 信息源 entry of a pasted address, or None.

    Takes profile pages, posts that name their author, WeChat article, album, home-page and entity
    addresses. An id that the address does not carry is empty; then `source` may be empty too.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    if host == "mp.weixin.qq.com":
        return _weixin(parts.path, parse_qs(parts.query))
    if host == "weixin.sogou.com":
        return _sogou(parse_qs(parts.query))
    query_id = _query_id(host, parse_qs(parts.query))
    return query_id or _by_rules(host, unquote(parts.path) or "/", url.strip()) or _by_post(url)


def _by_rules(host: str, path: str, url: str) -> Resolved | None:
    for rule in _RULES:
        match = rule.path.fullmatch(path) if host in rule.hosts.split() else None
        if match is not None:
            found = match.groupdict().get("id") or ""
            return Resolved(rule.platform, found, rule.source.format(id=found, url=url))
    return None


def _by_post(url: str) -> Resolved | None:
    """A post whose address does not name its author: the platform is known, the account is not."""
    named = post_id(url)
    return Resolved(named[0], "", "") if named else None


def _query_id(host: str, query: dict[str, list[str]]) -> Resolved | None:
    uid = _one(query, "uid") or _one(query, "value")
    if host == "m.weibo.cn" and re.fullmatch(r"\d{5,12}", uid, re.ASCII):
        return Resolved("weibo", uid, f"weibo:{uid}")
    mid = _one(query, "host_mid") or _one(query, "mid")
    if host == "api.bilibili.com" and mid.isdecimal():
        return Resolved("bilibili", mid, f"bilibili:{mid}")
    return None


def _weixin(path: str, query: dict[str, list[str]]) -> Resolved:
    biz, album, home = _one(query, "__biz"), _one(query, "album_id"), _one(query, "hid")
    if path.startswith("/mp/appmsgalbum") and biz and album:
        return Resolved("weixin", biz, f"weixin-album:{biz}/{album}")
    if path.startswith("/mp/homepage") and biz and home:
        return Resolved("weixin", biz, f"weixin-home:{biz}/{home}")
    return Resolved("weixin", biz, "")


def _sogou(query: dict[str, list[str]]) -> Resolved | None:
    name = _one(query, "query")
    plausible = re.fullmatch(r"[A-Za-z][\w-]{4,39}", name, re.ASCII)
    return Resolved("weixin", name, f"sogou:{name}") if plausible else None


def _one(query: dict[str, list[str]], key: str) -> str:
    # `+` of base64 arrives as a blank.
    return query.get(key, [""])[0].replace(" ", "+")[:200]


def post_id(url: str) -> tuple[str, str] | None:
    """Platform and numeric id of a post that an address names, or None."""
    for platform, pattern in _POSTS:
        match = pattern.match(url[:500])
        if match is not None:
            groups = match.groupdict()
            number = groups.get("id") or weibo_number(groups.get("bid") or "")
            if number:
                return platform, number
    return None


def time_of_link(url: str) -> datetime | None:
    """The publish time that the post id inside an address carries, or None."""
    named = post_id(url)
    return time_of(*named) if named else None
