"""Weibo: m.weibo.cn profiles and lists, weibo.com lists, detail pages, weibo.cn pages.

accounts.md 5.3. Pinned posts come first and are old, likes stand among the posts, and the
newest post may hide in a nested group: every post of the payload is looked at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from crawler.fetch.access import AccessState
from crawler.platforms import weibo_pages, weibo_pc
from crawler.platforms.dispatch import Page, Reader
from crawler.platforms.observation import (
    AccountReading,
    Entity,
    Interactions,
    Post,
    PostKind,
    Presence,
)
from crawler.platforms.payload import (
    assigned,
    dig,
    first,
    identifier,
    listing,
    mapping,
    plain,
    whole,
    yes,
)
from crawler.platforms.readings import (
    NO_SUCH_ACCOUNT,
    Asked,
    When,
    certified,
    conclude,
    consults,
    drift,
    listed,
    make_post,
    menu_of,
    most_frequent,
    presence,
    refusal,
    when,
)
from crawler.platforms.refusals import by_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

PLATFORM: Final = "weibo"
_LISTS: Final = ("cards", "list", "statuses")
_GROUPS_DEEP: Final = 4
_LIKED: Final = ("赞过", "点赞", "赞了", "点了赞")
_GONE: Final = (
    "此微博已被作者删除",
    "该微博已被作者删除",
    "此微博已被删除",
    "微博已被删除",
    "weibo does not exist",
)
_NO_ACCOUNT: Final = (
    "用户不存在",
    "User does not exist",
    "该账号已注销",
    "该用户已注销",
    "账号已被注销",
)
# The open interface's own codes: no such user, too many requests, a token that is none any more.
_NO_SUCH_USER: Final = 20003
_LIMITS: Final = range(10022, 10025)
_TOKENS: Final = range(21301, 21335)
_BUTTONS: Final = frozenset(["聊天", "关注", "已关注", "私信"])
_OWNER: Final = re.compile(
    r"(?:[?&](?:value|uid)=|containerid=(?:107603|100505|230283)|/u/|/profile/)(\d{5,12})"
)


def read(payload: bytes, *, url: str = "", as_of: datetime) -> AccountReading:
    """What one Weibo payload or page says of its account."""
    return _READER.read(payload, url=url, as_of=as_of)


def _from_json(value: dict[str, Any], asked: Asked) -> AccountReading:
    refused = _refused(value)
    if refused is not None:
        return refused
    data = mapping(value.get("data")) or value
    blogs = list(_blogs(value, data))
    user = mapping(first(data, "userInfo", "user") or value.get("userInfo"))
    if "screen_name" in data and "statuses_count" in data:
        user = data
    if not blogs and (_post_cards(data) or not (user or _is_list(data))):
        return drift(PLATFORM, "no_user_and_no_posts")
    return _reading(user, blogs, data, asked)


def _is_list(data: dict[str, Any]) -> bool:
    if isinstance(data.get("data"), list):
        return True
    # A list that is null is a list without posts, not a profile.
    return any(data.get(key, "") is None or isinstance(data.get(key), list) for key in _LISTS)


def _post_cards(data: dict[str, Any]) -> bool:
    """Cards that claim to be posts: without a post in them their shape has changed."""
    return any(whole(dig(card, "card_type")) == 9 for card in listing(data.get("cards")))


def _blogs(value: dict[str, Any], data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every post object of the payload, whatever it is wrapped in."""
    yield from _carded(listing(data.get("cards")), 0)
    answered = value.get("data") if isinstance(value.get("data"), list) else None
    for entry in listing(data.get("list")) + listing(data.get("statuses")) + listing(answered):
        if isinstance(entry, dict):
            yield mapping(entry.get("mblog")) or entry
    for single in (data.get("mblog"), data.get("status"), data, value):
        if isinstance(single, dict) and _is_post(single):
            yield single
            return


def _is_post(value: dict[str, Any]) -> bool:
    """A post on its own; one whose time has another name by now is dated by its id."""
    named = first(value, "mid", "bid", "mblogid") is not None
    return ("text" in value or "text_raw" in value) and ("created_at" in value or named)


