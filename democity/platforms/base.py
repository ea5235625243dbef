"""What every account platform does, and the scenes that an account can play (S1 to S20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, NamedTuple

from democity import words
from democity.seed import draw

if TYPE_CHECKING:
    from collections.abc import Iterable

    from democity.content import Now
    from democity.plans import AccountPlan
    from democity.replies import Asked, Reply

BEIJING = timezone(timedelta(hours=8))
LAG = 45
"""Days by which a stale bridge lags."""
BROWSED_WAYS = frozenset({"profile", "share"})
"""Ways that need a browser."""
LACKING = 13
"""A list that lacks the newest shows posts of the fourteenth day and before."""


@dataclass(frozen=True, slots=True)
class Scene:
    """`reasons`: what may truthfully be said of the account while it is played; empty where it

    can be judged. `hides`: nothing can be said of its posts.
    """

    words: str
    reasons: frozenset[str] = frozenset()

    @property
    def hides(self) -> bool:
        """True where no verdict on updates is possible."""
        return bool(self.reasons)


def _scene(told: str, *reasons: str) -> Scene:
    return Scene(told, frozenset(reasons))


SCENES: dict[str, Scene] = {
    "S1": _scene("healthy"),
    "S2": _scene("old pinned post first"),
    "S3": _scene("the pinned post is the newest"),
    "S4": _scene("only reposts in the last two weeks"),
    "S5": _scene("the newest post is deleted after the first night"),
    "S6": _scene("empty but 200", "empty_unproven"),
    "S7": _scene("login wall", "login_wall", "blocked", "server_error"),
    "S8": _scene("captcha page with 200", "challenge"),
    "S9": _scene("redirect to a captcha", "challenge", "login_wall"),
    "S10": _scene("refusal status", "rate_limited", "blocked", "challenge"),
    "S11": _scene("the list lacks the newest posts"),
    "S12": _scene("renamed fields", "parse_drift", "empty_unproven", "empty_shell"),
    "S13": _scene("relative times"),
    "S14": _scene("likes among the posts"),
    "S15": _scene("renamed account"),
    "S16": _scene("no certified entity"),
    "S17": _scene("cancelled account", "deleted", "not_found", "empty_unproven"),
    "S18": _scene(
        "partial body",
        *(
            "parse_drift",
            "empty_unproven",
            "empty_shell",
            "timeout",
            "connect",
            "server_error",
            "our_fault",
        ),
    ),
    "S19": _scene("one stale source with a fresh build date", "stale_by_one_source"),
    "S20": _scene("healthy until the canary dies"),
    "one_lags": _scene("one of two feeds is stale"),
    "expires": _scene("a token that runs out between two questions"),
    "huge": _scene("50 MB", "too_large"),
    "bomb": _scene("entities within entities", "parse_drift", "too_large"),
    "deep": _scene("nested 10,000 deep", "parse_drift"),
    "page": _scene("a web page where a feed should be", "parse_drift", "empty_shell"),
    "skew": _scene("a clock that runs a day ahead", "parse_drift"),
}
"""Every scene; docs/democity.md says what each platform serves for it."""


class Post(NamedTuple):
    """One post: its number, the moment, the words."""

    k: int
    at: datetime
    text: str


def posts(account: AccountPlan, now: Now, count: int = 12) -> list[Post]:
    """The newest posts that are out, newest first."""
    if account.silent:
        return []
    return [post(account, k) for k in account.schedule.shown(now.limit)[:count]]


def post(account: AccountPlan, k: int) -> Post:
    """Post `k` of an account, whether or not it is out."""
    minute = account.schedule.minute(k)
    day = datetime.fromordinal(account.schedule.day(k)).replace(tzinfo=BEIJING)
    number = draw(account.key, k, 61)
    topic = words.TOPICS[number % len(words.TOPICS)]
    place = words.PLACES[(number >> 8) % len(words.PLACES)]
    told = words.SENTENCES[(number >> 16) % len(words.SENTENCES)]
    text = account.reposted.get(k) or f"【{topic}】{place}：{told}"
    return Post(k, day + timedelta(minutes=minute), text)


class Shown(NamedTuple):
    """One entry of a list: a post, and what the list says of it."""

    post: Post
    pinned: bool = False
    repost: bool = False
    foreign: bool = False


def arranged(account: AccountPlan, scene: str, now: Now) -> list[Shown]:
    """The entries of a list as the scene shows them, first entry first."""
    found = visible(account, scene, now)
    shown = [Shown(one, repost=scene == "S4") for one in found]
    if scene == "S2" and found:
        shown.insert(0, Shown(post(account, found[-1].k - 40), pinned=True))
    if scene == "S3" and found:
        shown[0] = Shown(found[0], pinned=True)
    if scene == "S14":
        shown.insert(
            0, Shown(Post(9_000, now.clock - timedelta(hours=2), "别家的今日要闻"), foreign=True)
        )
    return shown


def visible(account: AccountPlan, scene: str, now: Now) -> list[Post]:
    """The posts that are out, less those that the scene hides."""
    found = posts(account, now)
    if scene == "S5":
        return found[1:]
    if scene == "S11":
        return [one for one in found if now.limit - one.at.toordinal() >= LACKING]
    return found


def name_in(account: AccountPlan, scene: str) -> str:
    """The name that the platform shows."""
    return f"{account.name}（新）" if scene == "S15" else account.shown_as


def certified_in(account: AccountPlan, scene: str) -> bool:
    """Whether the platform shows a certificate."""
    return account.certified and scene != "S16"


def counted(account: AccountPlan, now: Now) -> int:
    """The platform's own count of posts; grows with each of them."""
    return 0 if account.silent else 500 + (account.schedule.newest(now.limit) or 0)


class SourceWish(NamedTuple):
    """What decides the 信息源 of an account: who it is, where the bridges are, scene and way."""

    identity: str
    key: int
    number: int
    feed_domain: str
    scene: str = "S1"
    way: str = ""


class Platform:
    """One platform: its addresses and what it serves. Subclasses fill it in."""

    name = ""
    printed: tuple[str, ...] = ()
    letters = "QT"
    ways: tuple[str, ...] = ("feeds",)
    """How its accounts can be read; the first where the scenario says nothing."""

    def hosts(self, feed_domain: str) -> Iterable[str]:
        """The hosts that answer for the platform."""
        raise NotImplementedError

    def identity(self, key: int) -> str:
        """A 账号唯一标识 in the platform's shape."""
        raise NotImplementedError

    def home_url(self, identity: str) -> str:
        """主页地址."""
        raise NotImplementedError

    def sources(self, wish: SourceWish) -> tuple[str, ...]:
        """信息源, in order."""
        raise NotImplementedError

    def answer(self, account: AccountPlan, scene: str, asked: Asked, now: Now) -> Reply:
        """The reply to one request for one account."""
        raise NotImplementedError

    def asked_for(self, asked: Asked) -> str:
        """The 账号唯一标识 that a request is about, or an empty string."""
        raise NotImplementedError
