"""What was read off one page, as lines of JSON: what is its own, then what its site repeats.

    dump_page, load_page      the reading and back; links, too
    dump_links, load_links    the links of a page by themselves

The first line is the page's own. Each further one is a part that pages of a site have in common,
since they share their navigation and their footer: such a part is made once out of many pages. A
text of a single line, as it was written before, holds all parts in that line.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from crawler import plainjson
from crawler.extract.facts import Badges, Channel, ColumnLink, PageFacts, PageLink

if TYPE_CHECKING:
    from collections.abc import Sequence

_PARTS: Final[dict[str, Any]] = {
    "columns": tuple[ColumnLink, ...],
    "channels": tuple[Channel, ...],
    "badges": Badges,
}
"""Fields with a line of their own, in the order of their lines."""
LINES: Final = 1 + len(_PARTS)
_MOST_SHARED: Final = 384
"""Parts that are held ready: those of the sites that are read or judged at one time."""
_SHORT: Final = 16 * 1024
"""Bytes of a line that is held ready; longer ones are seldom, and would take memory."""
_OWN: Final = {one.name for one in fields(PageFacts)} - _PARTS.keys()


def dump_page(facts: PageFacts) -> bytes:
    """The reading of a page, in `LINES` lines; what has its default value is left out."""
    lines = [_adapter(PageFacts).dump_json(facts, exclude_defaults=True, include=_OWN)]
    for name, shape in _PARTS.items():
        part = getattr(facts, name)
        lines.append(_adapter(shape).dump_json(part, exclude_defaults=True) if part else b"")
    return b"\n".join(lines)


def load_page(text: bytes) -> PageFacts:
    """Back again; raises pydantic.ValidationError for a form this version cannot read."""
    own, *parts = text.split(b"\n")
    facts: PageFacts = _adapter(PageFacts).validate_json(own)
    for name, line in zip(_PARTS, parts, strict=False):
        if line:
            # Nobody has seen these facts yet; to replace them would cost as much as to read them.
            made = _shared_part if len(line) <= _SHORT else _part
            object.__setattr__(facts, name, made(name, line))
    return facts


def dump_links(links: Sequence[PageLink]) -> bytes:
    """The links of a page in one line."""
    return plainjson.dump([(one.url, one.text, one.role) for one in links])


def load_links(line: bytes) -> tuple[PageLink, ...]:
    """Back again; raises ValueError or TypeError for a form this version cannot read."""
    return _shared_links(line) if len(line) <= _SHORT else _links(line)


def _links(line: bytes) -> tuple[PageLink, ...]:
    return tuple([PageLink(*one) for one in plainjson.load(line)])


def _part(name: str, line: bytes) -> Any:
    return _adapter(_PARTS[name]).validate_json(line)


# Half of the pages of a site link to nothing but what its template links to.
_shared_links = lru_cache(maxsize=_MOST_SHARED)(_links)
_shared_part = lru_cache(maxsize=_MOST_SHARED)(_part)


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)
