"""Boards that print a question and its answer one below the other, each under its mark: 问 … 答 …

Only a pair in which question and answer each show one day of their own is read: of a single day
nobody knows whose it is, and a question without an answer on the page may be answered elsewhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.extract.cells import cell_of
from crawler.extract.dates import FULL
from crawler.extract.facts import Letter
from crawler.extract.outline import HIDDEN, squeeze

if TYPE_CHECKING:
    from datetime import date, datetime

    from crawler.extract.document import Document

_GATES: Final = ("答：", "答:", "答】", "答]", "答 ", "答）")
_OPENING: Final = r"\s{0,9}[\[【(（]?\s{0,3}"
_CLOSING: Final = r"\s{0,3}(?:[\]】)）]\s{0,3}[:：]?|[:：]|$)\s{0,9}"
_QUESTION: Final = re.compile(rf"{_OPENING}(?:网友)?(?:提?问题?|咨询){_CLOSING}")
_ANSWER: Final = re.compile(rf"{_OPENING}(?:官方)?(?:回?答复?|解答|回复){_CLOSING}")
_COLLECTED: Final = re.compile(r"常见问|热点问|知识库|问答库")  # of what nobody wrote a letter
_DAY_BEHIND: Final = re.compile(rf"\s{{0,3}}[\[【(（]?{FULL.pattern}.{{0,12}}$")
_FIRST: Final = frozenset("问提咨网答回解官[【(（")
_LONGEST: Final = 2000
_SHORTEST_TITLE: Final = 4
_PAIRS: Final = 200
_FEWEST: Final = 2


def paired_letters(document: Document, as_of: datetime) -> list[Letter]:
    """The pairs of question and answer, in page order; none where fewer than two are whole."""
    text = document.visible_text()
    if not any(gate in text for gate in _GATES) or _COLLECTED.search(document.title):
        return []
    marks = _marks(document)
    letters: list[Letter] = []
    for order, (place, asks) in enumerate(marks[:-1]):
        answer, answers_not = marks[order + 1]
        if not asks or answers_not:
            continue
        following = marks[order + 2][0] if order + 2 < len(marks) else _end(document, place, answer)
        letter = _letter(document, (place, answer, following), as_of)
        letters += [letter] if letter is not None else []
    return letters[:_PAIRS] if len(letters) >= _FEWEST else []


def _marks(document: Document) -> list[tuple[int, bool]]:
    """The places of the marks, and whether each is that of a question."""
    outline = document.outline
    found: list[tuple[int, bool]] = []
    for index in outline.places.get("-text", ()):
        text = outline.texts[index]
        if text.lstrip()[:1] not in _FIRST or outline.tags[outline.parents[index]] in HIDDEN:
            continue
        if _QUESTION.match(text):
            found.append((index, True))
        elif _ANSWER.match(text):
            found.append((index, False))
    return found


def _end(document: Document, question: int, answer: int) -> int:
    """Where the last answer ends: with the element that holds its question too."""
    outline = document.outline
    holder = outline.parents[answer]
    while holder > 0 and holder > question:
        holder = outline.parents[holder]
    whole = outline.tags[holder] in {"body", "html"}
    return answer + 1 if whole else outline.ends[holder]


def _letter(document: Document, places: tuple[int, int, int], as_of: datetime) -> Letter | None:
    question, answer, end = places
    asked = _days(document, question, answer, as_of)
    replied = _days(document, answer, end, as_of)
    if len(asked) != 1 or len(replied) != 1 or replied[0] < asked[0]:
        return None
    title = _title(document, question, answer)
    return Letter(title=title, asked_on=asked[0], replied_on=replied[0]) if title else None


def _days(document: Document, start: int, end: int, as_of: datetime) -> list[date]:
    """The days that stand for themselves, or at the edge of a text, between two places."""
    found: list[date] = []
    for text in document.outline.texts[start:end]:
        cell = cell_of(squeeze(text), as_of) if 0 < len(text) <= _LONGEST else None
        if cell is None or cell.stamp.year is None or cell.stamp.relative:
            continue
        if (day := cell.stamp.date()) is not None:
            found.append(day)
    return found


def _title(document: Document, question: int, answer: int) -> str:
    """The first words of a question behind its mark."""
    for text in document.outline.texts[question:answer]:
        said = _DAY_BEHIND.sub("", squeeze(_QUESTION.sub("", text, count=1)))
        if len(said) >= _SHORTEST_TITLE and not said[0].isdigit():
            return said[:200]
    return ""
