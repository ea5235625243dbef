"""From a capture to its facts, and to the access state that both together give."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crawler.extract.access import NotFoundFingerprint, fingerprint_of
from crawler.extract.decode import decode
from crawler.extract.document import parse
from crawler.extract.page import read_page
from crawler.fetch.access import AccessState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crawler.extract.facts import PageFacts
    from crawler.fetch.capture import Capture

# Network states in whose body a challenge or a rate limit may say more than the status.
_TELLING = frozenset({AccessState.BLOCKED, AccessState.SERVER_ERROR})
_FINER = frozenset({AccessState.CHALLENGE, AccessState.RATE_LIMITED, AccessState.BLOCKED})


@dataclass(frozen=True, slots=True)
class Reader:
    """How the pages of a run are read."""

    as_of: datetime
    parse_cap: int

    def read(
        self,
        capture: Capture,
        fingerprint: NotFoundFingerprint | None = None,
        headers: Sequence[tuple[str, str]] | None = None,
    ) -> tuple[Capture, PageFacts | None]:
        """The capture under its final access state, and its facts when the page was had.

        The network's word stands unless it is `ok`; then the body decides. A refusal's body may
        only make it finer. `fingerprint` is what the host answers for a page that cannot exist,
        `headers` stand for those of the capture where somebody wants to know who looks at them.
        """
        if not capture.good:
            return self._finer(capture), None
        facts = self._facts(capture, fingerprint, headers)
        capture = replace(capture, encoding=facts.encoding)
        if facts.access is not AccessState.OK:
            capture = capture.with_access(facts.access, facts.access_detail)
        return capture, facts

    def fingerprint(self, capture: Capture) -> NotFoundFingerprint | None:
        """What to remember of a host's answer for a page that cannot exist.

        None when the answer has an honest status, or was refused or challenged.
        """
        read, _ = self.read(capture)
        if read.access not in {AccessState.OK, AccessState.SOFT_404}:
            return None
        text = self.text(capture, self.parse_cap)
        return fingerprint_of(parse(text, url=capture.final_url))

    def text(self, capture: Capture, most: int) -> str:
        """The decoded text of a script or an included file."""
        return decode(capture.body[:most], capture.header("Content-Type")).text

    def _finer(self, capture: Capture) -> Capture:
        if capture.access not in _TELLING or not capture.body:
            return capture
        facts = self._facts(capture, None)
        if facts.access in _FINER and facts.access is not capture.access:
            return capture.with_access(facts.access, f"{capture.detail} {facts.access_detail}")
        return capture

    def _facts(
        self,
        capture: Capture,
        fingerprint: NotFoundFingerprint | None,
        headers: Sequence[tuple[str, str]] | None = None,
    ) -> PageFacts:
        return read_page(
            capture.body,
            url=_address(capture),
            as_of=self.as_of,
            content_type=capture.header("Content-Type"),
            status=capture.status,
            headers=capture.headers if headers is None else headers,
            fingerprint=fingerprint,
            parse_cap=self.parse_cap,
            truncated=capture.truncated,
        )


def _address(capture: Capture) -> str:
    """Where the page lies, with the fragment that was asked for: gkmlpt tells columns by it."""
    asked, _, fragment = capture.url.partition("#")
    return capture.url if fragment and asked == capture.final_url else capture.final_url
