"""Messages of the public with the dates of question and answer (W5.2, D-MSG)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from crawler.extract.dates import FULL, find_full
from crawler.extract.facts import Letter
from crawler.extract.letter_grid import grid_letters
from crawler.extract.letter_pairs import paired_letters
from crawler.extract.letter_states import is_in_link, state_in
from crawler.extract.letter_words import (
    OF_LETTERS,
    PART,
    STATUS,
    TITLE,
    TITLE_VALUE,
    day_after,
    labels,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from crawler.extract.document import Document

_LETTERS = 200
_TITLE_LIMIT = 200
_TEXT_LIMIT = 20_000  # characters of one letter that are read
_TITLE_LABEL = 8
_UNTITLED = "无标题"
_ROW_TEXT = 200
_BESIDE = re.compile(
    r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?|\w{0,4}(?:时间|日期)|[\s:：\[\]【】()（）|]"
)
_BESIDE_A_DAY = 4  # characters left of a text when its days, hours and labels are taken out
_STATUS_LENGTH = 12  # a state stands alone in its cell, with brackets at most


def read_letters(document: Document, as_of: datetime) -> tuple[Letter, ...]:
    """The letters of a message board, or the one letter of a detail page.

    Read from tables with a header, from rows with labelled dates (来信时间, 回复时间), from rows
    that show a state of handling and from pairs of 问 and 答. Another page gives nothing.
    """
    found: list[Letter] = []
    if _speaks_of_letters(document.visible_text()):
        found = grid_letters(document, as_of) or _labelled(document, as_of)
        found = found or _stated(document, as_of)
    return tuple((found or paired_letters(document, as_of))[:_LETTERS])


def _speaks_of_letters(text: str) -> bool:
    if any(role != "vague" for role, _, _ in labels(text)):
        return True
    return len(STATUS.findall(text)) > 1


class _Place(NamedTuple):
    """One label or state: the outline position of its text."""

    at: int
    role: str


def _labelled(document: Document, as_of: datetime) -> list[Letter]:
    """Letters whose dates carry labels; the label that repeats most marks one letter each."""
    places = _label_places(document, as_of)
    asked = [place.at for place in places if place.role == "asked"]
    replied = [place.at for place in places if place.role == "replied"]
    marks = asked or replied
    if not marks:
        return []
    if len(marks) == 1 and (len(replied) < 2 or _are_of_one(document, asked, replied)):
        return _single(document, as_of)
    marks = replied if len(replied) > len(marks) else marks
    return _letters_around(document, marks, as_of)


def _are_of_one(document: Document, asked: list[int], replied: list[int]) -> bool:
    """Whether several answers are all of one letter: its parts are labelled once, before them."""
    if len(asked) != 1 or asked[0] > replied[0]:
        return False
    parts = PART.findall(document.visible_text()[:_TEXT_LIMIT])
    return 0 < len(parts) == len(set(parts))


def _label_places(document: Document, as_of: datetime) -> list[_Place]:
    """Labels that a date follows, in the same text or in the next one."""
    outline = document.outline
    places = []
    for index, text in enumerate(outline.texts):
        if not text or len(text) > _TEXT_LIMIT:
            continue
        for role, _, end in labels(text):
            after = text[end:] if text[end:].strip(" :：") else _next_text(document, index)
            if role != "vague" and day_after(after, 0, as_of) is not None:
                places.append(_Place(index, role))
    return places


def _next_text(document: Document, index: int) -> str:
    texts = document.outline.texts
    return next((text for text in texts[index + 1 : index + 8] if text), "")


def _letters_around(document: Document, marks: list[int], as_of: datetime) -> list[Letter]:
    """One letter for each mark: what stands in the largest element that holds no other mark."""
    outline = document.outline
    letters = []
    for order, mark in enumerate(marks[:_LETTERS]):
        before = marks[order - 1] if order else -1
        after = marks[order + 1] if order + 1 < len(marks) else len(outline.tags)
        if mark == before:
            continue
        holder = _holder(document, mark, before, after)
        if holder >= 0:
            letter = _letter(document, holder, as_of)
            letters.append(
                letter if letter.title else _spread(document, letter, (before, mark, after), as_of)
            )
    return [letter for letter in letters if letter.title]


def _spread(
    document: Document, letter: Letter, places: tuple[int, int, int], as_of: datetime
) -> Letter:
    """A letter whose parts stand in rows of one flat table: title before its date, answer behind."""
    before, mark, after = places
    texts = document.outline.texts
    titles = [at for at in range(before + 1, mark) if _names_title(texts[at])]
    if not titles:
        return letter
    at = titles[-1]
    value = texts[at].partition("：")[2].strip() or _next_text(document, at)
    behind = " ".join(text for text in texts[mark + 1 : after] if text)[:_TEXT_LIMIT]
    place = next((end for role, _, end in labels(behind) if role == "replied"), None)
    replied = None if place is None else day_after(behind, place, as_of)
    return replace(letter, title=value[:_TITLE_LIMIT], replied_on=letter.replied_on or replied)


def _names_title(text: str) -> bool:
    name = text.replace(":", "：").partition("：")[0].strip()
    return bool(text) and len(name) <= _TITLE_LABEL and TITLE.fullmatch(name) is not None


def _holder(document: Document, mark: int, before: int, after: int) -> int:
    outline = document.outline
    holder = outline.parents[mark]
    for _ in range(12):
        up = outline.parents[holder] if holder >= 0 else -1
        if (
            up < 0
            or outline.tags[up] in {"body", "html"}
            or up <= before
            or outline.ends[up] > after
        ):
            return holder
        if before < 0 and after == len(outline.tags) and outline.tags[holder] in {"li", "tr"}:
            return holder
        holder = up
    return holder


def _letter(document: Document, holder: int, as_of: datetime) -> Letter:
    text = document.outline.inner_text(holder)[:_TEXT_LIMIT]
    asked, replied = _dates(text, _standing_days(document, holder), as_of)
    title, url = _title(document, holder, text)
    return Letter(
        title=title[:_TITLE_LIMIT],
        url=url,
        asked_on=asked,
        replied_on=replied,
        status=state_in(document, holder, document.outline.ends[holder]),
    )


def _standing_days(document: Document, holder: int) -> list[date]:
    """The days in a letter's row that stand for themselves; without those, all it has.

    A day in a title or a sentence is what the letter is about, not when it was sent.
    """
    outline = document.outline
    alone: list[date] = []
    linked: list[date] = []
    for index in range(holder, outline.ends[holder]):
        text = outline.texts[index]
        days = _days(text) if text and len(text) <= _ROW_TEXT else []
        if days and len(_BESIDE.sub("", FULL.sub("", text))) <= _BESIDE_A_DAY:
            (linked if is_in_link(outline, index) else alone).extend(days)
    return alone or linked or _days(outline.inner_text(holder)[:_TEXT_LIMIT])


def _days(text: str) -> list[date]:
    return [day for day in (stamp.date() for stamp in find_full(text)) if day is not None]


def _dates(text: str, days: list[date], as_of: datetime) -> tuple[date | None, date | None]:
    """The dates of question and answer: by their labels, else by their order."""
    named = _named_dates(text, as_of)
    asked, replied = named.get("asked"), named.get("replied")
    if asked is None:
        others = [day for day in days if day != replied]
        asked = named.get("vague") or (others[0] if others else None)
        asked = replied if asked is None and len(days) > 1 else asked
    if replied is None and not named and len(days) > 1:
        replied = days[1]
    return asked, replied


def _named_dates(text: str, as_of: datetime) -> dict[str, date]:
    """The first date after a label of each role."""
    named: dict[str, date] = {}
    for role, _, end in labels(text):
        day = day_after(text, end, as_of)
        if day is not None:
            named.setdefault(role, day)
    return named


def _title(document: Document, holder: int, text: str) -> tuple[str, str]:
    """The longest link of a letter, else its labelled title, else its first longer text."""
    outline = document.outline
    end = outline.ends[holder]
    inside = [link for link in document.links if holder <= link.index < end]
    up = outline.parents[holder] if not inside and outline.tags[holder] != "a" else -1
    if up >= 0 and outline.tags[up] == "a":
        inside = [link for link in document.links if link.index == up]
    best = max(inside, key=lambda link: len(link.text), default=None)
    labelled = TITLE_VALUE.search(text)
    if best is not None and 4 <= len(best.text) < 120 and not labels(best.text):
        return best.title or best.text, best.url
    if labelled is not None:
        return labelled[1], best.url if best else ""
    first = next((t.strip() for t in outline.texts[holder:end] if _may_be_title(t)), "")
    return first, best.url if best else ""


def _may_be_title(text: str) -> bool:
    text = text.strip()
    plain = len(text) >= 4 and not TITLE.fullmatch(text.rstrip(":： "))
    return (
        plain
        and not labels(text)
        and not STATUS.fullmatch(text)
        and not next(find_full(text), None)
    )


def _single(document: Document, as_of: datetime) -> list[Letter]:
    """The letter of a detail page."""
    text = document.visible_text()[:_TEXT_LIMIT]
    named = _named_dates(text, as_of)
    handled = STATUS.search(text) is not None
    answered = "replied" in named or handled or "回复" in text or "答复" in text
    both = "asked" in named and "replied" in named
    if not both and not (answered and _names_a_letter(text, named)):
        return []
    return [
        Letter(
            title=_single_title(document, text)[:_TITLE_LIMIT],
            url=document.url,
            asked_on=named.get("asked") or named.get("vague"),
            replied_on=_first_answer(text, named, as_of),
            status=state_in(document, 0, len(document.outline.tags)),
        )
    ]


def _first_answer(text: str, named: Mapping[str, date], as_of: datetime) -> date | None:
    """The earliest day of answering that is not before the day of asking; the newest may come first."""
    asked, first = named.get("asked"), named.get("replied")
    if asked is None or first is None:
        return first
    days = [day_after(text, end, as_of) for role, _, end in labels(text) if role == "replied"]
    return min((day for day in days if day is not None and day >= asked), default=first)


def _names_a_letter(text: str, named: Mapping[str, date]) -> bool:
    """Whether a label of a date, or of a part of a letter beside a day of asking, speaks of one."""
    if any(text[start : start + 2] in OF_LETTERS for _, start, _ in labels(text)):
        return True
    return "asked" in named and PART.search(text) is not None


def _single_title(document: Document, text: str) -> str:
    labelled = TITLE_VALUE.search(text)
    if labelled is not None:
        return labelled[1]
    outline = document.outline
    texts = [i for i, t in enumerate(outline.texts) if t]
    for index in texts:
        if TITLE.fullmatch(outline.texts[index].strip().rstrip(":： ")):
            return " ".join(_next_text(document, index).split())
    heading = next((i for i, tag in enumerate(outline.tags) if tag in {"h1", "h2"}), -1)
    return (outline.inner_text(heading) if heading >= 0 else "") or document.title or _UNTITLED


def _stated(document: Document, as_of: datetime) -> list[Letter]:
    """Rows that show only a state of handling and a date or two."""
    outline = document.outline
    marks = [
        index
        for index, text in enumerate(outline.texts)
        if text and len(text.strip()) <= _STATUS_LENGTH and STATUS.search(text)
    ]
    if len(marks) < 2:
        return []
    letters = _letters_around(document, marks, as_of)
    return [letter for letter in letters if letter.asked_on is not None]
