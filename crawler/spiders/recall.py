"""What an earlier night knew of a site's pages, put to use tonight.

    Recall      one for a site and a night

Three ways to do less, each as true as a full night:

* a body that is the same, byte for byte, is not read again, where reading it would give the same;
* an article or a guide is asked for under the validators of its last answer; the server's word that
  nothing changed (304) counts as that answer, received again;
* an article or a guide that was read within the last nights stands for some nights without a
  request: its capture is entered tonight, too, under the time at which it was received.

The home page and all lists are fetched whole every night: some servers never change their
validators, and W3 and W4 are read off nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from crawler import pagecodec
from crawler.fetch.access import AccessState
from crawler.site_memory import KeptPage
from crawler.spiders import result
from crawler.spiders.said import Said
from crawler.spiders.watched_moment import watched
from crawler.store import CaptureMissingError
from crawler.turns import is_due

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crawler.extract.access import NotFoundFingerprint
    from crawler.extract.facts import PageFacts
    from crawler.fetch.capture import Capture
    from crawler.spiders.plan import PageRequest
    from crawler.spiders.reading import Reader

    Against = Callable[[Capture], NotFoundFingerprint | None]
    """What a page is compared with, to be told from a missing one."""

CARRIED: Final = "carried"
"""Detail of a capture for which no request was made tonight."""
CONFIRMED: Final = "http_304"
"""Detail of a capture whose body is still the same by the server's word."""
NOT_MODIFIED: Final = 304
_LASTING: Final = frozenset({result.ARTICLE, result.GUIDE, result.LETTER})
# Headers that say how or when an answer was sent, and nothing of what it is.
_PASSING: Final = frozenset(
    {
        "accept-ranges", "age", "cache-control", "connection", "content-length", "date", "etag",
        "expires", "keep-alive", "last-modified", "transfer-encoding", "vary",
    }
)  # fmt: skip


class Bodies(Protocol):
    """Where bodies lie: `crawler.store.CaptureStore`."""

    def exists(self, name: str) -> bool:
        """Whether it is there."""
        ...

    def get(self, name: str) -> bytes:
        """The body; raises CaptureMissingError."""
        ...


@dataclass(frozen=True, slots=True)
class Again:
    """A page that is used again: its capture for tonight, without the body; what it says."""

    capture: Capture
    said: Said
    sha256: str
    size: int


