"""What one target's patrol hands to the pipeline: plain data, nothing open, no body in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.fetch.access import AccessState
from crawler.pagecodec import with_links

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checks.facts import LinkReading
    from crawler.extract.facts import PageFacts
    from crawler.fetch.capture import Capture
    from crawler.platforms.observation import Observation
    from crawler.site_memory import KeptPage
    from crawler.spiders.said import Said

HOME, COLUMN, LIST_DATA, ARTICLE = "home", "column", "list_data", "article"
BOARD, LETTER, CHANNEL, GUIDE, SERVICE = "board", "letter", "channel", "guide", "service"
FRAME, SCRIPT, NOT_FOUND, VARIANT, SOURCE = "frame", "script", "not_found", "variant", "source"
PLAIN = "plain"
"""The plain HTTP answer that a rendered page took the place of, or a rendering that lost."""

ROLES = (
    VARIANT, PLAIN, HOME, FRAME, LIST_DATA, SCRIPT, NOT_FOUND, COLUMN, CHANNEL, BOARD,
    LETTER, SERVICE, GUIDE, ARTICLE, SOURCE,
)  # fmt: skip


@dataclass(slots=True)
class PageRecord:
    """One capture with its role. The body lies in the capture store under `sha256`.

    `facts` of a home or column page already hold what its frames, list data and footer
    scripts say; those captures are records of their own, with `parent_url` naming the page.
    `column` is the address of the column (`ColumnSeen.url`) it belongs to, or empty.
    """

    capture: Capture
    role: str
    facts: PageFacts | None = None
    parent_url: str = ""
    column: str = ""
    sha256: str = ""
    size: int = 0
    screenshot: str = ""
    written: tuple[PageFacts, Said] | None = None
    """What was read, and the facts out of it that the record began with."""

    @property
    def text(self) -> bytes:
        """How the facts are stored, of the home page alone with its links (`crawler.pagecodec`);

        empty where it was not written yet, or the facts were merged with others since.
        """
        facts, said = self.written or (None, None)
        if facts is None or said is None or facts is not self.facts or not said.text:
            return b""
        if self.role == HOME and facts.links:
            return with_links(said.text, said.links_text)
        return said.text

    @property
    def good(self) -> bool:
        """True when the page was read well enough to be judged."""
        return self.capture.access is AccessState.OK and self.facts is not None


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """A column that was patrolled: a registered one with its id, or one found (id None)."""

    url: str
    name: str
    kind: str = ""
    level: int = 1
    id: int | None = None
    external: bool = False


@dataclass(slots=True)
class TargetResult:
    """Everything of one target in one run; stored in one transaction.

    `fresh` says that the target was seen; otherwise `reason` is a typed reason. `links` is
    None when links were not checked (the home page was not read); `memory` is what the next night
    may use again, None where that of an earlier night stays.
    """

    target_id: int
    fresh: bool
    access: AccessState
    reason: str = ""
    pages: list[PageRecord] = field(default_factory=list)
    columns: list[ColumnSeen] = field(default_factory=list)
    links: list[LinkReading] | None = None
    observation: Observation | None = None
    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0
    memory: Mapping[str, KeptPage] | None = None


def failed(target_id: int, access: AccessState, reason: str) -> TargetResult:
    """A target of which nothing was seen, for a typed reason."""
    return TargetResult(target_id, fresh=False, access=access, reason=reason)
