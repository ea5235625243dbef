"""A second look through a real browser, once, where evidence says plain HTTP saw too little."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crawler.fetch.access import AccessState
from crawler.spiders import result
from crawler.spiders.plan import PageRequest
from crawler.spiders.said import Said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.extract.facts import PageFacts
    from crawler.spiders.result import PageRecord
    from crawler.spiders.visitor import Visitor

BROWSER_OFF = "browser_off"
_REFUSED = frozenset({AccessState.CHALLENGE, AccessState.EMPTY_SHELL})


@dataclass(slots=True)
class Renderer:
    """The browser budget of one site for one night: `left` pages."""

    visitor: Visitor
    left: int

    async def look_again(self, records: Iterable[PageRecord]) -> None:
        """Render those that want it, in order, while the budget lasts."""
        for record in records:
            if wants_browser(record):
                await self._render(record)

    async def _render(self, record: PageRecord) -> None:
        if self.left <= 0:
            return
        self.left -= 1
        rendered = (await self.visitor.fetch.browse(record.capture.url))[0]
        if rendered.detail == BROWSER_OFF:
            _note_blindness(record)
            return
        request = PageRequest(record.capture.url, record.role, record.parent_url, record.column)
        capture, facts = self.visitor.read(rendered, record.role)
        said = Said.of(facts) if facts is not None else None
        self._settle(record, self.visitor.record(request, capture, said))

    def _settle(self, plain: PageRecord, rendered: PageRecord) -> None:
        """Keep both captures; the facts and the role go to the better one."""
        loser = replace(rendered)
        if better(rendered, plain):
            loser = replace(plain)
            plain.capture, plain.facts, plain.role = (
                rendered.capture,
                rendered.facts,
                rendered.role,
            )
            plain.sha256, plain.size = rendered.sha256, rendered.size
        loser.role, loser.facts, loser.parent_url = result.PLAIN, None, plain.capture.url
        self.visitor.records.append(loser)


def wants_browser(record: PageRecord) -> bool:
    """True where a browser may see what plain HTTP did not: a challenge, a shell, a script's

    list, or a list that looks blank (a blank must be seen blank by a browser).
    """
    if record.capture.rendered:
        return False
    if record.capture.access in _REFUSED:
        return True
    facts = record.facts
    if facts is None or not record.good:
        return False
    listing = record.role in {result.COLUMN, result.BOARD}
    blank = listing and facts.blank_list and not (facts.rows or facts.letters)
    return facts.needs_browser or blank


def better(rendered: PageRecord, plain: PageRecord) -> bool:
    """Whether the browser read the page at least as well."""
    if not rendered.good or rendered.facts is None:
        return False
    if not plain.good or plain.facts is None:
        return True
    return _weight(rendered.facts) >= _weight(plain.facts)


def _weight(facts: PageFacts) -> tuple[int, int]:
    dated = sum(row.date is not None for row in facts.rows)
    return dated, len(facts.rows) + len(facts.letters)


def _note_blindness(record: PageRecord) -> None:
    if not record.good and BROWSER_OFF not in record.capture.detail:
        detail = f"{record.capture.detail} {BROWSER_OFF}".strip()
        record.capture = replace(record.capture, detail=detail)