@dataclass(slots=True)
class Recall:
    """`kept` is what an earlier night left; an article stands for fewer than `nights` nights.

    `fresh` is what tonight leaves to the next one. `trusted` turns false when the home page is not
    had: then everything is to be seen anew.
    """

    reader: Reader
    kept: Mapping[str, KeptPage]
    store: Bodies
    nights: int
    fresh: dict[str, KeptPage] = field(default_factory=dict)
    trusted: bool = True

    def standing(self, request: PageRequest, against: Against) -> Again | None:
        """The page without a request; None where one is due."""
        page = self._lasting(request)
        if page is None:
            return None
        seen = page.capture
        if is_due(seen.url, seen.fetched_at, self.reader.as_of, self.nights):
            return None
        found = self._again(page, replace(seen, detail=CARRIED), against)
        return found if found is not None and _is_settled(request.role, found.said.facts) else None

    def conditions(self, request: PageRequest) -> dict[str, str]:
        """Headers that ask for the page only if it changed since it was last received."""
        page = self._lasting(request)
        if page is None or page.capture.chain or not self.store.exists(page.sha256):
            return {}
        validators = {
            "If-None-Match": page.capture.header("ETag"),
            "If-Modified-Since": page.capture.header("Last-Modified"),
        }
        return {name: value for name, value in validators.items() if value}

    def confirmed(self, answer: Capture, against: Against) -> Again | None:
        """The page that a 304 speaks of; None when it is another, or not at hand any more."""
        page = self.kept.get(answer.url)
        if page is None or answer.chain or answer.final_url != page.capture.final_url:
            return None
        told = replace(
            page.capture,
            fetched_at=answer.fetched_at,
            elapsed=answer.elapsed,
            vantage=answer.vantage,
            headers=_renewed(page.capture.headers, answer.headers),
            detail=CONFIRMED,
        )
        return self._again(page, told, against)

    def read(
        self, capture: Capture, fingerprint: NotFoundFingerprint | None
    ) -> tuple[Capture, Said | None] | Again:
        """As `Reader.read`; what was read before is read again only where that could matter.

        A page whose body lies in the store comes back without it.
        """
        if not capture.good or capture.status != 200:
            plain, facts = self.reader.read(capture, fingerprint)
            return plain, Said.of(facts) if facts is not None else None
        sha256 = hashlib.sha256(capture.body).hexdigest()
        key = self._key(capture, sha256, fingerprint)
        page = self.kept.get(capture.url)
        if page is not None and self._fits(page, key, capture):
            told = replace(capture, encoding=page.capture.encoding, body=b"", screenshot=None)
            self._leave(page, told)
            if self.store.exists(sha256):
                return Again(told, _said(page), sha256, page.size)
            return replace(told, body=capture.body), _said(page)
        moment, days = watched(self.reader.as_of)
        headers = _Headers(capture.headers)
        read, facts = replace(self.reader, as_of=moment).read(capture, fingerprint, headers)
        if facts is None:
            return read, None
        said = Said.of(facts)
        if read.access is AccessState.OK:
            marks = _digest(capture.headers) if headers.asked else ""
            text, links = pagecodec.dump_page(said.facts), pagecodec.dump_links(said.links)
            said = replace(said, text=text, links_text=links)
            left = replace(read, body=b"", detail="")
            size = len(capture.body)
            self.fresh[read.url] = KeptPage(left, sha256, size, key, marks, days, text, links)
        return read, said

    def _lasting(self, request: PageRequest) -> KeptPage | None:
        """What is kept of a page of a kind that does not change from night to night."""
        if not self.trusted or request.role not in _LASTING:
            return None
        return self.kept.get(request.url)

    def _again(self, page: KeptPage, capture: Capture, against: Against) -> Again | None:
        """A kept page under tonight's capture; its body is read again where the day asks for it."""
        fingerprint = against(capture)
        if self._fits(page, self._key(capture, page.sha256, fingerprint), capture):
            if not self.store.exists(page.sha256):
                return None
            self._leave(page, capture)
            return Again(capture, _said(page), page.sha256, page.size)
        try:
            body = self.store.get(page.sha256)
        except CaptureMissingError:
            return None
        found = self.read(replace(capture, body=body), fingerprint)
        if isinstance(found, Again):
            return found
        read, said = found
        if said is None or read.access is not AccessState.OK:
            return None
        return Again(replace(read, body=b""), said, page.sha256, page.size)

    def _leave(self, page: KeptPage, capture: Capture) -> None:
        """Leave a page to the next night, as it was received last; `capture` is tonight's of it."""
        if capture.detail != CARRIED:
            left = replace(capture, detail="") if capture.detail else capture
            page = replace(page, capture=left)
        self.fresh[capture.url] = page

    def _fits(self, page: KeptPage, key: str, capture: Capture) -> bool:
        """Whether reading would give what is kept."""
        if page.key != key or not page.days.hold(self.reader.as_of):
            return False
        return not page.headers or page.headers == _digest(capture.headers)

    def _key(self, capture: Capture, sha256: str, fingerprint: NotFoundFingerprint | None) -> str:
        parts = (
            sha256,
            capture.url,
            capture.final_url,
            capture.header("Content-Type"),
            f"{capture.status} {capture.truncated} {self.reader.parse_cap}",
            _marked(fingerprint) if fingerprint is not None else "",
        )
        return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def _said(page: KeptPage) -> Said:
    facts, links = pagecodec.load_page(page.facts), pagecodec.load_links(page.links)
    return Said(facts, links, page.facts, page.links)


class _Headers(Sequence[tuple[str, str]]):
    """Headers that note whether anybody looked at them."""

    def __init__(self, headers: tuple[tuple[str, str], ...]) -> None:
        self._headers = headers
        self.asked = False

    def __getitem__(self, place: Any) -> Any:
        self.asked = True
        return self._headers[place]

    def __len__(self) -> int:
        self.asked = True
        return len(self._headers)


def _is_settled(role: str, facts: PageFacts) -> bool:
    """Whether such a page says all it ever will: a date, an answer, the elements of a guide."""
    if role == result.GUIDE:
        return facts.guide is not None
    if role == result.LETTER:
        return bool(facts.letters) and all(one.replied_on for one in facts.letters)
    return facts.published_on is not None


def _renewed(
    kept: tuple[tuple[str, str], ...], told: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    """The headers of the kept answer, with what a 304 says anew in their place (RFC 9111, 3.2)."""
    new = {name.lower() for name, _ in told} - {"content-length", "content-encoding"}
    old = [pair for pair in kept if pair[0].lower() not in new]
    return (*old, *(pair for pair in told if pair[0].lower() in new))


def _digest(headers: tuple[tuple[str, str], ...]) -> str:
    told = [f"{name.lower()}: {value}" for name, value in headers]
    kept = sorted(one for one in told if one.partition(":")[0] not in _PASSING)
    return hashlib.sha256("\n".join(kept).encode("utf-8", "replace")).hexdigest()


@lru_cache(maxsize=1024)
def _marked(fingerprint: NotFoundFingerprint) -> str:
    words = " ".join(sorted(fingerprint.words))
    return f"{fingerprint.text_length} {fingerprint.title} {words}"
