"""The clock that a bridge prints into its feeds, made invisible where two bodies are compared.

    clockless    the body, blank where the bridge says when it made the feed

A bridge states anew in each answer when it was made (`lastBuildDate`, the `updated` of an Atom feed), so
the bytes differ although nothing was posted. `crawler.platforms.feed` reads nothing off these
elements. Only what stands right below the root or the channel, before the first entry, is such a
clock; blanks of the same length take its place, so that bounds and windows count alike.
"""

from __future__ import annotations

import re
from typing import Final

_HEAD: Final = 4096
_FIRST: Final = re.compile(rb"<(?:[\w-]{1,20}:)?(?:item|entry)[\s>/]", re.ASCII)
_OPAQUE: Final = re.compile(rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->", re.DOTALL)
_TAG: Final = re.compile(rb"<(/?)([\w:.-]{1,60})([^<>]{0,2000})>", re.ASCII)
_FRAMES: Final = frozenset({b"rss", b"channel", b"feed", b"RDF"})
_CLOCKS: Final = frozenset({b"lastBuildDate", b"pubDate", b"updated", b"modified", b"date"})
_LONGEST: Final = 60


def clockless(body: bytes) -> bytes:
    """The body as it is compared; as it stands where no clock is found for certain."""
    first = _FIRST.search(body, 0, _HEAD)
    if first is None or not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return body
    head = _OPAQUE.sub(lambda found: b" " * len(found[0]), body[: first.start()])
    if b"<!" in head:
        return body
    told = bytearray(body)
    for start, end in _clocks(head):
        told[start:end] = b" " * (end - start)
    return bytes(told)


def _clocks(head: bytes) -> list[tuple[int, int]]:
    """Where clocks stand; none when tags do not close as they open."""
    found: list[tuple[int, int]] = []
    above: list[tuple[bytes, int]] = []
    for tag in _TAG.finditer(head):
        closing, name, rest = tag.groups()
        if closing:
            if not above or above[-1][0] != name:
                return []
            _, start = above.pop()
            if _is_clock(name, above) and _is_short(head[start : tag.start()]):
                found.append((start, tag.start()))
        elif not rest.endswith(b"/"):
            above.append((name, tag.end()))
    return found


def _is_clock(name: bytes, above: list[tuple[bytes, int]]) -> bool:
    framed = all(_bare(one) in _FRAMES for one, _ in above)
    return bool(above) and framed and _bare(name) in _CLOCKS


def _bare(name: bytes) -> bytes:
    return name.rpartition(b":")[2]


def _is_short(text: bytes) -> bool:
    return len(text) <= _LONGEST and not set(text) & set(b"<>&")
