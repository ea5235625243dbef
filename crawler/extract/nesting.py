"""Keeps hostile markup away from the parser, whose tree building is quadratic in three places.

A browser caps the depth of its tree; lexbor does not. Elements nested 100,000 deep, unclosed
formatting elements before many paragraphs (each paragraph repeats them all), and one tag with
100,000 attributes would take minutes and gigabytes. Ordinary pages pass through unchanged, judged
by counts that cost microseconds.
"""

from __future__ import annotations

import re
from typing import Final

DEPTH_CAP: Final = 400
FORMATTING_CAP: Final = 3
_FEW_TAGS: Final = 600
_CHUNK: Final = 8192
_LONG_PAGE: Final = 65_536
_LONG_TAG: Final = 4_000
_EXPANSION_CAP: Final = 400_000
_TOKEN: Final = re.compile(r"<!--|<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,15})")
_WHOLE_TAG: Final = re.compile(r"<([a-zA-Z]++)(?:[^\"'>]++|\"[^\"]*+\"|'[^']*+')*+>?")
_VOIDS: Final = ("<br", "<img", "<input", "<!--", "<link", "<meta", "<hr", "<p", "<li", "<option")
# Elements that cannot lie in one another without a container: their depth needs no cap.
_FLAT: Final = (
    "area base br col embed hr img input link meta param source wbr "
    "p li dt dd td th tr tbody thead tfoot option optgroup body html head a"
)
_UNCOUNTED: Final = frozenset(_FLAT.split())
_FORMATTING: Final = frozenset(
    ["b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
)
_RAW: Final = frozenset(["script", "style", "textarea", "title", "xmp", "iframe", "noembed"])


def tame(html: str) -> str:
    """The same markup with opening tags beyond the caps replaced by `<wbr>`, which holds nothing."""
    if len(html) > _LONG_PAGE:
        html = _shortened(html)
    return _Taming(html).run() if _suspicious(html) else html


def _shortened(html: str) -> str:
    """The markup in which a tag with hundreds of attributes has none."""
    parts, end = [], 0
    for match in _WHOLE_TAG.finditer(html):
        start, stop = match.span()
        if stop - start >= _LONG_TAG and len(match[0].split(None, 200)) >= 200:
            parts.append(f"{html[end:start]}<{match[1]}>")
            end = stop
    return "".join([*parts, html[end:]]) if parts else html


def _suspicious(html: str) -> bool:
    """Whether the depth, or the depth times the number of tags, could come near a cap.

    A short page is judged as a whole: balanced nesting in 64 KB costs milliseconds at worst.
    """
    tags = html.count("<")
    if tags < _FEW_TAGS:
        return False
    excess = tags - 2 * html.count("</")
    if len(html) > _LONG_PAGE:
        excess = max(excess, _deepest(html))
    return excess > DEPTH_CAP or excess * tags > _EXPANSION_CAP


def _deepest(html: str) -> int:
    depth = deepest = 0
    for start in range(0, len(html), _CHUNK):
        chunk = html[start : start + _CHUNK]
        depth += chunk.count("<") - 2 * chunk.count("</") - sum(map(chunk.count, _VOIDS))
        deepest = max(deepest, depth)
    return deepest


class _Taming:
    """One pass over the tags with a count of open names; comments and raw text pass through."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.depth = 0
        self.formatting = 0
        self.open: dict[str, int] = {}
        self.parts: list[str] = []

    def run(self) -> str:
        """The tamed markup."""
        position = 0
        while match := _TOKEN.search(self.html, position):
            self.parts.append(self.html[position : match.start()])
            position = self._take(match)
        self.parts.append(self.html[position:])
        return "".join(self.parts)

    def _take(self, match: re.Match[str]) -> int:
        """Writes one token and says where the next search starts."""
        name = (match[2] or "").lower()
        kept = not name or name in _UNCOUNTED or self._kept(name, closing=bool(match[1]))
        self.parts.append(match[0] if kept else "<wbr")
        if not name or (name in _RAW and not match[1]):
            return self._skip(match.end(), f"</{match[2]}" if name else "-->")
        return match.end()

    def _skip(self, start: int, closing: str) -> int:
        found = self.html.find(closing, start)
        end = len(self.html) if found < 0 else found
        self.parts.append(self.html[start:end])
        return end

    def _kept(self, name: str, *, closing: bool) -> bool:
        step = -1 if closing else 1
        if closing and not self.open.get(name):
            return False
        formatting = name in _FORMATTING
        if not closing and (
            self.depth >= DEPTH_CAP or (formatting and self.formatting >= FORMATTING_CAP)
        ):
            return False
        self.open[name] = self.open.get(name, 0) + step
        self.depth += step
        self.formatting += step if formatting else 0
        return True
