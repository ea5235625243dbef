"""Feeds from bridges that the operator runs: RSS 2.0, RSS without zones, Atom, JSON Feed.

Platforms without a public list are read through two bridges on two hosts, which are independent
sources; a scene may take one of them away or let it lag.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from democity.platforms.base import LAG, Platform, Post, visible
from democity.replies import XML, Reply, redirect, text
from democity.seed import draw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from democity.content import Now
    from democity.plans import AccountPlan
    from democity.platforms.base import SourceWish
    from democity.replies import Asked

_RSSHUB, _WERSS = "rsshub", "werss"
_ENDINGS = ("rss", "atom", "json")
_ASKED = re.compile(r"/(?:\w+/gh|feed)/([\w-]{6,80}?)(?:\.(rss|atom|json))?")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
NESTED = 10_000
HUGE = 50 * 1024 * 1024


class Feeds(Platform):
    """A platform that is only read through feeds."""

    def __init__(self, name: str, printed: tuple[str, ...], letters: str, home: str) -> None:
        self.name, self.printed, self.letters, self.home = name, printed, letters, home

    def hosts(self, feed_domain: str) -> Iterable[str]:
        """Two bridges, which different people run."""
        return (f"{_RSSHUB}.{feed_domain}", f"{_WERSS}.{feed_domain}")

    def identity(self, key: int) -> str:
        """`gh_` and twelve digits for WeChat, an opaque token elsewhere."""
        told = f"{draw(key, 81):016x}{draw(key, 82):016x}"
        return f"gh_{told[:12]}" if self.name == "weixin" else f"MS4wLjABAAAA{told}"

    def home_url(self, identity: str) -> str:
        """As people open it; WeChat has no such page."""
        return self.home.format(identity) if self.home else ""

    def sources(self, wish: SourceWish) -> tuple[str, ...]:
        """Both bridges, or the lagging one alone."""
        ending = "json" if wish.scene == "deep" else _ENDINGS[wish.key % len(_ENDINGS)]
        first = f"feed:http://{_RSSHUB}.{wish.feed_domain}/{self.name}/gh/{wish.identity}"
        second = f"feed:http://{_WERSS}.{wish.feed_domain}/feed/{wish.identity}.{ending}"
        return (first,) if wish.scene == "S19" else (first, second)

    def asked_for(self, asked: Asked) -> str:
        """The identity in the path."""
        found = _ASKED.fullmatch(asked.path)
        return found[1] if found else ""

    def answer(self, account: AccountPlan, scene: str, asked: Asked, now: Now) -> Reply:
        """The feed in the format of its address, or what the scene answers instead."""
        refusal = _REFUSALS.get(scene)
        if refusal:
            return refusal(account)
        lagging = scene == "S19" or (scene == "one_lags" and asked.host.startswith(_RSSHUB))
        seen = now.earlier(LAG) if lagging else now
        found = visible(account, scene, seen)
        if scene == "S2" and found:
            found = [found[-1], *found[:-1]]
        if scene == "skew":
            found = [one._replace(at=now.clock + timedelta(days=1)) for one in found[:1]]
        ending = asked.path.rpartition(".")[2]
        if ending == "json":
            return Reply(_json_feed(account, found).encode(), 200, "application/feed+json")
        if ending == "atom":
            return Reply(
                _atom(account, found, now).encode(), 200, "application/atom+xml; charset=utf-8"
            )
        dated = _zoneless if ending == "rss" else _gmt
        return Reply(
            _rss(account, found, now, dated).encode(), 200, "application/xml; charset=utf-8"
        )


def unknown() -> Reply:
    """A bridge that does not know the account."""
    return Reply(b'{"error":"feed not found"}', 404, "application/json")


def _empty(account: AccountPlan) -> Reply:
    channel = f"<title>{escape(account.name)}</title><link>http://{_RSSHUB}/</link>"
    body = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{channel}</channel></rss>'
    return Reply(body.encode(), 200, "application/xml; charset=utf-8")


def _captcha(account: AccountPlan) -> Reply:
    del account
    return text(
        "<html><head><meta charset='utf-8'><title>验证</title></head><body><h2>环境异常</h2>"
        "<p>当前环境异常，完成验证后即可继续访问。</p><a href='javascript:;'>去验证</a></body></html>"
    )


def _bomb() -> Reply:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    body = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "哈">{levels}]><rss version="2.0">'
    return Reply(f"{body}<channel><title>&e11;</title></channel></rss>".encode(), 200, XML)


def _deep(account: AccountPlan) -> Reply:
    nested = "[" * NESTED + "]" * NESTED
    told = f'{{"version":"https://jsonfeed.org/version/1.1","title":"{account.name}","items":{nested}}}'
    return Reply(told.encode(), 200, "application/feed+json")


def _huge() -> Reply:
    head = b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title><description>'
    return Reply(head + b"x" * HUGE, 200, XML)


_REFUSALS: dict[str, Callable[[AccountPlan], Reply]] = {
    "huge": lambda _account: _huge(),
    "bomb": lambda _account: _bomb(),
    "deep": _deep,
    "page": lambda _account: text("<html><body><h1>RSSHub</h1><p>Welcome</p></body></html>"),
    "S6": _empty,
    "S7": lambda _account: text("Error: Cookies expired. Cooling down…", 503),
    "S8": _captcha,
    "S9": lambda _account: redirect("https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?poc_token=x"),
    "S10": lambda _account: Reply(b"Forbidden", 403, "text/plain"),
    "S12": lambda _account: Reply(
        b'<?xml version="1.0" encoding="UTF-8"?><list><entryset><e t="1"/></entryset></list>',
        200,
        "application/xml",
    ),
    "S17": lambda _account: unknown(),
    "S18": lambda _account: Reply(
        b'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>x</ti',
        200,
        "application/xml",
    ),
}


def _address(account: AccountPlan, one: Post) -> str:
    if account.platform == "weixin":
        return f"https://mp.weixin.qq.com/s/{account.number:04d}x{one.k + 500000:06d}Qw"
    return f"{account.home_url or 'http://www.gov.cn'}?p={one.k + 500000}"


def _gmt(at: datetime) -> str:
    utc = at - timedelta(hours=8)
    return f"{_DAYS[utc.weekday()]}, {utc:%d} {_MONTHS[utc.month - 1]} {utc:%Y %H:%M:%S} GMT"


def _zoneless(at: datetime) -> str:
    return f"{_DAYS[at.weekday()]}, {at:%d} {_MONTHS[at.month - 1]} {at:%Y %H:%M:%S}"


def _rss(
    account: AccountPlan, found: list[Post], now: Now, dated: Callable[[datetime], str]
) -> str:
    items = "".join(
        f"<item><title>{escape(one.text[:30])}</title><link>{_address(account, one)}</link>"
        f"<guid isPermaLink='false'>{account.platform_id}-{one.k}</guid>"
        f"<description><![CDATA[<p>{one.text}</p>]]></description>"
        f"<pubDate>{dated(one.at)}</pubDate><author>{escape(account.name)}</author></item>\n"
        for one in found
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(account.name)}</title><link>{account.home_url or 'https://mp.weixin.qq.com/'}</link>"
        f"<description>{escape(account.name)} - Made with a bridge</description><ttl>60</ttl>"
        f"<lastBuildDate>{_gmt(now.clock)}</lastBuildDate>\n{items}</channel></rss>\n"
    )


def _atom(account: AccountPlan, found: list[Post], now: Now) -> str:
    items = "".join(
        f"<entry><id>urn:{account.platform_id}:{one.k}</id><title>{escape(one.text[:30])}</title>"
        f'<link href="{_address(account, one)}"/><updated>{now.clock.isoformat()}</updated>'
        f"<published>{one.at.isoformat()}</published><content type='html'>{escape(one.text)}</content></entry>\n"
        for one in found
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{escape(account.name)}</title><id>urn:{account.platform_id}</id>"
        f"<updated>{now.clock.isoformat()}</updated><author><name>{escape(account.name)}</name></author>\n"
        f"{items}</feed>\n"
    )


def _json_feed(account: AccountPlan, found: list[Post]) -> str:
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": account.name,
        "items": [
            {
                "id": f"{account.platform_id}-{one.k}",
                "url": _address(account, one),
                "title": one.text[:30],
                "content_html": f"<p>{one.text}</p>",
                "date_published": one.at.isoformat(),
            }
            for one in found
        ],
    }
    return json.dumps(told, ensure_ascii=False)
