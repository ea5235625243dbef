"""Xiaohongshu: profile and note pages with embedded state, and their JSON (accounts.md 5.8).

The profile list carries no times: notes are dated by their ids, note pages by their own time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from crawler.fetch.access import AccessState
from crawler.platforms import xiaohongshu_old
from crawler.platforms.dispatch import Page, Reader
from crawler.platforms.observation import AccountReading, Entity, Post, PostKind, Presence
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
    certified,
    conclude,
    drift,
    listed,
    make_post,
    most_frequent,
    refusal,
    when,
)
from crawler.platforms.refusals import by_sentence

if TYPE_CHECKING:
    from datetime import datetime

PLATFORM: Final = "xiaohongshu"
_CODES: Final = {
    461: AccessState.CHALLENGE,
    471: AccessState.CHALLENGE,
    -100: AccessState.LOGIN_WALL,
    -101: AccessState.LOGIN_WALL,
    -104: AccessState.BLOCKED,
    -510000: AccessState.DELETED,
    -510001: AccessState.DELETED,
    300011: AccessState.BLOCKED,
    300012: AccessState.BLOCKED,
    300013: AccessState.RATE_LIMITED,
    300015: AccessState.BLOCKED,
}
_MISSING: Final = "访问的页面不见了"
_OWNER: Final = re.compile(r"(?:/user/profile/|user_id=)([0-9a-f]{24})", re.ASCII)


def read(payload: bytes, *, url: str = "", as_of: datetime) -> AccountReading:
    """What one Xiaohongshu payload or page says of its account."""
    return _READER.read(payload, url=url, as_of=as_of)


def _from_json(value: dict[str, Any], asked: Asked) -> AccountReading:
    refused = _refused(value)
    if refused is not None:
        return refused
    data = mapping(value.get("data"))
    if isinstance(data.get("notes"), list):
        return _listing(data, listing(data["notes"]), asked)
    if isinstance(data.get("items"), list):
        return _listing(data, listing(data["items"]), asked)
    if first(data, "basic_info", "basicInfo") is not None:
        return conclude(_profile(data), asked)
    if "nickname" in data and first(data, "userid", "red_id") is not None:
        return conclude(_profile({**data, "basic_info": data}), asked)
    return drift(PLATFORM, "no_known_shape")


def _refused(value: dict[str, Any]) -> AccountReading | None:
    code = whole(value.get("code"))
    said = plain(first(value, "msg", "message") or "")
    if code not in (None, 0) or value.get("success") is False:
        if "用户不存在" in said or "账号已注销" in said:
            return refusal(PLATFORM, AccessState.NOT_FOUND, NO_SUCH_ACCOUNT)
        state = _CODES.get(code or 0) or by_sentence(said) or AccessState.BLOCKED
        return refusal(PLATFORM, state, said or f"code {code}")
    if "data" in value and not value["data"]:
        # A pending captcha is answered as a success without data.
        return refusal(PLATFORM, AccessState.CHALLENGE, "success_without_data")
    return None


def _listing(data: dict[str, Any], entries: list[Any], asked: Asked) -> AccountReading:
    notes = [entry for entry in entries if isinstance(entry, dict)]
    owner = _owner(notes, "", asked)
    liked = any(mark in asked.url for mark in ("/like", "/collect"))
    posts = [_post(note, owner, asked, liked=liked) for note in notes]
    more = data.get("has_more")
    return listed(
        PLATFORM,
        posts,
        asked,
        account_name=_author_name(notes, owner),
        account_id=owner or None,
        has_more=more if isinstance(more, bool) else None,
    )


def _card(note: dict[str, Any]) -> dict[str, Any]:
    return mapping(_bare(first(note, "noteCard", "note_card"))) or note


def _bare(value: Any) -> Any:
    """The value inside a Vue reference, which a page's state may hold instead of itself."""
    for _ in range(5):
        inner = first(value, "_rawValue", "_value") if isinstance(value, dict) else None
        if inner is None:
            break
        value = inner
    return value


def _author(note: dict[str, Any]) -> dict[str, Any]:
    return mapping(_card(note).get("user"))


def _author_id(note: dict[str, Any]) -> str:
    return identifier(first(_author(note), "userId", "user_id", "userid", "id"))


def _owner(notes: list[dict[str, Any]], stated: str, asked: Asked) -> str:
    match = _OWNER.search(asked.url)
    return match[1] if match else stated or most_frequent(_author_id(note) for note in notes)


def _author_name(notes: list[dict[str, Any]], owner: str) -> str | None:
    authors = (_author(note) for note in notes if _author_id(note) == owner)
    return (
        next((plain(first(a, "nickname", "nickName", "nick_name")) for a in authors), None) or None
    )


