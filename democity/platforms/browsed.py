"""Platforms with a public profile whose script asks for the list, as a browser sees them.

Beside the profile each has the operator's bridges: `profile` and `feeds` are its two ways. The
page is a shell with a script; what a scene refuses is refused by the page (S8, S9) or by the
answer to the script (the rest).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from democity.platforms.base import Platform
from democity.platforms.feed import Feeds
from democity.replies import JSON, Reply, redirect, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from democity.content import Now
    from democity.plans import AccountPlan
    from democity.platforms.base import SourceWish
    from democity.replies import Asked

# A renderer waits for letters; the list's length stands for the list.
_SCRIPT = """
const asked = %s;
Promise.all(asked.map(([url, how]) => fetch(url, how).then(a => a.text()).catch(() => "")))
  .then(all => { document.getElementById("list").textContent = all.map(a => a.length).join(" "); });
"""
_CAPTCHA = (
    "<!DOCTYPE html><html><head><meta charset='utf-8'><title>验证码中间页</title></head><body>"
    "<div id='captcha_container'></div><p>请完成下列验证后继续</p></body></html>"
)


class Browsed(Platform):
    """One platform with profiles. Subclasses say where pages and lists are and what they hold."""

    ways = ("feeds", "profile")
    own_hosts: tuple[str, ...] = ()
    captcha = ""
    """The address to which a visitor who has to prove something is sent."""
    home = ""

    def __init__(self) -> None:
        self.bridges = Feeds(self.name, self.printed, self.letters, self.home)

    def hosts(self, feed_domain: str) -> Iterable[str]:
        """The platform's own hosts and the operator's bridges."""
        return (*self.bridges.hosts(feed_domain), *self.own_hosts)

    def identity(self, key: int) -> str:
        """As the bridges name it, where the platform has no other shape."""
        return self.bridges.identity(key)

    def home_url(self, identity: str) -> str:
        """The profile as people open it."""
        return self.home.format(identity)

    def sources(self, wish: SourceWish) -> tuple[str, ...]:
        """The profile alone, or the bridges."""
        if wish.way == "profile":
            return (f"{self.name}:{wish.identity}",)
        return self.bridges.sources(wish)

    def asked_for(self, asked: Asked) -> str:
        """The account of a bridge's path, or of a request of the platform."""
        if asked.host in self.own_hosts:
            return self.subject(asked)
        return self.bridges.asked_for(asked)

    def answer(self, account: AccountPlan, scene: str, asked: Asked, now: Now) -> Reply:
        """A bridge's feed, the page, or what the page's script asks for."""
        if asked.host not in self.own_hosts:
            return self.bridges.answer(account, scene, asked, now)
        if self.is_page(asked):
            return self._page(account, scene, now)
        return self._allowed(self.data(account, scene, asked, now), asked)

    def _page(self, account: AccountPlan, scene: str, now: Now) -> Reply:
        if scene == "S8":
            return text(_CAPTCHA)
        if scene == "S9":
            return redirect(self.captcha)
        return self.page(account, scene, now)

    def _allowed(self, reply: Reply, asked: Asked) -> Reply:
        """The list may stand on another host than the page, which a browser must be told."""
        del asked
        origin = f"https://{self.own_hosts[0]}"
        allowed = (
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Credentials", "true"),
            ("Access-Control-Allow-Headers", "content-type"),
        )
        return Reply(reply.body, reply.status, reply.content_type, (*reply.headers, *allowed))

    def subject(self, asked: Asked) -> str:
        """The 账号唯一标识 that a request to the platform is about."""
        raise NotImplementedError

    def is_page(self, asked: Asked) -> bool:
        """Whether the profile page itself is asked for."""
        raise NotImplementedError

    def page(self, account: AccountPlan, scene: str, now: Now) -> Reply:
        """The profile page."""
        raise NotImplementedError

    def data(self, account: AccountPlan, scene: str, asked: Asked, now: Now) -> Reply:
        """What the page's script is answered."""
        raise NotImplementedError


def shell(
    title: str, name: str, asks: Iterable[tuple[str, Mapping[str, Any]]], state: str = ""
) -> Reply:
    """A page that shows a name and whose script asks for addresses."""
    script = _SCRIPT % json.dumps([[url, dict(how)] for url, how in asks])
    return text(
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head><body>"
        f"<h1>{name}</h1><div id='list'></div>{state}<script>{script}</script></body></html>"
    )


def told(payload: object, status: int = 200) -> Reply:
    """An answer in JSON."""
    return Reply(json.dumps(payload, ensure_ascii=False).encode(), status, JSON)


def cut(payload: object) -> Reply:
    """The first half of an answer in JSON (S18)."""
    whole = told(payload)
    return Reply(whole.body[: len(whole.body) // 2], 200, JSON)
