"""The App Store's public lookup: who sells an APP. A version's date is no content date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crawler.fetch.access import AccessState
from crawler.platforms.dispatch import Page, Reader
from crawler.platforms.observation import AccountReading, Entity, EntityKind
from crawler.platforms.payload import first, identifier, listing, mapping, plain, whole
from crawler.platforms.readings import Asked, drift, refusal
from crawler.platforms.refusals import by_sentence

if TYPE_CHECKING:
    from datetime import datetime

PLATFORM: Final = "app"


def read(payload: bytes, *, url: str = "", as_of: datetime) -> AccountReading:
    """Name and seller of an APP; never a post."""
    return _READER.read(payload, url=url, as_of=as_of)


def _from_json(value: dict[str, Any], asked: Asked) -> AccountReading:
    del asked
    if not isinstance(value.get("results"), list):
        said = plain(first(value, "errorMessage", "message"))
        state = by_sentence(said) or AccessState.BLOCKED
        return refusal(PLATFORM, state, said) if said else drift(PLATFORM, "no_results")
    found = mapping(next(iter(value["results"]), None))
    if not listing(value["results"]) or whole(value.get("resultCount")) == 0:
        return refusal(PLATFORM, AccessState.EMPTY_UNPROVEN, "not_in_this_storefront")
    seller = plain(first(found, "sellerName", "artistName"))
    return AccountReading(
        PLATFORM,
        account_name=plain(found.get("trackName")) or None,
        account_id=identifier(first(found, "trackId", "bundleId")) or None,
        entity=Entity(seller, EntityKind.REGISTERED) if seller else Entity(),
    )


def _from_page(page: Page, asked: Asked) -> AccountReading | None:
    del page, asked
    return None


_READER: Final = Reader(PLATFORM, _from_json, _from_page)
