"""What a page says, as a patrol hands it on from reading to recording."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.extract.facts import PageFacts, PageLink


@dataclass(frozen=True, slots=True)
class Said:
    """The facts of a page without its links, and the links.

    `text` and `links_text` are how both are stored (`crawler.pagecodec`), where that was written
    already.
    """

    facts: PageFacts
    links: tuple[PageLink, ...] = ()
    text: bytes = b""
    links_text: bytes = b""

    @classmethod
    def of(cls, facts: PageFacts) -> Said:
        """Facts with their links, just read."""
        return cls(replace(facts, links=()), facts.links)

    def whole(self) -> PageFacts:
        """The facts with their links."""
        return replace(self.facts, links=self.links)
