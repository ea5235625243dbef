"""Pages that a function of the page's own script leads to: `function goPage(n){location="list.jsp?p="+n;}`.

The address is put together only where it is made of literals and of what the call hands over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from crawler.extract.document import once

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.extract.document import Document

_CALL: Final = re.compile(
    r"^\s{0,3}(?:javascript:)?\s{0,3}(?:return\s{1,3})?(\w{2,30})\(([^()]{1,60})\)"
)
_FUNCTION: Final = re.compile(
    r"\bfunction\s{1,3}(\w{2,30})\s{0,3}\(([\w\s,]{1,60})\)\s{0,40}\{([^{}]{0,600})\}"
)
_LEADS: Final = re.compile(
    r"location(?:\.href)?\s{0,3}=(?!=)\s{0,3}([^;\n}]{3,300})|location\.(?:assign|replace)\(([^;\n}]{3,300})\)"
)
_PIECE: Final = re.compile(r"\s{0,5}(?:\"([^\"\n]{0,300})\"|'([^'\n]{0,300})'|(\w{1,20}))\s{0,5}")
_LONGEST_SCRIPT: Final = 60_000
_MOST: Final = 40


class _Turn(NamedTuple):
    """A function that leads somewhere: the names it is handed, and the pieces of its address."""

    handed: tuple[str, ...]
    pieces: tuple[tuple[str, bool], ...]  # text, and whether it names what is handed over


def called_address(document: Document, attributes: Mapping[str, str | None]) -> str:
    """The address that a call in `href` or `onclick` leads to; empty where that is not literal."""
    for name in ("href", "onclick"):
        match = _CALL.match((attributes.get(name) or "")[:200])
        turn = _turns(document).get(match[1]) if match is not None else None
        if match is None or turn is None:
            continue
        given = [each.strip().strip("'\"") for each in match[2].split(",")]
        known = dict(zip(turn.handed, given, strict=False))
        if all(text in known for text, named in turn.pieces if named):
            return document.resolve("".join(known[t] if named else t for t, named in turn.pieces))
    return ""


@once
def _turns(document: Document) -> dict[str, _Turn]:
    """The functions of the page's scripts that lead to an address made of what they are handed."""
    found: dict[str, _Turn] = {}
    for script in document.scripts:
        if "location" not in script or "function" not in script:
            continue
        matches = _FUNCTION.finditer(script[:_LONGEST_SCRIPT])
        for match, _ in zip(matches, range(_MOST), strict=False):
            handed = tuple(name.strip() for name in match[2].split(","))
            pieces = _pieces(match[3], handed)
            if pieces and any(named for _, named in pieces):
                found.setdefault(match[1], _Turn(handed, pieces))
    return found


def _pieces(body: str, handed: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """The pieces of the address; none where one of them is anything else."""
    leads = _LEADS.search(body)
    if leads is None:
        return ()
    found: list[tuple[str, bool]] = []
    rest = leads[1] or leads[2]
    while rest:
        match = _PIECE.match(rest)
        if match is None:
            return ()
        named = match[3] is not None
        if named and match[3] not in handed:
            return ()
        found.append((match[3] if named else match[1] or match[2] or "", named))
        rest = rest[match.end() :]
        if rest and not rest.startswith("+"):
            return ()
        rest = rest[1:]
    return tuple(found)