def _post(note: dict[str, Any], owner: str, asked: Asked, *, liked: bool) -> Post:
    card = _card(note)
    ids = ("noteId", "note_id", "id")
    number = identifier(first(card, *ids)) or identifier(first(note, *ids))
    mine = _author_id(note) in ("", owner) and not liked
    inside = dig(_bare(first(card, "interactInfo", "interact_info")), "sticky")
    sticky = note.get("sticky") if inside is None else inside
    return make_post(
        number,
        first(card, "displayTitle", "display_title", "title", "desc"),
        f"https://www.xiaohongshu.com/explore/{number}" if number else "",
        when(PLATFORM, number, first(card, "time", "create_time", "publish_time"), asked),
        kind=PostKind.LIKED if liked else PostKind.ORIGINAL,
        pinned=sticky is True or yes(sticky),
        own=mine,
    )


def _profile(data: dict[str, Any]) -> AccountReading:
    basic = mapping(_bare(first(data, "basicInfo", "basic_info")))
    verify = mapping(_bare(first(data, "verifyInfo", "verify_info")))
    return AccountReading(
        PLATFORM,
        account_name=plain(first(basic, "nickname", "nick_name")) or None,
        account_id=identifier(first(basic, "userId", "user_id", "userid", "redId", "red_id"))
        or None,
        entity=_entity(basic, verify, data),
        certification=_certification(basic, verify, data),
    )


def _certification(*places: dict[str, Any]) -> Presence:
    """Type 0 is none; which of the others is an organisation is not settled (accounts.md 5.8)."""
    kinds = [first(p, "redOfficialVerifyType", "red_official_verify_type") for p in places]
    known = next((whole(kind) for kind in kinds if kind is not None), None)
    return Presence.ABSENT if known == 0 else Presence.UNDETERMINED


def _entity(*places: dict[str, Any]) -> Entity:
    """The certification's text, where the data has one; its type alone names nobody."""
    kinds = [first(p, "redOfficialVerifyType", "red_official_verify_type") for p in places]
    texts = [first(p, "redOfficialVerifyContent", "red_official_verify_content") for p in places]
    known = next((whole(kind) for kind in kinds if kind is not None), None)
    return Entity() if known == 0 else certified(next((text for text in texts if text), ""))


def _from_page(page: Page, asked: Asked) -> AccountReading | None:
    old = xiaohongshu_old.notes_of(page)
    if old is not None:
        return _told(*old, asked)
    state = mapping(assigned(page.source, "__INITIAL_STATE__"))
    details = _details(state)
    if details:
        return _listing({}, details, asked)
    user = mapping(_bare(state.get("user")))
    data = mapping(_bare(user.get("userPageData")))
    tabs = [_bare(tab) for tab in listing(_bare(user.get("notes")))]
    if not data and not any(tabs):
        # Refused visitors are sent to the same page as those who ask for what never was.
        missing = _MISSING in page.source[:20_000]
        return refusal(PLATFORM, AccessState.EMPTY_UNPROVEN, _MISSING) if missing else None
    return _told(data, tabs, asked)


def _told(data: dict[str, Any], tabs: list[Any], asked: Asked) -> AccountReading:
    """The profile with its tabs, or with one plain list of notes."""
    known = _profile(data)
    posts = _tabbed(tabs, known, asked)
    return listed(
        PLATFORM,
        posts,
        asked,
        account_name=known.account_name,
        account_id=_owner([], known.account_id or "", asked) or None,
        entity=known.entity,
        certification=known.certification,
    )


def _details(state: dict[str, Any]) -> list[dict[str, Any]]:
    """The notes of a note page. Without one the note may be gone or withheld: nobody can say."""
    found = mapping(_bare(dig(_bare(state.get("note")), "noteDetailMap")))
    notes = (mapping(_bare(mapping(_bare(entry)).get("note"))) for entry in found.values())
    return [note for note in notes if first(note, "noteId", "note_id", "id")]


def _tabbed(tabs: list[Any], known: AccountReading, asked: Asked) -> list[Post]:
    """Own notes stand in the first tab; the others hold what the account collected or liked."""
    flat = [note for note in tabs if isinstance(note, dict)]
    groups = (
        [[note for note in listing(tab) if isinstance(note, dict)] for tab in tabs]
        if not flat
        else [flat]
    )
    stated = known.account_id if re.fullmatch(r"[0-9a-f]{24}", known.account_id or "") else ""
    owner = _owner(groups[0] if groups else [], stated or "", asked)
    return [
        _post(note, owner, asked, liked=position > 0)
        for position, group in enumerate(groups)
        for note in group
    ]


_READER: Final = Reader(PLATFORM, _from_json, _from_page)
