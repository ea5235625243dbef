"""The way every payload goes: bounds, refusals, then the platform's own JSON or page reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crawler.fetch.access import AccessState
from crawler.platforms.payload import (
    LARGEST,
    decode,
    first,
    mapping,
    markup,
    parse_json,
    unwrapped_text,
    whole,
)
from crawler.platforms.readings import Asked, drift, merge, refusal
from crawler.platforms.refusals import by_address, by_answer, by_page, by_sentence, by_status

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from selectolax.lexbor import LexborHTMLParser

    from crawler.platforms.observation import AccountReading

_MOST_PARTS: Final = 50
# What a page's own reader may say without the common refusals being asked.
_SETTLED: Final = frozenset([AccessState.OK, AccessState.DELETED, AccessState.NOT_FOUND])


@dataclass(frozen=True, slots=True)
class Page:
    """One HTML page: its tree and its source."""

    tree: LexborHTMLParser
    source: str


@dataclass(frozen=True, slots=True)
class Reader:
    """How one platform is read. `from_json` always answers; `from_page` answers None for a page

    that it does not recognise.
    """

    platform: str
    from_json: Callable[[Any, Asked], AccountReading]
    from_page: Callable[[Page, Asked], AccountReading | None]

    def read(self, payload: bytes, *, url: str, as_of: datetime) -> AccountReading:
        """What the payload says; every fault of it comes back as an access state."""
        if len(payload) > LARGEST:
            return refusal(self.platform, AccessState.TOO_LARGE, f"{len(payload)} bytes")
        turned_away = by_address(url)
        if turned_away is not None:
            return refusal(self.platform, turned_away, url)
        text = unwrapped_text(decode(payload).strip())
        if not text:
            return refusal(self.platform, AccessState.EMPTY_UNPROVEN, "empty_body")
        return self._read_text(text, Asked(url, as_of))

    def _read_text(self, text: str, asked: Asked) -> AccountReading:
        if text[0] in "{[":
            return self._read_json(text, asked)
        if "<" in text:
            return self._read_page(text, asked)
        if text.strip("\"' .!").lower() == "blocked":
            return refusal(self.platform, AccessState.BLOCKED, "blocked")
        said = by_sentence(text)
        return refusal(self.platform, said, text) if said else drift(self.platform, "plain_text")

    def _read_json(self, text: str, asked: Asked) -> AccountReading:
        value = parse_json(text)
        if isinstance(value, list):
            return self._read_parts(value, asked)
        if not isinstance(value, dict):
            return drift(self.platform, "json")
        return self._read_answer(value, asked)

    def _read_answer(self, value: dict[str, Any], asked: Asked) -> AccountReading:
        """One answer, perhaps noted down with its HTTP status and headers."""
        noted = _noted_refusal(value)
        answer = _unwrapped(value)
        if not isinstance(answer, dict):
            return refusal(self.platform, noted or AccessState.EMPTY_UNPROVEN, "empty_body")
        walled = noted or by_answer(answer)
        return refusal(self.platform, walled) if walled else self.from_json(answer, asked)

    def _read_parts(self, parts: list[Any], asked: Asked) -> AccountReading:
        """Several payloads in one array, each perhaps wrapped with its HTTP status."""
        found = [part for part in parts[:_MOST_PARTS] if isinstance(part, dict)]
        readings = [self._read_answer(part, asked) for part in found]
        return merge(self.platform, readings, asked) if readings else drift(self.platform, "array")

    def _read_page(self, text: str, asked: Asked) -> AccountReading:
        page = Page(markup(text), text)
        reading = self.from_page(page, asked)
        if reading is not None and reading.access in _SETTLED:
            return reading
        refused = by_page(page.tree, text)
        if refused is not None:
            return refusal(self.platform, refused)
        return reading or _unread(self.platform, page)


def _unwrapped(part: dict[str, Any]) -> Any:
    return part.get("body") if _is_noted(part) else part


def _is_noted(part: dict[str, Any]) -> bool:
    return ("http" in part or "http_status" in part) and "body" in part


def _noted_refusal(part: dict[str, Any]) -> AccessState | None:
    """What the noted status and headers of an answer say, where they were noted."""
    if not _is_noted(part):
        return None
    headers = {str(name).lower() for name in mapping(part.get("headers"))}
    if headers & {"verifytype", "verifyuuid"}:
        return AccessState.CHALLENGE
    return by_status(whole(first(part, "http", "http_status")))


def _unread(platform: str, page: Page) -> AccountReading:
    scripted = page.tree.css_first("script") is not None
    state = AccessState.EMPTY_SHELL if scripted else AccessState.PARSE_DRIFT
    return refusal(platform, state, "page")
