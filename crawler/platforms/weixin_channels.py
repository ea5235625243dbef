"""WeChat Channels (视频号): single shares are public, the account's list is not.

accounts.md 5.2. What an owner exports from the client has the list's shape and is read too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crawler.fetch.access import AccessState
from crawler.platforms.dispatch import Page, Reader
from crawler.platforms.payload import (
    assigned,
    dig,
    first,
    identifier,
    link,
    listing,
    mapping,
    objects,
    plain,
    script_json,
    whole,
)
from crawler.platforms.readings import (
    Asked,
    When,
    certified,
    drift,
    listed,
    make_post,
    nickname,
    refusal,
    when,
)
from crawler.platforms.refusals import by_sentence, visible

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.platforms.observation import AccountReading, Entity, Post

PLATFORM: Final = "weixin-channels"
_GONE: Final = ("已被删除", "已删除", "不存在", "已下架", "无法观看", "不可见")


def read(payload: bytes, *, url: str = "", as_of: datetime) -> AccountReading:
    """What one shared post or exported list says."""
    return _READER.read(payload, url=url, as_of=as_of)


def _from_json(value: dict[str, Any], asked: Asked) -> AccountReading:
    data = mapping(value.get("data")) or value
    share = mapping(first(data, "feedInfo", "feed_info"))
    if share:
        return _share(share, mapping(first(data, "authorInfo", "author_info")), asked)
    for key in ("object", "list"):
        if isinstance(data.get(key), list):
            return _exported(listing(data[key]), asked)
    return _refused(value)


def _refused(value: dict[str, Any]) -> AccountReading:
    said = plain(first(value, "errMsg", "errmsg", "err_msg", "msg", "message") or "")
    code = whole(first(value, "errCode", "errcode", "ret", "code"))
    if any(words in said for words in _GONE):
        return refusal(PLATFORM, AccessState.DELETED, said)
    if code not in (None, 0):
        return refusal(PLATFORM, by_sentence(said) or AccessState.BLOCKED, f"{code} {said}")
    if "data" in value:
        return refusal(PLATFORM, AccessState.EMPTY_UNPROVEN, said or "no_feed_info")
    return drift(PLATFORM, "no_known_shape")


def _share(share: dict[str, Any], author: dict[str, Any], asked: Asked) -> AccountReading:
    number = identifier(first(share, "exportId", "export_id", "objectId", "id"))
    url = link(asked.url) if "/sph" in asked.url else ""
    stamp = first(share, "createtime", "createTime", "create_time")
    post = make_post(
        number or url, share.get("description"), url, When(when("", "", stamp, asked).at, "api")
    )
    name = plain(author.get("nickname"))
    return listed(PLATFORM, [post], asked, account_name=name or None, entity=nickname(name))


def _exported(entries: list[Any], asked: Asked) -> AccountReading:
    found = [entry for entry in entries if isinstance(entry, dict)]
    owner = next((mapping(e.get("contact")) or e for e in found), {})
    name = plain(owner.get("nickname"))
    return listed(
        PLATFORM,
        [_object(entry, identifier(owner.get("username")), asked) for entry in found],
        asked,
        account_name=name or None,
        account_id=identifier(owner.get("username")) or None,
        entity=_certified(owner) or nickname(name),
    )


def _certified(contact: dict[str, Any]) -> Entity | None:
    """The certificate of an organisation (icon 2); a person's (icon 1) names no entity."""
    info = mapping(contact.get("authInfo"))
    organisation = whole(info.get("authIconType")) == 2 and plain(info.get("authProfession"))
    return certified(info["authProfession"]) if organisation else None


def _object(entry: dict[str, Any], owner: str, asked: Asked) -> Post:
    author = identifier(dig(entry, "contact", "username"))
    stamp = first(entry, "createtime", "createTime", "create_time")
    return make_post(
        first(entry, "id", "objectId", "exportId"),
        dig(first(entry, "objectDesc", "desc"), "description"),
        "",
        When(when("", "", stamp, asked).at, "api"),
        own=author in ("", owner),
    )


def _from_page(page: Page, asked: Asked) -> AccountReading | None:
    state = assigned(page.source, "__INITIAL_STATE__") or script_json(page.tree, "__NEXT_DATA__")
    for obj in objects(state):
        share = mapping(first(obj, "feedInfo", "feed_info"))
        if share:
            return _share(share, mapping(first(obj, "authorInfo", "author_info")), asked)
    words = visible(page.tree, 400)
    gone = len(words) < 200 and any(said in words for said in _GONE)
    return refusal(PLATFORM, AccessState.DELETED, words) if gone else None


_READER: Final = Reader(PLATFORM, _from_json, _from_page)
