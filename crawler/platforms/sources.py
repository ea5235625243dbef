"""What is looked at for one account, and the grammar of 信息源 in the registry.

`feed:URL; weibo:UID; weixin-album:BIZ/ALBUM_ID; …; operator`: tried in the order written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from crawler.platforms.resolve import Resolved, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class OperatorLook:
    """What a person saw: when, and the newest post's time, or a link, a text, a screenshot."""

    seen_at: datetime
    newest_at: datetime | None = None
    never_posted: bool = False
    url: str = ""
    text: str = ""
    screenshot: str = ""
    observed_by: str = ""


@dataclass(frozen=True, slots=True)
class AccountTicket:
    """One account to look at. `last_counter` and `last_newest` are what earlier runs knew:

    a post count that grew without a newer post means that the list lacks the newest.
    `not_tonight` names kinds of sources that manners forbid to ask in this run, with the reason.
    """

    platform: str
    platform_printed: str
    name: str
    unit: str
    platform_id: str
    home_url: str
    sources: str
    operator_looks: tuple[OperatorLook, ...] = ()
    last_counter: int | None = None
    last_newest: datetime | None = None
    not_tonight: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """One entry of 信息源: its kind and what follows the colon."""

    kind: str
    argument: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.argument}" if self.argument else self.kind


_URL: Final = re.compile(
    r"https?://[^\s/]{1,253}(?:/\S{0,1900})?|https?://[^\s/]{1,253}\?\S{0,1900}"
)
_ARGUMENTS: Final[dict[str, tuple[re.Pattern[str], str]]] = {
    "feed": (_URL, "应为 http(s) 网址"),
    "weibo": (re.compile(r"\d{3,20}", re.ASCII), "应为微博数字 UID"),
    "weixin-api": (re.compile(r"\w{4,40}", re.ASCII), "应为公众号 AppID"),
    "weixin-album": (re.compile(r"[\w+=-]{4,60}/\d{1,30}", re.ASCII), "应为 BIZ/合集编号"),
    "weixin-home": (re.compile(r"[\w+=-]{4,60}/\d{1,10}", re.ASCII), "应为 BIZ/首页编号"),
    "sogou": (re.compile(r"[\w-]{3,60}", re.ASCII), "应为微信号"),
    "channels": (_URL, "应为视频号分享网址"),
    "toutiao": (re.compile(r"[\w.=-]{3,300}", re.ASCII), "应为头条主页地址中的 token"),
    "douyin": (re.compile(r"[\w.=-]{3,300}", re.ASCII), "应为抖音主页地址中的 sec_uid"),
    "kuaishou": (re.compile(r"[\w-]{3,100}", re.ASCII), "应为快手主页地址中的编号"),
    "bilibili": (re.compile(r"\d{1,20}", re.ASCII), "应为哔哩哔哩数字 UID"),
    "xiaohongshu": (re.compile(r"[0-9a-f]{24}", re.ASCII), "应为主页地址中的 24 位编号，小红书号不能用"),
    "page": (_URL, "应为 http(s) 网址"),
    "operator": (re.compile(r""), "后面不应再有内容"),
}  # fmt: skip

KINDS: Final = tuple(_ARGUMENTS)
# A semicolon inside an address is no separator: an entry begins with a word and a colon.
_SEPARATOR: Final = re.compile(
    r"[;；\n]\s*(?=$|[;；]|[A-Za-z][A-Za-z-]{1,30}\s?[:：](?!//)|operator\b|[^\x00-\x7f])"
)
_MOST: Final = 20
_PAGE_PLATFORMS: Final = frozenset(
    ["yidian", "renmin", "baijia", "pengpai", "app", "miniprogram", "weishi", "qie", "nanfang",
     "wangyi", "dayu", "sohu", "zhihu", "tieba", "yunshepin", "xuexi", "xinhua", "xigua", "other"]
)  # fmt: skip
_BY_ID: Final = ("weibo", "toutiao", "douyin", "kuaishou", "bilibili", "xiaohongshu")


def parse_sources(text: str) -> list[SourceSpec]:
    """The entries of a 信息源 cell, in order; ValueError names the first bad one in Chinese."""
    return list(_parsed(text))


@lru_cache(maxsize=64)
def _parsed(text: str) -> tuple[SourceSpec, ...]:
    """Read once: each step of a look at an account asks what its sources are."""
    entries = [entry.strip().rstrip(";；").strip() for entry in _SEPARATOR.split(text)]
    specs = [_parse(entry) for entry in entries if entry]
    if len(specs) > _MOST:
        raise ValueError(f"信息源过多：{len(specs)} 个，最多 {_MOST} 个")
    return tuple(dict.fromkeys(specs))


def _parse(entry: str) -> SourceSpec:
    kind, _, argument = (part.strip() for part in entry.replace("：", ":", 1).partition(":"))
    kind = kind.lower()
    if kind not in _ARGUMENTS:
        known = "、".join(KINDS)
        raise ValueError(f"信息源“{entry[:60]}”的类型“{kind[:30]}”无法识别，可用的类型：{known}")
    pattern, reason = _ARGUMENTS[kind]
    if not pattern.fullmatch(argument):
        raise ValueError(f"信息源“{entry[:60]}”有误：{reason}")
    return SourceSpec(kind, argument)


def default_sources(ticket: AccountTicket) -> list[SourceSpec]:
    """What to look at when 信息源 is empty: the platform's own page from 主页地址 or the id."""
    found = resolve(ticket.home_url)
    specs = [*_from_home(ticket, found), *_from_id(ticket)]
    return specs[:1]


def planned_sources(ticket: AccountTicket) -> list[SourceSpec]:
    """The registered sources, else the default; a person's look always counts."""
    specs = parse_sources(ticket.sources) or default_sources(ticket)
    operator = SourceSpec("operator")
    if ticket.operator_looks and operator not in specs:
        specs.append(operator)
    return specs


def _from_home(ticket: AccountTicket, found: Resolved | None) -> list[SourceSpec]:
    if found is not None and found.source and found.platform == ticket.platform:
        return _quietly(found.source)
    if ticket.platform in _PAGE_PLATFORMS and ticket.home_url.strip():
        return _quietly(f"page:{ticket.home_url.strip()}")
    return []


def _from_id(ticket: AccountTicket) -> list[SourceSpec]:
    identity = ticket.platform_id.strip()
    return _quietly(f"{ticket.platform}:{identity}") if ticket.platform in _BY_ID else []


def _quietly(entry: str) -> list[SourceSpec]:
    """A default that does not fit is no source; only what a person wrote is complained about."""
    try:
        return [_parse(entry)]
    except ValueError:
        return []
