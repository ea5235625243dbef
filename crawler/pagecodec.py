"""What was read off one page, as lines of JSON: what is its own, then what its site repeats.

    dump_page, load_page      the reading and back; links, too
    dump_links, load_links    the links of a page by themselves
    with_links                a reading without links and the line of its links, put together

The first line is the page's own. Each further one is a part that pages of a site have in common,
since they share their navigation and their footer: such a part is made once out of many pages. The
line of the links comes last, where a page is stored with them. In texts that were written before,
the first line holds the links, and that of the oldest all parts.
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
"""Of a reading without links."""
_MOST_SHARED: Final = 384
"""Parts that are held ready: those of the sites that are read or judged at one time."""
_SHORT: Final = 16 * 1024
"""Bytes of a line that is held ready; longer ones are seldom, and would take memory."""
_OWN: Final = {one.name for one in fields(PageFacts)} - _PARTS.keys() - {"links"}


def dump_page(facts: PageFacts) -> bytes:
    """The reading of a page, in `LINES` lines and one for links; defaults are left out."""
    lines = [_adapter(PageFacts).dump_json(facts, exclude_defaults=True, include=_OWN)]
    for name, shape in _PARTS.items():
        part = getattr(facts, name)
        lines.append(_adapter(shape).dump_json(part, exclude_defaults=True) if part else b"")
    text = b"\n".join(lines)
    return with_links(text, dump_links(facts.links)) if facts.links else text


def with_links(text: bytes, links: bytes) -> bytes:
    """A reading as `dump_page` writes it without links, now with these."""
    return text + b"\n" + links


def load_page(text: bytes) -> PageFacts:
    """Back again; raises ValueError for a form this version cannot read."""
    own, *parts = text.split(b"\n")
    facts: PageFacts = _adapter(PageFacts).validate_json(own)
    for name, line in zip(_PARTS, parts, strict=False):
        if line:
            # Nobody has seen these facts yet; to replace them would cost as much as to read them.
            made = _shared_part if len(line) <= _SHORT else _part
            object.__setattr__(facts, name, made(name, line))
    if len(parts) > len(_PARTS):
        object.__setattr__(facts, "links", load_links(parts[-1]))
    return facts


def dump_links(links: Sequence[PageLink]) -> bytes:
    """The links of a page in one line."""
    return plainjson.dump([(one.url, one.text, one.role) for one in links])


def load_links(line: bytes) -> tuple[PageLink, ...]:
    """Back again; raises ValueError for a form this version cannot read."""
    return _shared_links(line) if len(line) <= _SHORT else _links(line)


def _links(line: bytes) -> tuple[PageLink, ...]:
    try:
        return tuple([PageLink(*one) for one in plainjson.load(line)])
    except TypeError as error:
        message = "links are a list of lists of three texts"
        raise ValueError(message) from error


def _part(name: str, line: bytes) -> Any:
    return _adapter(_PARTS[name]).validate_json(line)


# Half of the pages of a site link to nothing but what its template links to.
_shared_links = lru_cache(maxsize=_MOST_SHARED)(_links)
_shared_part = lru_cache(maxsize=_MOST_SHARED)(_part)


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)
