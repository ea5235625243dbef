"""The state of handling of one letter: what stands for itself or behind its label, never a title.

A title may say 未办理 of something else; a bar of steps (待受理 > 办理中 > 已办结) says nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.extract.letter_words import STATUS
from crawler.extract.outline import HIDDEN

if TYPE_CHECKING:
    from crawler.extract.document import Document
    from crawler.extract.outline import Outline

_EDGES: Final = " \t\r\n\u3000\xa0:：[]【】()（）<>《》|·.。…"
_NAMES: Final = r"(?:状态|情况|进度|结果|是否(?:回复|答复|办结))"
_LABELLED: Final = re.compile(rf"{_NAMES}\s{{0,3}}[:：]\s{{0,3}}[\[【(（]?({STATUS.pattern})")
_LABEL: Final = re.compile(rf"{_NAMES}$")
_BRACKETED: Final = re.compile(rf"[\[【(（]({STATUS.pattern})[\])】）]")
_OPEN: Final = re.compile(r"^[待未]|中$")
_LONGEST: Final = 400
_ALONE: Final = 12
_LINK_LEVELS: Final = 6


def state_in(document: Document, start: int, end: int) -> str:
    """The state as printed between two positions of the outline; empty where none is certain."""
    outline = document.outline
    alone: list[str] = []
    loose: list[str] = []
    before = ""
    for index in range(start, end):
        text = outline.texts[index]
        if not text or outline.tags[outline.parents[index]] in HIDDEN:
            continue
        plain = text[:_LONGEST].strip(_EDGES)
        match = STATUS.search(plain)
        if match is not None:
            if labelled := _LABELLED.search(text[:_LONGEST]):
                return labelled[1]
            if match.start() == 0 and _LABEL.search(before):
                return match[0]
            if match[0] == plain:
                alone.append(plain)
            elif bracketed := _BRACKETED.search(text[:_LONGEST]):
                alone.append(bracketed[1])
            elif len(plain) <= _ALONE and not (
                _OPEN.search(match[0]) or is_in_link(outline, index)
            ):
                loose.append(match[0])
        before = plain or before
    found = alone or loose[:1]
    if len(set(found)) > 1 and any(_OPEN.search(word) for word in found):
        return ""
    return found[-1] if found else ""


def is_in_link(outline: Outline, index: int) -> bool:
    """Whether a text is part of a link."""
    for _ in range(_LINK_LEVELS):
        index = outline.parents[index]
        if index < 0:
            return False
        if outline.tags[index] == "a":
            return True
    return False
