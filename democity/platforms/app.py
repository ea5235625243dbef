"""APP: the store's public lookup, which names the seller. A version's date is no post's date."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from democity.platforms.base import Platform, name_in
from democity.platforms.browsed import cut, told
from democity.replies import Reply, redirect, text
from democity.seed import draw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from democity.content import Now
    from democity.plans import AccountPlan
    from democity.platforms.base import SourceWish
    from democity.replies import Asked

_HOST = "itunes.apple.com"
_CAPTCHA = (
    "<html><head><meta charset='utf-8'><title>验证</title></head><body><form action='/captcha'>"
    "<p>请输入验证码</p></form></body></html>"
)


class App(Platform):
    """`itunes.apple.com/cn/lookup?id=ID`."""

    name = "app"
    printed = ("APP", "政务APP")
    letters = "AP"
    ways = ("lookup",)

    def hosts(self, feed_domain: str) -> Iterable[str]:
        """The store."""
        del feed_domain
        return (_HOST,)

    def identity(self, key: int) -> str:
        """Ten digits."""
        return str(1_000_000_000 + draw(key, 77) % 800_000_000)

    def home_url(self, identity: str) -> str:
        """The store's page, as operators paste it."""
        return f"https://apps.apple.com/cn/app/id{identity}"

    def sources(self, wish: SourceWish) -> tuple[str, ...]:
        """The lookup."""
        return (f"page:https://{_HOST}/cn/lookup?id={wish.identity}",)

    def asked_for(self, asked: Asked) -> str:
        """The id of the query."""
        return parse_qs(asked.query).get("id", [""])[0]

    def answer(self, account: AccountPlan, scene: str, asked: Asked, now: Now) -> Reply:
        """What the store says of the application."""
        if scene == "S9" and "captcha" not in asked.path:
            return redirect(f"https://{_HOST}/captcha?id={account.platform_id}")
        refusal = _REFUSALS.get(scene)
        if refusal:
            return refusal()
        released = f"{now.clock:%Y-%m-%d}T01:00:00Z"
        found = {
            "trackId": int(account.platform_id),
            "trackName": name_in(account, scene),
            "sellerName": account.sponsor,
            "artistName": account.sponsor,
            "bundleId": f"cn.gov.a{account.number}",
            "version": "3.2.1",
            "releaseDate": "2019-01-02T08:00:00Z",
            "currentVersionReleaseDate": released,
            "releaseNotes": "修复已知问题",
        }
        payload = {"resultCount": 1, "results": [found]}
        return cut(payload) if scene == "S18" else told(payload)


_REFUSALS: dict[str, Callable[[], Reply]] = {
    "S6": lambda: told({"resultCount": 0, "results": []}),
    "S7": lambda: told({"errorMessage": "请先登录"}),
    "S8": lambda: text(_CAPTCHA),
    "S9": lambda: text(_CAPTCHA),
    "S10": lambda: Reply(b"Forbidden", 403, "text/plain"),
    "S12": lambda: told({"count": 1, "rows": [{"n": 1}]}),
    "S17": lambda: told({"resultCount": 0, "results": []}),
}

PLATFORM = App()