def _carded(cards: list[Any], depth: int) -> Iterator[dict[str, Any]]:
    for card in cards:
        if not isinstance(card, dict):
            continue
        if isinstance(card.get("mblog"), dict):
            # The card knows what the post does not: that it is a pinned one.
            yield {"_card": plain(card.get("profile_type_id")), **card["mblog"]}
        if depth < _GROUPS_DEEP:
            yield from _carded(listing(card.get("card_group")), depth + 1)


def _refused(value: dict[str, Any]) -> AccountReading | None:
    """The refusal that a JSON answer is; `ok: 1` and answers without `ok` are none."""
    said = plain(first(value, "msg", "message", "errmsg", "error") or "")
    ok = whole(value.get("ok"))
    if ok == 1 or (ok is None and not said):
        return None
    goal = plain(value.get("url"), 500)
    code = whole(first(value, "errno", "error_code"))
    if any(words in said for words in _NO_ACCOUNT) or code == _NO_SUCH_USER:
        return refusal(PLATFORM, AccessState.NOT_FOUND, NO_SUCH_ACCOUNT)
    if any(words in said for words in _GONE):
        return refusal(PLATFORM, AccessState.DELETED, said)
    state = _state_of(code, goal, walled=ok == -100)
    return refusal(PLATFORM, state or by_sentence(said) or AccessState.EMPTY_UNPROVEN, said)


def _state_of(code: int | None, goal: str, *, walled: bool) -> AccessState | None:
    """What an error's code and the address that it sends its visitor to say."""
    if code in _LIMITS:
        return AccessState.RATE_LIMITED
    captcha = any(word in goal.split("?", 1)[0] for word in ("captcha", "geetest", "verify"))
    if captcha:
        return AccessState.CHALLENGE
    log_in = walled or code in _TOKENS or "passport" in goal or "/signin" in goal
    return AccessState.LOGIN_WALL if log_in else None


def _reading(
    user: dict[str, Any], blogs: list[dict[str, Any]], data: dict[str, Any], asked: Asked
) -> AccountReading:
    owner = identifier(first(user, "idstr", "id")) or _owner(blogs, data, asked)
    author = user or _author(blogs, owner)
    facts: dict[str, Any] = {
        "account_id": owner or None,
        "account_name": plain(author.get("screen_name")) or None,
        "entity": entity_of(author),
        "interactions": _interactions(author),
        "certification": certification_of(author),
        "menu": menu_of(_menu(author)),
        "counter": whole(author.get("statuses_count")),
    }
    if not blogs and not _is_list(data):
        return conclude(AccountReading(PLATFORM, **facts), asked)
    moments = [when(PLATFORM, _number(blog), blog.get("created_at"), asked) for blog in blogs]
    posts = [_post(blog, owner, at) for blog, at in zip(blogs, moments, strict=True)]
    cursor = first(mapping(data.get("cardlistInfo")) or data, "since_id", "page")
    return listed(PLATFORM, posts, asked, moments=moments, has_more=bool(cursor), **facts)


def _owner(blogs: list[dict[str, Any]], data: dict[str, Any], asked: Asked) -> str:
    """Whose list it is: by its address or container, else the author of most of its posts."""
    container = "containerid=" + identifier(dig(data, "cardlistInfo", "containerid"))
    stated = _OWNER.search(asked.url) or _OWNER.search(container)
    if stated is not None:
        return stated[1]
    return most_frequent(_author_id(blog) for blog in blogs)


def _author(blogs: list[dict[str, Any]], owner: str) -> dict[str, Any]:
    return next((mapping(b.get("user")) for b in blogs if _author_id(b) == owner), {})


def _author_id(blog: dict[str, Any]) -> str:
    return identifier(first(blog.get("user"), "idstr", "id"))


def _number(blog: dict[str, Any]) -> str:
    return identifier(first(blog, "mid", "idstr", "id"))


