"""What an earlier night read of an account's sources, put to use tonight.

    AccountRecall    one for an account and a night

Every source is asked every night, and its answer is entered with tonight's run. Only where all that a
reading rests on is the same, byte for byte, and the moment makes no difference, the answer is not
read a second time; of a feed the clock that its bridge prints is no part. The readings lie in the account's last observation, each with its `grounds`: no
record of their own. What was refused, cut or not read well is read every night.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crawler import factcodec, platforms
from crawler.fetch.access import AccessState
from crawler.platforms.feed_clock import clockless
from crawler.platforms.observation import Grounds
from crawler.site_memory import extractor
from crawler.spiders.watched_clock import settled, watched_clock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crawler.fetch.capture import Capture
    from crawler.platforms.adapters.look import Reading, Task
    from crawler.platforms.observation import AccountReading, SourceReading
    from crawler.spiders.watched_clock import Span

_FORMAT: Final = "1"
_WELL: Final = 200


@dataclass(slots=True)
class AccountRecall:
    """`before` is the stored form of the last observation, or empty."""

    before: bytes = b""
    _kept: dict[str, SourceReading] | None = None
    _read: dict[str, tuple[Grounds, str]] = field(default_factory=dict)
    """By source: the grounds of tonight's reading, and its detail."""

    def reading(self, task: Task, captures: Sequence[Capture], read: Reading) -> AccountReading:
        """What the captures say; they are read only where that could matter."""
        if not all(_is_whole(one) for one in captures):
            return read(task)
        source, key = str(task.spec), _key(task, captures)
        kept = self._last().get(source)
        if kept is not None and kept.grounds is not None and kept.grounds.key == key:
            grounds = kept.grounds
            if _holds(grounds, task.as_of):
                self._read[source] = grounds, kept.reading.detail
                return kept.reading
        made, span = _watched(task, read)
        bounds = span.closed()
        if bounds is not None:
            self._read[source] = Grounds(key, *bounds), made.detail
        return made

    def grounds(self, source: SourceReading) -> Grounds | None:
        """Those of a reading that was good, and to which nothing was added since."""
        grounds, detail = self._read.get(source.source, (None, ""))
        good = source.reading.access is AccessState.OK and source.reading.detail == detail
        return grounds if good else None

    def _last(self) -> dict[str, SourceReading]:
        if self._kept is None:
            self._kept = _decoded(self.before)
        return self._kept


def _decoded(before: bytes) -> dict[str, SourceReading]:
    """The readings of an observation by their sources; none of a form that is not understood."""
    try:
        seen = factcodec.decode_observation(before) if before else None
    except ValueError:
        return {}
    return {one.source: one for one in seen.sources} if seen is not None else {}


def _is_whole(capture: Capture) -> bool:
    return capture.good and capture.status == _WELL and not capture.truncated


def _holds(grounds: Grounds, moment: datetime) -> bool:
    begun = grounds.since is None or grounds.since <= moment
    return begun and (grounds.until is None or moment < grounds.until)


def _watched(task: Task, read: Reading) -> tuple[AccountReading, Span]:
    """The reading, and the moments on which it would be the same."""
    moment, span = watched_clock(task.as_of)
    # What earlier nights and people knew is no part of the key: who reads must not see it.
    ticket = replace(
        task.ticket, operator_looks=(), last_counter=None, last_newest=None, not_tonight={}
    )
    made = read(replace(task, as_of=moment, ticket=ticket))
    posts = tuple(
        replace(post, published_at=settled(post.published_at))
        if post.published_at is not None and settled(post.published_at) is not post.published_at
        else post
        for post in made.posts
    )
    newest = settled(made.newest_at) if made.newest_at is not None else None
    return replace(made, posts=posts, newest_at=newest), span


def _key(task: Task, captures: Sequence[Capture]) -> str:
    """A digest of all that a reading rests on beside the moment."""
    ticket = task.ticket
    told = hashlib.blake2b(reading_code(), digest_size=16)
    parts = [
        str(task.spec), ticket.platform, ticket.platform_printed, ticket.name, ticket.unit,
        ticket.platform_id, ticket.home_url, ticket.sources,
    ]  # fmt: skip
    for one in captures:
        # `crawler.platforms.adapters.look.digest` asks for no other headers.
        marks = one.header("verifytype"), one.header("verifyuuid")
        parts += one.url, one.final_url, *marks, str(len(one.body))
    told.update("\0".join(parts).encode("utf-8", "replace"))
    for one in captures:
        told.update(clockless(one.body) if task.spec.kind == "feed" else one.body)
    return told.hexdigest()


@cache
def reading_code() -> bytes:
    """A digest of all that reads accounts: after any change of it everything is read anew."""
    told = hashlib.blake2b(f"{_FORMAT} {extractor()} {version('lxml')}".encode(), digest_size=16)
    for folder in map(Path, platforms.__path__):
        for file in sorted(folder.rglob("*.py")):
            told.update(file.read_bytes())
    return told.digest()
