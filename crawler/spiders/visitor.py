"""Opens the pages of one site: fetches, reads once, keeps the body in the store, counts.

Pages are opened in batches. Within a batch the order of the records is the order of the
requests, whatever the network does, so that two nights over an unchanged site look alike.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from crawler.extract.facts import PageKind
from crawler.fetch.access import AccessState
from crawler.fetch.capture import Hop
from crawler.fetch.origins import origin_of
from crawler.links_judged import Outcome
from crawler.spiders import plan, result
from crawler.spiders.recall import CARRIED, NOT_MODIFIED
from crawler.spiders.result import PageRecord
from crawler.spiders.said import Said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crawler.extract.access import NotFoundFingerprint
    from crawler.extract.facts import PageFacts, PageLink
    from crawler.fetch.capture import Capture, Fetch
    from crawler.spiders.plan import PageRequest
    from crawler.spiders.reading import Reader
    from crawler.spiders.recall import Again, Recall

AT_ONCE = 6
REDIRECTS_IN_PAGES = 3
SCRIPT_CAP = 1024 * 1024
# Only the home page's links are stored with it, only a service page's lead on: the rest is dead
# weight in a record, and kept beside it until the links are checked.
_KEEPS_LINKS = frozenset({result.HOME, result.FRAME, result.SERVICE, result.GUIDE})


@dataclass(slots=True)
class Visitor:
    """One site, one night. `keep` stores a body and gives its SHA-256; `left` is the number of

    pages that may still be opened, `kept` of them later only; `recall` is what an earlier night
    knew of them.
    """

    fetch: Fetch
    reader: Reader
    keep: Callable[[bytes], str]
    left: int
    recall: Recall | None = None
    kept: int = 0
    records: list[PageRecord] = field(default_factory=list)
    at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    linked: dict[str, tuple[PageLink, ...]] = field(default_factory=dict)
    """What each page that was read links to: records of most pages do not keep it."""
    _known: dict[str, PageRecord] = field(default_factory=dict)
    _entered: set[int] = field(default_factory=set)
    """Which of the known records stand among `records`, by identity: a page may be asked for often."""
    _fingerprints: dict[str, Any] = field(default_factory=dict)

    @property
    def free(self) -> int:
        """Pages that may be opened now."""
        return max(self.left - self.kept, 0)

    def known(self, url: str) -> PageRecord | None:
        """The record of a page that was opened already, under any role."""
        return self._known.get(url)

    async def open(self, request: PageRequest) -> PageRecord | None:
        """One page; None when the budget of the site is spent."""
        opened = await self.open_all([request])
        return opened[0] if opened else None

    async def open_all(self, requests: Iterable[PageRequest]) -> list[PageRecord]:
        """Several pages, as many as the budget allows, in the order of the requests."""
        asked = list(dict.fromkeys(requests))
        unknown = {one.url: one for one in reversed(asked) if one.url not in self._known}
        fresh = list(reversed(unknown.values()))[: self.free]
        self.left -= len(fresh)
        due = [one for one in fresh if not self._stands(one)]
        read = await asyncio.gather(*(self._load(request) for request in due))
        self._known.update({one.url: record for one, record in zip(due, read, strict=True)})
        return [self._under(one) for one in asked if one.url in self._known]

    async def learn_not_found(self, url: str, seed: str) -> None:
        """Ask the host of `url` for a page that cannot exist, and remember the answer (trap 28)."""
        origin = origin_of(url)
        if origin in self._fingerprints or self.left <= 0:
            return
        self.left -= 1
        request = plan.PageRequest(plan.not_found_address(url, seed), result.NOT_FOUND, url)
        capture = await self.fetch.get(request.url)
        self._fingerprints[origin] = self.reader.fingerprint(capture)
        read, facts = self.reader.read(capture)
        self.records.append(self.record(request, read, Said.of(facts) if facts else None))

    def fingerprint(self, url: str) -> Any:
        """What the host answers for a page that cannot exist; None where it is not known."""
        return self._fingerprints.get(origin_of(url))

    def masks_not_found(self, home: PageRecord) -> bool:
        """Whether the host of the home page hides missing pages behind a good status."""
        return self.fingerprint(home.capture.final_url) is not None

    def is_soft_404(self, capture: Capture) -> bool:
        """Whether an answer is the host's not-found page under a good status."""
        read, _ = self.read(capture, result.ARTICLE)
        return read.access is AccessState.SOFT_404

    def outcome(self, url: str) -> Outcome | None:
        """What asking for `url` gave tonight, if it was asked for."""
        known = self._known.get(url)
        if known is None:
            return None
        capture = known.capture
        seen = capture.fetched_at if capture.detail == CARRIED else None
        return Outcome(capture.access, capture.status, capture.detail[:80], seen=seen)

    async def script(self, url: str, parent: str) -> str:
        """The text of a script or included file; empty when it could not be had."""
        if self.left <= 0:
            return ""
        self.left -= 1
        capture = await self.fetch.get(url, headers={"Referer": parent})
        request = plan.PageRequest(url, result.SCRIPT, parent)
        self.records.append(self.record(request, capture, None))
        return self.reader.text(capture, SCRIPT_CAP) if capture.good else ""

    def record(self, request: PageRequest, capture: Capture, said: Said | None) -> PageRecord:
        """The record of a capture; its body goes to the store."""
        body = capture.body
        told = self._told(request, replace(capture, body=b"", screenshot=None), said)
        told.sha256, told.size = self.keep(body) if body else "", len(body)
        return told

    def _told(self, request: PageRequest, capture: Capture, said: Said | None) -> PageRecord:
        facts = said.facts if said is not None else None
        if said is not None and said.links:
            self.linked.setdefault(capture.final_url, said.links)
            # A registered column of services is asked for as a column and leads on all the same.
            leads_on = said.facts.page_kind is PageKind.SERVICE_GUIDE
            if request.role in _KEEPS_LINKS or leads_on:
                facts = said.whole()
        return PageRecord(
            capture=capture,
            role=role_of(request.role, facts),
            facts=facts,
            parent_url=request.parent,
            column=request.column,
            written=(facts, said) if said is not None and facts is not None else None,
        )

    def read(self, capture: Capture, role: str) -> tuple[Capture, PageFacts | None]:
        """Read a capture; a home page that answers for every address is still a home page."""
        return self.reader.read(capture, self._against(capture, role))

    def _against(self, capture: Capture, role: str) -> NotFoundFingerprint | None:
        """What a page is compared with, to be told from a missing one."""
        front = role == result.HOME or plan.is_front(capture.url)
        return None if front else self.fingerprint(capture.final_url)

    async def _load(self, request: PageRequest) -> PageRecord:
        async with self.at_once:
            found = await self._follow(request)
        if isinstance(found, tuple):
            return self.record(request, *found)
        return self._used_again(request, found)

    def _stands(self, request: PageRequest) -> bool:
        """Whether what an earlier night saw of a page is recent enough; it is known then."""
        if self.recall is None:
            return False
        again = self.recall.standing(request, lambda one: self._against(one, request.role))
        if again is None:
            return False
        self._known[request.url] = self._used_again(request, again)
        return True

    def _used_again(self, request: PageRequest, again: Again) -> PageRecord:
        told = self._told(request, again.capture, again.said)
        told.sha256, told.size = again.sha256, again.size
        return told

    async def _follow(self, request: PageRequest) -> tuple[Capture, Said | None] | Again:
        """Fetch and read; redirects that stand in the page itself are followed like others."""
        headers = {"Referer": request.parent} if request.parent else {}
        first = await self.fetch.get(request.url, headers={**headers, **self._conditions(request)})
        if first.status == NOT_MODIFIED and self.recall is not None:
            confirmed = self.recall.confirmed(first, lambda one: self._against(one, request.role))
            if confirmed is not None:
                return confirmed
            first = await self.fetch.get(request.url, headers=headers)
        found = self._read(first, request.role)
        capture, said = _both(found)
        seen = {request.url, capture.final_url}
        for _ in range(REDIRECTS_IN_PAGES):
            target = said.facts.redirect if said is not None else None
            if not target or target in seen:
                break
            seen.add(target)
            passed = (*capture.chain, Hop(capture.final_url, capture.status or 200))
            reached = await self.fetch.get(target, headers={"Referer": capture.final_url})
            reached = replace(reached, url=request.url, chain=passed + reached.chain)
            found = self._read(reached, request.role)
            capture, said = _both(found)
        return found

    def _conditions(self, request: PageRequest) -> dict[str, str]:
        return self.recall.conditions(request) if self.recall is not None else {}

    def _read(self, capture: Capture, role: str) -> tuple[Capture, Said | None] | Again:
        if self.recall is None:
            read, facts = self.read(capture, role)
            return read, Said.of(facts) if facts is not None else None
        return self.recall.read(capture, self._against(capture, role))

    def _under(self, request: PageRequest) -> PageRecord:
        """The page under the wanted role: one fetch may serve two roles."""
        record = self._known[request.url]
        role = role_of(request.role, record.facts)
        if (record.role, record.column) != (role, request.column):
            record = replace(record, role=role, column=request.column, parent_url=request.parent)
        if id(record) not in self._entered:
            self._entered.add(id(record))
            self.records.append(record)
        return record


def _both(found: tuple[Capture, Said | None] | Again) -> tuple[Capture, Said | None]:
    return found if isinstance(found, tuple) else (found.capture, found.said)


def role_of(role: str, facts: PageFacts | None) -> str:
    """What a page turned out to be: a column with letters is a board, a guide without elements

    is one more page of services.
    """
    if role == result.GUIDE and facts is not None and facts.guide is None:
        return result.SERVICE
    if role in {result.COLUMN, result.CHANNEL} and facts is not None:
        letters = facts.page_kind is PageKind.MESSAGE_BOARD or bool(facts.letters)
        return result.BOARD if letters else role
    return role
