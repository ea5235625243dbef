"""一点号: the channel page's embedded list and its JSON (accounts.md 5.9).

Lists are cut to two items when the platform is suspicious: what is seen proves updates only.
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
    listing,
    mapping,
    plain,
    whole,
)
from crawler.platforms.readings import (
    EMPTY_LIST,
    Asked,
    When,
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

    from crawler.platforms.observation import AccountReading

PLATFORM: Final = "yidian"


def read(payload: bytes, *, url: str = "", as_of: datetime) -> AccountReading:
    """What one channel page or list answer says."""
    return _READER.read(payload, url=url, as_of=as_of)


def _from_json(value: dict[str, Any], asked: Asked) -> AccountReading:
    code = whole(value.get("code"))
    if code not in (None, 0):
        said = plain(first(value, "reason", "message", "msg") or "")
        state = by_sentence(said) or AccessState.BLOCKED
        return refusal(PLATFORM, state, said or f"code {code}")
    if "result" not in value:
        return drift(PLATFORM, "no_result")
    entries = [entry for entry in listing(value["result"]) if isinstance(entry, dict)]
    documents = [entry for entry in entries if first(entry, "docid", "itemid") is not None]
    if not documents:
        return refusal(PLATFORM, AccessState.EMPTY_UNPROVEN, EMPTY_LIST)
    return _documents(documents, asked)


def _documents(documents: list[dict[str, Any]], asked: Asked) -> AccountReading:
    owner = most_frequent(_channel(document) for document in documents)
    names = (dig(d, "wemedia_info", "name") for d in documents if _channel(d) == owner)
    posts = [
        make_post(
            first(document, "docid", "itemid"),
            first(document, "title", "summary"),
            f"https://www.yidianzixun.com/article/{identifier(first(document, 'docid', 'itemid'))}",
            When(when("", "", document.get("date"), asked).at, "api"),
            own=_channel(document) in ("", owner),
        )
        for document in documents
    ]
    name = next((plain(found) for found in names if plain(found)), "")
    return listed(PLATFORM, posts, asked, account_name=name or None, account_id=owner or None)


def _channel(document: dict[str, Any]) -> str:
    return identifier(dig(document, "wemedia_info", "channel_id"))


def _from_page(page: Page, asked: Asked) -> AccountReading | None:
    state = mapping(assigned(page.source, "yidian.docinfo"))
    return _from_json(state, asked) if isinstance(state.get("result"), list) else None


_READER: Final = Reader(PLATFORM, _from_json, _from_page)