def _post(blog: dict[str, Any], owner: str, moment: When) -> Post:
    number = _number(blog)
    short = identifier(first(blog, "bid", "mblogid"))
    label = plain(dig(blog, "title", "text") or blog.get("title"))
    author = _author_id(blog)
    kind = _kind(blog, label, own=author in ("", owner))
    words = first(blog, "raw_text", "text_raw", "text")
    address = f"https://weibo.com/{author or owner}/{short}" if short else _detail(number)
    return make_post(
        number,
        words,
        address,
        moment,
        kind=kind,
        pinned=_pinned(blog, label),
        deleted=yes(blog.get("deleted")) or any(gone in plain(words) for gone in _GONE),
        own=author in ("", owner) and kind is not PostKind.LIKED,
    )


def _detail(number: str) -> str:
    return f"https://m.weibo.cn/detail/{number}" if number else ""


def _kind(blog: dict[str, Any], label: str, *, own: bool) -> PostKind:
    if any(word in label for word in _LIKED) and (not own or not blog.get("user")):
        return PostKind.LIKED
    if "生日动态" in plain(blog.get("source")) or "生日动态" in label:
        return PostKind.AUTO
    return PostKind.REPOST if isinstance(blog.get("retweeted_status"), dict) else PostKind.ORIGINAL


def _pinned(blog: dict[str, Any], label: str) -> bool:
    marked = yes(blog.get("isTop")) or whole(blog.get("mblogtype")) == 2
    return marked or "置顶" in label or "proweibotop" in blog.get("_card", "")


def entity_of(user: dict[str, Any]) -> Entity:
    """The certified organisation of a profile; a person's certification names none."""
    kind = whole(user.get("verified_type"))
    organisation = user.get("verified") is not False and kind is not None and 1 <= kind <= 7
    return certified(user.get("verified_reason")) if organisation else Entity()


def certification_of(user: dict[str, Any]) -> Presence:
    """Whether an organisation is certified; a profile that does not say so leaves it open."""
    kind = whole(user.get("verified_type"))
    if user.get("verified") is False or kind in (-1, 0):
        return Presence.ABSENT
    known = kind is not None and 1 <= kind <= 7
    return Presence.PRESENT if known else Presence.UNDETERMINED


def _menu(user: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """The entries of the toolbar with where they lead; those with entries below lead nowhere."""
    for entry in map(mapping, listing(user.get("toolbar_menus"))):
        if plain(entry.get("name")) not in _BUTTONS:
            yield entry.get("name"), dig(entry, "params", "scheme") or entry.get("scheme")
        for below in map(mapping, listing(dig(entry, "params", "menu_list"))):
            yield below.get("name"), dig(below, "params", "scheme") or below.get("scheme")


def _interactions(user: dict[str, Any]) -> Interactions:
    menus = [mapping(entry) for entry in listing(user.get("toolbar_menus"))]
    if not menus:
        return Interactions()
    names = [plain(entry.get("name")) for entry in menus]
    own = [name for name in names if name and name not in _BUTTONS]
    own += [
        plain(dig(sub, "name")) for m in menus for sub in listing(dig(m, "params", "menu_list"))
    ]
    return Interactions(
        menu=presence(bool(own)),
        message=presence(any(name in ("聊天", "私信") for name in names)),
        comments=Presence.UNDETERMINED,
        consult=presence(consults(own)),
    )


def _from_page(page: Page, asked: Asked) -> AccountReading | None:
    state = assigned(page.source, "$render_data")
    shown = mapping(listing(state)[0]) if listing(state) else {}
    if shown.get("status"):
        return _from_json({"ok": 1, "data": {"status": shown["status"]}}, asked)
    said = next((words for words in _GONE if words in page.source[:60_000]), None)
    if said is not None and not page.tree.css("div.c[id^=M_]"):
        return refusal(PLATFORM, AccessState.DELETED, said)
    return weibo_pages.read_page(page, asked) or weibo_pc.read_page(page, asked)


_READER: Final = Reader(PLATFORM, _from_json, _from_page)
